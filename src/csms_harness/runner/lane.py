"""One lane: one Charge Point identity, one connection kept from case to case."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseResult, CaseRun, Limits
from csms_harness.engine.events import Event, FrameReceived, Stalled
from csms_harness.engine.line import Line
from csms_harness.record.facts import LeftFact
from csms_harness.record.journal import Played
from csms_harness.report.trace import Trace
from csms_harness.runner.chores import Chores
from csms_harness.runner.course import Course
from csms_harness.runner.deeds import Deeds
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.inbox import Inbox
from csms_harness.runner.leftovers import Notes, left_on, take_over
from csms_harness.runner.prompts import Prompts
from csms_harness.runner.wires import Wires
from csms_harness.runner.world import Book, Watcher, World, real_world
from csms_harness.scenario.library import State, TestCase
from csms_harness.target.passwords import with_keys
from csms_harness.target.unknown import UnknownIdTags

ROOM: Final = 256
"""So many events of the time between two cases are taken at once; the rest comes in the case."""


@dataclass(slots=True)
class Lane:
    """A Charge Point and what it needs to run cases one after another.

    ``thinking`` is how long, in seconds, the Charge Point takes to answer a CALL; ``played`` all that the engine was
    fed for the last case; ``unknown`` makes the idTags that nobody knows; ``notes`` is where it stands what is open,
    should this be the last that is heard of it. Its connections are ``wires``; ``prompts`` are what it asks of others.
    """

    entrance: Entrance
    charge_point: ChargePoint
    config: Mapping[str, Any]
    limits: Limits
    trigger_limit: Callable[[str], float]
    book: Book
    states: Mapping[str, State]
    watcher: Watcher
    thinking: float
    unknown: UnknownIdTags = field(default_factory=UnknownIdTags)
    notes: Notes | None = None
    trace: Trace | None = None
    world: World = field(default_factory=real_world)
    wires: Wires = field(init=False)
    prompts: Prompts = field(init=False)
    played: Played | None = None
    _line: Line = field(init=False)
    _inbox: Inbox = field(default_factory=Inbox)
    _chores: Chores = field(default_factory=Chores)
    _between: list[Event] = field(default_factory=list)
    _run: CaseRun | None = None

    def __post_init__(self) -> None:
        self._line = Line(self.charge_point)
        self.wires = Wires(self.world, self._inbox, self._chores)
        self.prompts = Prompts(self.name, self.book, self.trigger_limit, self.world, self._inbox, self._chores)

    @property
    def name(self) -> str:
        """The identity of the Charge Point."""
        return self.entrance.endpoint.identity

    @property
    def stop_asked(self) -> bool:
        """Whether the run is to end."""
        return self.prompts.stopped

    async def run(self, case: TestCase) -> CaseResult:
        """Run one case to its end. Never raises on what the Central System, a trigger or the network does."""
        self._catch_up()
        course = self._begun(case)
        if self.stop_asked:
            self.interrupt()
        result = await course.to_its_end()
        self._run = None
        self.keep_notes()
        self.prompts.end()
        if result.flooded:
            self.played = None  # who judges again would need all of it
        return result

    def _begun(self, case: TestCase) -> Course:
        """A case that has begun; what came since the last one is told to it."""
        began, epoch = self.world.now(), self._epoch()
        config = self.unknown.config(self.config)
        password = self.entrance.password
        if password is not None:
            config = with_keys(config, password)
        profile = self.profile_of(case)
        self._run = run = CaseRun(case, self.states, self._line, config, self.limits, epoch, profile)
        calls, limits = self._line.dialogue.correlation.count, asdict(self.limits)
        self.played = Played(case.id, self.name, began, epoch, config, limits, calls, profile, before=self._between)
        self._between = []
        first = deque(run.begin(began, self.played.before))
        self._look()
        return Course(
            run, self._deeds(), self.played.events, self._judged, partial(self.watcher.awaiting, self.name), first
        )

    def _deeds(self) -> Deeds:
        beside = self._inbox, self._chores, self.world, self.thinking
        return Deeds(self.entrance, self.charge_point, self.wires, self.prompts, *beside)

    def unable(self, case: TestCase) -> str:
        """Why this Charge Point cannot run a case any more; empty when it can.

        A Central System that raised its security profile, in this run or an earlier one, never lowers it over OCPP.
        """
        return self.entrance.unable(case, self.charge_point.raised_to)

    @property
    def settled(self) -> bool:
        """Whether there is a connection on which a case can begin at once."""
        return self._line.connected and not self._line.fresh

    def profile_of(self, case: TestCase) -> int | None:
        """The security profile that a case runs under."""
        return self.entrance.profile(case, self.charge_point.raised_to)

    def keep_notes(self) -> None:
        """Write down what is open now, for a later run."""
        if self.notes is not None:
            self.notes.write(self.left())

    def left(self) -> tuple[LeftFact, ...]:
        """What is open in the Central System now."""
        if not self.charge_point.leaves_something:
            return ()
        running = self._run.case.id if self._run is not None else ""
        return left_on(self._line, self.world.utc_now(), running)

    def take_over(self, left: Sequence[LeftFact]) -> None:
        """Let the Charge Point know what an earlier run left open."""
        take_over(self._line, left, self.world.utc_now())

    def interrupt(self) -> None:
        """Ask the running case to clean up and end."""
        self.prompts.stop(self._run)

    def stalled(self, seconds: float) -> None:
        """The harness stood still until now: the running case must not blame the Central System for it."""
        if self._run is not None:
            self._inbox.put(self._run, Stalled(self.world.now(), seconds))

    async def close(self) -> None:
        """Close the connection and end everything that is still at work."""
        await self.wires.close()
        self._inbox.close()
        self.entrance.keys.close()
        await self._chores.end()

    def _epoch(self) -> datetime:
        """The wall clock at monotonic 0."""
        return self.world.utc_now() - timedelta(seconds=self.world.now())

    def wall_clock(self, at: float) -> datetime:
        """The wall clock (UTC) at a moment of the last case, in monotonic seconds."""
        epoch = self._epoch() if self.played is None else self.played.epoch
        return epoch + timedelta(seconds=at)

    # -- events -----------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Between two cases nobody listens: what came then is no concern of the next case, but of the run."""
        while len(self._between) < ROOM and (event := self.wires.take()) is not None:
            self._between.append(event)

    def _judged(self, event: Event) -> None:
        """The engine has seen an event: tell what is new, and note what may be open now."""
        if self.trace is not None:
            self._look()
        if self.notes is not None and isinstance(event, FrameReceived):
            self.notes.write(self.left())

    def _look(self) -> None:
        if self.trace is not None and self._run is not None:
            self.trace.look(self.name, self._run.notes, over=self._run.done)
