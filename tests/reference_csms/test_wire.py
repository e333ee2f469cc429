"""The pure part of the wire: instants, error codes, frames, payloads."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocpp import exceptions as package

import reference_csms
from reference_csms.instants import format_instant, parse_instant
from reference_csms.wire.errors import Breach, Code, breach_from
from reference_csms.wire.frames import Call, Frame, Ignored, Refused, Reply, call_error_frame, parse_frame
from reference_csms.wire.payloads import FROM_CENTRAL_SYSTEM, FROM_CHARGE_POINT, KNOWN_ACTIONS, find_breach


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-01T12:30:00Z", "2026-01-01T12:30:00.000Z"),
        ("2026-01-01t12:30:00.5z", "2026-01-01T12:30:00.500Z"),
        ("2026-01-01T00:30:00.123456789+02:00", "2025-12-31T22:30:00.123Z"),
        ("9999-12-31T23:59:59.9999999-05:00", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_an_instant_is_read_in_any_zone_and_written_in_utc(text: str, utc: str) -> None:
    instant = parse_instant(text)
    assert instant is not None
    assert format_instant(instant) == utc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12:30",
        "2026-01-01T12:30Z",
        "2026-01-01 12:30:00Z",
        "2026-13-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
    ],
)
def test_what_is_no_instant_is_none(text: str) -> None:
    assert parse_instant(text) is None


def test_every_error_of_the_package_gets_a_code_of_1_6() -> None:
    errors = [kind for kind in package.OCPPError.__subclasses__() if hasattr(kind, "code")]
    codes = {kind.code: breach_from(kind()).code for kind in errors}
    assert set(codes.values()) <= set(Code)
    assert codes["FormatViolation"] == "FormationViolation"
    assert codes["OccurrenceConstraintViolation"] == "OccurenceConstraintViolation"


def test_the_error_codes_are_the_ten_of_1_6() -> None:
    assert sorted(Code) == [
        "FormationViolation",
        "GenericError",
        "InternalError",
        "NotImplemented",
        "NotSupported",
        "OccurenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "SecurityError",
        "TypeConstraintViolation",
    ]


def test_every_action_has_a_side_and_a_schema() -> None:
    assert FROM_CHARGE_POINT | FROM_CENTRAL_SYSTEM == KNOWN_ACTIONS
    assert {"DataTransfer"} == FROM_CHARGE_POINT & FROM_CENTRAL_SYSTEM
    for action in KNOWN_ACTIONS:
        assert find_breach(action, {"no such member": 1}) is not None
        assert find_breach(action, {"no such member": 1}, answer=True) is not None


def test_a_tenth_of_an_ampere_is_a_valid_limit() -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 21.4}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }
    assert find_breach("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile}) is None
    schedule["chargingSchedulePeriod"] = [{"startPeriod": 0, "limit": 21.44}]
    breach = find_breach("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile})
    assert breach is not None
    assert breach.code == Code.PROPERTY_CONSTRAINT
    assert breach.member == "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit"


def test_an_error_description_has_at_most_255_characters() -> None:
    frame = call_error_frame("u", "A", Breach(Code.GENERIC_ERROR, "x" * 1000, "m\n" * 500))
    assert len(frame.message[3]) == 255
    assert len(frame.message[4]["member"]) == 255
    assert "\n" not in frame.message[4]["member"]


def test_text_that_utf_8_cannot_carry_is_escaped() -> None:
    assert Frame("A", ["한"]).encode(["한"]) == '["한"]'
    assert Frame("A", []).encode(["\ud800"]) == '["\\ud800"]'


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
_json = st.recursive(_scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@settings(max_examples=50)
@given(st.text() | st.binary() | _json.map(json.dumps) | st.lists(_json, max_size=6).map(json.dumps))
def test_no_frame_makes_the_parser_raise(data: str | bytes) -> None:
    assert isinstance(parse_frame(data), Call | Refused | Reply | Ignored)


@settings(max_examples=50)
@given(st.tuples(st.just(2), st.text(max_size=40), _json, _json).map(list))
def test_whatever_looks_like_a_call_is_judged_or_refused(message: list[object]) -> None:
    parsed = parse_frame(json.dumps(message))
    assert isinstance(parsed, Call | Refused)
    if isinstance(parsed, Call) and parsed.action in KNOWN_ACTIONS:
        find_breach(parsed.action, parsed.payload)


def test_judge_and_judged_share_no_code() -> None:
    folder = Path(reference_csms.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    assert len(sources) > 30
    assert not any(re.search(r"^\s*(from|import) csms_harness", source, re.MULTILINE) for source in sources)
    assert sys.modules["reference_csms"] is reference_csms
