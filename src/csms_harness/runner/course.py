"""One case under way on a lane: events to the engine, its effects to be done, and the waits between them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from csms_harness.engine.case import CaseResult, CaseRun
from csms_harness.engine.effects import Effect
from csms_harness.engine.events import Event, TimePassed
from csms_harness.runner.deeds import Deeds

LOOKS: Final = 5
"""Turns of the event loop in which what lies in a socket can be taken, under TLS as well."""

TURN: Final = 4
"""Events of one lane that are judged without a wait before others have their turn."""

Awaiting = Callable[[str, float | None], None]
"""Told what is waited for, and for how many seconds at most."""


@dataclass(slots=True)
class Course:
    """A case and what is to be done for it.

    Each event is ``kept``, so that the case can be judged again; ``judged`` is told of each that the engine has seen,
    ``awaiting`` of each wait. ``pending`` are effects that are still to be done.
    """

    run: CaseRun
    deeds: Deeds
    kept: list[Event]
    judged: Callable[[Event], None]
    awaiting: Awaiting
    pending: deque[Effect] = field(default_factory=deque)
    _in_a_row: int = 0
    _heard_at: float = 0.0

    async def to_its_end(self) -> CaseResult:
        """Go on until the case has ended. Never raises on what the Central System, a trigger or the network does."""
        inbox = self.deeds.inbox
        inbox.attend = self._attend
        try:
            while True:
                await self._do()
                if self.run.result is not None:
                    return self.run.result
                event = await self._next()
                if event is not None:
                    self._feed(event)
        finally:
            inbox.attend = None

    async def _do(self) -> None:
        while self.pending:
            event = await self.deeds.do(self.run, self.pending.popleft())
            if event is not None:
                self._feed(event)

    async def _next(self) -> Event | None:
        """The next event of this case or this connection; TimePassed when something is due before.

        None where events were attended to meanwhile, and left something to do.
        """
        if self._in_a_row >= TURN:
            self._in_a_row = 0
            await asyncio.sleep(0)  # where frames never stop coming, other lanes have their turn
        looks = 0
        while (event := self.deeds.wires.take(self.run)) is None:
            self._in_a_row, now = 0, self.deeds.world.now()
            wake_at = self._due(now)
            if wake_at is None or now < wake_at:
                await self.deeds.inbox.stirred(wake_at)
                if self.pending or self.run.result is not None:
                    return None
            elif looks < LOOKS:
                looks += 1
                await asyncio.sleep(0)  # what lies in the socket came before, whenever we get round to it
            else:
                return TimePassed(now)
        return event

    def _attend(self) -> bool:
        """See to what came over the wire in the turn of the event loop that brought it (docs/decisions/0062).

        Whether there is nothing left but to wait; else the case goes on where this left off.
        """
        while (event := self.deeds.wires.take(self.run)) is not None:
            if event.at > self._heard_at:  # what comes in one read has one stamp
                self._heard_at, self._in_a_row = event.at, 0
            self._feed(event)
            if not self._done_at_once() or self.run.result is not None or self._in_a_row >= TURN:
                return False
        now = self.deeds.world.now()
        wake_at = self._due(now)
        if wake_at is not None and now >= wake_at:
            return False
        self.deeds.inbox.remind(wake_at)
        return True

    def _done_at_once(self) -> bool:
        """Do what is pending as far as nobody has to be waited for; whether that was all."""
        while self.pending:
            sent = self.deeds.at_once(self.pending[0])
            if sent is None:
                return False
            self.pending.popleft()
            self._feed(sent)
        return True

    def _due(self, now: float) -> float | None:
        """When something is due, if nothing comes before; whoever watches is told what is waited for."""
        what, until = self.run.awaiting
        self.awaiting(what, None if until is None else max(0.0, until - now))
        return self.run.sooner(until)

    def _feed(self, event: Event) -> None:
        self.kept.append(event)
        self._in_a_row += 1
        self.pending.extend(self.run.handle(event))
        self.judged(event)
