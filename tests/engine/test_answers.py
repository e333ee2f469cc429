"""A ``send``: which frame is its answer, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.case import Limits
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import arrives, call, frames, kinds, messages, once, only, play, while_awaiting
from tests.support.scripted_csms import ScriptedCsms

HEARTBEAT = "- send: Heartbeat\n  step: [1, 2]"
AUTHORIZE = """
- step: [1, 2]
  send: Authorize
  with: {idTag: $config.valid_id_tag}
  expect: {idTagInfo: {status: Accepted}}
"""
REFUSED = """
- send: DataTransfer
  with: {vendorId: nobody}
  expect_error: {code: {one_of: [NotImplemented, NotSupported]}}
"""


def answering(action: str, answer: Any, **more: Any) -> ScriptedCsms:
    return ScriptedCsms(answers={action: lambda _csms, _request: answer}, **more)


def test_a_right_answer_in_time_passes_and_counts_as_one_check() -> None:
    result = play(HEARTBEAT)

    assert (result.verdict, result.checks, result.findings) == (Verdict.PASS, 1, ())


def test_each_requirement_of_expect_is_a_check_beside_the_answer_itself() -> None:
    assert play(AUTHORIZE).checks == 2


@pytest.mark.parametrize(("status", "claimed"), [("Blocked", "valid_id_tag"), ("ConcurrentTx", "")])
def test_a_status_that_is_not_what_the_target_claims_says_which_name_claims_it(status: str, claimed: str) -> None:
    result = play(AUTHORIZE, answering("Authorize", {"idTagInfo": {"status": status}}))

    assert only(result, Kind.MISMATCH).claimed == claimed


def test_a_status_that_is_what_the_target_claims_is_nothing_to_say_of_the_target() -> None:
    result = play(AUTHORIZE.replace("Accepted", "Blocked"))

    assert only(result, Kind.MISMATCH).claimed == ""


def test_an_answer_with_a_number_for_a_unique_id_is_no_answer() -> None:
    result = play(HEARTBEAT, answering("Heartbeat", '[3, 17, {"currentTime": "2026-01-31T12:00:00Z"}]'))

    found = only(result, Kind.NO_ANSWER)
    assert result.verdict is Verdict.FAIL
    assert "belongs to no CALL" in found.observed
    assert found.frame == frames(result, "CS")[-1].number


def test_an_answer_with_the_unique_id_in_other_letters_is_no_answer() -> None:
    csms = ScriptedCsms(unique_id=str.lower, answers={"BootNotification": _booted})

    assert play(HEARTBEAT, csms).findings[0].kind is Kind.NO_ANSWER


def _booted(csms: ScriptedCsms, _request: Any) -> Any:
    return [3, "$ID", {"status": "Accepted", "currentTime": csms.utc(), "interval": 300}]


def test_silence_is_told_as_silence_with_the_deadline_and_the_frame_of_our_call() -> None:
    result = play(HEARTBEAT, answering("Heartbeat", None))

    found = only(result, Kind.NO_ANSWER)
    assert (found.observed, found.required) == ("no answer", "Heartbeat.conf within 5 s")
    assert result.entries[(found.frame or 0) - 1].message == "Heartbeat.req"
    assert result.reason.startswith("steps 1-2: no Heartbeat.conf within 5 s")


def test_the_deadline_of_one_action_leaves_the_others_alone() -> None:
    limits = Limits(action=10.0, responses={"": 5.0, "Authorize": 1.0})
    slow = ScriptedCsms(delay={"Authorize": 2.0, "Heartbeat": 2.0})

    assert play(HEARTBEAT, slow, limits=limits).verdict is Verdict.PASS
    slow = ScriptedCsms(delay={"Authorize": 2.0, "Heartbeat": 2.0})
    assert play(AUTHORIZE, slow, limits=limits).findings[0].required == "Authorize.conf within 1 s"


def test_within_goes_before_the_deadline_of_the_run() -> None:
    slow = ScriptedCsms(delay={"Heartbeat": 3.0})

    assert play("- send: Heartbeat\n  within: 2 s", slow).verdict is Verdict.FAIL


def test_an_answer_a_moment_after_the_deadline_is_late_and_not_missing() -> None:
    result = play(HEARTBEAT, ScriptedCsms(delay={"Heartbeat": 5.02}))

    found = only(result, Kind.LATE)
    assert (found.decides, found.required, found.observed) == (Verdict.FAIL, "within 5 s", "after 5.021 s")
    assert Kind.NO_ANSWER not in kinds(result)


def test_an_answer_exactly_at_the_deadline_is_in_time() -> None:
    assert play(HEARTBEAT, ScriptedCsms(delay={"Heartbeat": 4.999})).verdict is Verdict.PASS


def test_an_answer_that_comes_while_we_clean_up_is_told_with_its_latency() -> None:
    csms = ScriptedCsms(
        delay={"Authorize": 6.0, "StatusNotification": 2.0},
    )
    scenario = """
    - send: StatusNotification
      with: {connectorId: 1, status: Preparing}
    - send: Authorize
      with: {idTag: $config.valid_id_tag}
    """
    result = play(scenario, csms)

    assert result.verdict is Verdict.FAIL
    assert only(result, Kind.LATE).observed == "after 6.001 s"
    (sample,) = (one for one in result.samples if one.action == "Authorize")
    assert (sample.answered, sample.late, round(sample.seconds, 3)) == (True, True, 6.001)


def test_a_second_answer_to_the_same_call_changes_nothing_but_is_a_breach() -> None:
    again = '[3, "$ID", {"currentTime": "2026-01-31T12:00:00Z"}]'
    here = once(while_awaiting("Heartbeat.conf"), arrives(again, again))
    result = play("- send: Heartbeat\n- wait: 1 s\n  because: it may follow", events=here)

    assert result.verdict is Verdict.PASS
    assert next(breach.rule for _, breach in result.breaches) == "correlation"
    assert len([one for one in result.samples if one.action == "Heartbeat"]) == 1


def test_an_answer_to_nothing_is_a_breach_of_the_wire_and_no_finding_of_the_case() -> None:
    stray = '[3, "nobody-asked", {}]'
    result = play(HEARTBEAT, events=once(while_awaiting("Heartbeat.conf"), arrives(stray)))

    assert (result.verdict, result.findings) == (Verdict.PASS, ())
    assert [breach.rule for _, breach in result.breaches] == ["correlation"]


def test_a_callerror_where_a_callresult_is_due_is_told_with_its_code_and_words() -> None:
    result = play(HEARTBEAT, answering("Heartbeat", [4, "$ID", "InternalError", "out of order", {}]))

    found = only(result, Kind.CALLERROR)
    assert (result.verdict, found.observed) == (Verdict.FAIL, "CALLERROR InternalError out of order")


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
def test_an_expected_callerror_passes(code: str) -> None:
    result = play(REFUSED, answering("DataTransfer", [4, "$ID", code, "", {}]))

    assert (result.verdict, result.checks) == (Verdict.PASS, 2)


def test_an_expected_callerror_with_another_code_fails() -> None:
    result = play(REFUSED, answering("DataTransfer", [4, "$ID", "GenericError", "", {}]))

    assert only(result, Kind.MISMATCH).path == "code"


def test_a_callresult_where_a_callerror_is_due_fails() -> None:
    found = only(play(REFUSED), Kind.MISMATCH)

    assert (found.required, found.observed) == ("a CALLERROR", "DataTransfer.conf")


def test_a_callerror_code_that_ocpp_does_not_know_breaks_an_expected_callerror() -> None:
    refused = "- send: DataTransfer\n  with: {vendorId: nobody}\n  expect_error: {code: {present: true}}"
    result = play(refused, answering("DataTransfer", [4, "$ID", "Nonsense", "", {}]))

    assert only(result, Kind.BREACH).decides is Verdict.FAIL


def test_an_answer_that_breaks_its_schema_fails_the_send_that_expected_it() -> None:
    result = play(AUTHORIZE, answering("Authorize", {"idTagInfo": {"status": "Perhaps"}}))

    assert kinds(result) == [Kind.BREACH, Kind.MISMATCH]
    assert only(result, Kind.BREACH).path == "idTagInfo.status"


def test_a_schema_breach_alone_is_enough_to_fail() -> None:
    result = play(HEARTBEAT, answering("Heartbeat", {}))

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.BREACH])


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-30T00:00:00Z", "2026-01-31T12:00:00"])
def test_a_date_time_that_is_none_fails_although_the_schema_takes_it(moment: str) -> None:
    found = only(play(HEARTBEAT, answering("Heartbeat", {"currentTime": moment})), Kind.BREACH)

    assert (found.path, found.decides) == ("currentTime", Verdict.FAIL)


def test_an_answer_with_a_fourth_element_is_recognised_and_fails_for_its_form() -> None:
    frame = '[3, "$ID", {"currentTime": "2026-01-31T12:00:00Z"}, 4]'
    result = play(HEARTBEAT, answering("Heartbeat", frame))

    assert "message form" in only(result, Kind.BREACH).text


def test_an_unreadable_answer_is_silence_that_points_at_the_unreadable_frame() -> None:
    result = play(HEARTBEAT, answering("Heartbeat", "[3, $ID"))

    found = only(result, Kind.NO_ANSWER)
    assert result.entries[(found.frame or 0) - 1].message == "unreadable frame"
    assert "unreadable" in found.observed


def test_a_breach_in_an_answer_to_the_background_leaves_the_case_alone() -> None:
    csms = ScriptedCsms(
        unasked={"BootNotification": [("TriggerMessage", {"requestedMessage": "Heartbeat"})]},
        answers={"Heartbeat": lambda _csms, _request: {"currentTime": "late in the evening"}},
    )
    result = play("- send: StatusNotification\n  with: {connectorId: 1, status: Available}", csms)

    assert result.verdict is Verdict.PASS
    assert {breach.rule for _, breach in result.breaches} == {"datetime"}


def test_a_call_of_the_central_system_while_ours_is_open_does_not_take_the_place_of_the_answer() -> None:
    crossing = arrives(call("cs-1", "GetLocalListVersion", {}), '[3, "$ID", {"currentTime": "2026-01-31T12:00:00Z"}]')
    result = play(HEARTBEAT, events=once(while_awaiting("Heartbeat.conf"), crossing))

    assert result.verdict is Verdict.PASS
    assert messages(result)[-3:] == ["GetLocalListVersion.req", "GetLocalListVersion.conf", "Heartbeat.conf"]


def test_an_observation_never_decides() -> None:
    result = play("- send: Heartbeat\n  observe: {currentTime: {after: $now + 2 h}}")

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.OBSERVATION])
    assert (only(result, Kind.OBSERVATION).path, result.checks) == ("currentTime", 1)


def test_the_first_step_that_fails_is_the_last_that_runs() -> None:
    result = play(f"{HEARTBEAT}\n- step: [3, 4]\n  send: MeterValues", answering("Heartbeat", None))

    assert "MeterValues.req" not in messages(result)
    assert [(one.step, one.outcome) for one in result.executed] == [
        ("steps 1-2", "failed"),
        ("steps 3-4", "not reached"),
    ]
