"""One trial: every implemented case against one reference CSMS, in memory and in virtual time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.datastructures import Headers

from csms_harness.matrix.in_place import in_place
from csms_harness.matrix.pipe import CentralSystemEnd, ChargePointEnd, Pipe
from csms_harness.matrix.virtual_time import VirtualLoop, run_virtually
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import between
from csms_harness.rules.indexed import indexed
from csms_harness.rules.standing import rule_verdicts
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.lane import Lane
from csms_harness.runner.session import Session
from csms_harness.runner.world import World
from csms_harness.scenario.file_keys import NEXT_PROFILE
from csms_harness.scenario.library import Library, TestCase
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.pics import undeclared
from csms_harness.target.target import Target
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.refusal import Refusal, RefusalKind
from csms_harness.transport.websocket import Endpoint, Handshake
from csms_harness.triggers.base import Failed, Outcome, Performed, TriggerRequest
from reference_csms.basis import Basis
from reference_csms.calls import OrderRefusedError
from reference_csms.central_system import CentralSystem
from reference_csms.door import PROTOCOL_ERROR
from reference_csms.handshake import DEFLATE, chosen_subprotocol
from reference_csms.passwords import hash_password, password_fits
from reference_csms.records import tables
from reference_csms.records.store import Store
from reference_csms.seams import SWITCHING_PROTOCOLS, Seams
from reference_csms.settings import Settings

EPOCH = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
DEADLINES = Deadlines(response=5.0, action=5.0, connection=5.0)
PROFILE = 1
"""The security profile under which everything runs in memory: Basic authentication."""
PASSWORD = b"password-in-memory"
BYSTANDER = "CP_99"
"""A second Charge Point that is only connected: for a Central System that mixes Charge Points up."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial came to: all cases and all rules."""

    cases: tuple[CaseFact, ...]
    rules: tuple[RuleVerdict, ...]


@dataclass(slots=True)
class Encounter:
    """A Central System in memory, and how a lane meets it."""

    loop: VirtualLoop
    csms: CentralSystem
    conversations: set[asyncio.Task[None]] = field(default_factory=set)

    def utc_now(self) -> datetime:
        """The wall clock of both sides."""
        return EPOCH + timedelta(seconds=self.loop.time())

    async def connect(self, endpoint: Endpoint) -> ChargePointEnd | Refusal:
        """Open a connection, as the Central System and the session part of the deviations let it."""
        headers = Headers(endpoint.headers | {"Sec-WebSocket-Protocol": ", ".join(endpoint.subprotocols)})
        if endpoint.compression:
            headers["Sec-WebSocket-Extensions"] = DEFLATE
        admission = await self.csms.knock(f"/{endpoint.identity}{'/' if endpoint.slash else ''}", headers)
        if admission.status != SWITCHING_PROTOCOLS:
            echoes = endpoint.is_said_in(admission.sentence)
            return Refusal(RefusalKind.HTTP_STATUS, f"HTTP {admission.status}", admission.status, echoes=echoes)
        chosen = chosen_subprotocol(admission, endpoint.subprotocols)
        pipe = Pipe(self.loop)
        agreed = chosen == admission.subprotocol
        task = asyncio.create_task(self._converse(endpoint.identity, CentralSystemEnd(pipe, chosen), agreed=agreed))
        self.conversations.add(task)
        task.add_done_callback(self.conversations.discard)
        return ChargePointEnd(pipe, _handshake(chosen))

    async def _converse(self, identity: str, end: CentralSystemEnd, *, agreed: bool) -> None:
        try:
            if agreed:
                await self.csms.converse(identity, end)  # type: ignore[arg-type]  # as much of it as is used
            else:
                await end.close(PROTOCOL_ERROR, "only ocpp1.6 is spoken")
        finally:
            end.abort()

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:  # noqa: ARG002  Book's signature
        """A trigger: the control API without HTTP."""
        try:
            await self.csms.order(request.charge_point_id, request.action, dict(request.fields))
        except OrderRefusedError as refused:
            return Failed(f"{refused.status} {refused}")
        return Performed()

    def describe(self, action: str) -> str:  # noqa: ARG002  Book's signature
        """Which adapter serves an action."""
        return "in memory"

    def not_passed(self, request: TriggerRequest) -> tuple[str, ...]:  # noqa: ARG002  Book's signature
        """The members of a wish that are not handed over: none."""
        return ()

    def asks_person(self, action: str) -> bool:  # noqa: ARG002  Book's signature
        """Whether the operator is asked: never."""
        return False

    def provides(self, item: str, fields: Mapping[str, object]) -> bool:  # noqa: ARG002  Book's signature
        """Whether an item can be made: all there is has been seeded."""
        return False

    async def provision(self, item: str, fields: Mapping[str, object], deadline: float = 30.0) -> Outcome:  # noqa: ARG002
        """Make an item exist; never asked for."""
        return Failed(f"{item} cannot be made in memory")


def _handshake(subprotocol: str | None) -> Handshake:
    return Handshake(subprotocol, None, None, 101, "memory", "user", 0.0)


class Silent:
    """Nobody watches."""

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """Nothing."""

    def case_started(self, lane: str, case_id: str, name: str) -> None:
        """Nothing."""

    def case_finished(self, fact: CaseFact) -> None:
        """Nothing."""


def run_trial(
    library: Library,
    target: Target,
    seams: Seams,
    only: Sequence[str] | None = None,
    lanes: int = 1,
    unknown: UnknownIdTags | None = None,
) -> Result:
    """Run the cases against a Central System with these seams: all implemented ones, or these ids in their order.

    They run on the first so many Charge Points of the target. Those of the pack beyond the document run where they are
    named. Where what is plugged in remembers, a second trial goes on with the ``unknown`` idTags of the first.
    """
    tags = unknown or UnknownIdTags()
    with _quiet(logging.getLogger("reference_csms")):
        return run_virtually(lambda loop: _trial(loop, library, target, seams, only, lanes, tags))


@contextmanager
def _quiet(log: logging.Logger) -> Iterator[None]:
    """What a Central System that is wrong on purpose logs is of no interest."""
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


async def _trial(
    loop: VirtualLoop,
    library: Library,
    target: Target,
    seams: Seams,
    only: Sequence[str] | None,
    lanes: int,
    unknown: UnknownIdTags,
) -> Result:
    store = await Store.open("sqlite+aiosqlite:///:memory:", in_place)
    csms = CentralSystem(Basis(Settings(), store, lambda: EPOCH + timedelta(seconds=loop.time()), _fits), seams)
    encounter = Encounter(loop, csms)
    try:
        await csms.seed()
        await store.within(lambda db: _set_passwords(db, target, lanes))
        bystander = await encounter.connect(Endpoint(url="ws://memory", identity=BYSTANDER))
        session = _session(library, target, encounter, lanes, unknown)
        everything = {**library.cases, **library.pack}
        chosen = virtual_cases(library) if only is None else only
        cases = [everything[case_id] for case_id in chosen]
        await session.run(cases, ())
        if isinstance(bystander, ChargePointEnd):
            await bystander.drop()
    finally:
        await _end(encounter)
        await store.close()
    order = (*(entry.id for entry in library.catalogue), *library.pack)
    results = tuple(session.results[case_id] for case_id in order if case_id in session.results)
    return Result(results, rule_verdicts(library.rules, indexed((*results, *between(results)))))


def virtual_cases(library: Library) -> tuple[str, ...]:
    """The cases of the document that can run in memory: what needs TLS cannot."""
    return tuple(case.id for case in library.cases.values() if _runs_in_memory(case))


def virtual_pack(library: Library) -> tuple[str, ...]:
    """The cases beyond the document that can run in memory."""
    return tuple(case.id for case in library.pack.values() if _runs_in_memory(case))


def _runs_in_memory(case: TestCase) -> bool:
    profiles = case.security_profiles
    return (case.any_connection or not profiles or PROFILE in profiles) and NEXT_PROFILE not in case.requires


async def _set_passwords(db: AsyncConnection, target: Target, lanes: int) -> None:
    """Hashed once for all trials: the hash takes its time on purpose."""
    named = tables.charge_points.c.charge_point_id.in_([entry.id for entry in target.charge_points[:lanes]])
    await db.execute(update(tables.charge_points).where(named).values(password_hash=_hashed(PASSWORD)))


async def _fits(password: bytes, password_hash: str) -> bool:
    """Compared once for each password: a trial opens many connections, and the hash takes its time."""
    return _known(password, password_hash)


_known = lru_cache(maxsize=64)(password_fits)
_hashed = lru_cache(maxsize=1)(hash_password)


async def _end(encounter: Encounter) -> None:
    for task in list(encounter.conversations):
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


def _session(library: Library, target: Target, encounter: Encounter, number: int, unknown: UnknownIdTags) -> Session:
    lanes = [_lane(library, target, entry, encounter, unknown) for entry in target.charge_points[:number]]
    return Session(lanes, undeclared("reference CSMS"), False, lambda _: "", Silent(), lambda _fact, _played: None)


def _lane(
    library: Library, target: Target, entry: ChargePointEntry, encounter: Encounter, unknown: UnknownIdTags
) -> Lane:
    endpoint = Endpoint(url="ws://memory", identity=entry.id, password=PASSWORD)
    return Lane(
        entrance=Entrance(endpoint, {PROFILE: endpoint}),
        charge_point=entry.charge_point(),
        config=target.lane_config(entry),
        limits=DEADLINES.limits(),
        trigger_limit=lambda _: DEADLINES.action,
        book=encounter,
        states=library.states,
        watcher=Silent(),
        thinking=DEADLINES.thinking,
        unknown=unknown,
        world=World(encounter.connect, encounter.loop.time, encounter.utc_now),
    )
