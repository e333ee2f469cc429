"""A lane's world in memory: a clock that jumps, connections that are queues, triggers that are functions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import Limits
from csms_harness.matrix.pipe import CentralSystemEnd, ChargePointEnd, Pipe
from csms_harness.matrix.virtual_time import VirtualLoop, run_virtually
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.lane import Lane
from csms_harness.runner.world import Link, World
from csms_harness.transport.websocket import CloseSide, Endpoint, Handshake, Refusal, RefusalKind
from csms_harness.triggers.base import Outcome, Performed, TriggerRequest
from tests.engine.play import STATES
from tests.support.scripted_csms import CONFIG, EPOCH, ScriptedCsms

T = TypeVar("T")

HANDSHAKE = Handshake("ocpp1.6", None, None, 101, "127.0.0.1:9000", "user", 0.01)
REFUSED = Refusal(RefusalKind.HTTP_STATUS, "The Central System answered HTTP 503.")


@dataclass
class Central:
    """A scripted Central System behind connections in memory. ``refusals`` are given before it accepts one."""

    loop: VirtualLoop
    csms: ScriptedCsms = field(default_factory=ScriptedCsms)
    refusals: list[Refusal | Exception] = field(default_factory=list)
    pipes: list[Pipe] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    wrap: Callable[[ChargePointEnd], Link] = lambda end: end

    async def connect(self, _endpoint: Endpoint) -> Link | Refusal:
        """Accept a connection, or refuse it, or break."""
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, Exception):
                raise refusal
            return refusal
        pipe = Pipe(self.loop)
        self.pipes.append(pipe)
        task = asyncio.create_task(self._serve(pipe))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return self.wrap(ChargePointEnd(pipe, HANDSHAKE))

    async def _serve(self, pipe: Pipe) -> None:
        async for message in CentralSystemEnd(pipe):
            self.csms.now = self.loop.time()
            for delay, frame in self.csms.receive(str(message)):
                self.say(frame, pipe, delay + 0.001)

    def say(self, text: str, pipe: Pipe | None = None, delay: float = 0.001) -> None:
        """Send a frame, on the newest connection unless told otherwise."""
        line = pipe or self.pipes[-1]
        self.loop.call_later(delay, lambda: line.to_charge_point.put(self.loop.time(), text))

    def close(self) -> None:
        """Close the newest connection."""
        self.pipes[-1].end(CloseSide.CENTRAL_SYSTEM, 1001, "going away")


@dataclass
class MemoryBook:
    """Triggers that reach a Central System in memory at once, or do what ``ways`` say."""

    central: Central
    ways: Mapping[str, Callable[[TriggerRequest], Coroutine[Any, Any, Outcome]]] = field(default_factory=dict)
    words: str = "http POST /api"
    asks: bool = False
    drops: tuple[str, ...] = ()
    provisioned: list[Mapping[str, Any]] = field(default_factory=list)
    provision_outcome: Outcome = field(default_factory=Performed)
    can_provide: bool = True

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:
        """Make the Central System act."""
        if request.action in self.ways:
            return await self.ways[request.action](request)
        self.central.csms.now = self.central.loop.time()
        for frame in self.central.csms.asked_for(request.action, dict(request.fields)):
            self.central.say(frame)
        return Performed(f"within {deadline:g} s")

    async def provision(self, item: str, fields: Mapping[str, Any], deadline: float) -> Outcome:
        """Have an item made."""
        self.provisioned.append({"item": item, "within": deadline, **fields})
        return self.provision_outcome

    def provides(self, _item: str, _fields: Mapping[str, Any]) -> bool:
        """Whether it says how."""
        return self.can_provide

    def describe(self, _action: str) -> str:
        """Which adapter this is."""
        return self.words

    def not_passed(self, _request: TriggerRequest) -> tuple[str, ...]:
        """The members of a wish that are not handed over."""
        return self.drops

    def asks_person(self, _action: str) -> bool:
        """Whether this adapter is a person."""
        return self.asks


@dataclass
class Watching:
    """Remembers what it was told."""

    told: list[tuple[str, str, float | None]] = field(default_factory=list)
    started: list[tuple[str, str]] = field(default_factory=list)
    finished: list[Any] = field(default_factory=list)

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """The lane waits for this."""
        self.told.append((lane, what, seconds_left))

    def case_started(self, lane: str, case_id: str, _name: str) -> None:
        """A case begins."""
        self.started.append((lane, case_id))

    def case_finished(self, fact: Any) -> None:
        """A case has its verdict."""
        self.finished.append(fact)


@dataclass
class Bench:
    """A lane with everything around it."""

    loop: VirtualLoop
    central: Central
    book: MemoryBook
    watcher: Watching
    lane: Lane


def on_a_bench(work: Callable[[Bench], Coroutine[Any, Any, T]], **central: Any) -> T:
    """Run something with a lane in virtual time, and close the lane afterwards."""

    async def main(loop: VirtualLoop) -> T:
        bench = a_bench(loop, **central)
        try:
            return await work(bench)
        finally:
            await bench.lane.close()

    return run_virtually(main)


def a_bench(loop: VirtualLoop, **central: Any) -> Bench:
    """A lane for CP_01, and the Central System it talks to."""
    system = Central(loop, **central)
    book, watcher = MemoryBook(system), Watching()
    lane = Lane(
        entrance=Entrance(Endpoint("ws://127.0.0.1:9000/ocpp", "CP_01")),
        charge_point=ChargePoint("CP_01"),
        config=CONFIG,
        limits=Limits(action=10.0, responses={"": 5.0}),
        trigger_limit=lambda _action: 7.0,
        book=book,
        states=STATES,
        watcher=watcher,
        thinking=0.0,
        world=World(system.connect, loop.time, lambda: _wall_clock(loop)),
    )
    return Bench(loop, system, book, watcher, lane)


def _wall_clock(loop: VirtualLoop) -> datetime:
    return EPOCH.astimezone(UTC) + timedelta(seconds=loop.time())
