"""One CALL at a time, and Charge Points that come, go and come back."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from reference_csms import conversation
from reference_csms.records import id_tags
from reference_csms.running import RunningCsms, running

from .client import DEADLINE, Operator, Point, connected, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCEPTED = {"status": "Accepted"}


async def test_the_next_call_is_sent_only_when_the_last_is_answered(point: Point, operator: Operator) -> None:
    orders = [await operator.order(point, "UnlockConnector", {"connectorId": n}) for n in (1, 2, 3)]
    states = [call["state"] for call in await operator.look("calls", point)]
    assert states[1:] == ["queued", "queued"]
    for connector_id in (1, 2, 3):
        kind, unique_id, _, payload = await point.receive()
        assert (kind, payload) == (2, {"connectorId": connector_id})
        # An answer to a CALL of ours comes next, not the next CALL of the queue.
        assert "currentTime" in await point.ask("Heartbeat")
        await point.send(json.dumps([3, unique_id, {"status": "Unlocked"}]))
    assert [(await operator.outcome(each))["state"] for each in orders] == ["answered"] * 3


async def test_an_order_is_accepted_before_the_charge_point_answers(point: Point, operator: Operator) -> None:
    response = await operator.order(point, "ClearCache")
    assert response.status_code == 202
    assert response.json()["callId"] == (await point.receive())[1]


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ('[4,"%s","NotImplemented","no",{}]', "refused"),
        ('[4,"%s","NotImplemented"]', "flawed"),
        ('[4,"%s"]', "flawed"),
        ('[4,"%s",[],{},null]', "flawed"),
        ('[3,"%s",{"status":"Perhaps"}]', "flawed"),
        ('[3,"%s",{}]', "flawed"),
        ('[3,"%s"]', "flawed"),
        ('[3,"%s",null]', "flawed"),
        ('[3,"%s",[]]', "flawed"),
        ('[3,"%s",{"status":NaN}]', "flawed"),
        ('[3,"%s",{"status":"Accepted"},1]', "flawed"),
        ('[3,"%s",{"status":"Accepted"}]', "answered"),
    ],
)
async def test_the_queue_goes_on_after_any_reply(point: Point, operator: Operator, reply: str, state: str) -> None:
    response = await operator.order(point, "ClearCache")
    await point.send(reply % (await point.receive())[1])
    assert (await operator.outcome(response))["state"] == state
    await operator.perform(point, "ClearCache", {}, ACCEPTED)


async def test_the_queue_goes_on_after_the_answer_timeout(identity: str) -> None:
    async with (
        running(private(call_timeout=0.02)) as csms,
        operating(csms) as operator,
        connected(csms, identity) as point,
    ):
        response = await operator.order(point, "ClearCache")
        late = (await point.receive())[1]
        assert (await operator.outcome(response))["state"] == "timeout"
        await point.send(json.dumps([3, late, ACCEPTED]))
        assert "currentTime" in await point.ask("Heartbeat")
        assert [call["state"] for call in await operator.look("calls", point)] == ["timeout"]


async def test_too_many_waiting_calls_are_refused(point: Point, operator: Operator) -> None:
    statuses = [(await operator.order(point, "ClearCache")).status_code for _ in range(102)]
    assert statuses == [202] * 101 + [429]


async def test_calls_that_wait_are_lost_with_the_connection(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    async with connected(csms, identity) as point:
        orders = [await operator.order(point, "ClearCache") for _ in range(3)]
        await point.receive()
    assert [(await operator.outcome(each))["state"] for each in orders] == ["lost"] * 3
    assert (await operator.order(identity, "ClearCache")).status_code == 409


async def test_a_newer_connection_takes_the_place_of_the_older(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    async with connected(csms, identity) as older, connected(csms, identity) as newer:
        await operator.perform(newer, "ClearCache", {}, ACCEPTED)
        async with asyncio.timeout(DEADLINE):
            await older.connection.wait_closed()
        assert older.connection.close_reason == "replaced by a newer connection"
        await operator.perform(newer, "ClearCache", {}, ACCEPTED)


async def test_the_late_end_of_an_older_connection_leaves_the_newer_alone(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    async with connected(csms, identity) as older:
        # The older one does not read, so that its close handshake cannot complete.
        older.connection.transport.pause_reading()
        async with connected(csms, identity) as newer:
            assert "currentTime" in await newer.ask("Heartbeat")
            older.connection.transport.abort()
            await older.connection.wait_closed()
            assert "currentTime" in await newer.ask("Heartbeat")
            await operator.perform(newer, "ClearCache", {}, ACCEPTED)
            assert (await operator.look(f"charge-points/{identity}"))["connected"] is True


async def test_ten_quick_reconnects_leave_a_charge_point_that_can_be_reached(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    for _ in range(10):
        async with connected(csms, identity) as point:
            assert "currentTime" in await point.ask("Heartbeat")
            await operator.perform(point, "ClearCache", {}, ACCEPTED)


async def test_what_was_received_before_the_end_is_still_kept(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    async with connected(csms, identity) as point:
        for number in range(5):
            status = {"connectorId": number, "errorCode": "NoError", "status": "Available"}
            await point.send(json.dumps([2, f"{number}", "StatusNotification", status]))
    async with asyncio.timeout(DEADLINE):
        kept: list[object] = []
        while len(kept) < 5:
            kept = (await operator.look(f"charge-points/{identity}"))["connectors"]


async def test_calls_of_both_sides_may_cross(point: Point, operator: Operator) -> None:
    await point.send('[2,"mine","Heartbeat",{}]')
    response = await operator.order(point, "ClearCache")
    answer, call = await point.receive(), await point.receive()
    assert answer[:2] == [3, "mine"]
    await point.send(json.dumps([3, call[1], ACCEPTED]))
    assert (await operator.outcome(response))["state"] == "answered"


async def test_a_charge_point_that_stops_reading_loses_its_connection(
    csms: RunningCsms, operator: Operator, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "SEND_DEADLINE", 0.02)
    echo = {"vendorId": "org.csms-harness.reference", "messageId": "Echo", "data": "x" * 900_000}
    async with connected(csms, identity) as point, asyncio.timeout(DEADLINE):
        point.connection.transport.pause_reading()
        with suppress(ConnectionClosed):
            for number in range(40):
                await point.send(json.dumps([2, f"{number}", "DataTransfer", echo]))
        while (await operator.look(f"charge-points/{identity}"))["connected"]:
            pass
        point.connection.transport.abort()
    async with connected(csms, identity) as again:
        assert "currentTime" in await again.ask("Heartbeat")


async def test_a_call_that_cannot_be_processed_is_answered_internal_error(
    point: Point, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(id_tags, "judge", fail)
    kind, _, code, description, _ = await point.call("Authorize", {"idTag": "TAG-001"})
    assert (kind, code) == (4, "InternalError")
    assert "disk" not in description
    assert "the disk is gone" in caplog.text
    assert "currentTime" in await point.ask("Heartbeat")
