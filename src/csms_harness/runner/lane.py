"""One lane: one Charge Point identity, one connection kept from case to case. Does what the engine asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseResult, CaseRun, Limits
from csms_harness.engine.effects import (
    CloseConnection,
    Effect,
    Hold,
    MakeKey,
    OpenConnection,
    ProbeTls,
    ReleaseTrigger,
    RequestProvision,
    RequestTrigger,
    SendControl,
    SendFrame,
)
from csms_harness.engine.events import Event, FrameReceived, KeyMade, Refused, Stalled, TimePassed
from csms_harness.engine.line import Line
from csms_harness.record.facts import LeftFact
from csms_harness.record.journal import Played
from csms_harness.report.trace import Trace
from csms_harness.runner.chores import Chores
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.inbox import Inbox
from csms_harness.runner.leftovers import Notes, left_on, take_over
from csms_harness.runner.prompts import Prompts
from csms_harness.runner.showing import NothingToShow
from csms_harness.runner.wires import Wires
from csms_harness.runner.world import Book, Watcher, World, real_world
from csms_harness.scenario.library import State, TestCase
from csms_harness.target.passwords import with_keys
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import RefusalKind

LOOKS: Final = 5
"""Turns of the event loop in which what lies in a socket can be taken, under TLS as well."""

TURN: Final = 4
"""Events of one lane that are judged without a wait before others have their turn."""

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
    _pending: deque[Effect] = field(default_factory=deque)
    _in_a_row: int = 0
    _heard_at: float = 0.0
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
        run = self._begun(case)
        await self._do(run)
        if self.stop_asked:
            self.interrupt()
        self._inbox.attend = partial(self._attend, run)
        while run.result is None:
            event = await self._next(run)
            if event is not None:
                self._feed(run, event)
            await self._do(run)
        self._inbox.attend = self._run = None
        self.keep_notes()
        self.prompts.end()
        if run.result.flooded:
            self.played = None  # who judges again would need all of it
        return run.result

    def _begun(self, case: TestCase) -> CaseRun:
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
        self._pending = deque(run.begin(began, self.played.before))
        self._look(run)
        return run

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

    async def _next(self, run: CaseRun) -> Event | None:
        """The next event of this case or this connection; TimePassed when something is due before.

        None where events were attended to meanwhile, and left something to do.
        """
        if self._in_a_row >= TURN:
            self._in_a_row = 0
            await asyncio.sleep(0)  # where frames never stop coming, other lanes have their turn
        looks = 0
        while (event := self.wires.take(run)) is None:
            self._in_a_row, now = 0, self.world.now()
            wake_at = self._awaited(run, now)
            if wake_at is None or now < wake_at:
                await self._inbox.stirred(wake_at)
                if self._pending or run.result is not None:
                    return None
            elif looks < LOOKS:
                looks += 1
                await asyncio.sleep(0)  # what lies in the socket came before, whenever we get round to it
            else:
                return TimePassed(now)
        return event

    def _awaited(self, run: CaseRun, now: float) -> float | None:
        """When something is due, if nothing comes before; whoever watches is told what is waited for."""
        what, until = run.awaiting
        self.watcher.awaiting(self.name, what, None if until is None else max(0.0, until - now))
        return run.sooner(until)

    def _attend(self, run: CaseRun) -> bool:
        """See to what came over the wire in the turn of the event loop that brought it (docs/decisions/0062).

        Whether there is nothing left but to wait; else the lane goes on where this left off.
        """
        while (event := self.wires.take(run)) is not None:
            if event.at > self._heard_at:  # what comes in one read has one stamp
                self._heard_at, self._in_a_row = event.at, 0
            self._feed(run, event)
            if not self._done_now(run) or run.result is not None or self._in_a_row >= TURN:
                return False
        now = self.world.now()
        wake_at = self._awaited(run, now)
        if wake_at is not None and now >= wake_at:
            return False
        self._inbox.remind(wake_at)
        return True

    def _done_now(self, run: CaseRun) -> bool:
        """Do what is pending as far as nobody has to be waited for; whether that was all."""
        while self._pending:
            effect = self._pending[0]
            sent = self.wires.send_now(effect) if isinstance(effect, SendFrame) and not effect.answer else None
            if sent is None:
                return False
            self._pending.popleft()
            self._feed(run, sent)
        return True

    def _feed(self, run: CaseRun, event: Event) -> None:
        """Hand an event to the engine, and keep it so that the case can be judged again."""
        assert self.played is not None
        self.played.events.append(event)
        self._in_a_row += 1
        self._pending.extend(run.handle(event))
        if self.trace is not None:
            self._look(run)
        if self.notes is not None and isinstance(event, FrameReceived):
            self.notes.write(self.left())

    def _look(self, run: CaseRun) -> None:
        if self.trace is not None:
            self.trace.look(self.name, run.notes, over=run.done)

    # -- effects ----------------------------------------------------------------------------------------

    async def _do(self, run: CaseRun) -> None:
        while self._pending:
            event = await self._effect(run, self._pending.popleft())
            if event is not None:
                self._feed(run, event)

    async def _effect(self, run: CaseRun, effect: Effect) -> Event | None:
        match effect:
            case SendFrame():
                if effect.answer and not self.wires.holds_message:  # who did not wait shows already; a flood must end
                    await asyncio.sleep(self.thinking)  # docs/decisions/0008: who does not wait for it shows
                return await self.wires.send(effect.text, effect.unique_id, effect.framing)
            case SendControl(data, pong):
                return await self.wires.control(data, pong=pong)
            case MakeKey():
                return self._make_key(run, effect)
            case OpenConnection():
                return self._open(effect)
            case ProbeTls(profile, weak):
                self.wires.probe(run, self._through(OpenConnection(profile=profile)), weak=weak)
            case CloseConnection(former=True):
                self.wires.part()
            case CloseConnection(drop):
                self.wires.end(drop=drop)
            case RequestTrigger(ticket, action, fields):
                return self.prompts.trigger(run, ticket, action, fields)
            case RequestProvision(ticket, item, fields):
                self.prompts.provision(run, ticket, item, fields)
            case ReleaseTrigger(ticket, action):
                self.prompts.release(ticket, action)
            case Hold():
                self.prompts.hold(run)
        return None

    def _through(self, wanted: OpenConnection) -> Endpoint:
        return self.entrance.through(wanted, self.charge_point.certificate_chain)

    def _open(self, wanted: OpenConnection) -> Event | None:
        try:
            self.wires.open(self._through(wanted), wanted.profile, beside=wanted.beside)
        except NothingToShow as lack:
            return Refused(self.world.now(), str(lack), RefusalKind.CLIENT_CERTIFICATE)
        return None

    def _make_key(self, run: CaseRun, wanted: MakeKey) -> Event | None:
        if wanted.algorithm == "RSA":
            self._chores.begin(self._make_rsa_key(run, wanted))
            return None
        csr = self.entrance.keys.make(wanted.algorithm, wanted.common_name, wanted.organization)
        return KeyMade(self.world.now(), csr)

    async def _make_rsa_key(self, run: CaseRun, wanted: MakeKey) -> None:
        """It takes so long that nobody else could do anything meanwhile."""
        make = self.entrance.keys.make
        csr = await asyncio.to_thread(make, wanted.algorithm, wanted.common_name, wanted.organization)
        self._inbox.put(run, KeyMade(self.world.now(), csr))
