"""A right message made wrong: in every way its schema knows, and in no other."""

from __future__ import annotations

import copy

import pytest

from csms_harness.ocpp16.members import members
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.spoiling import FITTING, NOT_ABOUT_IT, Ill, spoil
from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.ocppj.error_codes import ERROR_CODES
from csms_harness.ocppj.frames import Payload

AT = "2026-01-31T12:00:00Z"
SAMPLE = {"value": "1", "unit": "Wh", "context": "Other"}
STATUS: Payload = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": AT, "info": "i"}
VALUES: Payload = {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [SAMPLE]}]}


def ills(action: str, right: Payload) -> set[tuple[str, str]]:
    return {(one.path, one.ill) for one in spoil(action, right)}


@pytest.mark.parametrize(("action", "right"), [("StatusNotification", STATUS), ("MeterValues", VALUES)])
def test_each_is_wrong_in_one_way_and_the_right_one_stays_as_it_is(action: str, right: Payload) -> None:
    before = copy.deepcopy(right)
    assert judge_payload(action, Direction.REQUEST, right) == ()
    for one in spoil(action, right):
        paths = {breach.path.replace("[0]", "[]") for breach in judge_payload(action, Direction.REQUEST, one.payload)}
        assert paths == {one.path}, one.ill
    assert right == before


def test_a_required_member_is_left_out_an_optional_one_is_not() -> None:
    found = ills("StatusNotification", STATUS)
    assert {("status", Ill.MISSING), ("status", Ill.NULL), ("status", Ill.VALUE), ("status", Ill.TYPE)} <= found
    assert {("info", Ill.BLANK), ("info", Ill.LONG), ("timestamp", Ill.MOMENT)} <= found
    assert not {("info", Ill.MISSING), ("info", Ill.NULL), ("connectorId", Ill.LONG)} & found


def test_only_what_the_right_message_holds_is_spoilt() -> None:
    assert not any(path == "vendorId" for path, _ in ills("StatusNotification", STATUS))
    assert ills("Heartbeat", {}) == {("harnessExtra", Ill.EXTRA)}


def test_members_in_lists_are_spoilt_too_and_so_are_the_lists() -> None:
    found = ills("MeterValues", VALUES)
    assert ("meterValue[].sampledValue[].unit", Ill.VALUE) in found
    assert ("meterValue[].sampledValue[].harnessExtra", Ill.EXTRA) in found
    assert ("meterValue[].timestamp", Ill.MISSING) in found
    assert ("meterValue", Ill.EMPTY) in found


def test_every_ill_has_codes_that_fit_and_they_are_codes_of_ocpp_1_6() -> None:
    assert set(FITTING) == set(Ill)
    assert all(codes and codes <= ERROR_CODES and not codes & NOT_ABOUT_IT for codes in FITTING.values())


@pytest.mark.parametrize("action", CHARGE_POINT_ACTIONS)
def test_the_members_of_each_message_are_those_of_its_schema(action: str) -> None:
    found = members(action, Direction.REQUEST)
    assert len({one.path for one in found}) == len(found)
    assert all(one.type in {"string", "integer", "number", "boolean", "array", "object"} for one in found)
