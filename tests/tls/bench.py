"""Cases over real TLS: a reference CSMS in this process, and a lane that connects to it under each security profile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseResult, Limits
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import case_fact
from csms_harness.report.telling import told_case
from csms_harness.resources import folder
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.lane import Lane
from csms_harness.scenario.library import Library, TestCase
from csms_harness.scenario.load import load_library
from csms_harness.scenario.model import Credential
from csms_harness.target.config import DEFAULTS
from csms_harness.target.materials import materials
from csms_harness.transport.websocket import Endpoint
from csms_harness.triggers.base import Failed, Outcome, Performed, TriggerRequest
from reference_csms.calls import OrderRefusedError
from reference_csms.records import charge_points
from reference_csms.running import RunningCsms, running
from reference_csms.seams import Seams
from reference_csms.settings import Settings

NAME = "CP_01"
PASSWORD = b"password-over-tls"
LIMITS = Limits(action=5.0, pace=0.05, responses={"": 5.0}, reconnect=0.5)


@cache
def library() -> Library:
    """The shipped scenarios."""
    return load_library(folder("scenarios"))


def the_case(case_id: str) -> TestCase:
    """A case of the document, or one beyond it."""
    found = library().find(case_id)
    assert found is not None
    return found


@asynccontextmanager
async def served(data: Path, seams: Seams | None = None) -> AsyncIterator[RunningCsms]:
    """A reference CSMS with all four security profiles; its certificates lie in a folder that tests share."""
    settings = Settings(
        port=0, api_port=0, tls_port=0, client_tls_port=0, data=data, database="sqlite+aiosqlite:///:memory:"
    )
    async with running(settings, seams) as csms:
        store = csms.central_system.basis.store
        await store.within(lambda db: charge_points.set_password(db, NAME, PASSWORD))
        yield csms


def doors(csms: RunningCsms) -> dict[int, Endpoint]:
    """Where the Charge Point connects to under each security profile."""
    assert csms.ca_file is not None
    plain = Endpoint(csms.ocpp_url, NAME, password=PASSWORD, close_timeout=0.3)
    certificate = csms.ca_file.parent / "clients" / f"{NAME}.pem"
    return {
        1: plain,
        2: Endpoint(csms.tls_url(2), NAME, password=PASSWORD, ca_file=csms.ca_file, close_timeout=0.3),
        3: Endpoint(csms.tls_url(3), NAME, ca_file=csms.ca_file, client_certificate=certificate, close_timeout=0.3),
    }


@asynccontextmanager
async def relayed(where: Callable[[bytes], int]) -> AsyncIterator[int]:
    """A port of this machine that hands each connection on to the port its first byte leads to."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b"") -> None:
        with suppress(OSError):
            writer.write(first)
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(1)
        there, back = await asyncio.open_connection("127.0.0.1", where(first))
        await asyncio.gather(pipe(reader, back, first), pipe(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def certificates(csms: RunningCsms) -> dict[Credential, tuple[Path, Path | None]]:
    """What the Charge Point can show beside its own certificate."""
    assert csms.ca_file is not None
    names = {Credential.ANOTHER: "CP_02", Credential.EXPIRED: f"{NAME}-expired", Credential.EARLY: f"{NAME}-early"}
    return {kind: (csms.ca_file.parent / "clients" / f"{name}.pem", None) for kind, name in names.items()}


@dataclass
class Desk:
    """The control API without HTTP."""

    csms: RunningCsms
    wished: list[Mapping[str, Any]] = field(default_factory=list)

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:
        self.wished.append(request.fields)
        try:
            await self.csms.central_system.order(request.charge_point_id, request.action, dict(request.fields))
        except OrderRefusedError as refused:
            return Failed(f"{refused}")
        return Performed()

    async def provision(self, item: str, fields: Mapping[str, Any], deadline: float) -> Outcome:
        return Failed(item)

    def provides(self, item: str, fields: Mapping[str, Any]) -> bool:
        return False

    def describe(self, action: str) -> str:
        return "in this process"

    def not_passed(self, request: TriggerRequest) -> tuple[str, ...]:
        return ()

    def asks_person(self, action: str) -> bool:
        return False


class Nobody:
    """Nobody watches."""

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """Nothing."""


def a_lane(csms: RunningCsms, only: tuple[int, ...] = (1, 2, 3)) -> Lane:
    """A Charge Point of this Central System that can connect under these security profiles."""
    served_there = {profile: end for profile, end in doors(csms).items() if profile in only}
    return Lane(
        entrance=Entrance(next(iter(served_there.values())), served_there, certificates(csms)),
        charge_point=ChargePoint(NAME),
        config={**DEFAULTS, **materials(), "valid_id_tag": "TAG-001"},
        limits=LIMITS,
        trigger_limit=lambda _: 5.0,
        book=Desk(csms),
        states=library().states,
        watcher=Nobody(),
        thinking=0.0,
    )


def told(case_id: str, result: CaseResult, lane: Lane) -> CaseFact:
    """What a case came to, in words."""
    case = the_case(case_id)
    started = lane.wall_clock(result.began)
    return told_case(case_fact(case, result, octt=False, declared=None, lane=NAME, started=started, reproduce=""))


async def run(csms: RunningCsms, *case_ids: str, only: tuple[int, ...] = (1, 2, 3)) -> list[CaseFact]:
    """Run cases on one lane; each has to end within half a minute."""
    lane, facts = a_lane(csms, only), []
    try:
        for name in case_ids:
            async with asyncio.timeout(30):
                facts.append(told(name, await lane.run(the_case(name)), lane))
        return facts
    finally:
        await lane.close()
