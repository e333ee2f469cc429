"""Payloads against the 78 schemas of OCPP 1.6, with ``jsonschema`` as the second opinion."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csms_harness.ocpp16.payloads import Direction, datetime_paths, judge_payload, schema, values_at
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.breach import MAX_BREACHES
from csms_harness.ocppj.frames import parse_frame
from tests.ocppj.corpus import (
    JSON,
    MOMENT,
    SCHEMAS,
    broken_payloads,
    full_payload,
    second_opinion,
    spoilt,
    valid_payloads,
)

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
REQUEST, CONFIRMATION = Direction.REQUEST, Direction.CONFIRMATION
PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Absolute",
}


def limited(limit: object) -> dict[str, Any]:
    """A SetChargingProfile.req with one limit."""
    steps = [{"startPeriod": 0, "limit": limit}]
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": steps}
    return {"connectorId": 1, "csChargingProfiles": PROFILE | {"chargingSchedule": schedule}}


def test_there_are_78_schemas() -> None:
    assert len(SCHEMAS) == 78


@pytest.mark.parametrize(("action", "direction"), SCHEMAS)
def test_a_full_payload_is_right(action: str, direction: Direction) -> None:
    payload = full_payload(action, direction)
    assert judge_payload(action, direction, payload) == ()
    assert second_opinion(action, direction, payload)


@pytest.mark.parametrize(("action", "direction"), SCHEMAS)
def test_every_single_breakage_is_found_and_named_by_its_keyword(action: str, direction: Direction) -> None:
    broken = [case for case in broken_payloads(action, direction) if isinstance(case[1], dict)]
    assert broken
    for keyword, payload in broken:
        keywords = [breach.keyword for breach in judge_payload(action, direction, payload)]
        assert keyword in keywords or (keyword in ("type", "enum") and "null" in keywords), (keyword, payload)
        assert not second_opinion(action, direction, payload)


@FUZZ
@given(st.data())
def test_random_valid_payloads_are_right(data: st.DataObject) -> None:
    action, direction = data.draw(st.sampled_from(SCHEMAS))
    payload = data.draw(valid_payloads(action, direction))
    assert judge_payload(action, direction, payload) == ()
    assert second_opinion(action, direction, payload)


@FUZZ
@given(st.data())
def test_both_opinions_agree_on_payloads_with_one_place_spoilt(data: st.DataObject) -> None:
    action, direction = data.draw(st.sampled_from(SCHEMAS))
    whole = data.draw(valid_payloads(action, direction))
    name = data.draw(st.sampled_from(sorted(whole) or ["extra"]))
    payload = whole | {name: data.draw(spoilt(whole.get(name)))}
    breaches = judge_payload(action, direction, payload)
    by_schema = [breach for breach in breaches if breach.rule == "schema"]
    assert (by_schema == []) is second_opinion(action, direction, payload)


@FUZZ
@given(st.sampled_from(SCHEMAS), st.dictionaries(st.text(max_size=5), JSON | st.decimals() | st.floats() | st.text()))
def test_no_payload_makes_the_judge_raise(which: tuple[str, Direction], payload: dict[str, Any]) -> None:
    judge_payload(*which, payload)


@pytest.mark.parametrize("limit", [0.1, 0.3, 0.7, 1.1, 8.7, 16.1, 21.4, 32.0, 1000.1, 4.35e3, 6, 0, -0.1, 22080.3])
def test_a_multiple_of_a_tenth_is_one_also_as_a_float(limit: float) -> None:
    assert judge_payload("SetChargingProfile", REQUEST, limited(limit)) == ()


def test_every_tenth_is_right_and_what_lies_between_two_is_not() -> None:
    for number in range(0, 100_000, 97):
        assert judge_payload("SetChargingProfile", REQUEST, limited(number / 10)) == ()
        assert judge_payload("SetChargingProfile", REQUEST, limited((2 * number + 1) / 20)) != ()


@pytest.mark.parametrize("limit", [0.05, 21.45, 16.01, 1e-7, 0.30001])
def test_what_is_no_multiple_of_a_tenth_is_a_breach(limit: float) -> None:
    [breach] = judge_payload("SetChargingProfile", REQUEST, limited(limit))
    assert breach.keyword == "multipleOf"
    assert breach.path == "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit"


def test_a_breach_says_what_and_where() -> None:
    [breach] = judge_payload("Authorize", CONFIRMATION, {"idTagInfo": {"status": "Fine"}})
    assert (breach.rule, breach.path, breach.keyword) == ("schema", "idTagInfo.status", "enum")
    assert "Fine" in breach.text
    assert "Accepted" in breach.text


def test_an_unknown_action_is_one_breach() -> None:
    [breach] = judge_payload("Foo", REQUEST, {})
    assert (breach.text, breach.keyword) == ("'Foo' is no action of OCPP 1.6", "action")


def test_the_answer_to_a_call_of_our_own_that_ocpp_does_not_know_has_no_schema() -> None:
    assert judge_payload("Foo", CONFIRMATION, {"status": "Accepted"}) == ()
    with pytest.raises(KeyError):
        schema("Foo", REQUEST)


@pytest.mark.parametrize("later", ["TransactionEvent", "../Authorize", "AuthorizeResponse", ""])
def test_no_name_but_an_action_reaches_a_schema_file(later: str) -> None:
    with pytest.raises(KeyError):
        schema(later, REQUEST)


def test_every_date_time_of_every_schema_is_known() -> None:
    assert datetime_paths("BootNotification", CONFIRMATION) == (("currentTime",),)
    assert datetime_paths("SendLocalList", REQUEST) == (("localAuthorizationList", "*", "idTagInfo", "expiryDate"),)
    assert ("firmware", "retrieveDateTime") in datetime_paths("SignedUpdateFirmware", REQUEST)
    assert sum(len(datetime_paths(*which)) for which in SCHEMAS) == sum(_count(schema(*which)) for which in SCHEMAS)


def _count(node: Any) -> int:
    """How many date-times a schema holds; no definition of OCPP 1.6 is used twice in one schema with one."""
    if isinstance(node, dict):
        return (node.get("format") == "date-time") + sum(_count(child) for child in node.values())
    return sum(_count(child) for child in node) if isinstance(node, list) else 0


@pytest.mark.parametrize("which", [which for which in SCHEMAS if datetime_paths(*which)], ids=lambda which: which[0])
@pytest.mark.parametrize("text", ["2026-03-01T12:00:00", "2026-03-01", "now", "", "2026-13-01T12:00:00Z"])
def test_a_bad_date_time_is_found_wherever_it_may_stand(which: tuple[str, Direction], text: str) -> None:
    for path in datetime_paths(*which):
        payload = full_payload(*which)
        _replace(payload, path, text)
        [breach] = judge_payload(*which, payload)
        assert breach.rule == "datetime"
        assert breach.path == ".".join(path).replace(".*", "[0]")


def _replace(node: Any, path: tuple[str, ...], value: str) -> None:
    *upper, last = [0 if part == "*" else part for part in path]
    for part in upper:
        node = node[part]
    assert node[last] == MOMENT
    node[last] = value


def test_every_element_of_an_array_has_its_own_path() -> None:
    payload = {"list": [{"at": 1}, {"at": 2}, "odd", {}]}
    assert list(values_at(payload, ("list", "*", "at"))) == [("list[0].at", 1), ("list[1].at", 2)]


@pytest.mark.parametrize(
    "text",
    [
        '{"connectorId":' + "9" * 5000 + "}",
        '{"connectorId":1e400}',
        '{"connectorId":-1e999999999}',
        '{"connectorId":NaN}',
        '{"connectorId":"\\ud800"}',
        '{"\\ud800":1}',
        '{"connectorId":1,"connectorId":2}',
        '{"connectorId":' + "[" * 50 + "]" * 50 + "}",
    ],
)
@pytest.mark.parametrize("action", ["UnlockConnector", "SetChargingProfile", "GetConfiguration", "DataTransfer"])
def test_hostile_json_is_judged_and_not_raised(action: str, text: str) -> None:
    message = parse_frame(f'[2,"1","{action}",{text}]').message
    assert message is not None
    judge_payload(action, REQUEST, message.payload)  # type: ignore[union-attr]


def test_a_number_beyond_any_range_is_no_connector() -> None:
    [breach] = judge_payload("UnlockConnector", REQUEST, {"connectorId": Decimal("1e400")})
    assert breach.keyword == "type"


@pytest.mark.parametrize("value", [1.0, True, "1", None])
def test_in_draft_04_only_a_whole_number_is_an_integer(value: object) -> None:
    [breach] = judge_payload("UnlockConnector", REQUEST, {"connectorId": value})
    keyword = "null" if value is None else "integral" if value == 1.0 and type(value) is float else "type"
    assert (breach.keyword, breach.path) == (keyword, "connectorId")


def test_in_draft_06_a_number_without_fraction_is_an_integer() -> None:
    log = {"logType": "SecurityLog", "log": {"remoteLocation": "ftp://a/"}}
    assert judge_payload("GetLog", REQUEST, log | {"requestId": 1.0}) == ()
    assert judge_payload("GetLog", REQUEST, log | {"requestId": 1.5}) != ()


def test_a_flood_of_mistakes_is_cut() -> None:
    breaches = judge_payload("GetConfiguration", REQUEST, {"key": [1] * 5000})
    assert len(breaches) == MAX_BREACHES
    long = judge_payload("GetConfiguration", REQUEST, {"x" * 100_000: 1})
    assert len(long[0].text) <= 240


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_the_schema_of_a_request_and_of_its_confirmation_are_two(action: str) -> None:
    assert schema(action, REQUEST) is not schema(action, CONFIRMATION)
