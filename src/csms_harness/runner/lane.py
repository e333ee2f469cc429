"""One lane: one Charge Point identity, one connection kept from case to case. Does what the engine asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
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
    SendFrame,
)
from csms_harness.engine.events import (
    Connected,
    Event,
    FrameReceived,
    FrameSent,
    GoOn,
    Interrupted,
    KeyMade,
    Lost,
    Parted,
    Refused,
    Stalled,
    TimePassed,
    TlsProbed,
    TriggerBegan,
    TriggerFinished,
)
from csms_harness.engine.line import Line
from csms_harness.record.facts import LeftFact
from csms_harness.record.journal import Played
from csms_harness.report.trace import Trace
from csms_harness.runner.inbox import Inbox
from csms_harness.runner.keys import Keys
from csms_harness.runner.leftovers import Notes, left_on, take_over
from csms_harness.runner.plan import outgrown
from csms_harness.runner.showing import Files, NothingToShow, shown
from csms_harness.runner.world import Book, Link, Pace, Watcher, World, real_world
from csms_harness.scenario.files import NEXT_PROFILE
from csms_harness.scenario.model import Credential, State, TestCase
from csms_harness.target.passwords import with_keys
from csms_harness.target.securing import lowest, not_below
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.suites import TlsProbe
from csms_harness.transport.websocket import (
    Closed,
    CloseSide,
    ConnectionLost,
    Endpoint,
    Handshake,
    Received,
    Refusal,
    RefusalKind,
)
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest

MOST_ASTRAY: Final = 100
"""So many messages that came over a connection which was left for another are looked at."""

LOOKS: Final = 5
"""Turns of the event loop in which what lies in a socket can be taken, under TLS as well."""

HELD: Final = 0
"""The ticket of the question for the next step; those of triggers begin at 1."""

TURN: Final = 4
"""Events of one lane that are judged without a wait before others have their turn."""

ROOM: Final = 256
"""So many events of the time between two cases are taken at once; the rest comes in the case."""


@dataclass(slots=True)
class Lane:
    """A Charge Point and what it needs to run cases one after another.

    ``thinking`` is how long, in seconds, the Charge Point takes to answer a CALL; ``played`` all that the engine was
    fed for the last case; ``handshakes`` are those of all connections, each with its
    security profile; ``unknown`` makes the idTags that nobody knows; ``notes`` is where it stands what is open, should
    this be the last that is heard of it. ``doors`` says where to connect to under each security profile; without any
    there is only ``endpoint``. ``certificates`` are client certificates that the Charge Point can show beside its own.
    ``stepper`` asks a person for each step.
    """

    endpoint: Endpoint
    charge_point: ChargePoint
    config: Mapping[str, Any]
    limits: Limits
    trigger_limit: Callable[[str], float]
    book: Book
    states: Mapping[str, State]
    watcher: Watcher
    thinking: float
    unknown: UnknownIdTags = field(default_factory=UnknownIdTags)
    doors: Mapping[int, Endpoint] = field(default_factory=dict)
    certificates: Mapping[Credential, Files] = field(default_factory=dict)
    notes: Notes | None = None
    trace: Trace | None = None
    stepper: Callable[[], Awaitable[Pace]] | None = None
    world: World = field(default_factory=real_world)
    handshakes: list[tuple[int | None, Handshake]] = field(default_factory=list)
    stop_asked: bool = False
    keys: Keys = field(default_factory=Keys)
    _line: Line = field(init=False)
    _connection: Link | None = None
    _former: Link | None = None
    played: Played | None = None
    _inbox: Inbox = field(default_factory=Inbox)
    _between: list[Event] = field(default_factory=list)
    _ending: Link | None = None
    _in_a_row: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _prompts: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _run: CaseRun | None = None

    def __post_init__(self) -> None:
        self._line = Line(self.charge_point)

    @property
    def name(self) -> str:
        """The identity of the Charge Point."""
        return self.endpoint.identity

    @property
    def _password(self) -> bytes | None:
        """The password of the target file."""
        shown = (one.password for one in (*self.doors.values(), self.endpoint))
        return next((password for password in shown if password is not None), None)

    async def run(self, case: TestCase) -> CaseResult:
        """Run one case to its end. Never raises on what the Central System, a trigger or the network does."""
        self._catch_up()
        began, epoch = self.world.now(), self._epoch()
        config = self.unknown.config(self.config)
        if self._password is not None:
            config = with_keys(config, self._password)
        profile = self._profile(case)
        run = CaseRun(case, self.states, self._line, config, self.limits, epoch, profile)
        calls = self._line.dialogue.correlation.count
        limits = asdict(self.limits)
        self.played = Played(case.id, self.name, began, epoch, config, limits, calls, profile, before=self._between)
        self._run, self._prompts, self._between = run, {}, []
        first = run.begin(began, self.played.before)
        self._look(run)
        await self._do(run, first)
        if self.stop_asked:
            self.interrupt()
        while run.result is None:
            self._tell(run)
            await self._do(run, self._feed(run, await self._next(run)))
        self._run = None
        self.keep_notes()
        for task in self._prompts.values():
            task.cancel()
        if run.result.flooded:
            self.played = None  # who judges again would need all of it
        return run.result

    def unable(self, case: TestCase) -> str:
        """Why this Charge Point cannot run a case any more; empty when it can.

        A Central System that raised its security profile, in this run or an earlier one, never lowers it over OCPP.
        """
        return outgrown(case, self.charge_point.raised_to, self.doors)

    def _profile(self, case: TestCase) -> int | None:
        """The security profile that a case runs under."""
        served = not_below(self.doors, self.charge_point.raised_to)
        wanted = lowest(served, case.security_profiles, and_next=NEXT_PROFILE in case.requires)
        return lowest(served, ()) if wanted is None else wanted

    def _feed(self, run: CaseRun, event: Event) -> list[Effect]:
        """Hand an event to the engine, and keep it so that the case can be judged again."""
        assert self.played is not None
        self.played.events.append(event)
        self._in_a_row += 1
        effects = run.handle(event)
        self._look(run)
        if isinstance(event, FrameReceived):
            self.keep_notes()
        return effects

    def _look(self, run: CaseRun) -> None:
        if self.trace is not None:
            self.trace.look(self.name, run.notes, over=run.done)

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

    def _catch_up(self) -> None:
        """Between two cases nobody listens: what came then is no concern of the next case, but of the run."""
        while len(self._between) < ROOM and (event := self._at_once(self)) is not None:
            self._between.append(event)

    def interrupt(self) -> None:
        """Ask the running case to clean up and end."""
        self.stop_asked = True
        if self._run is not None:
            self._put(self._run, Interrupted(self.world.now()))

    def stalled(self, seconds: float) -> None:
        """The harness stood still until now: the running case must not blame the Central System for it."""
        if self._run is not None:
            self._put(self._run, Stalled(self.world.now(), seconds))

    async def close(self) -> None:
        """Close the connection and end everything that is still at work."""
        for connection in (self._former, self._connection):
            if connection is not None:
                await self._close(connection, drop=False)
        self._inbox.close()
        self.keys.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _epoch(self) -> datetime:
        """The wall clock at monotonic 0."""
        return self.world.utc_now() - timedelta(seconds=self.world.now())

    def wall_clock(self, at: float) -> datetime:
        """The wall clock (UTC) at a moment of the last case, in monotonic seconds."""
        epoch = self._epoch() if self.played is None else self.played.epoch
        return epoch + timedelta(seconds=at)

    def _tell(self, run: CaseRun) -> None:
        what, until = run.awaiting
        self.watcher.awaiting(self.name, what, None if until is None else max(0.0, until - self.world.now()))

    # -- events -----------------------------------------------------------------------------------------

    def _put(self, owner: object, event: Event) -> None:
        self._inbox.put(owner, event)

    async def _next(self, run: CaseRun) -> Event:
        """The next event of this case or this connection; TimePassed when something is due before."""
        if self._in_a_row >= TURN:
            self._in_a_row = 0
            await asyncio.sleep(0)  # where frames never stop coming, other lanes have their turn
        looks = 0
        while (event := self._at_once(run, self)) is None:
            self._in_a_row, wake_at, now = 0, run.wake_at, self.world.now()
            if wake_at is None or now < wake_at:
                await self._inbox.stirred(None if wake_at is None else wake_at - now)
            elif looks < LOOKS:
                looks += 1
                await asyncio.sleep(0)  # what lies in the socket came before, whenever we get round to it
            else:
                return TimePassed(now)
        return event

    def _at_once(self, *owners: object) -> Event | None:
        """What there is to take now; what came over the wire is taken last, for it waits with its stamp."""
        event = self._inbox.take(*owners)
        if event is not None or self._connection is None:
            return event
        received = self._connection.take()
        if isinstance(received, Received):
            return FrameReceived(received.at, received.data, received.resumed_at, received.clock)
        if received is None or self._connection is self._ending:  # whose end is told by who ends it
            return None
        self._connection = None
        return _lost(received, received.at)

    # -- effects ----------------------------------------------------------------------------------------

    async def _do(self, run: CaseRun, effects: list[Effect]) -> None:
        pending = deque(effects)
        while pending:
            event = await self._effect(run, pending.popleft())
            if event is not None:
                pending.extend(self._feed(run, event))

    async def _effect(self, run: CaseRun, effect: Effect) -> Event | None:
        match effect:
            case SendFrame(text, unique_id, answer, binary):
                if answer and not self._holds_message:  # who did not wait shows already, and a flood must end
                    await asyncio.sleep(self.thinking)  # docs/decisions/0008: who does not wait for it shows
                return await self._send(text.encode() if binary else text, unique_id)
            case MakeKey() if effect.algorithm == "RSA":
                self._spawn(self._make_key(run, effect))
            case MakeKey(algorithm, common_name, organization):
                return KeyMade(self.world.now(), self.keys.make(algorithm, common_name, organization))
            case OpenConnection():
                return self._knock(effect)
            case ProbeTls(profile, weak):
                self._spawn(self._probe(run, self._endpoint(OpenConnection(profile=profile)), weak=weak))
            case CloseConnection(former=True):
                self._spawn(self._part())
            case CloseConnection(drop):
                self._spawn(self._end(drop=drop))
            case RequestTrigger(ticket, action, fields):
                request = TriggerRequest(action, self.name, fields)
                self._prompts[ticket] = self._spawn(self._trigger(run, ticket, request))
                lost = self.book.not_passed(request)
                return TriggerBegan(self.world.now(), ticket, self.book.describe(action), lost)
            case RequestProvision(ticket, item, fields):
                self._prompts[ticket] = self._spawn(self._provision(run, ticket, item, fields))
            case ReleaseTrigger(ticket, action):
                self._release(ticket, action)
            case Hold():
                self._prompts[HELD] = self._spawn(self._ask(run))
        return None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _ask(self, run: CaseRun) -> None:
        """Ask whoever looks what comes next; where nobody does, all of it."""
        wanted = Pace.TO_THE_END if self.stepper is None else await self.stepper()
        if wanted is Pace.STOP:
            self.interrupt()
        else:
            self._put(run, GoOn(self.world.now(), to_the_end=wanted is Pace.TO_THE_END))

    @property
    def _holds_message(self) -> bool:
        return self._connection is not None and self._connection.holds_message

    async def _send(self, text: str | bytes, unique_id: str) -> Event:
        if self._connection is None:
            return Lost(self.world.now(), "there is no connection")
        try:
            return FrameSent(await self._connection.send(text), unique_id)
        except ConnectionLost as lost:
            return _lost(lost.closed, self.world.now())

    def _endpoint(self, wanted: OpenConnection) -> Endpoint:
        """Where to connect to, with what this opening changes of it. Raises NothingToShow."""
        usual = self.endpoint if wanted.profile is None else self.doors.get(wanted.profile, self.endpoint)
        return shown(usual, wanted, self.keys, self.charge_point.certificate_chain, self.certificates)

    def _knock(self, wanted: OpenConnection) -> Event | None:
        try:
            self._spawn(self._open(self._endpoint(wanted), wanted.profile, beside=wanted.beside))
        except NothingToShow as lack:
            return Refused(self.world.now(), str(lack), RefusalKind.CLIENT_CERTIFICATE)
        return None

    async def _open(self, endpoint: Endpoint, profile: int | None = None, *, beside: bool = False) -> None:
        """Connect; ``beside`` leaves the present connection open, whose frames nobody reads any more."""
        if beside and self._connection is not None:
            older, self._former, self._connection = self._former, self._connection, None
            if older is not None:
                await older.drop()
        try:
            opened = await self.world.connect(endpoint)
        except Exception as error:  # noqa: BLE001  whatever it is, the case is waiting for an end
            sentence = f"The connection could not be opened: {type(error).__name__}: {error}"
            self._put(self, Refused(self.world.now(), sentence))
            return
        if isinstance(opened, Refusal):
            self._put(self, _refused(opened, self.world.now()))
            return
        self._connection = opened
        opened.listen(self._inbox.wake)
        self.handshakes.append((profile, opened.handshake))
        self._put(self, _connected(opened.handshake, endpoint, profile, self.world.now()))

    async def _probe(self, run: CaseRun, endpoint: Endpoint, *, weak: bool) -> None:
        probe = self.world.probe_weak if weak else self.world.probe
        found = await probe(endpoint) if endpoint.secure else None
        at = self.world.now()
        if found is None:
            self._put(run, TlsProbed(at, sentence=f"{endpoint.address} is no wss:// URL: there is no TLS."))
        elif isinstance(found, Refusal):
            self._put(run, TlsProbed(at, sentence=found.sentence, kind=found.kind))
        elif isinstance(found, TlsProbe):
            suites, versions, why = (tuple(one.items()) for one in (found.suites, found.versions, found.why))
            self._put(run, TlsProbed(at, suites, versions, why, found.certificates))
        else:
            self._put(run, TlsProbed(at, weak=tuple(found.items())))

    async def _end(self, *, drop: bool) -> None:
        self._ending = self._connection
        try:
            if self._connection is not None:
                await self._close(self._connection, drop=drop)
        finally:
            self._put(self, Lost(self.world.now(), "the Charge Point closed the connection", ours=True))

    async def _make_key(self, run: CaseRun, wanted: MakeKey) -> None:
        """An RSA key takes so long that nobody else could do anything meanwhile."""
        csr = await asyncio.to_thread(self.keys.make, wanted.algorithm, wanted.common_name, wanted.organization)
        self._put(run, KeyMade(self.world.now(), csr))

    async def _part(self) -> None:
        """Close the connection that was left open; its end is no concern of the present one."""
        former, self._former = self._former, None
        heard = () if former is None else tuple(_waiting(former))
        try:
            if former is not None:
                await former.close()
        finally:
            self._put(self, Parted(self.world.now(), heard))

    async def _close(self, connection: Link, *, drop: bool) -> None:
        if drop:
            await connection.drop()
        else:
            await connection.close()
        if self._connection is connection:
            self._connection = None

    async def _trigger(self, run: CaseRun, ticket: int, request: TriggerRequest) -> None:
        adapter = self.book.describe(request.action)
        if self.stop_asked and self.book.asks_person(request.action):  # whoever stopped the run is not asked for more
            self._ended(run, ticket, Declined("the run was stopped"), adapter)
            return
        outcome = await self.book.perform(request, self.trigger_limit(request.action))
        self._ended(run, ticket, outcome, adapter)

    async def _provision(self, run: CaseRun, ticket: int, item: str, fields: Mapping[str, Any]) -> None:
        if self.book.provides(item, fields):
            outcome = await self.book.provision(item, fields, self.trigger_limit(item))
            self._ended(run, ticket, outcome, self.book.describe(item))
        else:
            self._ended(run, ticket, Performed("the target does not say how it is made, so it is taken to exist"), "")

    def _ended(self, run: CaseRun, ticket: int, outcome: Outcome, adapter: str) -> None:
        said, doubtful = "", False
        match outcome:
            case Performed(detail, said, doubtful):
                word, text = "performed", detail
            case Declined(reason):
                word, text = "declined", reason
                self.stop_asked = self.stop_asked or bool(getattr(outcome, "stop", False))
            case Failed(reason):
                word, text = "failed", reason
        self._put(run, TriggerFinished(self.world.now(), ticket, word, text, adapter, said, doubtful))

    def _release(self, ticket: int, action: str) -> None:
        """A person need not be asked any longer; a request that is under way may finish by itself."""
        task = self._prompts.pop(ticket, None)
        if task is not None and self.book.asks_person(action):
            task.cancel()


def _connected(handshake: Handshake, endpoint: Endpoint, profile: int | None, at: float) -> Connected:
    return Connected(
        at,
        handshake.subprotocol,
        handshake.http_status,
        endpoint.subprotocols,
        profile,
        endpoint.certified_name if endpoint.secure else "",
        handshake.tls_version or "",
        handshake.cipher or "",
        handshake.certificate,
    )


def _refused(refusal: Refusal, at: float) -> Refused:
    return Refused(
        at, refusal.sentence, refusal.kind, refusal.http_status, refusal.passing, refusal.retry_after, refusal.echoes
    )


def _waiting(connection: Link) -> Iterator[str]:
    """The texts that lie unread in a connection."""
    for _ in range(MOST_ASTRAY):
        received = connection.take()
        if not isinstance(received, Received):
            return
        if isinstance(received.data, str):
            yield received.data


def _lost(closed: Closed, at: float) -> Lost:
    """The end of a connection as an event, whether a read or a write met it."""
    return Lost(at, closed.sentence, closed.code, ours=closed.by is CloseSide.CHARGE_POINT)
