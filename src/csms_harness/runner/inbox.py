"""The events that wait for a lane, and the lane that waits for events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from csms_harness.engine.events import Event


@dataclass(slots=True)
class Inbox:
    """Events in the order in which they came, each with its owner: a case, or the lane itself.

    ``attend`` sees to what came over the wire while the lane waits, and says whether it may go on waiting.
    """

    attend: Callable[[], bool] | None = None
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
        """Wait for an event or ``wake``, at most until this moment of the loop, or less."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()  # asks the system for the process each time
        self.remind(until)
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def remind(self, at: float | None) -> None:
        """Wake whoever waits at this moment of the loop, or before: one alarm serves until a nearer one is wanted."""
        if at is None or self._loop is None or (self._alarm is not None and self._alarm.when() <= at):
            return
        self.close()
        self._alarm = self._loop.call_at(at, self._ring)

    def heard(self) -> None:
        """Something came over the wire: have it seen to at once, or let whoever waits look."""
        if self._waiter is None or self._waiter.done():
            return
        try:
            seen_to = self.attend is not None and self.attend()
        except Exception as error:  # noqa: BLE001  it belongs to whoever waits, not to the connection
            self._waiter.set_exception(error)
            return
        if not seen_to:
            self.wake()

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
