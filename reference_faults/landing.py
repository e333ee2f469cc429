"""What a deviation does with one frame, and whether that showed: only what differs on the wire has landed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from reference_csms.seams import Forward, Line, Name, Outgoing, Seams
from reference_csms.wire.frames import Encoded, Frame
from reference_faults.deviation import Ledger, Make

NOTICEABLE = 0.05
"""Seconds by which a frame is held back on purpose; less is the way through the program."""


@dataclass(slots=True)
class Turn:
    """One frame in the hands of a deviation, which sends it, another, several or none."""

    ledger: Ledger
    line: Line
    frame: Frame
    forward: Forward
    began: float
    sent: list[tuple[Encoded, float]] = field(default_factory=list)
    shown: bool = False

    async def send(self, frame: Frame | None = None) -> None:
        """Pass a frame on, by default the one this turn is about."""
        passed = self.frame if frame is None else frame
        self.sent.append((passed.encode(passed.message), asyncio.get_running_loop().time()))
        await self.forward(passed)

    async def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the connection."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.line.ended.wait()

    def land(self) -> None:
        """Count something that cannot be seen by the frames of this turn."""
        self.shown = True

    @property
    def memory(self) -> dict[str, Any]:
        """What this deviation remembers, of all connections."""
        return self.ledger.memory

    @property
    def connection_memory(self) -> dict[str, Any]:
        """What this deviation remembers of this connection."""
        return self.ledger.of(self.line)

    def has_landed(self) -> bool:
        """Whether what was sent is not simply the frame, at once."""
        if self.shown or len(self.sent) != 1:
            return True
        ((encoded, at),) = self.sent
        return encoded != self.frame.encode(self.frame.message) or at - self.began > NOTICEABLE


Deed = Callable[[Turn], Awaitable[None]]


def doing(deed: Deed) -> Make:
    """Let a deed handle every frame, and count when it landed."""
    return lambda ledger: Seams(outgoing=(_counted_deed(deed, ledger),))


def watched(seams: Seams) -> Make:
    """Plug these in, and count how often what they do with frames and uniqueIds landed."""

    def make(ledger: Ledger) -> Seams:
        outgoing = tuple(_counted_deed(partial(_handled, step), ledger) for step in seams.outgoing)
        naming = tuple(_counted_name(rename, ledger) for rename in seams.naming)
        return replace(seams, outgoing=outgoing, naming=naming)

    return make


async def _handled(step: Outgoing, turn: Turn) -> None:
    await step(turn.line, turn.frame, turn.send)


def _counted_deed(deed: Deed, ledger: Ledger) -> Outgoing:
    async def step(line: Line, frame: Frame, forward: Forward) -> None:
        turn = Turn(ledger, line, frame, forward, asyncio.get_running_loop().time())
        try:
            await deed(turn)
        finally:
            ledger.landed += turn.has_landed()

    return step


def _counted_name(rename: Name, ledger: Ledger) -> Name:
    def renamed(unique_id: str) -> str:
        name = rename(unique_id)
        ledger.landed += name != unique_id
        return name

    return renamed
