"""The command adapter: a program of the vendor, started without a shell."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio import SubprocessTransport, WriteTransport
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path
from typing import cast

from csms_harness.foreign import EXCERPT, excerpt
from csms_harness.triggers.answers import says_no
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.numbers import Numbers
from csms_harness.triggers.template import Scope, render_text

DECLINED = 75
"""The exit status of a program that understood and will not do it (EX_TEMPFAIL of sysexits.h)."""

_KEPT = 2000
_LAST_WORDS = 0.2


class _Program(asyncio.SubprocessProtocol):
    """Hears when the program ends, and keeps the end of what it says on each stream."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.silent: asyncio.Future[None] = loop.create_future()
        self._said = {1: b"", 2: b""}
        self._open = {1, 2}

    def said(self, stream: int) -> str:
        return self._said[stream].decode(errors="replace")

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._said[fd] = (self._said[fd] + data)[-_KEPT:]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's interface
        self._open.discard(fd)
        if not self._open and not self.silent.done():
            self.silent.set_result(None)

    def process_exited(self) -> None:
        if not self.exited.done():
            self.exited.set_result(None)


class CommandTrigger:
    """Starts the program with the request as arguments and as JSON on its standard input.

    The JSON is {"action": …, "chargePointId": …, "request": {the .req payload}}. Exit status 0 is performed,
    75 is declined, anything else is failed; what it prints is looked at as the answer of a control API is. A
    program that is still running at the deadline is killed, with the programs it started.
    """

    def __init__(self, arguments: list[str], folder: Path | None, secrets: Secrets, numbers: Numbers) -> None:
        self._arguments = arguments
        self._folder = folder
        self._secrets = secrets
        self._numbers = numbers

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Run the program to its end."""
        scope = Scope(request, self._secrets, numbers=self._numbers)
        try:
            arguments = [render_text(text, scope) for text in self._arguments]
            transport, program = await self._start(arguments)
        except LookupError as error:
            return Failed(str(error.args[0] if error.args else error))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return Failed(f"{self.label(request)} cannot be started ({why}); correct the command")
        await _attend(transport, program, _as_json(request))
        said, complained = self._end_of(program.said(1)), self._end_of(program.said(2))
        return self._outcome(request, transport.get_returncode(), said, complained)

    def label(self, request: TriggerRequest) -> str:  # noqa: ARG002 - the same for every adapter
        """The program as the target file names it."""
        return f"the command {self._arguments[0]}"

    async def aclose(self) -> None:
        """Nothing to give back."""

    async def _start(self, arguments: list[str]) -> tuple[SubprocessTransport, _Program]:
        loop = asyncio.get_running_loop()
        # A session of its own, so that it can be killed together with what it starts.
        return await loop.subprocess_exec(
            _Program,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            cwd=self._folder,
            start_new_session=True,
        )

    def _end_of(self, text: str) -> str:
        # Masked before it is cut, or part of a secret could be left at the cut.
        line = excerpt(self._secrets.mask(text), _KEPT)
        return line if len(line) <= EXCERPT else f"…{line[1 - EXCERPT :]}"

    def _outcome(self, request: TriggerRequest, status: int | None, said: str, complained: str) -> Outcome:
        if status == 0:
            return Performed(said, said, says_no(said.encode()))
        words = complained or said
        if status == DECLINED:
            return Declined(words or f"{self.label(request)} declined (exit status {DECLINED})")
        ended = f"signal {-status}" if status is not None and status < 0 else f"exit status {status}"
        return Failed(f"{self.label(request)} ended with {ended}" + (f": {words}" if words else ""))


def _as_json(request: TriggerRequest) -> bytes:
    content = {
        "action": request.action,
        "chargePointId": request.charge_point_id,
        "request": dict(request.fields),
    }
    return json.dumps(content).encode()


async def _attend(transport: SubprocessTransport, program: _Program, document: bytes) -> None:
    """Feed the program and listen to it until it ends, or kill it when this is cancelled."""
    try:
        stdin = cast(WriteTransport, transport.get_pipe_transport(0))
        stdin.write(document)
        stdin.close()
        await asyncio.shield(program.exited)
        # What the program left running may hold its streams open for ever.
        await asyncio.wait({program.silent}, timeout=_LAST_WORDS)
    finally:
        if not program.exited.done():
            _kill(transport)
            await program.exited
        transport.close()


def _kill(transport: SubprocessTransport) -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(transport.get_pid(), signal.SIGKILL)
        else:
            transport.kill()
