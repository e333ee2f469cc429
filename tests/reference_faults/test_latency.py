"""``--latency``: answers held back, in their order, and nothing else changed."""

from __future__ import annotations

import asyncio
import json

import pytest

from reference_csms.running import running
from reference_csms.settings import SettingsError
from reference_faults.choosing import chosen
from reference_faults.latency import parse_latencies
from tests.reference_csms.client import BOOT, DEADLINE, Point, connected, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _wait(point: Point, action: str, **payload: object) -> float:
    """Seconds until the answer."""
    began = asyncio.get_running_loop().time()
    assert (await point.call(action, payload))[0] == 3
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize(
    ("entries", "meaning"),
    [
        (("Authorize=300ms",), {"Authorize": 0.3}),
        (("*=1.5s", "Heartbeat=0s"), {"*": 1.5, "Heartbeat": 0.0}),
        (("DataTransfer=2 min",), {"DataTransfer": 120.0}),
        ((), {}),
    ],
)
async def test_a_latency_is_an_action_and_a_duration(entries: tuple[str, ...], meaning: dict[str, float]) -> None:
    assert parse_latencies(entries) == meaning


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("Authorize", "--latency Authorize: write ACTION=DURATION"),
        ("Authorize=1", "with ms, s or min"),
        ("Authorize=-1s", "write ACTION=DURATION"),
        ("Reset=1s", "Reset is no action of a Charge Point in OCPP 1.6"),
        ("Authorise=1s", "Authorise is no action of a Charge Point"),
    ],
)
async def test_a_mistake_is_one_sentence(entry: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as mistake:
        chosen(latencies=(entry,))
    assert sentence in str(mistake.value)


async def test_an_answer_is_held_back_for_so_long(identity: str) -> None:
    async with (
        running(private(), chosen(latencies=("Authorize=80ms",)).seams) as csms,
        connected(csms, identity) as point,
    ):
        assert await _wait(point, "Authorize", idTag="TAG-001") >= 0.08


async def test_a_star_stands_for_every_action_that_is_not_named(identity: str) -> None:
    async with (
        running(private(), chosen(latencies=("*=80ms", "Heartbeat=0s")).seams) as csms,
        connected(csms, identity) as point,
    ):
        assert await _wait(point, "BootNotification", **BOOT) >= 0.08


async def test_other_answers_are_not_held_back(identity: str) -> None:
    async with (
        running(private(), chosen(latencies=("*=10min", "Heartbeat=0s")).seams) as csms,
        connected(csms, identity) as point,
    ):
        assert await _wait(point, "Heartbeat") < DEADLINE


async def test_answers_keep_their_order(identity: str) -> None:
    async with (
        running(private(), chosen(latencies=("Authorize=50ms",)).seams) as csms,
        connected(csms, identity) as point,
    ):
        await point.send(json.dumps([2, "slow", "Authorize", {"idTag": "TAG-001"}]))
        await point.send(json.dumps([2, "fast", "Heartbeat", {}]))
        assert [(await point.receive())[1], (await point.receive())[1]] == ["slow", "fast"]


async def test_an_answer_is_not_waited_for_beyond_the_end_of_its_connection(identity: str) -> None:
    async with running(private(), chosen(latencies=("Authorize=10min",)).seams) as csms:
        async with connected(csms, identity) as point:
            await point.send(json.dumps([2, "slow", "Authorize", {"idTag": "TAG-001"}]))
        async with asyncio.timeout(DEADLINE):
            while identity in csms.central_system.conversations:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0)
