"""What is filled into the CALLs of the Charge Point, and what is left alone."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.charge_point.defaults import fill
from csms_harness.charge_point.model import ChargePoint
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.ocppj.datetimes import parse_datetime

from .samples import FUZZ, JSON, NOW, charging

SOON = NOW + timedelta(minutes=30)


@pytest.mark.parametrize("action", sorted(CHARGE_POINT_ACTIONS))
@pytest.mark.parametrize("busy", [False, True])
def test_a_call_of_which_nothing_is_said_is_valid(charge_point: ChargePoint, action: str, busy: bool) -> None:
    if busy:
        charging(charge_point)
    payload, filled = fill(action, {}, charge_point, SOON)
    assert judge_payload(action, Direction.REQUEST, payload) == ()
    assert filled == tuple(payload)


def test_what_is_given_is_kept_and_not_called_filled(charge_point: ChargePoint) -> None:
    given_payload = {"connectorId": 2, "status": "Preparing"}
    payload, filled = fill("StatusNotification", given_payload, charge_point, NOW)
    assert payload == given_payload | {"errorCode": "NoError", "timestamp": "2026-03-01T12:00:00.000Z"}
    assert filled == ("errorCode", "timestamp")
    assert given_payload == {"connectorId": 2, "status": "Preparing"}


def test_none_leaves_a_member_out_even_one_that_would_be_filled(charge_point: ChargePoint) -> None:
    payload, filled = fill("StatusNotification", {"timestamp": None, "info": None}, charge_point, NOW)
    assert "timestamp" not in payload
    assert "info" not in payload
    assert "timestamp" not in filled


def test_boot_notification_tells_who_it_is(charge_point: ChargePoint) -> None:
    payload, _ = fill("BootNotification", {"chargePointVendor": "Acme"}, charge_point, NOW)
    assert payload == {
        "chargePointVendor": "Acme",
        "chargePointModel": "Virtual Charge Point",
        "chargePointSerialNumber": "CSMS-HARNESS-0001",
        "firmwareVersion": "1.0.0",
    }


def test_a_faulted_connector_does_not_report_no_error(charge_point: ChargePoint) -> None:
    payload, _ = fill("StatusNotification", {"connectorId": 1, "status": "Faulted"}, charge_point, NOW)
    assert payload["errorCode"] == "OtherError"


def test_a_status_of_which_nothing_is_said_is_the_present_one(charge_point: ChargePoint) -> None:
    charge_point.statuses[2], charge_point.error_codes[2] = "Faulted", "GroundFailure"
    payload, _ = fill("StatusNotification", {"connectorId": 2}, charge_point, NOW)
    assert (payload["status"], payload["errorCode"]) == ("Faulted", "GroundFailure")


def test_an_authorized_id_tag_starts_the_next_transaction(charge_point: ChargePoint) -> None:
    accepted = {"idTagInfo": {"status": "Accepted"}}
    charge_point.sent("Authorize", {"idTag": "FRIEND"}, accepted, NOW)
    assert fill("StartTransaction", {}, charge_point, NOW)[0]["idTag"] == "FRIEND"
    charge_point.sent("Authorize", {"idTag": "STRANGER"}, {"idTagInfo": {"status": "Invalid"}}, NOW)
    assert fill("StartTransaction", {}, charge_point, NOW)[0]["idTag"] != "STRANGER"


def test_a_stop_knows_its_transaction_and_what_the_meter_says(charge_point: ChargePoint) -> None:
    charging(charging(charge_point), connector_id=2, transaction_id=43)
    payload, filled = fill("StopTransaction", {"transactionId": 43}, charge_point, SOON)
    assert payload == {"transactionId": 43, "meterStop": 6500, "timestamp": "2026-03-01T12:30:00.000Z"}
    assert filled == ("meterStop", "timestamp")


@pytest.mark.parametrize("minutes", [-600, 0, 1, 600])
def test_the_meter_at_the_stop_is_never_below_that_of_the_start(charge_point: ChargePoint, minutes: int) -> None:
    charging(charge_point)
    payload, _ = fill("StopTransaction", {}, charge_point, NOW + timedelta(minutes=minutes))
    assert payload["meterStop"] >= 1000


def test_a_transaction_on_no_real_connector_stops_above_its_start_all_the_same(charge_point: ChargePoint) -> None:
    charging(charge_point, connector_id=0)
    assert fill("StopTransaction", {}, charge_point, SOON)[0]["meterStop"] == 1001


def test_a_transaction_that_is_stopped_at_once_has_lasted_and_metered_by_what_is_sent(
    charge_point: ChargePoint,
) -> None:
    start, _ = fill("StartTransaction", {"connectorId": 1, "idTag": "A"}, charge_point, NOW)
    charge_point.sent("StartTransaction", start, {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}, NOW)
    stop, _ = fill("StopTransaction", {"transactionId": 7}, charge_point, NOW)
    lasted = parse_datetime(stop["timestamp"]) - parse_datetime(start["timestamp"])
    assert lasted == timedelta(minutes=2)
    assert stop["meterStop"] - start["meterStart"] == 11_000 * 120 // 3600


def test_what_was_metered_belongs_to_the_moment_of_the_stop_that_is_given(charge_point: ChargePoint) -> None:
    charging(charge_point)
    payload, _ = fill("StopTransaction", {"timestamp": "2026-03-01T12:15:00Z"}, charge_point, SOON)
    assert payload["meterStop"] == 1000 + 11_000 // 4


def test_a_sample_without_a_value_is_one_of_the_energy_register(charge_point: ChargePoint) -> None:
    said = {"meterValue": [{"sampledValue": [{"context": "Trigger"}, {"value": "3", "measurand": "Voltage"}]}]}
    payload, filled = fill("MeterValues", said, charging(charge_point), SOON)
    assert payload["meterValue"][0]["sampledValue"] == [
        {"context": "Trigger", "value": "6500", "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
        {"value": "3", "measurand": "Voltage"},
    ]
    assert "meterValue[0].sampledValue[0].value" in filled
    assert judge_payload("MeterValues", Direction.REQUEST, payload) == ()


def test_the_next_transaction_begins_where_the_last_one_ended(charge_point: ChargePoint) -> None:
    charging(charge_point)
    stop, _ = fill("StopTransaction", {}, charge_point, SOON)
    charge_point.sent("StopTransaction", stop, {}, SOON)
    start, _ = fill("StartTransaction", {"connectorId": 1}, charge_point, SOON)
    assert start["meterStart"] == stop["meterStop"] == 6500


def test_meter_values_belong_to_the_running_transaction(charge_point: ChargePoint) -> None:
    charging(charge_point)
    payload, _ = fill("MeterValues", {}, charge_point, SOON)
    [element] = payload["meterValue"]
    assert (payload["connectorId"], payload["transactionId"]) == (1, 42)
    assert element["timestamp"] == "2026-03-01T12:30:00.000Z"
    assert element["sampledValue"][0]["value"] == "6500"
    assert "transactionId" not in fill("MeterValues", {"connectorId": 2}, charge_point, SOON)[0]


def test_a_meter_value_that_is_given_in_part_is_completed(charge_point: ChargePoint) -> None:
    part: dict[str, Any] = {"connectorId": 1, "meterValue": [{"sampledValue": [{"value": "7"}]}, {}]}
    payload, filled = fill("MeterValues", part, charge_point, NOW)
    assert judge_payload("MeterValues", Direction.REQUEST, payload) == ()
    assert payload["meterValue"][0]["sampledValue"] == [{"value": "7"}]
    assert filled == ("meterValue[0].timestamp", "meterValue[1].timestamp", "meterValue[1].sampledValue")
    assert part["meterValue"][1] == {}


def test_a_log_status_names_the_request_it_is_about(charge_point: ChargePoint) -> None:
    charge_point.applied("GetLog", {"requestId": 5}, {"status": "Accepted"}, NOW)
    assert fill("LogStatusNotification", {"status": "Uploading"}, charge_point, NOW)[0]["requestId"] == 5
    assert fill("LogStatusNotification", {}, charge_point, NOW)[0] == {"status": "Idle"}


def test_the_csr_is_the_one_its_key_holder_put_there(charge_point: ChargePoint) -> None:
    charge_point.csr = "-----BEGIN CERTIFICATE REQUEST-----"
    assert fill("SignCertificate", {}, charge_point, NOW)[0] == {"csr": charge_point.csr}


def test_nothing_is_filled_for_an_action_a_charge_point_does_not_initiate(charge_point: ChargePoint) -> None:
    assert fill("Reset", {"type": "Soft", "x": None}, charge_point, NOW) == ({"type": "Soft"}, ())


@FUZZ
@given(st.sampled_from(sorted(CHARGE_POINT_ACTIONS)), st.data())
def test_whatever_a_scenario_gives_is_never_overridden(action: str, data: st.DataObject) -> None:
    charge_point = charging(ChargePoint("CP-1"))
    names = [*fill(action, {}, charge_point, NOW)[0], "meterValue", "transactionData", "extra"]
    odd = data.draw(st.dictionaries(st.sampled_from(names), JSON))
    payload, filled = fill(action, odd, charge_point, NOW)
    flat = {name: value for name, value in odd.items() if not isinstance(value, dict | list)}
    assert not set(odd) & set(filled)
    for name, value in flat.items():
        assert (name not in payload) if value is None else payload[name] is value
