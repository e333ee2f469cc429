"""What a deviation does with one frame, and whether that showed: only what differs on the wire has landed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from reference_csms.seams import Deviation, Forward, Name, Outgoing
from reference_csms.wire.frames import Encoded, Frame

if TYPE_CHECKING:
    from reference_csms.central_system import CentralSystem
    from reference_csms.wire.conversation import Conversation

NOTICEABLE = 0.05
"""Seconds by which a frame is held back on purpose; less is the way through the program."""


@dataclass(slots=True)
class Turn:
    """One frame in the hands of a deviation, which sends it, another, several or none."""

    name: str
    conversation: Conversation
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
                await self.conversation.ended.wait()

    def land(self) -> None:
        """Count something that cannot be seen by the frames of this turn."""
        self.shown = True

    @property
    def csms(self) -> CentralSystem:
        """The Central System that speaks."""
        return self.conversation.central_system

    @property
    def memory(self) -> dict[str, Any]:
        """What this deviation remembers, of all connections."""
        return self.csms.remembered[self.name]

    @property
    def connection_memory(self) -> dict[str, Any]:
        """What this deviation remembers of this connection."""
        return self.conversation.remembered[self.name]

    def has_landed(self) -> bool:
        """Whether what was sent is not simply the frame, at once."""
        if self.shown or len(self.sent) != 1:
            return True
        ((encoded, at),) = self.sent
        return encoded != self.frame.encode(self.frame.message) or at - self.began > NOTICEABLE


Deed = Callable[[Turn], Awaitable[None]]


def doing(name: str, deed: Deed) -> Outgoing:
    """Let a deed handle every frame, and count when it landed."""

    async def step(conversation: Conversation, frame: Frame, forward: Forward) -> None:
        turn = Turn(name, conversation, frame, forward, asyncio.get_running_loop().time())
        try:
            await deed(turn)
        finally:
            conversation.central_system.landed[name] += turn.has_landed()

    return step


def watched(deviation: Deviation) -> Deviation:
    """The same deviation, counting how often what it does with frames and uniqueIds landed."""
    name, seams = deviation.name, deviation.seams
    outgoing = tuple(doing(name, partial(_handled, step)) for step in seams.outgoing)
    naming = tuple(counted_name(name, rename) for rename in seams.naming)
    return replace(deviation, seams=replace(seams, outgoing=outgoing, naming=naming))


async def _handled(step: Outgoing, turn: Turn) -> None:
    await step(turn.conversation, turn.frame, turn.send)


def counted_name(name: str, rename: Name) -> Name:
    """The same renaming of uniqueIds, counting under `name` how often it did."""

    def counted(csms: CentralSystem, unique_id: str) -> str:
        renamed = rename(csms, unique_id)
        csms.landed[name] += renamed != unique_id
        return renamed

    return counted
