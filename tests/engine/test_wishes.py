"""What became of a wish on its way to the Central System: members the target drops, answers that say no."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Kind, What
from csms_harness.verdict import Verdict
from tests.engine.play import arrives, call, frames, kinds, once, only, play, while_awaiting
from tests.support.reading import Result
from tests.support.scripted_csms import ScriptedCsms

RESERVE = """
- receive: ReserveNow
  trigger: {connectorId: 1, idTag: TAG-001, parentIdTag: PARENT-001}
  expect:
    connectorId: $asked
    idTag: $asked
    reservationId: {present: true}
  observe: {parentIdTag: $asked}
  reply: $answer
"""
WISH = {"connectorId": 1, "idTag": "TAG-001", "parentIdTag": "PARENT-001", "expiryDate": "2026-02-01T00:00:00Z"}
PROFILE = """
- receive: SetChargingProfile
  trigger: {connectorId: 1, csChargingProfiles: {stackLevel: 3}}
  expect: {csChargingProfiles: {stackLevel: 3}}
  reply: $answer
"""


def reserving(changes: dict[str, Any], **more: Any) -> Result:
    """What comes of a wish for a reservation that is sent with these members changed; None takes one away."""
    payload = {**WISH, "reservationId": 5, **changes}
    sent = {name: value for name, value in payload.items() if value is not None}
    return play(RESERVE, ScriptedCsms(calls={"ReserveNow": lambda *_: [sent]}, **more))


def test_a_member_that_the_target_drops_says_nothing_of_the_central_system() -> None:
    result = reserving({"idTag": "OTHER"}, not_passed=("idTag",))

    found = only(result, Kind.PREREQUISITE)
    assert (result.verdict, found.what, found.path, found.observed) == (
        Verdict.INCONCLUSIVE,
        What.NOT_PASSED,
        "idTag",
        "OTHER",
    )
    assert "your entry for ReserveNow does not pass it" in found.text


def test_a_member_that_is_passed_is_judged_beside_one_that_is_not() -> None:
    result = reserving({"idTag": "OTHER", "connectorId": 2}, not_passed=("idTag",))

    assert result.verdict is Verdict.FAIL
    assert only(result, Kind.MISMATCH).path == "connectorId"
    assert only(result, Kind.PREREQUISITE).path == "idTag"


def test_a_member_that_was_right_all_the_same_passes() -> None:
    assert reserving({}, not_passed=("idTag", "parentIdTag")).verdict is Verdict.PASS


def test_an_observed_member_that_the_target_drops_breaks_no_rule() -> None:
    assert only(reserving({"parentIdTag": None}), Kind.OBSERVATION).what is What.UNUSUAL_MEMBER
    assert only(reserving({"parentIdTag": None}, not_passed=("parentIdTag",)), Kind.OBSERVATION).what is What.NOT_PASSED


@pytest.mark.parametrize(
    ("lost", "verdict"),
    [
        ("csChargingProfiles.stackLevel", Verdict.INCONCLUSIVE),
        ("csChargingProfiles", Verdict.INCONCLUSIVE),
        ("csChargingProfiles.stack", Verdict.FAIL),
        ("connectorId", Verdict.FAIL),
    ],
)
def test_a_member_inside_of_others_is_lost_with_them(lost: str, verdict: Verdict) -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    }
    sent = {"connectorId": 1, "csChargingProfiles": profile}
    result = play(PROFILE, ScriptedCsms(calls={"SetChargingProfile": lambda *_: [sent]}, not_passed=(lost,)))

    assert result.verdict is verdict


def test_a_call_that_is_not_recognised_for_a_member_the_target_drops_is_no_failure() -> None:
    scenario = "- receive: UnlockConnector\n  trigger: {connectorId: 1}\n  where: {connectorId: 1}\n  reply: $answer"
    other = {"UnlockConnector": lambda *_: [{"connectorId": 2}]}
    result = play(scenario, ScriptedCsms(calls=other, not_passed=("connectorId",)))

    found = only(result, Kind.PREREQUISITE)
    assert (result.verdict, found.what, found.path) == (Verdict.INCONCLUSIVE, What.NOT_PASSED, "connectorId")
    assert found.frame == frames(result, "CS", "UnlockConnector.req")[0].number
    assert play(scenario, ScriptedCsms(calls=other)).verdict is not Verdict.PASS


def test_a_member_that_nobody_named_is_told_so() -> None:
    result = reserving({"reservationId": None})

    found = only(result, Kind.MISMATCH)
    assert (result.verdict, found.path, found.outcome) == (Verdict.FAIL, "reservationId", "unasked")
    assert "the CSMS, or your endpoint, has to choose it" in found.text


def test_a_member_that_was_named_is_not() -> None:
    assert only(reserving({"idTag": "OTHER"}), Kind.MISMATCH).outcome == ""


# -- what the trigger was answered --------------------------------------------------------------------------


def silent(**more: Any) -> ScriptedCsms:
    return ScriptedCsms(calls={"ReserveNow": lambda *_: []}, **more)


def test_an_answer_that_says_no_and_no_call_prove_nothing_against_the_central_system() -> None:
    result = play(RESERVE, silent(said='{"status": "error", "reason": "charger is busy"}', doubtful=True))

    found = only(result, Kind.TRIGGER)
    assert (result.verdict, found.what) == (Verdict.INCONCLUSIVE, What.SAID_NO)
    assert "charger is busy" in found.text


def test_without_a_call_the_answer_to_the_trigger_is_told() -> None:
    result = play(RESERVE, silent(said='{"job": 17}'))

    found = only(result, Kind.ABSENT_CALL)
    assert (result.verdict, found.detail) == (Verdict.FAIL, '{"job": 17}')
    assert 'the trigger was answered: {"job": 17}' in found.text


def test_an_answer_that_says_no_is_forgotten_when_the_call_comes() -> None:
    csms = ScriptedCsms(said='{"success": false}', doubtful=True, call_takes=3.0)
    result = play(RESERVE.replace("idTag: $asked", ""), csms)

    assert Kind.TRIGGER not in kinds(result)


def test_a_suspect_beside_a_wish_that_was_refused_proves_nothing() -> None:
    scenario = """
    - receive: GetConfiguration
      trigger: {key: [HeartbeatInterval]}
      expect: {key: [HeartbeatInterval]}
      reply: $answer
    """
    csms = ScriptedCsms(calls={"GetConfiguration": lambda *_: []}, said='{"success": false}', doubtful=True)
    unasked = once(while_awaiting("GetConfiguration"), arrives(call("u", "GetConfiguration", {})))
    result = play(scenario, csms, events=unasked)

    assert (result.verdict, only(result, Kind.TRIGGER).what) == (Verdict.INCONCLUSIVE, What.SAID_NO)


def test_a_member_that_is_missing_and_that_nobody_chose_is_told_so() -> None:
    """An API that sends what it is given has to be given a number as well."""
    found = only(reserving({"reservationId": None}), Kind.BREACH)
    assert (found.path, found.outcome) == ("reservationId", "unasked")
    assert found.text.startswith("ReserveNow.req: reservationId is required, and the wish did not name it")
    assert only(reserving({"idTag": None}), Kind.BREACH).text == "ReserveNow.req: idTag is required"
