"""CALLs on the operator's wish: what is filled in, what is sent, and what the answer changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from reference_csms.records import charging_profiles, tables
from reference_csms.records.store import Store
from reference_csms.running import RunningCsms, running

from .client import Operator, Point, connected, now, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

LATER = "2099-01-01T00:00:00.000Z"
ACCEPTED = {"status": "Accepted"}


def _profile(purpose: str, stack_level: int = 0, **more: Any) -> dict[str, Any]:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 21.4}]}
    return {
        "stackLevel": stack_level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    } | more


@pytest.mark.parametrize(
    ("action", "wish", "answer"),
    [
        ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, {"status": "Scheduled"}),
        ("ClearCache", {}, ACCEPTED),
        ("DataTransfer", {"vendorId": "v"}, {"status": "UnknownVendorId"}),
        ("Reset", {"type": "Soft"}, ACCEPTED),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "NotImplemented"}),
        ("UnlockConnector", {"connectorId": 1}, {"status": "NotSupported"}),
        ("CertificateSigned", {"certificateChain": "pem"}, {"status": "Rejected"}),
        (
            "GetInstalledCertificateIds",
            {"certificateType": "CentralSystemRootCertificate"},
            {"status": "NotFound"},
        ),
    ],
)
async def test_a_wish_is_sent_as_it_is_and_its_answer_kept(
    point: Point, operator: Operator, action: str, wish: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert await operator.perform(point, action, wish, answer) == wish
    (call,) = await operator.look("calls", point)
    assert (call["action"], call["state"], call["answer"]) == (action, "answered", answer)


# Configuration.


async def test_reported_configuration_is_kept_and_unknown_keys_forgotten(point: Point, operator: Operator) -> None:
    keys = [{"key": "A", "readonly": False, "value": "1"}, {"key": "B", "readonly": True}]
    await operator.perform(point, "GetConfiguration", {}, {"configurationKey": keys})
    await operator.perform(point, "GetConfiguration", {"key": ["B"]}, {"unknownKey": ["B"]})
    await operator.perform(point, "ChangeConfiguration", {"key": "A", "value": "2"}, ACCEPTED)
    await operator.perform(point, "ChangeConfiguration", {"key": "A", "value": "3"}, {"status": "Rejected"})
    known = (await operator.look(f"charge-points/{point.identity}"))["configuration"]
    assert known == [{"chargePointId": point.identity, "key": "A", "value": "2", "readonly": False}]


# Remote start and stop.


async def test_a_remote_stop_without_transaction_stops_the_running_one(point: Point, operator: Operator) -> None:
    transaction_id = (await point.start("REMOTE"))["transactionId"]
    sent = await operator.perform(point, "RemoteStopTransaction", {}, ACCEPTED)
    assert sent == {"transactionId": transaction_id}


async def test_a_remote_stop_without_transaction_is_refused_when_none_runs(point: Point, operator: Operator) -> None:
    response = await operator.order(point, "RemoteStopTransaction")
    assert (response.status_code, response.json()["member"]) == (422, "transactionId")


async def test_the_profile_of_a_remote_start_belongs_to_the_transaction_it_leads_to(
    point: Point, operator: Operator
) -> None:
    wish = {"idTag": "TAG-104", "connectorId": 1, "chargingProfile": _profile("TxProfile")}
    sent = await operator.perform(point, "RemoteStartTransaction", wish, ACCEPTED)
    assert isinstance(sent["chargingProfile"]["chargingProfileId"], int)
    assert "transactionId" not in sent["chargingProfile"]
    transaction_id = (await point.start("TAG-104"))["transactionId"]
    (held,) = await operator.look("charging-profiles", point)
    assert held["transactionId"] == transaction_id
    stop = {"transactionId": transaction_id, "meterStop": 1, "timestamp": now()}
    await point.ask("StopTransaction", stop)
    assert await operator.look("charging-profiles", point) == []


# Reservations.


async def test_a_reservation_gets_an_id_and_the_parent_of_its_id_tag(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 1, "idTag": "TAG-002", "expiryDate": LATER}
    first = await operator.perform(point, "ReserveNow", wish, ACCEPTED)
    second = await operator.perform(point, "ReserveNow", wish, {"status": "Occupied"})
    assert first["parentIdTag"] == "PARENT-002"
    assert second["reservationId"] > first["reservationId"] > 0
    held = await operator.look("reservations", point)
    assert [row["state"] for row in held] == ["Active", "Occupied"]


async def test_an_id_chosen_by_the_operator_is_not_given_out_again(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 0, "idTag": "OTHER", "expiryDate": LATER}
    chosen = await operator.perform(point, "ReserveNow", wish | {"reservationId": 5000}, ACCEPTED)
    assert chosen == wish | {"reservationId": 5000}
    assert (await operator.perform(point, "ReserveNow", wish, ACCEPTED))["reservationId"] > 5000


async def test_a_reservation_is_used_by_the_transaction_that_names_it(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 1, "idTag": "TAG-101", "expiryDate": LATER}
    reservation_id = (await operator.perform(point, "ReserveNow", wish, ACCEPTED))["reservationId"]
    answer = await point.start("TAG-001", reservationId=reservation_id)
    (row,) = await operator.look("reservations", point)
    assert (row["state"], row["transactionId"]) == ("Used", answer["transactionId"])
    stop = {"transactionId": answer["transactionId"], "meterStop": 1, "timestamp": now()}
    await point.ask("StopTransaction", stop)


async def test_a_use_that_overtakes_the_answer_stays_a_use(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 1, "idTag": "X", "expiryDate": LATER, "reservationId": 77}
    response = await operator.order(point, "ReserveNow", wish)
    _, unique_id, _, _ = await point.receive()
    await point.start("X", reservationId=77)
    await point.send(f'[3,"{unique_id}",{{"status":"Accepted"}}]')
    await operator.outcome(response)
    assert [row["state"] for row in await operator.look("reservations", point)] == ["Used"]


async def test_cancelling_without_an_id_cancels_the_youngest(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 1, "idTag": "X", "expiryDate": LATER}
    reservation_id = (await operator.perform(point, "ReserveNow", wish, ACCEPTED))["reservationId"]
    refused = await operator.perform(point, "CancelReservation", {}, {"status": "Rejected"})
    assert [row["state"] for row in await operator.look("reservations", point)] == ["Active"]
    cancelled = await operator.perform(point, "CancelReservation", {}, ACCEPTED)
    assert refused == cancelled == {"reservationId": reservation_id}
    assert [row["state"] for row in await operator.look("reservations", point)] == ["Cancelled"]


async def test_a_reservation_expires_when_its_time_is_over(identity: str) -> None:
    clock = [datetime(2026, 1, 1, tzinfo=UTC)]
    async with (
        running(private(), now=lambda: clock[0]) as csms,
        operating(csms) as operator,
        connected(csms, identity) as point,
    ):
        wish = {"connectorId": 1, "idTag": "X", "expiryDate": "2026-01-01T00:10:00Z"}
        await operator.perform(point, "ReserveNow", wish, ACCEPTED)
        assert [row["state"] for row in await operator.look("reservations")] == ["Active"]
        clock[0] += timedelta(minutes=10)
        assert [row["state"] for row in await operator.look("reservations")] == ["Expired"]
        assert (await operator.order(point, "CancelReservation")).status_code == 422


# Local Authorization List.


async def test_a_full_list_is_filled_with_the_id_tags_that_may_charge(point: Point, operator: Operator) -> None:
    sent = await operator.perform(point, "SendLocalList", {"updateType": "Full"}, ACCEPTED)
    listed = {entry["idTag"]: entry["idTagInfo"] for entry in sent["localAuthorizationList"]}
    assert sent["listVersion"] == 1
    assert listed["TAG-001"] == {"status": "Accepted", "parentIdTag": "PARENT-001"}
    assert not {"TAG-BLOCKED", "TAG-EXPIRED"} & set(listed)


async def test_list_versions_rise_above_all_that_were_given_out_or_reported(point: Point, operator: Operator) -> None:
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    full = {"updateType": "Full", "localAuthorizationList": [entry, entry | {"idTag": "B"}]}
    change = {
        "updateType": "Differential",
        "localAuthorizationList": [{"idTag": "a"}, entry | {"idTag": "C"}],
    }
    assert (await operator.perform(point, "SendLocalList", full, ACCEPTED))["listVersion"] == 1
    assert (await operator.perform(point, "SendLocalList", full, {"status": "Failed"}))["listVersion"] == 2
    assert (await operator.perform(point, "SendLocalList", change, ACCEPTED))["listVersion"] == 3
    (held,) = await operator.look("local-lists", point)
    assert held["listVersion"] == 3
    assert [each["idTag"] for each in held["localAuthorizationList"]] == ["B", "C"]
    await operator.perform(point, "GetLocalListVersion", {}, {"listVersion": 9})
    assert (await operator.perform(point, "SendLocalList", full, ACCEPTED))["listVersion"] == 10


async def test_an_unsupported_local_list_begins_at_version_one(point: Point, operator: Operator) -> None:
    await operator.perform(point, "GetLocalListVersion", {}, {"listVersion": -1})
    wish = {"updateType": "Full", "localAuthorizationList": []}
    sent = await operator.perform(point, "SendLocalList", wish, {"status": "NotSupported"})
    assert sent["listVersion"] == 1
    assert await operator.look("local-lists", point) == []


# Charging profiles.


async def test_profiles_of_all_purposes_and_kinds_get_ids_and_stack(point: Point, operator: Operator) -> None:
    transaction_id = (await point.start("REMOTE"))["transactionId"]
    recurring = {"chargingProfileKind": "Recurring", "recurrencyKind": "Daily"}
    sent = [
        await operator.perform(
            point,
            "SetChargingProfile",
            {"connectorId": connector_id, "csChargingProfiles": profile},
            ACCEPTED,
        )
        for connector_id, profile in (
            (0, _profile("ChargePointMaxProfile")),
            (1, _profile("TxDefaultProfile", 0, **recurring)),
            (1, _profile("TxDefaultProfile", 1)),
            (1, _profile("TxProfile", 0, chargingProfileKind="Relative")),
        )
    ]
    profiles = [each["csChargingProfiles"] for each in sent]
    assert len({profile["chargingProfileId"] for profile in profiles}) == 4
    assert [profile.get("transactionId") for profile in profiles] == [None, None, None, transaction_id]
    assert len(await operator.look("charging-profiles", point)) == 4
    again = {"connectorId": 1, "csChargingProfiles": _profile("TxDefaultProfile", 1)}
    replacing = await operator.perform(point, "SetChargingProfile", again, ACCEPTED)
    held = {row["chargingProfileId"] for row in await operator.look("charging-profiles", point)}
    assert replacing["csChargingProfiles"]["chargingProfileId"] in held
    assert profiles[2]["chargingProfileId"] not in held


@pytest.mark.parametrize(
    ("criteria", "left"),
    [
        ({"chargingProfilePurpose": "TxDefaultProfile"}, {1}),
        ({"stackLevel": 1}, {1, 2}),
        ({"connectorId": 1, "stackLevel": 0}, {1, 3}),
        ({"id": 1, "stackLevel": 7}, {2, 3}),
        ({}, set()),
    ],
)
async def test_clearing_forgets_what_fits_every_criterion(criteria: dict[str, Any], left: set[int]) -> None:
    store = await Store.open("sqlite+aiosqlite:///:memory:")
    for connector_id, profile in (
        (0, _profile("ChargePointMaxProfile", chargingProfileId=1)),
        (1, _profile("TxDefaultProfile", chargingProfileId=2)),
        (1, _profile("TxDefaultProfile", 1, chargingProfileId=3)),
    ):
        await store.within(
            partial(charging_profiles.install, charge_point_id="X", connector_id=connector_id, profile=profile)
        )
    await store.within(lambda db: charging_profiles.clear(db, "X", criteria))
    rows = await store.within(lambda db: db.execute(select(tables.charging_profiles)))
    await store.close()
    assert {row.charging_profile_id for row in rows} == left


async def test_profiles_are_cleared_only_when_the_charge_point_agrees(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 1, "csChargingProfiles": _profile("TxDefaultProfile")}
    await operator.perform(point, "SetChargingProfile", wish, ACCEPTED)
    await operator.perform(point, "ClearChargingProfile", {}, {"status": "Unknown"})
    assert len(await operator.look("charging-profiles", point)) == 1
    await operator.perform(point, "ClearChargingProfile", {}, ACCEPTED)
    assert await operator.look("charging-profiles", point) == []


async def test_a_rejected_profile_is_not_kept(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 0, "csChargingProfiles": _profile("ChargePointMaxProfile")}
    await operator.perform(point, "SetChargingProfile", wish, {"status": "Rejected"})
    assert await operator.look("charging-profiles", point) == []


async def test_the_last_composite_schedule_is_kept(point: Point, operator: Operator) -> None:
    wish = {"connectorId": 1, "duration": 300, "chargingRateUnit": "W"}
    answer = {"status": "Accepted", "connectorId": 1, "scheduleStart": LATER}
    assert await operator.perform(point, "GetCompositeSchedule", wish, answer) == wish
    (row,) = await operator.look("composite-schedules", point)
    assert (row["request"], row["answer"]) == (wish, answer)


# Firmware, diagnostics, logs.


async def test_a_firmware_update_is_tracked_to_its_end(point: Point, operator: Operator) -> None:
    wish = {"location": "https://firmware.example/1", "retrieveDate": now()}
    assert await operator.perform(point, "UpdateFirmware", wish, {}) == wish
    for status in ("Downloading", "Downloaded", "Installing", "Installed"):
        await point.ask("FirmwareStatusNotification", {"status": status})
    (row,) = await operator.look("file-transfers", point)
    assert (row["kind"], row["location"], row["status"]) == ("Firmware", wish["location"], "Installed")
    assert [entry["status"] for entry in row["history"]] == [
        "Requested", "Downloading", "Downloaded", "Installing", "Installed",
    ]  # fmt: skip


async def test_diagnostics_are_tracked_with_their_file_name(point: Point, operator: Operator) -> None:
    wish = {"location": "ftp://diagnostics.example/"}
    await operator.perform(point, "GetDiagnostics", wish, {"fileName": "d.zip"})
    await point.ask("DiagnosticsStatusNotification", {"status": "UploadFailed"})
    (row,) = await operator.look("file-transfers", point)
    assert (row["kind"], row["fileName"], row["status"]) == ("Diagnostics", "d.zip", "UploadFailed")


async def test_logs_are_tracked_by_their_request_id(point: Point, operator: Operator) -> None:
    wish = {"logType": "SecurityLog", "log": {"remoteLocation": "ftp://logs.example/"}}
    first = await operator.perform(point, "GetLog", wish, ACCEPTED | {"filename": "l.zip"})
    second = await operator.perform(point, "GetLog", wish, ACCEPTED)
    assert second["requestId"] > first["requestId"]
    await point.ask("LogStatusNotification", {"status": "Uploaded", "requestId": first["requestId"]})
    rows = await operator.look("file-transfers", point)
    assert [(row["requestId"], row["status"]) for row in rows] == [
        (first["requestId"], "Uploaded"),
        (second["requestId"], "Requested"),
    ]


async def test_a_signed_firmware_update_is_tracked(point: Point, operator: Operator) -> None:
    firmware = {
        "location": "https://firmware.example/2",
        "retrieveDateTime": now(),
        "signingCertificate": "pem",
        "signature": "text",
    }
    sent = await operator.perform(point, "SignedUpdateFirmware", {"firmware": firmware}, ACCEPTED)
    status = {"status": "InvalidSignature", "requestId": sent["requestId"]}
    await point.ask("SignedFirmwareStatusNotification", status)
    (row,) = await operator.look("file-transfers", point)
    assert (row["kind"], row["status"]) == ("SignedFirmware", "InvalidSignature")


async def test_a_new_password_is_demanded_once_accepted_and_never_shown(
    csms: RunningCsms, point: Point, operator: Operator
) -> None:
    hex_digits = "000102030405060708090A0B0C0D0E0FFFFEFDFC"
    wish = {"key": "AuthorizationKey", "value": hex_digits}
    assert await operator.perform(point, "ChangeConfiguration", wish, ACCEPTED) == wish
    for what in ("calls", f"charge-points/{point.identity}"):
        assert hex_digits not in str(await operator.look(what))
    assert (await operator.look(f"charge-points/{point.identity}"))["hasPassword"] is True
