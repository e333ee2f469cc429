"""The events that wait for a lane, and the lane that waits for events."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from csms_harness.engine.events import Event


@dataclass(slots=True)
class Inbox:
    """Events in the order in which they came, each with its owner: a case, or the lane itself."""

    _events: deque[tuple[object, Event]] = field(default_factory=deque)
    _waiter: asyncio.Future[None] | None = None
    _alarm: asyncio.TimerHandle | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def put(self, owner: object, event: Event) -> None:
        """Something happened."""
        self._events.append((owner, event))
        self.wake()

    def take(self, *owners: object) -> Event | None:
        """The next event of one of these; those of others are nobody's business any more. None when there is none."""
        while self._events:
            owner, event = self._events.popleft()
            if any(owner is one for one in owners):
                return event
        return None

    async def stirred(self, until: float | None) -> None:
        """Wait for an event or ``wake``, at most until this moment of the loop, or less.

        One alarm serves until a nearer one comes.
        """
        if self._loop is None:
            self._loop = asyncio.get_running_loop()  # asks the system for the process each time
        if until is not None and (self._alarm is None or self._alarm.when() > until):
            self.close()
            self._alarm = self._loop.call_at(until, self._ring)
        self._waiter = self._loop.create_future()
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
        self.wake()

    def wake(self) -> None:
        """Let whoever waits look again."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
