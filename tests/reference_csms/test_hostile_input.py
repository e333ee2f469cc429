"""Nothing a Charge Point sends ends its conversation: after each input a Heartbeat is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .client import Point

pytestmark = pytest.mark.asyncio(loop_scope="session")

IGNORED = None


def _call(payload: Any, action: Any = "Authorize", unique_id: Any = "x") -> str:
    return json.dumps([2, unique_id, action, payload])


HOSTILE: list[tuple[str, str | bytes, str | None]] = [
    ("empty text", "", IGNORED),
    ("no JSON", "hello", IGNORED),
    ("JSON cut off", '[2,"x","Heartbeat",{', "FormationViolation"),
    ("an object", "{}", IGNORED),
    ("an empty array", "[]", IGNORED),
    ("a number", "2", IGNORED),
    ("null", "null", IGNORED),
    ("only a message type", "[2]", IGNORED),
    ("message type 5", '[5,"x","Heartbeat",{}]', IGNORED),
    ("message type as text", '["2","x","Heartbeat",{}]', IGNORED),
    ("message type true", '[true,"x","Heartbeat",{}]', IGNORED),
    ("message type as object", '[{},"x","Heartbeat",{}]', IGNORED),
    ("message type 2.0", '[2.0,"x","Heartbeat",{}]', IGNORED),
    ("uniqueId as number", '[2,1,"Heartbeat",{}]', IGNORED),
    ("uniqueId null", '[2,null,"Heartbeat",{}]', IGNORED),
    ("uniqueId of 37 characters", _call({}, "Heartbeat", "i" * 37), "FormationViolation"),
    ("uniqueId with half a surrogate pair", '[2,"\\ud800","Foo",{}]', "NotImplemented"),
    ("no action", '[2,"x"]', "FormationViolation"),
    ("no payload", '[2,"x","Heartbeat"]', "FormationViolation"),
    ("five elements", '[2,"x","Heartbeat",{},{}]', "FormationViolation"),
    ("action as list", _call({}, ["Heartbeat"]), "FormationViolation"),
    ("action as object", _call({}, {}), "FormationViolation"),
    ("action null", _call({}, None), "FormationViolation"),
    ("unknown action", _call({}, "Foo"), "NotImplemented"),
    ("unknown action of one megabyte less a bit", _call({}, "F" * 1_000_000), "NotImplemented"),
    ("action that is a path", _call({}, "../BootNotification"), "NotImplemented"),
    ("action of the Central System", _call({"type": "Hard"}, "Reset"), "NotSupported"),
    ("payload as list", _call([]), "FormationViolation"),
    ("payload as text", _call("TAG-001"), "FormationViolation"),
    ("payload null where a member is needed", _call(None), "OccurenceConstraintViolation"),
    ("missing member", _call({}), "OccurenceConstraintViolation"),
    ("member too much", _call({"idTag": "TAG-001", "more": 1}), "FormationViolation"),
    ("wrong type", _call({"idTag": 5}), "TypeConstraintViolation"),
    ("too long", _call({"idTag": "T" * 21}), "PropertyConstraintViolation"),
    (
        "no member of the enumeration",
        _call({"connectorId": 1, "errorCode": "NoError", "status": "Sleeping"}, "StatusNotification"),
        "PropertyConstraintViolation",
    ),
    (
        "empty list",
        _call({"connectorId": 1, "meterValue": []}, "MeterValues"),
        "OccurenceConstraintViolation",
    ),
    (
        "negative connectorId",
        _call({"connectorId": -1, "errorCode": "NoError", "status": "Available"}, "StatusNotification"),
        "PropertyConstraintViolation",
    ),
    (
        "StartTransaction on connector 0",
        _call(
            {"connectorId": 0, "idTag": "T", "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"},
            "StartTransaction",
        ),
        "PropertyConstraintViolation",
    ),
    ("NaN", '[2,"x","Authorize",{"idTag":NaN}]', "FormationViolation"),
    ("Infinity", '[2,"x","Authorize",{"idTag":-Infinity}]', "FormationViolation"),
    ("1e999", '[2,"x","Authorize",{"idTag":1e999}]', "PropertyConstraintViolation"),
    (
        "an integer of 5000 digits",
        '[2,"x","StopTransaction",{"transactionId":%s,"meterStop":0,"timestamp":"2026-01-01T00:00:00Z"}]'
        % ("9" * 5000),
        "PropertyConstraintViolation",
    ),
    (
        "an integer no database keeps",
        _call({"transactionId": 2**63, "meterStop": 0, "timestamp": "2026-01-01T00:00:00Z"}, "StopTransaction"),
        "PropertyConstraintViolation",
    ),
    ("half a surrogate pair", '[2,"x","Authorize",{"idTag":"\\udfff"}]', "PropertyConstraintViolation"),
    ("half a surrogate pair as name", '[2,"x","Authorize",{"\\udfff":1}]', "FormationViolation"),
    ("100 levels of payload", _call(json.loads("[" * 100 + "]" * 100)), "FormationViolation"),
    ("100 000 open brackets", "[" * 100_000, IGNORED),
    ("100 000 open brackets in a CALL", '[2,"x","Heartbeat",' + "[" * 100_000, "FormationViolation"),
    (
        "100 000 levels, closed",
        '[2,"x","Heartbeat",' + "[" * 100_000 + "]" * 100_000 + "]",
        "FormationViolation",
    ),
    ("a binary frame", b'[2,"x","Heartbeat",{}]', IGNORED),
    ("a binary frame that is no UTF-8", b"\xff\xfe\x00", IGNORED),
    ("CALLRESULT nobody asked for", '[3,"x",{}]', IGNORED),
    ("CALLRESULT without payload", '[3,"x"]', IGNORED),
    ("CALLRESULT with an object as uniqueId", "[3,{},{}]", IGNORED),
    ("CALLERROR nobody asked for", '[4,"x","GenericError","",{}]', IGNORED),
    ("CALLERROR of numbers", '[4,"x",1,2,3]', IGNORED),
    ("CALLERROR without code", '[4,"x"]', IGNORED),
]


@pytest.mark.parametrize(("text", "code"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
async def test_a_heartbeat_is_answered_after(point: Point, text: str | bytes, code: str | None) -> None:
    await point.send(text)
    if code is not None:
        frame = await point.receive()
        assert (frame[0], frame[2]) == (4, code)
        assert len(frame) == 5
        assert isinstance(frame[3], str)
        assert len(frame[3]) <= 255
        assert isinstance(frame[4], dict)
    assert "currentTime" in await point.ask("Heartbeat")


async def test_two_thousand_answers_nobody_asked_for_are_ignored(point: Point) -> None:
    for number in range(2000):
        await point.send(f'[3,"{number}",{{}}]')
    assert "currentTime" in await point.ask("Heartbeat")


async def test_null_is_taken_for_no_payload(point: Point) -> None:
    await point.send('[2,"n","Heartbeat",null]')
    assert (await point.receive())[:2] == [3, "n"]


async def test_a_unique_id_of_36_characters_is_answered(point: Point) -> None:
    await point.send(_call({}, "Heartbeat", "i" * 36))
    assert (await point.receive())[:2] == [3, "i" * 36]


async def test_the_same_unique_id_is_not_answered_twice_with_a_result(point: Point) -> None:
    await point.send('[2,"same","Heartbeat",{}]')
    assert (await point.receive())[0] == 3
    await point.send('[2,"same","Heartbeat",{}]')
    assert (await point.receive())[:3] == [4, "same", "GenericError"]


@pytest.mark.parametrize(
    "timestamp",
    [
        "yesterday",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-02-30T00:00:00Z",
        "",
    ],
)
async def test_a_date_time_without_zone_or_sense_is_refused(point: Point, timestamp: str) -> None:
    payload = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": timestamp}
    kind, _, code, _, details = await point.call("StatusNotification", payload)
    assert (kind, code) == (4, "PropertyConstraintViolation")
    assert details == {"member": "timestamp"}


async def test_korean_text_comes_back_unchanged(point: Point) -> None:
    payload = {"vendorId": "org.csms-harness.reference", "messageId": "Echo", "data": "충전 🔌"}
    assert (await point.ask("DataTransfer", payload))["data"] == "충전 🔌"


async def test_a_text_in_three_fragments_is_answered(point: Point) -> None:
    await point.connection.send(['[2,"f",', '"Heartbeat"', ",{}]"])
    assert (await point.receive())[:2] == [3, "f"]
