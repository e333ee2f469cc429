"""The command adapter: a program of the vendor, started without a shell."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

from csms_harness.triggers.base import EXCERPT, Declined, Failed, Outcome, Performed, TriggerRequest, excerpt
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.template import Scope, render_text

DECLINED = 75
"""The exit status of a program that understood and will not do it (EX_TEMPFAIL of sysexits.h)."""

_KEPT = 2000
_LAST_WORDS = 0.2


class CommandTrigger:
    """Starts the program with the request as arguments and as JSON on its standard input.

    The JSON is {"action": …, "chargePointId": …, "request": {the .req payload}}. Exit status 0 is performed,
    75 is declined, anything else is failed. A program that is still running at the deadline is killed, with
    the programs it started.
    """

    def __init__(self, arguments: list[str], folder: Path | None, secrets: Secrets) -> None:
        self._arguments = arguments
        self._folder = folder
        self._secrets = secrets

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Run the program to its end."""
        try:
            arguments = [render_text(text, Scope(request, self._secrets)) for text in self._arguments]
            process = await self._start(arguments)
        except LookupError as error:
            return Failed(str(error.args[0] if error.args else error))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return Failed(f"{self.label(request)} cannot be started ({why}); correct the command")
        try:
            said, complained = await _attend(process, _as_json(request))
        finally:
            _kill(process)
            await process.wait()
        return self._outcome(request, process.returncode, self._end_of(said), self._end_of(complained))

    def label(self, request: TriggerRequest) -> str:
        """The program as the target file names it."""
        return f"the command {self._arguments[0]}"

    async def aclose(self) -> None:
        """Nothing to give back."""

    def _end_of(self, text: str) -> str:
        # Masked before it is cut, or part of a secret could be left at the cut.
        line = excerpt(self._secrets.mask(text), _KEPT)
        return line if len(line) <= EXCERPT else f"…{line[1 - EXCERPT :]}"

    async def _start(self, arguments: list[str]) -> Process:
        return await asyncio.create_subprocess_exec(
            *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=self._folder, start_new_session=True
        )

    def _outcome(self, request: TriggerRequest, status: int | None, said: str, complained: str) -> Outcome:
        if status == 0:
            return Performed(said)
        if status == DECLINED:
            return Declined(complained or said or f"{self.label(request)} declined (exit status {DECLINED})")
        ended = f"exit status {status}" if status is None or status > 0 else f"signal {-status}"
        words = complained or said
        return Failed(f"{self.label(request)} ended with {ended}" + (f": {words}" if words else ""))


def _as_json(request: TriggerRequest) -> bytes:
    content = {
        "action": request.action,
        "chargePointId": request.charge_point_id,
        "request": dict(request.fields),
    }
    return json.dumps(content).encode()


async def _attend(process: Process, document: bytes) -> tuple[str, str]:
    """Feed the program and listen to it until it ends; the last words on stdout and stderr."""
    streams = (process.stdout, process.stderr)
    listeners = [asyncio.create_task(_last_words(stream)) for stream in streams if stream is not None]
    feeder = asyncio.create_task(_feed(process, document))
    try:
        await process.wait()
        # A program it left behind may hold the pipes open for ever.
        await asyncio.wait(listeners, timeout=_LAST_WORDS)
    finally:
        for task in (feeder, *listeners):
            task.cancel()
        words = await asyncio.gather(*listeners, return_exceptions=True)
        await asyncio.gather(feeder, return_exceptions=True)
    said, complained = (word if isinstance(word, str) else "" for word in words)
    return said, complained


async def _feed(process: Process, document: bytes) -> None:
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.write(document)
            await process.stdin.drain()
        process.stdin.close()


async def _last_words(stream: asyncio.StreamReader) -> str:
    kept = b""
    while chunk := await stream.read(2**16):
        kept = (kept + chunk)[-_KEPT:]
    return kept.decode(errors="replace")


def _kill(process: Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
