"""A recorded session as a scenario: what every shipped case says runs green again, under a name of its own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csms_harness.evidence import Happening
from csms_harness.message import Side
from csms_harness.resources import folder
from csms_harness.scenario.lint import lint
from csms_harness.scenario.load import load_library
from csms_harness.traffic.exchanges import session_of
from csms_harness.traffic.recorder import Passed
from csms_harness.traffic.writing import names_of, scenario_of
from csms_harness.verdict import Verdict
from tests.runner.peer import library
from tests.support.reading import Result
from tests.support.scripted_csms import CONFIG, EPOCH, ScriptedCsms, run_case

CALL, RESULT = 2, 3
ONLY_MESSAGES = [case for case in library().cases.values() if case.profile != "Security"]


def passed(result: Result) -> list[Passed]:
    """What a proxy between the two would have seen."""
    found = []
    for entry in result.raw.entries:
        at = EPOCH + timedelta(seconds=entry.at)
        if entry.message is not None:
            found.append(Passed(at, "CP_01", entry.message.side, entry.message.text))
        elif entry.note is not None and entry.note.what is Happening.CONNECTED:
            found.append(Passed(at, "CP_01", None, "", opened=True))
    return found


def frames(*texts: str) -> list[Passed]:
    """Messages of a Charge Point (>) and a Central System (<), a second apart."""
    sides = {">": Side.CHARGE_POINT, "<": Side.CENTRAL_SYSTEM}
    return [
        Passed(EPOCH + timedelta(seconds=number), "CP_01", sides.get(text[0]), text[1:], opened=text[0] == "+")
        for number, text in enumerate(texts)
    ]


def written(*texts: str, **names: str) -> Any:
    """The steps of the scenario of such a session, as data."""
    import yaml

    return yaml.safe_load(scenario_of(session_of("CP_01", frames(*texts)), "MINE_1", names))


def asked(unique_id: str, action: str, payload: dict[str, Any], answer: dict[str, Any], side: str = ">") -> list[str]:
    other = "<" if side == ">" else ">"
    call, reply = json.dumps([CALL, unique_id, action, payload]), json.dumps([RESULT, unique_id, answer])
    return [f"{side}{call}", f"{other}{reply}"]


@pytest.mark.parametrize("case", ONLY_MESSAGES, ids=lambda case: case.id)
def test_what_is_recorded_of_a_shipped_case_is_a_scenario_that_runs_green(case: Any, tmp_path: Path) -> None:
    first = run_case(case, library(), ScriptedCsms())
    text = scenario_of(session_of("CP_01", passed(first)), "MINE_1", names_of(CONFIG))
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    both = load_library(folder("scenarios"), tmp_path)
    assert lint(folder("scenarios"), tmp_path) == []
    again = run_case(both.cases["MINE_1"], both, ScriptedCsms())
    assert again.verdict is Verdict.PASS, (again.findings, text)
    actions = [entry.message for entry in again.entries if entry.kind == "frame" and ".req" in entry.message]
    before = [entry.message for entry in first.entries if entry.kind == "frame" and ".req" in entry.message]
    assert {*before} - {"Heartbeat.req"} <= {*actions}


def test_id_tags_are_named_by_what_was_said_of_them_and_by_the_target() -> None:
    steps = written(
        *asked("1", "Authorize", {"idTag": "Mine"}, {"idTagInfo": {"status": "Accepted"}}),
        *asked("2", "Authorize", {"idTag": "OTHER"}, {"idTagInfo": {"status": "Accepted"}}),
        *asked("3", "Authorize", {"idTag": "third"}, {"idTagInfo": {"status": "Accepted"}}),
        *asked("4", "Authorize", {"idTag": "MINE"}, {"idTagInfo": {"status": "Accepted"}}),
        *asked("5", "Authorize", {"idTag": "nobody"}, {"idTagInfo": {"status": "Invalid"}}),
        *asked("6", "Authorize", {"idTag": "late"}, {"idTagInfo": {"status": "Expired"}}),
        *asked("7", "RemoteStartTransaction", {"idTag": "late"}, {"status": "Rejected"}, "<"),
        *asked("8", "Authorize", {"idTag": "card"}, {"idTagInfo": {"status": "Accepted"}}),
        card="valid_id_tag",
    )["scenario"]
    assert [step.get("with", step.get("trigger"))["idTag"] for step in steps] == [
        "$config.valid_id_tag_2", "OTHER", "third", "$config.valid_id_tag_2", "$config.invalid_id_tag",
        "$config.expired_id_tag", "$config.expired_id_tag", "$config.valid_id_tag",
    ]  # fmt: skip


def test_what_the_central_system_chose_is_saved_where_it_is_used_again() -> None:
    steps = written(
        *asked("1", "ReserveNow", {"connectorId": 2, "idTag": "a", "expiryDate": "2026-01-31T12:30:00Z",
                                   "reservationId": 7}, {"status": "Accepted"}, "<"),
        *asked("2", "CancelReservation", {"reservationId": 7}, {"status": "Accepted"}, "<"),
        *asked("3", "ReserveNow", {"connectorId": 2, "idTag": "a", "expiryDate": "2026-01-31T13:30:00Z",
                                   "reservationId": 8}, {"status": "Accepted"}, "<"),
    )["scenario"]  # fmt: skip
    first, second, third = steps
    assert first["trigger"] == {
        "connectorId": "$config.connector_id", "idTag": "$config.valid_id_tag", "expiryDate": "$now + 30 min",
    }  # fmt: skip
    assert first["expect"] == {"as": "$asked", "expiryDate": {"present": True}}
    assert (first["save"], second["trigger"]) == (
        {"reservationId": "reservationId"},
        {"reservationId": "$reservationId"},
    )
    assert "save" not in third


def test_what_was_wrong_is_sent_as_it_was_and_what_was_refused_is_to_be_refused_again() -> None:
    call = json.dumps([CALL, "1", "BootNotification", {"chargePointVendor": "$x", "chargePointModel": 5}])
    steps = written(f">{call}", '<[4,"1","TypeConstraintViolation","",{}]', '>[2,"2","StatusNotification",{}]')
    wrong, unanswered = steps["scenario"]
    assert wrong["raw"] == {"chargePointVendor": "$$x", "chargePointModel": 5}
    assert wrong["expect_error"] == {"code": "TypeConstraintViolation"}
    assert unanswered["note"] == "Nothing was answered when this was recorded."


def test_a_password_and_the_places_of_files_are_those_of_the_target() -> None:
    steps = written(
        *asked("1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": "00ff"}, {"status": "Accepted"}, "<"),
        *asked("2", "GetDiagnostics", {"location": "ftp://u:p@host/"}, {"fileName": "a"}, "<"),
    )["scenario"]
    assert [step["trigger"] for step in steps] == [
        {"key": "AuthorizationKey", "value": "$config.new_authorization_key"},
        {"location": "$config.diagnostics_url"},
    ]


def test_boots_that_were_to_be_repeated_and_heartbeats_in_a_row_are_told_once() -> None:
    boot = {"chargePointVendor": "Other", "chargePointModel": "CSMS"}
    beat = {"currentTime": "2026-01-31T12:00:00Z"}
    found = written(
        "+", *asked("1", "BootNotification", boot, {"status": "Pending", "interval": 1, **beat}),
        *asked("2", "BootNotification", boot, {"status": "Accepted", "interval": 1, **beat}),
        *asked("3", "Heartbeat", {}, beat), *asked("4", "Heartbeat", {}, beat),
        "+", *asked("5", "Heartbeat", {}, beat), "+",
    )  # fmt: skip
    verbs = [next(key for key in step if key in ("send", "connect", "disconnect")) for step in found["scenario"]]
    assert verbs == ["connect", "send", "send", "disconnect", "connect", "send"]
    assert found["before"] == {"from": "disconnected"}
    assert found["scenario"][1]["with"]["chargePointVendor"] == "Other"
