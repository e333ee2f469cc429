"""A field that a target names and no request has is a mistake, with the one that was meant."""

from __future__ import annotations

import pytest

from csms_harness.documents.source import parse_yaml
from csms_harness.triggers.fieldnames import unknown_fields, unknown_in_session


def found(text: str, section: str = "triggers") -> list[str]:
    told = unknown_fields(section, parse_yaml(text, "t"))
    return [f"{one.where.line}:{one.where.column} {one.text} / {one.hint}" for one in told]


@pytest.mark.parametrize(
    ("action", "entry", "told"),
    [
        (
            "ReserveNow",
            "{http: {url: 'http://h/', json: {parent: $parentIdTagg}}}",
            "$parentIdTagg: ReserveNow.req has no field parentIdTagg / did you mean 'parentIdTag'?",
        ),
        (
            "SetChargingProfile",
            "{http: {url: 'http://h/', form: {level: $csChargingProfiles.stackLvl}}}",
            "SetChargingProfile.req has no field csChargingProfiles.stackLvl / did you mean 'stackLevel'?",
        ),
        (
            "SetChargingProfile",
            "{http: {url: 'http://h/', params: {level: $stackLevel}}}",
            "has no field stackLevel / did you mean 'csChargingProfiles.stackLevel'?",
        ),
        (
            "SendLocalList",
            "{operator: '{localAuthorizationList.idTag}'}",
            "localAuthorizationList.idTag / localAuthorizationList is a list; write localAuthorizationList[0]",
        ),
        (
            "UnlockConnector",
            "{command: [x, $conectorId]}",
            "UnlockConnector.req has no field conectorId / did you mean 'connectorId'?",
        ),
        ("Reset", "{operator: 'Press {tpye}.'}", "{tpye}: Reset.req has no field tpye / did you mean 'type'?"),
        ("Reset", "{http: {url: 'http://h/{actoin}'}}", "Reset.req has no field actoin / did you mean 'action'?"),
        ("Reset", "{http: {url: 'http://h/', headers: {'{typ}': x}}}", "has no field typ / did you mean 'type'?"),
        ("Reset", "{http: {url: 'http://h/{connectorId}'}}", "Reset.req has no field connectorId / "),
        ("Reset", "{http: {url: 'http://h/', json: $request.tipe}}", "no field request.tipe / did you mean 'type'?"),
        ("Reset", "{http: {url: 'http://h/{action.x}'}}", "Reset.req has no field action.x / "),
        ("default", "{http: {url: 'http://h/{actoin}'}}", "no .req of a Central System has a field actoin / did you"),
        ("Reset", "{plugin: {name: acme, options: {a: $type}}}", "the options of a plug-in know no request"),
        (
            "SendLocalList",
            "{when: {updateTyp: Full}, operator: true}",
            "no field updateTyp / did you mean 'updateType'?",
        ),
        (
            "SendLocalList",
            "{when: {updateType: Ful}, operator: true}",
            "updateType is never the text 'Ful'; it is one of a few words / did you mean 'Full'?",
        ),
        (
            "ReserveNow",
            "{when: {connectorId: [1, '2']}, operator: true}",
            "connectorId is never the text '2'; it is a i",
        ),
        ("ReserveNow", "{when: {connectorId: true}, operator: true}", "connectorId is never the boolean true"),
        (
            "ReserveNow",
            "{when: {idTag: $env.TAG}, operator: true}",
            "idTag is compared with the text '$env.TAG' as it is",
        ),
        ("ReserveNow", "{when: {connectorId: {a: 1}}, operator: true}", "connectorId is never a mapping"),
    ],
)
def test_a_field_that_does_not_exist_is_told_with_what_was_meant(action: str, entry: str, told: str) -> None:
    (sentence,) = found(f"{action}: {entry}\n")
    assert told in sentence


def test_what_exists_is_taken() -> None:
    assert (
        found("""\
default: {http: {url: "http://h/{chargePointId}/{action}/{connectorId}", json: $request}}
SetChargingProfile:
  - {when: {csChargingProfiles.chargingProfilePurpose: TxProfile}, operator: "{connectorId}"}
  - command: [x, "$csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit", "$env.X", "{file:y}"]
ReserveNow:
  http:
    prepare:
      - {url: "http://h/", json: {tag: $request.idTag}, save: {token: a.b}}
      - {url: "http://h/{token.deep}", save: {session: c}}
    url: "http://h/{session}"
    headers: {Authorization: "Bearer {token}"}
DataTransfer: {http: {url: "http://h/", json: {"$$type": 1, data: $data}}}
NoAction: {operator: "{nothing}"}
""")
        == []
    )


def test_what_a_step_saves_is_known_to_later_ones_only() -> None:
    (told,) = found("""\
Reset:
  http:
    prepare:
      - {url: "http://h/{token}", save: {session: c}}
      - {url: "http://h/{session}", save: {token: c}}
    url: "http://h/{token}"
""")
    assert told.startswith("4:15 {token}: Reset.req has no field token")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "idTag: {operator: '{idtag} {status} {chargePointId}'}",
            "the item idTag has no field idtag / did you mean 'idTag'",
        ),
        ("password: {operator: '{password} {passwordhex}'}", "did you mean 'passwordHex'?"),
        ("chargePoint: {operator: '{idTag}'}", "the item chargePoint has no field idTag"),
        ("default: {operator: '{tag} {idTag} {passwordHex}'}", "no item has a field tag"),
    ],
)
def test_the_fields_of_an_item_are_known_too(entry: str, told: str) -> None:
    (sentence,) = found(f"{entry}\n", "provision")
    assert told in sentence


def test_a_new_number_needs_no_field_and_what_a_log_in_saves_is_known() -> None:
    text = "ReserveNow: {http: {url: 'http://h/', json: {id: $new.reservationId, merge: $request, key: '{token}'}}}"
    node = parse_yaml(text, "t")
    assert [one.text for one in unknown_fields("triggers", node, frozenset({"token"}))] == []
    assert [one.text for one in unknown_fields("triggers", node)] == ["{token}: ReserveNow.req has no field token"]


def test_presence_of_a_field_can_be_asked_for_and_nothing_else_of_that_form() -> None:
    entry = "[{when: {connectorId: %s}, operator: true}, {operator: true}]"
    assert found("RemoteStartTransaction: " + entry % "{present: false}") == []
    (told,) = found("RemoteStartTransaction: " + entry % "{there: false}")
    assert "connectorId is never" in told


def test_a_log_in_knows_only_what_it_saved_before() -> None:
    text = """
login:
  - {url: "http://h/{chargePointId}", save: {token: t}}
  - {url: "http://h/", json: {key: $token}}
"""
    (told,) = unknown_in_session(parse_yaml(text, "t"))
    assert (told.text, told.where.line) == ("{chargePointId}: a log-in knows no request", 3)
