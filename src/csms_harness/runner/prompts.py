"""Whom a case asks besides the Central System: the triggers, who makes its items, and who looks at each step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import GoOn, Interrupted, TriggerBegan, TriggerFinished
from csms_harness.runner.chores import Chores
from csms_harness.runner.inbox import Inbox
from csms_harness.runner.world import Book, Pace, World
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest

HELD: Final = 0
"""The ticket of the question for the next step; those of triggers begin at 1."""


@dataclass(slots=True)
class Prompts:
    """What is asked of others for the present case, each under a ticket; how it ended comes as an event.

    ``name`` is the identity of the Charge Point, ``limit`` the seconds that an action may take, ``stepper`` asks a
    person for each step. Once the run was ``stopped``, no person is asked for more.
    """

    name: str
    book: Book
    limit: Callable[[str], float]
    world: World
    inbox: Inbox
    chores: Chores
    stepper: Callable[[], Awaitable[Pace]] | None = None
    stopped: bool = False
    _open: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    def trigger(self, run: CaseRun, ticket: int, action: str, fields: Mapping[str, Any]) -> TriggerBegan:
        """Have the Central System made to act."""
        request = TriggerRequest(action, self.name, fields)
        lost = self.book.not_passed(request)
        self._open[ticket] = self.chores.begin(self._trigger(run, ticket, request))
        return TriggerBegan(self.world.now(), ticket, self.book.describe(action), lost)

    def provision(self, run: CaseRun, ticket: int, item: str, fields: Mapping[str, Any]) -> None:
        """Have an item made in the Central System."""
        self._open[ticket] = self.chores.begin(self._provision(run, ticket, item, fields))

    def hold(self, run: CaseRun) -> None:
        """Ask whoever looks what comes next; where nobody does, all of it."""
        self._open[HELD] = self.chores.begin(self._hold(run))

    def release(self, ticket: int, action: str) -> None:
        """A person need not be asked any longer; a request that is under way may finish by itself."""
        task = self._open.pop(ticket, None)
        if task is not None and self.book.asks_person(action):
            task.cancel()

    def stop(self, run: CaseRun | None) -> None:
        """The run is to end: its case, if there is one, cleans up."""
        self.stopped = True
        if run is not None:
            self.inbox.put(run, Interrupted(self.world.now()))

    def end(self) -> None:
        """The case is over; nobody waits for an answer."""
        for task in self._open.values():
            task.cancel()
        self._open = {}

    async def _hold(self, run: CaseRun) -> None:
        wanted = Pace.TO_THE_END if self.stepper is None else await self.stepper()
        if wanted is Pace.STOP:
            self.stop(run)
        else:
            self.inbox.put(run, GoOn(self.world.now(), to_the_end=wanted is Pace.TO_THE_END))

    async def _trigger(self, run: CaseRun, ticket: int, request: TriggerRequest) -> None:
        adapter = self.book.describe(request.action)
        if self.stopped and self.book.asks_person(request.action):
            self._ended(run, ticket, Declined("the run was stopped"), adapter)
            return
        outcome = await self.book.perform(request, self.limit(request.action))
        self._ended(run, ticket, outcome, adapter)

    async def _provision(self, run: CaseRun, ticket: int, item: str, fields: Mapping[str, Any]) -> None:
        if self.book.provides(item, fields):
            outcome = await self.book.provision(item, fields, self.limit(item))
            self._ended(run, ticket, outcome, self.book.describe(item))
        else:
            self._ended(run, ticket, Performed("the target does not say how it is made, so it is taken to exist"), "")

    def _ended(self, run: CaseRun, ticket: int, outcome: Outcome, adapter: str) -> None:
        said, doubtful = "", False
        match outcome:
            case Performed(detail, said, doubtful):
                word, text = "performed", detail
            case Declined(reason, stop):
                word, text = "declined", reason
                self.stopped = self.stopped or stop
            case Failed(reason):
                word, text = "failed", reason
        self.inbox.put(run, TriggerFinished(self.world.now(), ticket, word, text, adapter, said, doubtful))
