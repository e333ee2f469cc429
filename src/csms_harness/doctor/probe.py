"""Measures what no case can show: how long a Central System waits for an answer, and how its own answers lie.

Figures with their sample counts, never a verdict. The CALL whose answer is held back is one that changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from csms_harness.charge_point.model import ChargePoint
from csms_harness.dialogue.dialogue import Asked, Dialogue
from csms_harness.evidence import Role
from csms_harness.message import Message, MessageType
from csms_harness.ocppj.correlation import Correlation
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.record.facts import ProbeFigure
from csms_harness.report.timing import spread_of
from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.websocket import Closed, Connection, ConnectionLost
from csms_harness.triggers.base import Outcome, Performed, TriggerRequest
from csms_harness.triggers.book import TriggerBook

HARMLESS: Final[Mapping[str, Mapping[str, Any]]] = {
    "GetConfiguration": {"key": ["HeartbeatInterval"]},
    "GetLocalListVersion": {},
    "TriggerMessage": {"requestedMessage": "Heartbeat"},
}
"""CALLs that change nothing, and what they are asked to carry: one of them is left unanswered."""

CALL_TIMEOUT: Final = "Wait for an answer to a CALL"
HEARTBEAT_INTERVAL: Final = "Heartbeat interval"
CLOCK_OFFSET: Final = "Clock offset"


class ProbeFailed(Exception):
    """Nothing could be measured; the text is one sentence."""


@dataclass(slots=True)
class Probe:
    """A Charge Point that measures. ``limit``: seconds an answer may take; ``patience``: how long it keeps silent."""

    connection: Connection
    charge_point: ChargePoint
    book: TriggerBook
    limit: float
    patience: float
    _dialogue: Dialogue = field(init=False)

    def __post_init__(self) -> None:
        self._dialogue = Dialogue(
            self.charge_point,
            lambda at: utc_now() - timedelta(seconds=now() - at),
            Correlation(f"probe-{int(now() * 1000) % 10**9}"),
        )

    async def figures(self, calls: int, id_tag: str | None) -> AsyncIterator[ProbeFigure]:
        """Every figure as soon as it is known; ``calls`` of each action are made. Raises ProbeFailed."""
        booted, waited = await self._called("BootNotification", {})
        if booted is None or booted.type is not MessageType.CALLRESULT:
            raise ProbeFailed(f"no BootNotification.conf within {self.limit:g} s")
        status = booted.payload.get("status")
        if status != "Accepted":
            raise ProbeFailed(f"BootNotification was answered with {status}; let this Charge Point in in the CSMS")
        interval = booted.payload.get("interval")
        told = [float(interval)] if isinstance(interval, int) and interval >= 0 else []
        yield figure(HEARTBEAT_INTERVAL, told, about="interval in BootNotification.conf")
        offsets = self._offsets(booted, waited)
        for action, payload in _calls(id_tag):
            waits = []
            for _ in range(calls):
                answer, waited = await self._called(action, payload)
                waits += [waited] if waited is not None else []
                offsets += self._offsets(answer, waited)
            missing = calls - len(waits)
            about = f"{missing} of {calls} without an answer within {self.limit:g} s" if missing else ""
            declared = "response_time_authorize" if action == "Authorize" else "ocpp_response_timeout"
            yield figure(f"{action}.conf after its CALL", waits, declared, about)
        about = "currentTime less this machine's clock in the middle of the exchange; exact to a second at best"
        yield figure(CLOCK_OFFSET, offsets, about=about)
        yield await self._silence()

    # -- one CALL after another -------------------------------------------------------------------------------

    async def _called(self, action: str, given: Mapping[str, Any]) -> tuple[Message | None, float | None]:
        """The answer to a CALL and the seconds it took; None where none came in time."""
        outgoing = self._dialogue.submit(action, dict(given), Role.SCENARIO, self.limit, now())
        try:
            async with asyncio.timeout(self.limit):
                opened = self._dialogue.next_call(now(), self.limit)
                if opened is not None:
                    await self._write(opened[1])
                while outgoing.answer is None:
                    await self._answer_ordinarily(await self._heard())
        except TimeoutError:
            self._dialogue.give_up(outgoing, now())
            return None, None
        return outgoing.answer, outgoing.latency

    async def _heard(self) -> Asked | None:
        """The next CALL of the Central System; None for anything else that came."""
        received = await self.connection.receive()
        if isinstance(received, Closed):
            raise ConnectionLost(received)
        arrival = self._dialogue.receive(received.data, received.at)
        return arrival if isinstance(arrival, Asked) else None

    async def _answer_ordinarily(self, asked: Asked | None) -> None:
        if asked is not None:
            await self._write(self._dialogue.answer_ordinarily(asked.message, now())[1])

    async def _write(self, message: Message) -> None:
        self._dialogue.written(message.unique_id, await self.connection.send(message.text))

    def _offsets(self, answer: Message | None, waited: float | None) -> list[float]:
        """Their clock less ours, in the middle of the exchange."""
        if answer is None or waited is None:
            return []
        try:
            told = parse_datetime(str(answer.payload.get("currentTime")))
        except ValueError:
            return []
        middle = utc_now() - timedelta(seconds=now() - answer.at + waited / 2)
        return [(told - middle).total_seconds()]

    # -- one CALL left unanswered -----------------------------------------------------------------------------

    async def _silence(self) -> ProbeFigure:
        """Leave a CALL unanswered, ask for another, and see what ends the wait for the first."""
        action = next((one for one in HARMLESS if self._can_ask(one)), None)
        if action is None:
            names = ", ".join(HARMLESS)
            return figure(CALL_TIMEOUT, [], about=f"not measured: the target has no program that sends {names}")
        first = asyncio.create_task(self._ask(action))
        second: asyncio.Task[Outcome] | None = None
        try:
            asked = await self._next_of(action, first)
            if asked is None:
                return figure(CALL_TIMEOUT, [], about=f"not measured: no {action}.req came when it was asked for")
            second = asyncio.create_task(self._ask(action))
            return await self._end_of(action, asked, first)
        finally:
            for task in (first, second):
                if task is not None:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def _next_of(self, action: str, asking: asyncio.Task[Outcome]) -> Message | None:
        """The CALL that was asked for; whatever else comes is answered. None when it does not come."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limit):
                while True:
                    asked = await self._heard()
                    if asked is not None and asked.message.action == action:
                        return asked.message
                    await self._answer_ordinarily(asked)
        del asking  # what it says does not matter here: the wire is the witness
        return None

    async def _end_of(self, action: str, asked: Message, asking: asyncio.Task[Outcome]) -> ProbeFigure:
        """What ends the wait for an answer to this CALL: another CALL, a failure told by the API, or a close."""
        pending = not asking.done()
        hearing = asyncio.create_task(self._another(asked))
        waiting: set[asyncio.Task[Any]] = {hearing, asking} if pending else {hearing}
        try:
            done, _ = await asyncio.wait(waiting, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
            while done == {asking} and isinstance(asking.result(), Performed):
                done, _ = await asyncio.wait(
                    {hearing}, timeout=self.patience - (now() - asked.at), return_when=asyncio.FIRST_COMPLETED
                )
            if not done:
                return figure(
                    CALL_TIMEOUT, [], "ocpp_response_timeout",
                    f"longer than {self.patience:g} s: {action}.req was left unanswered, and nothing came",
                )  # fmt: skip
            if hearing in done:
                at, told = hearing.result()
            else:
                at, told = now(), "its API said that it failed"
            about = f"{action}.req was left unanswered; then {told}"
            return figure(CALL_TIMEOUT, [max(0.0, at - asked.at)], "ocpp_response_timeout", about)
        finally:
            hearing.cancel()
            with suppress(asyncio.CancelledError, ConnectionLost):
                await hearing

    async def _another(self, asked: Message) -> tuple[float, str]:
        """When the Central System says something else, or leaves."""
        try:
            while True:
                found = await self._heard()
                if found is not None and found.message.unique_id != asked.unique_id:
                    await self._answer_ordinarily(found)
                    return found.message.at, f"{found.message.action}.req came"
        except ConnectionLost:
            return now(), "it closed the connection"

    def _can_ask(self, action: str) -> bool:
        return not self.book.asks_person(action)

    async def _ask(self, action: str) -> Outcome:
        request = TriggerRequest(action, self.charge_point.identity, HARMLESS[action])
        return await self.book.perform(request, self.patience)


def _calls(id_tag: str | None) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """The CALLs whose answers are timed: none begins a transaction."""
    status = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    meter = {"connectorId": 1, "meterValue": [{"timestamp": _moment(), "sampledValue": [{"value": "0"}]}]}
    authorize = [("Authorize", {"idTag": id_tag})] if id_tag else []
    return (("Heartbeat", {}), *authorize, ("StatusNotification", status), ("MeterValues", meter))


def _moment() -> str:
    return utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")


def figure(name: str, samples: Sequence[float], declared: str = "", about: str = "") -> ProbeFigure:
    """A figure of these samples, in seconds."""
    spread = spread_of(samples)
    if spread is None:
        return ProbeFigure(name=name, samples=0, declared=declared, about=about)
    return ProbeFigure(
        name=name,
        samples=spread.count,
        minimum=round(spread.minimum, 6),
        median=round(spread.median, 6),
        p95=round(spread.p95, 6),
        p99=round(spread.p99, 6),
        maximum=round(spread.maximum, 6),
        declared=declared,
        about=about,
    )
