"""A control API of a CSMS on loopback, and scripted terminals, for the tests of the triggers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from csms_harness.triggers.base import TriggerRequest
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.config import Provision, Triggers
from csms_harness.triggers.operator import OperatorDesk

DEADLINE = 20.0
LIMIT = 30.0
"""Seconds after which a test that waits for what never comes fails."""

TODAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Asked:
    """One request as the control API saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class ControlApi:
    """What was asked, and what to answer; without a rule for a path the answer is 200 and {}.

    ``turns`` are answers that are given once each, before the ordinary one.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    turns: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    silent: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().strip().split("\r\n")
                method, target, _ = first.split(" ")
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.asked.append(Asked(method, target, headers, body))
                if self.silent:
                    await asyncio.Event().wait()
                status, text = await self.answer(self.asked[-1])
                more = "" if "\n" not in status else status.split("\n", 1)[1] + "\r\n"
                status = status.split("\n")[0]
                answer = f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(text.encode())}\r\n\r\n{text}"
                writer.write(answer.encode())
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def answer(self, asked: Asked) -> tuple[str, str]:
        """Status and phrase, headers in further lines of it, and the body."""
        path = asked.target.split("?")[0]
        once = self.turns.get(path)
        return once.pop(0) if once else self.answers.get(path, ("200 OK", "{}"))


@asynccontextmanager
async def control_api(limit: float = LIMIT, api: ControlApi | None = None) -> AsyncIterator[ControlApi]:
    api = api or ControlApi()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        if not listener.is_serving():  # it came while the block ended, and nobody is left to cancel it
            writer.close()
            return
        await api.serve(reader, writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        async with asyncio.timeout(limit):
            yield api
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


class ScriptedTerminal:
    """A terminal whose keys a test presses, and whose lines it reads."""

    def __init__(self, *keys: str, interactive: bool = True) -> None:
        self.interactive = interactive
        self.lines: list[str] = []
        self.statuses: list[str] = []
        self.waiting = asyncio.Event()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        for key in keys:
            self.press(key)

    def press(self, key: str) -> None:
        self._keys.put_nowait(key)

    def show(self, text: str) -> None:
        self.lines.append(text)

    def status(self, text: str) -> None:
        self.statuses.append(text)

    async def key(self) -> str:
        self.waiting.set()
        return await self._keys.get()


def desk(terminal: ScriptedTerminal) -> OperatorDesk:
    return OperatorDesk(terminal, lambda: TODAY)


def wish(action: str = "Reset", charge_point_id: str = "CP_01", **fields: Any) -> TriggerRequest:
    return TriggerRequest(action, charge_point_id, fields)


def load_triggers(triggers: object, provision: object = None, **where: Any) -> tuple[Triggers, Provision]:
    """Both sections from plain YAML values; ``folder`` and ``environment`` are where secrets come from."""
    return (
        Triggers.model_validate(triggers or {}, context=where),
        Provision.model_validate(provision or {}, context=where),
    )


def book_of(triggers: object = None, provision: object = None, **options: Any) -> TriggerBook:
    """A book from the two sections of a target file, with nobody at the terminal unless a desk is given."""
    where = {name: options[name] for name in ("folder", "environment") if name in options}
    options.setdefault("desk", desk(ScriptedTerminal(interactive=False)))
    return TriggerBook(*load_triggers(triggers, provision, **where), **options)
