"""What the Charge Point learns, forgets and tidies up."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.charge_point.defaults import fill
from csms_harness.charge_point.model import ChargePoint
from csms_harness.charge_point.records import Standing
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.ocppj.datetimes import format_datetime

from .samples import FUZZ, JSON, LATER, NOW, VALID, charging, profile, spoilt

ACCEPTED = {"status": "Accepted"}


def reserve(charge_point: ChargePoint, **changed: Any) -> None:
    charge_point.applied("ReserveNow", VALID["ReserveNow"] | changed, ACCEPTED, NOW)


def list_update(version: int, *entries: tuple[str, str | None], kind: str = "Full") -> dict[str, Any]:
    items = [{"idTag": tag} | ({"idTagInfo": {"status": status}} if status else {}) for tag, status in entries]
    return {"listVersion": version, "updateType": kind, "localAuthorizationList": items}


def test_an_accepted_boot_gives_the_heartbeat_interval(charge_point: ChargePoint) -> None:
    charge_point.sent("BootNotification", {}, ACCEPTED | {"interval": 10, "currentTime": LATER}, NOW)
    assert charge_point.booted
    assert charge_point.heartbeat_interval == 10
    assert charge_point.configuration.value("HeartbeatInterval") == "10"


@pytest.mark.parametrize("status", ["Pending", "Rejected", None, 1, ["Accepted"]])
def test_any_other_boot_answer_leaves_it_not_booted(charge_point: ChargePoint, status: object) -> None:
    charge_point.booted = True
    charge_point.sent("BootNotification", {}, {"status": status, "interval": 10}, NOW)
    assert not charge_point.booted
    assert charge_point.heartbeat_interval is None


@pytest.mark.parametrize("interval", [0, -5, "10", None, True])
def test_without_a_usable_interval_the_charge_point_keeps_its_own(charge_point: ChargePoint, interval: object) -> None:
    charge_point.sent("BootNotification", {}, ACCEPTED | {"interval": interval}, NOW)
    assert charge_point.heartbeat_interval == 300


def test_a_cut_keeps_the_boot_and_a_restart_does_not(charge_point: ChargePoint) -> None:
    charging(charge_point).booted = True
    charge_point.authorized = "DRIVER"
    charge_point.cut()
    assert charge_point.booted
    assert charge_point.authorized is None
    charge_point.restart()
    assert not charge_point.booted
    assert list(charge_point.transactions) == [42]


def test_a_reported_status_is_remembered(charge_point: ChargePoint) -> None:
    fault = {"connectorId": 2, "status": "Faulted", "errorCode": "GroundFailure"}
    charge_point.sent("StatusNotification", fault, {}, NOW)
    assert charge_point.statuses == {0: "Available", 1: "Available", 2: "Faulted"}
    assert charge_point.error_codes[2] == "GroundFailure"


@pytest.mark.parametrize("connector_id", [9, -1, None, "1", True])
def test_the_status_of_no_connector_of_ours_changes_nothing(charge_point: ChargePoint, connector_id: object) -> None:
    charge_point.sent("StatusNotification", {"connectorId": connector_id, "status": "Charging"}, {}, NOW)
    assert set(charge_point.statuses.values()) == {"Available"}


@pytest.mark.parametrize("status", ["Accepted", "Invalid", "Blocked", None])
def test_the_transaction_id_counts_whatever_the_id_tag_is(charge_point: ChargePoint, status: str | None) -> None:
    start = {"connectorId": 1, "idTag": "DRIVER", "meterStart": 5, "timestamp": format_datetime(NOW)}
    charge_point.sent("StartTransaction", start, {"transactionId": 7, "idTagInfo": {"status": status}}, NOW)
    transaction = charge_point.transactions[7]
    assert (transaction.connector_id, transaction.id_tag, transaction.meter_start) == (1, "DRIVER", 5)
    assert transaction.started == NOW


@pytest.mark.parametrize("transaction_id", [None, "7", 7.5, True, [7]])
def test_a_transaction_id_that_is_no_whole_number_opens_nothing(
    charge_point: ChargePoint, transaction_id: object
) -> None:
    start = {"connectorId": 1, "idTag": "DRIVER", "meterStart": 5, "timestamp": format_datetime(NOW)}
    charge_point.sent("StartTransaction", start, {"transactionId": transaction_id}, NOW)
    assert charge_point.transactions == {}


def test_a_stopped_transaction_is_gone_and_its_meter_stays(charge_point: ChargePoint) -> None:
    charging(charge_point)
    charge_point.sent("StopTransaction", {"transactionId": 42, "meterStop": 1500}, {}, NOW)
    assert charge_point.transactions == {}
    assert charge_point.meters[1] == 1500


def test_the_meter_rises_with_eleven_kilowatts_while_charging(charge_point: ChargePoint) -> None:
    charging(charge_point)
    assert charge_point.reading(1, NOW) == 1000
    assert charge_point.reading(1, NOW + timedelta(minutes=30)) == 6500
    assert charge_point.reading(2, NOW + timedelta(minutes=30)) == 0
    assert charge_point.reading(0, NOW + timedelta(minutes=30)) == 6500


def test_the_meter_never_falls_below_what_was_reported(charge_point: ChargePoint) -> None:
    charging(charge_point)
    sampled = [
        {"value": "9.5", "unit": "kWh"},
        {"value": "12", "measurand": "Voltage"},
        {"value": "1E+999999"},
    ]
    reported = {"connectorId": 1, "meterValue": [{"timestamp": LATER, "sampledValue": sampled}]}
    charge_point.sent("MeterValues", reported, {}, NOW)
    assert charge_point.reading(1, NOW) == 9500
    assert charge_point.reading(1, NOW - timedelta(days=1)) == 9500


def test_a_reservation_is_kept_until_cancelled(charge_point: ChargePoint) -> None:
    reserve(charge_point, parentIdTag="FLEET")
    [reservation] = charge_point.reservations.values()
    assert (reservation.connector_id, reservation.id_tag, reservation.parent_id_tag) == (1, "DRIVER", "FLEET")
    assert reservation.expires == NOW + timedelta(minutes=30)
    assert charge_point.reservation_on(1, NOW) is reservation
    assert charge_point.reservation_on(1, NOW + timedelta(hours=1)) is None
    charge_point.applied("CancelReservation", {"reservationId": 7}, ACCEPTED, NOW)
    assert charge_point.reservations == {}


@pytest.mark.parametrize("status", ["Occupied", "Rejected", "Faulted", "Unavailable", None])
def test_a_refused_reservation_is_not_kept(charge_point: ChargePoint, status: str | None) -> None:
    charge_point.applied("ReserveNow", VALID["ReserveNow"], {"status": status}, NOW)
    assert charge_point.reservations == {}


@pytest.mark.parametrize("named", [{"reservationId": 7}, {}])
def test_a_transaction_uses_up_its_reservation(charge_point: ChargePoint, named: dict[str, int]) -> None:
    reserve(charge_point, idTag="driver")
    start = {"connectorId": 1, "idTag": "DRIVER", "meterStart": 0, "timestamp": format_datetime(NOW)} | named
    charge_point.sent("StartTransaction", start, {"transactionId": 1}, NOW)
    assert charge_point.reservations == {}
    assert charge_point.transactions[1].reservation_id == 7


def test_a_transaction_of_somebody_else_leaves_the_reservation(charge_point: ChargePoint) -> None:
    reserve(charge_point, connectorId=2)
    charging(charge_point)
    assert list(charge_point.reservations) == [7]


def test_a_full_list_replaces_and_a_differential_one_merges(charge_point: ChargePoint) -> None:
    send = "SendLocalList"
    charge_point.applied(send, list_update(3, ("A", "Accepted"), ("B", "Blocked")), ACCEPTED, NOW)
    charge_point.applied(
        send,
        list_update(5, ("a", "Expired"), ("B", None), ("C", "Accepted"), kind="Differential"),
        ACCEPTED,
        NOW,
    )
    assert charge_point.local_list == {"a": {"status": "Expired"}, "c": {"status": "Accepted"}}
    assert charge_point.local_list_version == 5
    charge_point.applied(send, list_update(6, ("D", "Accepted")), ACCEPTED, NOW)
    assert list(charge_point.local_list) == ["d"]
    charge_point.applied(send, list_update(7), {"status": "Failed"}, NOW)
    assert charge_point.local_list_version == 6


def test_an_empty_local_list_has_version_zero(charge_point: ChargePoint) -> None:
    charge_point.applied("SendLocalList", list_update(3, ("A", "Accepted")), ACCEPTED, NOW)
    charge_point.applied("SendLocalList", list_update(4), ACCEPTED, NOW)
    assert charge_point.local_list_version == 0


def test_an_accepted_change_is_stored_and_a_refused_one_is_not(charge_point: ChargePoint) -> None:
    change = {"key": "MeterValueSampleInterval", "value": "10"}
    charge_point.applied("ChangeConfiguration", change, {"status": "Rejected"}, NOW)
    assert charge_point.configuration.value("MeterValueSampleInterval") == "300"
    charge_point.applied("ChangeConfiguration", change, {"status": "RebootRequired"}, NOW)
    assert charge_point.configuration.value("MeterValueSampleInterval") == "10"


def test_a_changed_heartbeat_interval_counts_at_once_and_only_until_idle(charge_point: ChargePoint) -> None:
    charge_point.sent("BootNotification", {}, ACCEPTED | {"interval": 60}, NOW)
    charge_point.applied("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "5"}, ACCEPTED, NOW)
    assert charge_point.heartbeat_interval == 5
    charge_point.reset_to_idle(NOW)
    assert charge_point.heartbeat_interval == 60
    assert charge_point.configuration.value("HeartbeatInterval") == "60"


def test_accepted_unavailability_shows_in_the_status(charge_point: ChargePoint) -> None:
    charging(charge_point)
    charge_point.applied("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, ACCEPTED, NOW)
    assert charge_point.statuses == {0: "Unavailable", 1: "Charging", 2: "Unavailable"}
    charge_point.applied("ChangeAvailability", {"connectorId": 2, "type": "Operative"}, ACCEPTED, NOW)
    assert charge_point.statuses[2] == "Available"


def test_charging_profiles_are_installed_replaced_and_cleared(charge_point: ChargePoint) -> None:
    def put(connector_id: int, **changed: Any) -> None:
        payload = {"connectorId": connector_id, "csChargingProfiles": profile(**changed)}
        charge_point.applied("SetChargingProfile", payload, ACCEPTED, NOW)

    put(1)
    put(1, chargingProfileId=2)  # the same purpose and level on the same connector
    put(2, chargingProfileId=3)
    put(2, chargingProfileId=3, stackLevel=4)  # the same id
    kept = [(item.connector_id, item.profile["chargingProfileId"]) for item in charge_point.charging_profiles]
    assert kept == [(1, 2), (2, 3)]
    charge_point.applied("ClearChargingProfile", {"connectorId": 2, "stackLevel": 0}, ACCEPTED, NOW)
    assert len(charge_point.charging_profiles) == 2
    charge_point.applied("ClearChargingProfile", {"id": 2, "connectorId": 99}, ACCEPTED, NOW)
    assert [item.connector_id for item in charge_point.charging_profiles] == [2]
    charge_point.applied("ClearChargingProfile", {}, ACCEPTED, NOW)
    assert charge_point.charging_profiles == []


def test_a_tx_profile_ends_with_its_transaction(charge_point: ChargePoint) -> None:
    charging(charge_point)
    for connector_id, number, purpose in (
        (1, 1, "TxProfile"),
        (1, 2, "TxDefaultProfile"),
        (2, 3, "TxProfile"),
    ):
        sent = profile(chargingProfileId=number, chargingProfilePurpose=purpose)
        payload = {"connectorId": connector_id, "csChargingProfiles": sent}
        charge_point.applied("SetChargingProfile", payload, ACCEPTED, NOW)
    charge_point.sent("StopTransaction", {"transactionId": 42, "meterStop": 1000}, {}, NOW)
    assert [item.profile["chargingProfileId"] for item in charge_point.charging_profiles] == [2, 3]


def test_an_idle_charge_point_has_nothing_to_tidy(charge_point: ChargePoint) -> None:
    assert charge_point.untidy(NOW) == []


def test_tidying_stops_transactions_first_and_then_frees_connectors(charge_point: ChargePoint) -> None:
    charging(charge_point)
    reserved = {"connectorId": 2, "status": "Reserved", "errorCode": "NoError"}
    charge_point.sent("StatusNotification", reserved, {}, NOW)
    calls = charge_point.untidy(NOW)
    shown = [(action, item.get("connectorId"), item.get("status")) for action, item in calls]
    assert shown == [
        ("StopTransaction", None, None),
        ("StatusNotification", 1, "Finishing"),
        ("StatusNotification", 1, "Available"),
        ("StatusNotification", 2, "Available"),
    ]
    assert calls[0][1] == {"transactionId": 42, "idTag": "DRIVER", "reason": "Local"}


def test_what_tidying_sends_is_valid_once_filled_and_leaves_nothing_untidy(charge_point: ChargePoint) -> None:
    charging(charging(charge_point), connector_id=2, transaction_id=43)
    for action, payload in charge_point.untidy(NOW):
        filled, _ = fill(action, payload, charge_point, NOW)
        assert judge_payload(action, Direction.REQUEST, filled) == ()
        charge_point.sent(action, filled, {}, NOW)
    assert charge_point.untidy(NOW) == []


def test_reset_to_idle_forgets_the_case_but_keeps_the_local_list(charge_point: ChargePoint) -> None:
    charging(charge_point)
    reserve(charge_point, connectorId=2)
    charge_point.applied("SendLocalList", list_update(3, ("A", "Accepted")), ACCEPTED, NOW)
    charge_point.applied("ChangeConfiguration", {"key": "BlinkRepeat", "value": "9"}, ACCEPTED, NOW)
    charge_point.reset_to_idle(NOW)
    assert charge_point.transactions == {}
    assert charge_point.standing(NOW) == (Standing(2, 7),)  # the Central System still believes in it
    assert set(charge_point.statuses.values()) == {"Available"}
    assert charge_point.configuration.value("BlinkRepeat") == "3"
    assert charge_point.local_list_version == 3


def test_the_number_of_connectors_stands_in_the_configuration() -> None:
    charge_point = ChargePoint("CP-1", connectors=3, configuration={"BlinkRepeat": "1"})
    assert charge_point.connector_ids == (0, 1, 2, 3)
    assert charge_point.configuration.value("NumberOfConnectors") == "3"
    assert charge_point.configuration.value("ConnectorPhaseRotation") == "0.RST,1.RST,2.RST,3.RST"
    assert charge_point.configuration.value("BlinkRepeat") == "1"


def test_a_charge_point_without_connectors_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one connector; 0 were given"):
        ChargePoint("CP-1", connectors=0)


def test_a_model_longer_than_boot_notification_allows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"model has 21 characters; BootNotification\.req allows 20"):
        ChargePoint("CP-1", model="x" * 21)


@FUZZ
@given(st.data())
def test_no_answer_to_a_call_of_ours_can_break_it(data: st.DataObject) -> None:
    charge_point = charging(ChargePoint("CP-1"))
    for _ in range(3):
        action = data.draw(st.sampled_from(sorted(CHARGE_POINT_ACTIONS)))
        sent, _ = fill(action, {}, charge_point, NOW)
        answers = {
            "status": "Accepted",
            "interval": 1,
            "transactionId": 3,
            "idTagInfo": {"status": "Accepted"},
        }
        charge_point.sent(action, data.draw(spoilt(sent)), data.draw(spoilt(answers)), NOW)
    assert_sound(charge_point)


@FUZZ
@given(st.data())
def test_no_call_of_the_central_system_can_break_what_is_learnt(data: st.DataObject) -> None:
    charge_point = charging(ChargePoint("CP-1"))
    for _ in range(3):
        action = data.draw(st.sampled_from(sorted(CENTRAL_SYSTEM_ACTIONS)))
        reply = data.draw(st.just(ACCEPTED) | st.dictionaries(st.just("status"), JSON))
        charge_point.applied(action, data.draw(spoilt(VALID[action])), reply, NOW)
    assert_sound(charge_point)


def assert_sound(charge_point: ChargePoint) -> None:
    """Whatever was learnt, every message the Charge Point makes of it is valid."""
    for action in CHARGE_POINT_ACTIONS:
        filled, _ = fill(action, {}, charge_point, NOW)
        assert judge_payload(action, Direction.REQUEST, filled) == ()
    for connector_id in charge_point.connector_ids:
        assert charge_point.reading(connector_id, NOW + timedelta(days=1)) >= 0
    charge_point.untidy(NOW)


def test_no_two_transactions_begin_with_the_same_reading(charge_point: ChargePoint) -> None:
    """One with the same idTag in the same second would look like a start that is sent again."""
    for number, stop in enumerate((0, 1), 7):
        first = charge_point.reading(1, NOW)
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": first, "timestamp": "2026-01-31T12:00:00Z"}
        charge_point.sent("StartTransaction", start, {"transactionId": number}, NOW)
        charge_point.sent("StopTransaction", {"transactionId": number, "meterStop": stop}, {}, NOW)
        assert charge_point.reading(1, NOW) > first
