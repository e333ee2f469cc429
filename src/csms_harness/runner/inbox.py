"""The events that wait for a lane, and the lane that waits for events."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from csms_harness.engine.events import Event, FrameReceived

ROOM: Final = 256
"""So many events wait before no more frames are read: TCP then tells the Central System to wait as well."""


@dataclass(slots=True)
class Inbox:
    """Events in the order in which they came, each with its owner: a case, a connection, or the lane itself."""

    _events: deque[tuple[object, Event]] = field(default_factory=deque)
    _waiter: asyncio.Future[None] | None = None
    _alarm: asyncio.TimerHandle | None = None
    _taken: asyncio.Future[None] | None = None

    def put(self, owner: object, event: Event) -> None:
        """Something happened."""
        self._events.append((owner, event))
        self._wake()

    async def room(self) -> None:
        """Wait until fewer than ``ROOM`` events wait."""
        while len(self._events) >= ROOM:
            self._taken = asyncio.get_running_loop().create_future()
            await self._taken

    def take(self, *owners: object) -> Event | None:
        """The next event of one of these; those of others are nobody's business any more. None when there is none."""
        while self._events:
            owner, event = self._events.popleft()
            if self._taken is not None and len(self._events) < ROOM:
                _resolve(self._taken)
                self._taken = None
            if any(owner is one for one in owners):
                return event
        return None

    @property
    def holds_frame(self) -> bool:
        """Whether a frame of the Central System waits."""
        return any(isinstance(event, FrameReceived) for _, event in self._events)

    async def stirred(self, seconds: float | None) -> None:
        """Wait for an event, at most so long; it may end early. One alarm serves until a nearer one is needed."""
        loop = asyncio.get_running_loop()
        if seconds is not None and (self._alarm is None or self._alarm.when() > loop.time() + seconds):
            self.close()
            self._alarm = loop.call_later(seconds, self._ring)
        self._waiter = loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def close(self) -> None:
        """Set no alarm any more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _ring(self) -> None:
        self._alarm = None
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None:
            _resolve(self._waiter)


def _resolve(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
