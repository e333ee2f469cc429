"""What the Central System answers to the CALLs of a Charge Point, and what it remembers of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from reference_csms.running import RunningCsms

from .client import BOOT, Operator, Point, connected, now

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_boot_is_accepted_with_the_time_in_utc_and_the_interval(point: Point, operator: Operator) -> None:
    answer = await point.ask("BootNotification", BOOT)
    assert (answer["status"], answer["interval"]) == ("Accepted", 300)
    assert answer["currentTime"].endswith("Z")
    assert len(answer["currentTime"]) == len("2026-01-01T00:00:00.000Z")
    known = await operator.look(f"charge-points/{point.identity}")
    assert known["bootNotification"] == BOOT
    assert known["connected"] is True


async def test_a_heartbeat_tells_the_present(point: Point) -> None:
    told = datetime.fromisoformat((await point.ask("Heartbeat"))["currentTime"])
    assert abs((datetime.now(told.tzinfo) - told).total_seconds()) < 5


@pytest.mark.parametrize(
    ("id_tag", "status"),
    [
        ("TAG-001", "Accepted"),
        ("tag-001", "Accepted"),
        ("TAG-EXPIRED", "Expired"),
        ("TAG-BLOCKED", "Blocked"),
        ("TAG-INVALID", "Invalid"),
        ("", "Invalid"),
    ],
)
async def test_authorize_judges_an_id_tag_without_regard_to_case(point: Point, id_tag: str, status: str) -> None:
    assert (await point.ask("Authorize", {"idTag": id_tag}))["idTagInfo"]["status"] == status


async def test_authorize_names_the_parent_that_both_id_tags_share(point: Point) -> None:
    first = await point.ask("Authorize", {"idTag": "TAG-003"})
    second = await point.ask("Authorize", {"idTag": "TAG-103"})
    assert first["idTagInfo"]["parentIdTag"] == second["idTagInfo"]["parentIdTag"] == "PARENT-003"


async def test_authorize_of_an_expired_id_tag_says_since_when(point: Point) -> None:
    info = (await point.ask("Authorize", {"idTag": "TAG-EXPIRED"}))["idTagInfo"]
    assert info["expiryDate"] == "2020-01-01T00:00:00.000Z"


async def test_the_status_of_connectors_is_remembered(point: Point, operator: Operator) -> None:
    for status in ("Preparing", "Charging"):
        payload = {"connectorId": 2, "errorCode": "NoError", "status": status, "info": status}
        assert await point.ask("StatusNotification", payload) == {}
    last = {"connectorId": 2, "errorCode": "NoError", "status": "Available", "timestamp": now()}
    assert await point.ask("StatusNotification", last) == {}
    connectors = (await operator.look(f"charge-points/{point.identity}"))["connectors"]
    assert [(c["connectorId"], c["status"], "info" in c) for c in connectors] == [(2, "Available", False)]


async def test_transaction_ids_rise(point: Point) -> None:
    first = await point.start("TAG-001", 1)
    second = await point.start("TAG-002", 2)
    assert second["transactionId"] > first["transactionId"] > 0
    for answer in (first, second):
        await _stop(point, answer["transactionId"])


async def test_an_id_tag_that_may_not_charge_gets_a_transaction_id_all_the_same(point: Point) -> None:
    answer = await point.start("TAG-INVALID")
    assert answer["idTagInfo"] == {"status": "Invalid"}
    assert isinstance(answer["transactionId"], int)


async def test_the_same_start_sent_again_gets_the_same_transaction_id(point: Point) -> None:
    payload = {"connectorId": 1, "idTag": "TAG-004", "meterStart": 0, "timestamp": now()}
    first = await point.ask("StartTransaction", payload)
    again = await point.ask("StartTransaction", payload | {"idTag": "tag-004"})
    assert again == first
    await _stop(point, first["transactionId"])
    after_its_end = await point.ask("StartTransaction", payload)
    assert after_its_end["transactionId"] > first["transactionId"]
    await _stop(point, after_its_end["transactionId"])


async def test_a_start_on_an_occupied_connector_ends_the_older_transaction(point: Point, operator: Operator) -> None:
    await point.start("TAG-005")
    younger = await point.start("TAG-005")
    assert younger["idTagInfo"]["status"] == "Accepted"
    states = [row["state"] for row in await operator.look("transactions", point)]
    assert states == ["Superseded", "Open"]
    await _stop(point, younger["transactionId"])


async def test_an_id_tag_that_charges_elsewhere_is_concurrent(point: Point, csms: RunningCsms) -> None:
    first = await point.start("TAG-006", 1)
    assert (await point.start("TAG-006", 2))["idTagInfo"]["status"] == "ConcurrentTx"
    async with connected(csms, point.identity + "_B") as other:
        assert (await other.start("TAG-006"))["idTagInfo"]["status"] == "ConcurrentTx"
        await _stop(point, first["transactionId"])
        last = await other.start("TAG-006")
        assert last["idTagInfo"]["status"] == "Accepted"
        await _stop(other, last["transactionId"])


async def test_a_boot_leaves_an_open_transaction_open(point: Point, operator: Operator) -> None:
    transaction_id = (await point.start("TAG-007"))["transactionId"]
    await point.ask("BootNotification", BOOT)
    assert [row["state"] for row in await operator.look("transactions", point)] == ["Open"]
    await _stop(point, transaction_id, reason="PowerLoss")
    (row,) = await operator.look("transactions", point)
    assert (row["state"], row["stopReason"]) == ("Stopped", "PowerLoss")


async def test_an_offline_transaction_is_kept_with_its_own_times(point: Point, operator: Operator) -> None:
    started = await point.start("TAG-001", timestamp="2024-05-01T10:00:00+02:00", meterStart=7)
    await _stop(point, started["transactionId"], timestamp="2024-05-01T09:00:00Z", meterStop=11)
    (row,) = await operator.look("transactions", point)
    assert row["startedAt"] == "2024-05-01T08:00:00.000Z"
    assert row["stoppedAt"] == "2024-05-01T09:00:00.000Z"
    assert (row["meterStart"], row["meterStop"]) == (7, 11)


async def test_a_stop_judges_the_id_tag_only_when_it_names_one(point: Point) -> None:
    transaction_id = (await point.start("TAG-008"))["transactionId"]
    assert await _stop(point, transaction_id) == {}
    named = await _stop(point, transaction_id, idTag="TAG-108")
    assert named["idTagInfo"] == {"status": "Accepted", "parentIdTag": "PARENT-008"}


async def test_a_stop_of_an_unknown_transaction_is_answered(point: Point) -> None:
    assert await _stop(point, 999_999_999) == {}


async def test_a_charge_point_cannot_stop_the_transaction_of_another(
    point: Point, csms: RunningCsms, operator: Operator
) -> None:
    transaction_id = (await point.start("TAG-102"))["transactionId"]
    async with connected(csms, point.identity + "_B") as other:
        assert await _stop(other, transaction_id) == {}
    assert [row["state"] for row in await operator.look("transactions", point)] == ["Open"]
    await _stop(point, transaction_id)


async def test_meter_values_are_kept_from_both_messages(point: Point, operator: Operator) -> None:
    transaction_id = (await point.start("TAG-103", 2))["transactionId"]
    sampled = [{"value": "12", "unit": "Wh", "measurand": "Energy.Active.Import.Register"}]
    reading = {"timestamp": "2026-01-01T00:00:00Z", "sampledValue": sampled}
    during = {"connectorId": 2, "transactionId": transaction_id, "meterValue": [reading]}
    assert await point.ask("MeterValues", during) == {}
    await _stop(point, transaction_id, transactionData=[reading])
    rows = await operator.look("meter-values", point)
    assert [(row["source"], row["connectorId"], row["sampledValue"]) for row in rows] == [
        ("MeterValues", 2, sampled),
        ("StopTransaction", 2, sampled),
    ]


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ({"vendorId": "unknown"}, {"status": "UnknownVendorId"}),
        (
            {"vendorId": "ORG.csms-harness.Reference", "messageId": "Echo", "data": "d"},
            {"status": "Accepted", "data": "d"},
        ),
        ({"vendorId": "org.csms-harness.reference", "messageId": "X"}, {"status": "UnknownMessageId"}),
        ({"vendorId": "org.csms-harness.reference"}, {"status": "Accepted"}),
    ],
)
async def test_data_transfer_knows_one_vendor(point: Point, payload: dict[str, Any], answer: dict[str, Any]) -> None:
    assert await point.ask("DataTransfer", payload) == answer


async def test_security_messages_are_answered(point: Point, operator: Operator) -> None:
    event = {"type": "FirmwareUpdated", "timestamp": now()}
    assert await point.ask("SecurityEventNotification", event) == {}
    assert [row["type"] for row in await operator.look("security-events", point)] == ["FirmwareUpdated"]
    assert await point.ask("SignCertificate", {"csr": "text"}) == {"status": "Rejected"}
    assert await point.ask("LogStatusNotification", {"status": "Idle"}) == {}
    assert await point.ask("SignedFirmwareStatusNotification", {"status": "Idle"}) == {}


async def test_a_status_nobody_asked_for_is_kept_too(point: Point, operator: Operator) -> None:
    assert await point.ask("FirmwareStatusNotification", {"status": "Idle"}) == {}
    assert await point.ask("DiagnosticsStatusNotification", {"status": "Idle"}) == {}
    known = await operator.look(f"charge-points/{point.identity}")
    assert (known["firmwareStatus"], known["diagnosticsStatus"]) == ("Idle", "Idle")


async def _stop(point: Point, transaction_id: int, **more: Any) -> dict[str, Any]:
    payload = {"transactionId": transaction_id, "meterStop": 1, "timestamp": now()}
    return await point.ask("StopTransaction", payload | more)
