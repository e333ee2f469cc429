"""One lane: one Charge Point identity, one connection kept from case to case. Does what the engine asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseResult, CaseRun, Limits
from csms_harness.engine.effects import (
    CloseConnection,
    Effect,
    OpenConnection,
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
    Interrupted,
    Lost,
    Refused,
    TimePassed,
    TriggerFinished,
)
from csms_harness.engine.line import Line
from csms_harness.record.journal import Played
from csms_harness.scenario.model import State, TestCase
from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.websocket import (
    Closed,
    CloseSide,
    ConnectionLost,
    Endpoint,
    Handshake,
    Received,
    Refusal,
    open_connection,
)
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest


class Watcher(Protocol):
    """Who watches a lane."""

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """The lane waits for this, for at most so long."""


class Link(Protocol):
    """A connection as a lane uses it (csms_harness.transport.websocket.Connection)."""

    handshake: Handshake

    async def send(self, data: str | bytes) -> float:
        """Write a frame; the moment of writing. Raises ConnectionLost."""

    async def receive(self) -> Received | Closed:
        """The next message, or the end."""

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        """End the connection in order."""

    async def drop(self) -> None:
        """End it without a word."""


class Book(Protocol):
    """Triggers as a lane uses them (csms_harness.triggers.book.TriggerBook)."""

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:
        """Make the Central System act; always ends."""

    async def provision(self, item: str, fields: Mapping[str, Any], deadline: float) -> Outcome:
        """Have an item made in the Central System; always ends."""

    def provides(self, item: str, fields: Mapping[str, Any]) -> bool:
        """Whether the target says how such an item is made."""

    def describe(self, action: str) -> str:
        """Which adapter serves an action or an item."""

    def asks_person(self, action: str) -> bool:
        """Whether an action or an item is asked of the operator."""


@dataclass(frozen=True, slots=True)
class World:
    """What a lane has to do with: connections, monotonic seconds, and the wall clock (UTC)."""

    connect: Callable[[Endpoint], Awaitable[Link | Refusal]]
    now: Callable[[], float]
    utc_now: Callable[[], datetime]


def real_world() -> World:
    """Sockets and clocks of this machine."""
    return World(partial(open_connection, accept_any_subprotocol=True), now, utc_now)


@dataclass(slots=True)
class Lane:
    """A Charge Point and what it needs to run cases one after another.

    ``played`` is all that the engine was fed for the last case; ``handshakes`` are those of all connections.
    """

    endpoint: Endpoint
    charge_point: ChargePoint
    config: Mapping[str, Any]
    limits: Limits
    trigger_limit: Callable[[str], float]
    book: Book
    states: Mapping[str, State]
    watcher: Watcher
    world: World = field(default_factory=real_world)
    thinking: float = 0.0
    handshakes: list[Handshake] = field(default_factory=list)
    stop_asked: bool = False
    _line: Line = field(init=False)
    _connection: Link | None = None
    played: Played | None = None
    _events: deque[tuple[object, Event]] = field(default_factory=deque)
    _between: list[Event] = field(default_factory=list)
    _waiter: asyncio.Future[None] | None = None
    _alarm: asyncio.TimerHandle | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _prompts: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _run: CaseRun | None = None

    def __post_init__(self) -> None:
        self._line = Line(self.charge_point)

    @property
    def name(self) -> str:
        """The identity of the Charge Point."""
        return self.endpoint.identity

    async def run(self, case: TestCase) -> CaseResult:
        """Run one case to its end. Never raises on what the Central System, a trigger or the network does."""
        self._catch_up()
        began, epoch = self.world.now(), self._epoch()
        run = CaseRun(case, self.states, self._line, self.config, self.limits, epoch)
        calls = self._line.dialogue.correlation.count
        self.played = Played(
            case.id, self.name, began, epoch, self.config, asdict(self.limits), calls, before=self._between
        )
        self._run, self._prompts, self._between = run, {}, []
        await self._do(run, run.begin(began))
        if self.stop_asked:
            self.interrupt()
        while run.result is None:
            self._tell(run)
            await self._do(run, self._feed(run, await self._next(run)))
        self._run = None
        for task in self._prompts.values():
            task.cancel()
        return run.result

    def _feed(self, run: CaseRun, event: Event) -> list[Effect]:
        """Hand an event to the engine, and keep it so that the case can be judged again."""
        assert self.played is not None
        self.played.events.append(event)
        return run.handle(event)

    def _catch_up(self) -> None:
        """Between two cases nobody listens: what became of the connection then is no concern of the next case."""
        waiting, self._events = self._events, deque()
        for owner, event in waiting:
            if owner not in (self, self._connection):
                continue
            if isinstance(event, FrameReceived):
                self._events.append((owner, event))
                continue
            if isinstance(event, Lost):
                self._connection = None
            self._line.take(event)
            self._between.append(event)

    def interrupt(self) -> None:
        """Ask the running case to clean up and end."""
        self.stop_asked = True
        if self._run is not None:
            self._put(self._run, Interrupted(self.world.now()))

    async def close(self) -> None:
        """Close the connection and end everything that is still at work."""
        if self._connection is not None:
            await self._close(self._connection, drop=False)
        self._silence()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _epoch(self) -> datetime:
        """The wall clock at monotonic 0."""
        return self.world.utc_now() - timedelta(seconds=self.world.now())

    def _tell(self, run: CaseRun) -> None:
        what, until = run.awaiting
        self.watcher.awaiting(self.name, what, None if until is None else max(0.0, until - self.world.now()))

    # -- events -----------------------------------------------------------------------------------------

    def _put(self, owner: object, event: Event) -> None:
        self._events.append((owner, event))
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _next(self, run: CaseRun) -> Event:
        """The next event of this case or this connection; TimePassed when something is due before."""
        while True:
            while self._events:
                owner, event = self._events.popleft()
                if owner is run or owner is self._connection or owner is self:
                    return event
            wake_at, now = run.wake_at, self.world.now()
            if wake_at is not None and now >= wake_at:
                return TimePassed(now)
            await self._stirred(wake_at, now)

    async def _stirred(self, wake_at: float | None, now: float) -> None:
        """Wait for an event, or for the moment at which something is due; it may end early."""
        loop = asyncio.get_running_loop()
        if wake_at is not None and (self._alarm is None or self._alarm.when() > loop.time() + (wake_at - now)):
            self._silence()
            self._alarm = loop.call_later(wake_at - now, self._ring)
        self._waiter = loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _ring(self) -> None:
        self._alarm = None
        self._wake()

    def _silence(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    # -- effects ----------------------------------------------------------------------------------------

    async def _do(self, run: CaseRun, effects: list[Effect]) -> None:
        pending = deque(effects)
        while pending:
            event = await self._effect(run, pending.popleft())
            if event is not None:
                pending.extend(self._feed(run, event))

    async def _effect(self, run: CaseRun, effect: Effect) -> Event | None:
        match effect:
            case SendFrame(text, unique_id, answer):
                if answer:
                    await asyncio.sleep(self.thinking)  # docs/decisions/0008: who does not wait for it shows
                return await self._send(text, unique_id)
            case OpenConnection():
                self._spawn(self._open(self._endpoint(effect)))
            case CloseConnection(drop):
                self._spawn(self._end(drop=drop))
            case RequestTrigger(ticket, action, fields):
                self._prompts[ticket] = self._spawn(self._trigger(run, ticket, action, fields))
            case RequestProvision(ticket, item, fields):
                self._prompts[ticket] = self._spawn(self._provision(run, ticket, item, fields))
            case ReleaseTrigger(ticket, action):
                self._release(ticket, action)
        return None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _send(self, text: str, unique_id: str) -> Event:
        if self._connection is None:
            return Lost(self.world.now(), "there is no connection")
        try:
            return FrameSent(await self._connection.send(text), unique_id)
        except ConnectionLost as lost:
            return Lost(self.world.now(), str(lost))

    def _endpoint(self, wanted: OpenConnection) -> Endpoint:
        """Where to connect to, with what this opening changes of it."""
        changes: dict[str, Any] = {"url": wanted.url, "password": wanted.password, "subprotocols": wanted.subprotocols}
        return replace(self.endpoint, **{name: value for name, value in changes.items() if value is not None})

    async def _open(self, endpoint: Endpoint) -> None:
        try:
            opened = await self.world.connect(endpoint)
        except Exception as error:  # noqa: BLE001  whatever it is, the case is waiting for an end
            sentence = f"The connection could not be opened: {type(error).__name__}: {error}"
            self._put(self, Refused(self.world.now(), sentence))
            return
        if isinstance(opened, Refusal):
            self._put(self, Refused(self.world.now(), opened.sentence, opened.kind, opened.http_status))
            return
        self._connection = opened
        self.handshakes.append(opened.handshake)
        shown = opened.handshake
        self._put(self, Connected(self.world.now(), shown.subprotocol, shown.http_status, endpoint.subprotocols))
        self._spawn(self._read(opened))

    async def _read(self, connection: Link) -> None:
        while True:
            received = await connection.receive()
            if isinstance(received, Closed):
                ours = received.by is CloseSide.CHARGE_POINT
                self._put(connection, Lost(received.at, received.sentence, received.code, ours))
                return
            self._put(connection, _frame(received))

    async def _end(self, *, drop: bool) -> None:
        try:
            if self._connection is not None:
                await self._close(self._connection, drop=drop)
        finally:
            self._put(self, Lost(self.world.now(), "the Charge Point closed the connection", ours=True))

    async def _close(self, connection: Link, *, drop: bool) -> None:
        if drop:
            await connection.drop()
        else:
            await connection.close()
        if self._connection is connection:
            self._connection = None

    async def _trigger(self, run: CaseRun, ticket: int, action: str, fields: Mapping[str, Any]) -> None:
        request = TriggerRequest(action, self.name, fields)
        outcome = await self.book.perform(request, self.trigger_limit(action))
        self._ended(run, ticket, outcome, self.book.describe(action))

    async def _provision(self, run: CaseRun, ticket: int, item: str, fields: Mapping[str, Any]) -> None:
        if self.book.provides(item, fields):
            outcome = await self.book.provision(item, fields, self.trigger_limit(item))
            self._ended(run, ticket, outcome, self.book.describe(item))
        else:
            self._ended(run, ticket, Performed("the target does not say how it is made, so it is taken to exist"), "")

    def _ended(self, run: CaseRun, ticket: int, outcome: Outcome, adapter: str) -> None:
        match outcome:
            case Performed(detail):
                word, text = "performed", detail
            case Declined(reason):
                word, text = "declined", reason
                self.stop_asked = self.stop_asked or bool(getattr(outcome, "stop", False))
            case Failed(reason):
                word, text = "failed", reason
        self._put(run, TriggerFinished(self.world.now(), ticket, word, text, adapter))

    def _release(self, ticket: int, action: str) -> None:
        """A person need not be asked any longer; a request that is under way may finish by itself."""
        task = self._prompts.pop(ticket, None)
        if task is not None and self.book.asks_person(action):
            task.cancel()


def _frame(received: Received) -> FrameReceived:
    return FrameReceived(received.at, received.data, received.resumed_at, received.clock)
