"""What a probe measures, on a Central System in memory: its answers, its patience, and what ends that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.doctor.probe import CALL_TIMEOUT, CLOCK_OFFSET, HEARTBEAT_INTERVAL, Probe, ProbeFailed
from csms_harness.record.facts import ProbeFact, ProbeFigure
from csms_harness.report.certificate import certificate_html
from csms_harness.report.markdown import report_markdown
from csms_harness.report.probing import value_of
from csms_harness.report.telling import told
from csms_harness.transport.clock import now
from csms_harness.transport.websocket import Closed, CloseSide, Received
from csms_harness.triggers.base import Failed, Outcome, Performed, TriggerRequest
from csms_harness.triggers.config import Way
from tests.report.realistic import facts as realistic_facts

PATIENCE = 0.4


@dataclass
class Memory:
    """A connection to a Central System that answers at once, ``ahead`` seconds in front of us; and its API.

    ``orders`` is what it does with each wish that it gets, in their order.
    """

    orders: list[Callable[[Memory, str], Any]] = field(default_factory=list)
    ahead: float = 0.0
    status: str = "Accepted"
    silent: frozenset[str] = frozenset()
    way: Way = Way.HTTP
    inbox: asyncio.Queue[Received | Closed] = field(default_factory=asyncio.Queue)
    answered: list[str] = field(default_factory=list)
    number: int = 0

    async def send(self, data: str) -> float:
        written = now()
        kind, unique_id, *rest = json.loads(data)
        if kind == 2 and rest[0] not in self.silent:
            self.say([3, unique_id, self.answer(rest[0])])
        elif kind != 2:
            self.answered.append(unique_id)
        return written

    async def receive(self) -> Received | Closed:
        return await self.inbox.get()

    def say(self, frame: Any) -> None:
        self.inbox.put_nowait(Received(json.dumps(frame), now()))

    def answer(self, action: str) -> dict[str, Any]:
        clock = (datetime.now(UTC) + timedelta(seconds=self.ahead)).isoformat().replace("+00:00", "Z")
        answers: dict[str, dict[str, Any]] = {
            "BootNotification": {"currentTime": clock, "interval": 300, "status": self.status},
            "Heartbeat": {"currentTime": clock},
            "Authorize": {"idTagInfo": {"status": "Accepted"}},
        }
        return answers.get(action, {})

    # -- as a book of triggers

    def asks_person(self, _action: str) -> bool:
        return self.way is Way.OPERATOR

    async def perform(self, request: TriggerRequest, _deadline: float) -> Outcome:
        outcome: Outcome = Performed()
        if self.orders:
            told = self.orders.pop(0)(self, request.action)
            outcome = await told if asyncio.iscoroutine(told) else told or outcome
        return outcome


def sends(memory: Memory, action: str) -> None:
    memory.number += 1
    memory.say([2, f"cs-{memory.number}", action, {}])


LATER = 0.1
"""Seconds by which these behaviours come later than they were asked for: it is what they are about."""


async def sends_later(memory: Memory, action: str) -> Outcome:
    await asyncio.sleep(LATER)
    sends(memory, action)
    return Performed()


async def fails_later(memory: Memory, action: str) -> Outcome:
    sends(memory, action)
    await asyncio.sleep(LATER)
    return Failed("HTTP 504")


async def leaves_later(memory: Memory, _action: str) -> Outcome:
    await asyncio.sleep(LATER)
    memory.inbox.put_nowait(Closed(1001, "", CloseSide.CENTRAL_SYSTEM, now(), "it closed"))
    return Performed()


def nothing(_memory: Memory, _action: str) -> None:
    return None


async def probed(memory: Memory, calls: int = 3) -> dict[str, ProbeFigure]:
    probe = Probe(memory, ChargePoint("CP_01"), memory, limit=0.3, patience=PATIENCE)  # type: ignore[arg-type]
    return {one.name: one async for one in probe.figures(calls, "TAG-001")}


async def test_latencies_interval_and_clock_are_measured_with_their_sample_counts() -> None:
    found = await probed(Memory(ahead=120.0))
    assert found[HEARTBEAT_INTERVAL].maximum == 300.0
    for action in ("Heartbeat", "Authorize", "StatusNotification", "MeterValues"):
        one = found[f"{action}.conf after its CALL"]
        assert one.samples == 3
        assert one.minimum is not None
        assert 0 <= one.minimum < 0.3
    assert found[CLOCK_OFFSET].samples == 4
    assert found[CLOCK_OFFSET].median == pytest.approx(120.0, abs=1.0)


async def test_an_action_that_is_not_answered_has_fewer_samples_and_says_so() -> None:
    one = (await probed(Memory(silent=frozenset({"MeterValues"})), calls=1))["MeterValues.conf after its CALL"]
    assert (one.samples, one.maximum) == (0, None)
    assert "1 of 1 without an answer" in one.about


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        ([sends, sends_later], "then GetConfiguration.req came"),
        ([fails_later, nothing], "then its API said that it failed"),
        ([sends, leaves_later], "then it closed the connection"),
    ],
)
async def test_the_wait_for_an_answer_ends_in_one_of_three_ways(orders: list[Any], words: str) -> None:
    memory = Memory(orders)
    one = (await probed(memory, calls=1))[CALL_TIMEOUT]
    assert one.samples == 1
    assert one.maximum is not None
    assert 0.05 < one.maximum < PATIENCE
    assert words in one.about
    assert "cs-1" not in memory.answered
    assert one.declared == "ocpp_response_timeout"


async def test_a_central_system_that_waits_longer_than_we_do_is_told_as_that() -> None:
    one = (await probed(Memory([sends, nothing]), calls=1))[CALL_TIMEOUT]
    assert one.samples == 0
    assert f"longer than {PATIENCE:g} s" in one.about


async def test_what_cannot_be_asked_for_is_not_measured_and_says_why() -> None:
    person = (await probed(Memory(way=Way.OPERATOR), calls=1))[CALL_TIMEOUT]
    assert (person.samples, value_of(person)) == (0, "not measured")
    assert "the target has no program that sends GetConfiguration" in person.about
    deaf = (await probed(Memory([nothing]), calls=1))[CALL_TIMEOUT]
    assert "no GetConfiguration.req came" in deaf.about


async def test_who_is_not_let_in_measures_nothing() -> None:
    with pytest.raises(ProbeFailed, match="answered with Rejected"):
        await probed(Memory(status="Rejected"))


def test_the_reports_show_what_was_measured_beside_the_pics_value() -> None:
    facts = realistic_facts()
    figures = (
        ProbeFigure(name="Wait for an answer to a CALL", samples=1, minimum=30.0, median=30.0, p95=30.0, p99=30.0,
                    maximum=30.0, declared="ocpp_response_timeout", about="then it closed <the> connection"),
    )  # fmt: skip
    pics = facts.pics.model_copy(update={"ocpp_response_timeout": 25.0})
    probe = ProbeFact(charge_point="CP_01", measured=datetime(2026, 1, 31, tzinfo=UTC), figures=figures)
    with_probe = told(facts.model_copy(update={"probe": probe, "pics": pics}))
    page, text = certificate_html(with_probe), report_markdown(with_probe)
    for shown in (page, text):
        assert "Measured beside the run" in shown
        assert "30.0 s" in shown
        assert "25 s" in shown
    assert "closed &lt;the&gt; connection" in page
    assert "Measured beside the run" not in certificate_html(told(facts))
