"""A harmless CALL that does not match while a trigger is at work (docs/decisions/0003)."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Kind, What
from csms_harness.verdict import Verdict
from tests.engine.play import ACTION, arrives, call, frames, kinds, once, only, play, while_awaiting
from tests.support.scripted_csms import ScriptedCsms

GET = """
- step: [1, 2]
  receive: GetConfiguration
  trigger: {key: [HeartbeatInterval]}
  expect: {key: [HeartbeatInterval]}
  reply: $answer
"""
WRONG, RIGHT = {"key": ["ConnectionTimeOut"]}, {"key": ["HeartbeatInterval"]}


def bringing(*calls: Any, **more: Any) -> ScriptedCsms:
    return ScriptedCsms(calls={"GetConfiguration": lambda _csms, _fields: list(calls)}, **more)


def unasked(*bodies: Any) -> Any:
    texts = [call(f"u{number}", "GetConfiguration", body) for number, body in enumerate(bodies)]
    return once(while_awaiting("GetConfiguration"), arrives(*texts))


def test_the_right_call_after_a_suspect_passes_with_a_remark() -> None:
    csms = bringing(WRONG, RIGHT)
    result = play(GET, csms)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])
    assert only(result, Kind.COMPATIBILITY).frame == frames(result, "CS", "GetConfiguration.req")[0].number
    assert len(csms.replies) == 2


def test_the_remark_about_a_suspect_fails_a_rehearsal_for_the_laboratory() -> None:
    assert play(GET, bringing(WRONG, RIGHT)).octt_verdict is Verdict.FAIL


def test_a_suspect_alone_fails_and_names_what_is_wrong_with_it_and_never_silence() -> None:
    result = play(GET, bringing(WRONG))

    found = only(result, Kind.MISMATCH)
    assert (result.verdict, found.path, found.step) == (Verdict.FAIL, "key", "steps 1-2")
    assert found.frame == frames(result, "CS", "GetConfiguration.req")[0].number
    assert Kind.ABSENT_CALL not in kinds(result)


def test_a_suspect_is_judged_when_the_step_is_overdue_and_not_before() -> None:
    """A chatty Central System may send anything harmless at any time, and take its time for what was asked for."""
    result = play(GET, bringing(WRONG))

    assert ACTION <= result.ended < ACTION + 0.5


def test_the_right_call_may_come_as_late_as_the_step_allows_whatever_came_before() -> None:
    slow = ScriptedCsms(call_takes=ACTION - 0.5)

    result = play(GET, slow, events=unasked(WRONG))
    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])


def test_the_deadline_of_the_step_itself_counts() -> None:
    result = play(f"{GET}  within: 1 s", bringing(WRONG))

    assert (result.verdict, kinds(result)[-1]) == (Verdict.FAIL, Kind.MISMATCH)
    assert result.ended < 1.5


def test_the_time_of_a_step_runs_from_the_end_of_its_trigger_however_many_suspects_came() -> None:
    csms = bringing(WRONG, trigger_takes=60.0, call_takes=1.0)
    result = play(GET, csms, events=unasked(WRONG, WRONG))

    assert 60.0 + ACTION <= result.ended < 60.0 + ACTION + 0.5


def test_a_suspect_that_breaks_the_schema_is_told_with_its_breach() -> None:
    result = play(GET, bringing({"key": "HeartbeatInterval"}))

    assert result.verdict is Verdict.FAIL
    assert Kind.BREACH in kinds(result)


def test_a_suspect_beside_a_trigger_that_failed_proves_nothing() -> None:
    csms = ScriptedCsms(trigger_outcome=lambda _action: ("failed", "HTTP 500"), trigger_takes=1.0)
    result = play(GET, csms, events=unasked(WRONG))

    assert result.verdict is Verdict.INCONCLUSIVE
    assert "HTTP 500" in only(result, Kind.TRIGGER).text


BROKEN = {"key": "HeartbeatInterval"}


def test_one_that_breaks_the_schema_is_what_its_trigger_failed_over() -> None:
    """The API of a Central System that waits for the answer tells our CALLERROR as a failure of its own."""
    csms = ScriptedCsms(trigger_outcome=lambda _action: ("failed", "HTTP 502: key is no list"), trigger_takes=1.0)
    result = play(GET, csms, events=unasked(BROKEN))

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.COMPATIBILITY, Kind.BREACH, Kind.MISMATCH])
    assert only(result, Kind.BREACH).path == "key"


def test_one_that_breaks_the_schema_is_what_was_asked_for_although_the_answer_reads_as_a_refusal() -> None:
    csms = bringing(BROKEN, doubtful=True)
    result = play(GET, csms)

    assert result.verdict is Verdict.FAIL
    assert Kind.BREACH in kinds(result)


def test_one_that_breaks_the_schema_before_anything_was_asked_proves_nothing() -> None:
    csms = ScriptedCsms(trigger_outcome=lambda _action: ("failed", "HTTP 500"), trigger_takes=1.0)
    early = once(while_awaiting("Heartbeat"), arrives(call("early", "GetConfiguration", BROKEN)))
    result = play(f"- send: Heartbeat\n{GET}", csms, events=early)

    assert result.verdict is Verdict.INCONCLUSIVE


def test_without_a_trigger_a_harmless_call_that_does_not_match_fails_at_once() -> None:
    scenario = "- receive: GetConfiguration\n  expect: {key: [HeartbeatInterval]}\n  reply: $answer"
    result = play(scenario, events=unasked(WRONG, RIGHT))

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.MISMATCH])
    assert result.ended < 0.5


def test_a_harmless_call_before_its_step_is_never_taken_for_the_one_that_is_asked_for() -> None:
    csms = bringing()
    early = once(while_awaiting("Heartbeat"), arrives(call("early", "GetConfiguration", RIGHT)))
    result = play(f"- send: Heartbeat\n{GET}", csms, events=early)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert "too early" in only(result, Kind.EARLY).text


def test_the_suspect_of_a_branch_is_no_hindrance_to_the_branch_that_is_taken() -> None:
    scenario = """
    - any_of:
        - name: the keys
          steps:
            - receive: GetConfiguration
              trigger: {key: [HeartbeatInterval]}
              expect: {key: [HeartbeatInterval]}
              reply: $answer
        - name: the list
          steps:
            - receive: GetLocalListVersion
              reply: $answer
    """
    result = play(scenario, bringing(WRONG, ("GetLocalListVersion", {})))

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])


CHANGE = """
- step: [1, 2]
  receive: ChangeConfiguration
  trigger: {key: Unheard, value: "1"}
  observe: {key: $asked}
  reply: {status: NotSupported}
"""
ASKED = {"key": "Unheard", "value": "1"}
UNKNOWN, KNOWN = {"key": "Unknown", "value": "1"}, {"key": "HeartbeatInterval", "value": "60"}


def changing(*calls: Any) -> Any:
    return play(CHANGE, ScriptedCsms(calls={"ChangeConfiguration": lambda _csms, _fields: list(calls)}))


@pytest.mark.parametrize("other", [UNKNOWN, KNOWN])
def test_a_change_of_another_key_is_not_taken_for_the_one_that_was_asked_for(other: Any) -> None:
    result = changing(other, ASKED)
    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])
    assert only(result, Kind.COMPATIBILITY).frame == frames(result, "CS", "ChangeConfiguration.req")[0].number


def test_another_key_alone_that_is_as_unknown_will_do_and_is_observed() -> None:
    result = changing(UNKNOWN)
    assert result.verdict is Verdict.PASS
    found = only(result, Kind.OBSERVATION)
    assert (found.path, found.required, found.observed) == ("key", "Unheard", "Unknown")


def test_a_key_alone_that_the_charge_point_knows_is_not_the_call_of_the_step() -> None:
    result = changing(KNOWN)
    assert (result.verdict, only(result, Kind.ABSENT_CALL).what) == (Verdict.FAIL, What.ANOTHER_CALL)
