"""A ``receive``: which CALL is the one of the step, what it must say, and how it is answered."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, FrameReceived
from csms_harness.engine.line import Line
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import (
    arrives,
    call,
    frames,
    kinds,
    messages,
    once,
    only,
    payload,
    play,
    together,
    while_awaiting,
)
from tests.support.scripted_csms import ScriptedCsms

RESET = """
- step: [3, 4]
  receive: Reset
  trigger: {type: Soft}
  expect: {type: Soft}
  reply: {status: Accepted}
"""
ANY_RESET = """
- receive: Reset
  reply: {status: Accepted}
"""


def bringing(action: str, *calls: Any) -> ScriptedCsms:
    return ScriptedCsms(calls={action: lambda _csms, _fields: list(calls)})


def test_the_call_that_was_asked_for_passes_and_is_answered_as_the_scenario_says() -> None:
    csms = ScriptedCsms()
    result = play(RESET, csms)

    assert (result.verdict, result.checks) == (Verdict.PASS, 2)
    assert csms.replies == [("Reset", {"status": "Accepted"})]


def test_a_disruptive_call_that_says_something_else_fails_at_once() -> None:
    result = play(RESET, bringing("Reset", {"type": "Hard"}, {"type": "Soft"}))

    found = only(result, Kind.MISMATCH)
    assert (found.required, found.observed, found.path, found.step) == ("Soft", "Hard", "type", "steps 3-4")
    assert found.frame == frames(result, "CS", "Reset.req")[0].number
    assert found.where.startswith("case.yaml:")


def test_every_requirement_that_does_not_hold_is_told_not_only_the_first() -> None:
    scenario = """
    - receive: RemoteStartTransaction
      trigger: {connectorId: 1, idTag: $config.valid_id_tag}
      expect: {connectorId: 1, idTag: $config.valid_id_tag}
      reply: {status: Accepted}
    """
    result = play(scenario, bringing("RemoteStartTransaction", {"connectorId": 2, "idTag": "OTHER"}))

    assert [finding.path for finding in result.findings] == ["connectorId", "idTag"]


def test_where_tells_which_call_it_is_and_another_one_is_not_judged() -> None:
    scenario = """
    - receive: DataTransfer
      where: {vendorId: wanted}
      expect: {messageId: right}
      reply: {status: Accepted}
    """
    other, right = ({"vendorId": "other", "messageId": "wrong"}, {"vendorId": "wanted", "messageId": "right"})
    here = arrives(call("a", "DataTransfer", other), call("b", "DataTransfer", right))
    result = play(scenario, events=once(while_awaiting("DataTransfer"), here))

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])
    assert [payload(entry) for entry in frames(result, "CP", "DataTransfer.conf")] == [
        {"status": "UnknownVendorId"},
        {"status": "Accepted"},
    ]


def test_where_matches_but_expect_does_not_is_a_failure_and_never_keep_waiting() -> None:
    scenario = """
    - receive: DataTransfer
      where: {vendorId: wanted}
      expect: {messageId: right}
      reply: {status: Accepted}
    """
    wrong, right = ({"vendorId": "wanted", "messageId": one} for one in ("wrong", "right"))
    here = arrives(call("a", "DataTransfer", wrong), call("b", "DataTransfer", right))
    result = play(scenario, events=once(while_awaiting("DataTransfer"), here))

    assert (result.verdict, only(result, Kind.MISMATCH).observed) == (Verdict.FAIL, "wrong")


def test_silence_after_a_trigger_that_was_performed_fails() -> None:
    result = play(RESET, bringing("Reset"))

    found = only(result, Kind.ABSENT_CALL)
    assert (found.decides, found.required, found.observed) == (
        Verdict.FAIL,
        "Reset.req within 10 s of the trigger",
        "none",
    )


def test_the_time_for_a_call_begins_when_its_trigger_is_done() -> None:
    slow = ScriptedCsms(trigger_takes=100.0, call_takes=109.0)
    assert play(RESET, slow).verdict is Verdict.PASS

    slower = ScriptedCsms(trigger_takes=100.0, call_takes=111.0)
    assert play(RESET, slower).verdict is Verdict.FAIL


def test_another_call_of_the_action_that_does_not_satisfy_where_is_named_when_nothing_else_comes() -> None:
    scenario = """
    - receive: DataTransfer
      trigger: {vendorId: wanted}
      where: {vendorId: wanted}
      reply: {status: Accepted}
    """
    result = play(scenario, bringing("DataTransfer", {"vendorId": "other"}))

    found = only(result, Kind.ABSENT_CALL)
    assert (found.observed, found.frame) == ("another one", frames(result, "CS", "DataTransfer.req")[0].number)


@pytest.mark.parametrize(("outcome", "words"), [("declined", "was declined"), ("failed", "failed")])
def test_a_trigger_that_gives_up_is_inconclusive_in_its_own_words_and_does_not_cost_the_deadline(
    outcome: str, words: str
) -> None:
    csms = ScriptedCsms(trigger_outcome=lambda _action: (outcome, "HTTP 503: busy"))
    result = play(RESET, csms)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert only(result, Kind.TRIGGER).text == f"the trigger for Reset {words}: HTTP 503: busy"
    assert result.ended < 1.0


def test_the_wire_goes_before_the_trigger_a_call_that_came_counts_whatever_the_trigger_says() -> None:
    csms = ScriptedCsms(trigger_outcome=lambda _action: ("failed", "timed out"), trigger_takes=1.0)
    here = once(while_awaiting("Reset"), arrives(call("a", "Reset", {"type": "Soft"})))

    assert play(RESET, csms, events=here).verdict is Verdict.PASS


def test_a_breach_of_the_schema_on_the_expected_call_fails_and_is_answered_with_a_callerror() -> None:
    csms = bringing("Reset", {"type": "Soft", "now": True})
    result = play(RESET, csms)

    assert (result.verdict, only(result, Kind.BREACH).decides) == (Verdict.FAIL, Verdict.FAIL)
    assert frames(result, "CP")[-1].message == "CALLERROR FormationViolation"


def test_a_broken_date_time_on_the_expected_call_fails_although_it_is_answered_normally() -> None:
    scenario = """
    - receive: ReserveNow
      trigger: {connectorId: 1, idTag: $config.valid_id_tag, expiryDate: $now + 30 min}
      reply: {status: Accepted}
    """
    sent = {"connectorId": 1, "idTag": "TAG-001", "expiryDate": "soon", "reservationId": 1}
    csms = bringing("ReserveNow", sent)
    result = play(scenario, csms)

    assert (result.verdict, only(result, Kind.BREACH).path) == (Verdict.FAIL, "expiryDate")


def test_a_used_unique_id_fails_the_case_only_on_the_expected_call() -> None:
    twice = arrives(call("same", "ClearCache", {}), call("same", "GetLocalListVersion", {}))
    ambient = play("- send: Heartbeat", events=once(while_awaiting("Heartbeat"), twice))
    expected = play(ANY_RESET, events=once(while_awaiting("Reset"), _cleared_and_reset))

    assert ambient.verdict is Verdict.PASS
    assert [breach.rule for _, breach in ambient.breaches] == ["correlation"]
    assert (expected.verdict, kinds(expected)) == (Verdict.FAIL, [Kind.COMPATIBILITY, Kind.BREACH])


_cleared_and_reset = arrives(call("same", "ClearCache", {}), call("same", "Reset", {"type": "Soft"}))


@pytest.mark.parametrize(("before", "rules"), [(0.5, {"one_call"}), (0.0005, set())])
def test_a_second_call_that_arrived_before_our_answer_to_the_first_left_is_a_breach(
    before: float, rules: set[str]
) -> None:
    first = once(while_awaiting("time"), arrives(call("a", "ClearCache", {})))
    answered: list[float] = []

    def second(run: CaseRun, now: float) -> list[Event]:
        if not run.awaiting[0].startswith("time"):
            return []
        answered.append(now)
        if len(answered) != 2:  # by then our answer has been written
            return []
        return [FrameReceived(now - before, call("b", "GetLocalListVersion", {}))]

    result = play("- send: Heartbeat\n- wait: 1 s\n  because: time", events=together(first, second))

    assert result.verdict is Verdict.PASS
    assert [frame.message for frame in frames(result, "CP")[-2:]] == ["ClearCache.conf", "GetLocalListVersion.conf"]
    assert {breach.rule for _, breach in result.breaches} == rules


def test_the_scenario_can_answer_with_a_callerror_of_its_own() -> None:
    scenario = """
    - receive: Reset
      trigger: {type: Soft}
      reply_error: {code: InternalError, description: no time}
    """
    result = play(scenario)

    assert result.verdict is Verdict.PASS
    assert frames(result, "CP")[-1].text.endswith('"InternalError","no time",{}]')


def test_the_ordinary_answer_of_the_charge_point_is_that_of_a_willing_one() -> None:
    csms = ScriptedCsms()
    play("- receive: Reset\n  trigger: {type: Soft}\n  reply: $answer", csms)

    assert csms.replies == [("Reset", {"status": "Accepted"})]


def test_the_ordinary_answer_may_be_a_callerror() -> None:
    profiles = {"SupportedFeatureProfiles": "Core"}
    scenario = """
    - receive: CancelReservation
      trigger: {reservationId: 1}
      reply: $answer
    """
    result = play(scenario, line=Line(ChargePoint("CP_01", configuration=profiles)))

    assert frames(result, "CP")[-1].message == "CALLERROR NotSupported"


def test_a_reply_may_use_what_the_same_step_saves() -> None:
    scenario = """
    - receive: DataTransfer
      trigger: {vendorId: me, data: echo this}
      reply: {status: Accepted, data: $said}
      save: {said: data}
    """
    csms = ScriptedCsms()
    play(scenario, csms)

    assert csms.replies == [("DataTransfer", {"status": "Accepted", "data": "echo this"})]


def test_what_the_charge_point_accepted_it_knows() -> None:
    scenario = """
    - receive: ChangeConfiguration
      trigger: {key: MeterValueSampleInterval, value: "17"}
      expect: {key: MeterValueSampleInterval}
      reply: {status: Accepted}
    - wait: 1 s
      because: $configuration is looked up when it is asked for
    - receive: GetConfiguration
      trigger: {key: [MeterValueSampleInterval]}
      reply: $answer
    """
    csms = ScriptedCsms()
    play(scenario, csms)

    (entry,) = csms.replies[-1][1]["configurationKey"]
    assert entry["value"] == "17"


def test_now_in_expect_is_the_moment_of_asking_however_long_the_person_takes() -> None:
    scenario = """
    - receive: ReserveNow
      trigger: {connectorId: 1, idTag: $config.valid_id_tag, expiryDate: $now + 30 min}
      expect: {expiryDate: {near: $now + 30 min, tolerance: 5 s}}
      reply: {status: Accepted}
    """
    assert play(scenario, ScriptedCsms(trigger_takes=170.0, call_takes=170.0)).verdict is Verdict.PASS


def test_a_call_that_a_trigger_brought_is_measured_from_the_asking() -> None:
    result = play(RESET, ScriptedCsms(call_takes=1.5))

    (initiated,) = result.initiated
    assert (initiated.action, round(initiated.seconds, 6), initiated.adapter) == ("Reset", 1.5, "scripted")


def test_a_call_that_comes_before_its_trigger_ends_names_the_adapter_too() -> None:
    (initiated,) = play(RESET, ScriptedCsms(call_takes=0.5, trigger_takes=25.0)).initiated

    assert (round(initiated.seconds, 6), initiated.adapter) == (0.5, "scripted")


def test_an_expected_call_that_needs_no_trigger_is_not_asked_for() -> None:
    result = play(ANY_RESET, events=once(while_awaiting("Reset"), arrives(call("a", "Reset", {"type": "Hard"}))))

    assert (result.verdict, result.initiated) == (Verdict.PASS, ())
    assert all(entry.kind != "trigger" for entry in result.entries)


def test_a_call_that_ocpp_does_not_know_is_answered_not_implemented() -> None:
    here = once(while_awaiting("Heartbeat"), arrives(call("a", "MakeCoffee", {})))
    result = play("- send: Heartbeat", events=here)

    assert result.verdict is Verdict.PASS
    assert "CALLERROR NotImplemented" in messages(result, "CP")


def test_a_call_without_a_string_for_its_unique_id_is_answered_and_breaks_the_wire_only() -> None:
    here = once(while_awaiting("Heartbeat"), arrives(call(7, "ClearCache", {})))
    result = play("- send: Heartbeat", events=here)

    assert result.verdict is Verdict.PASS
    assert [breach.rule for _, breach in result.breaches] == ["unique_id"]
    assert "ClearCache.conf" in messages(result, "CP")


def test_the_steps_tell_how_many_checks_each_made() -> None:
    result = play("- step: 1\n  send: Heartbeat\n" + RESET)

    assert [(one.step, one.checks, one.outcome) for one in result.executed] == [
        ("step 1", 1, "held"),
        ("steps 3-4", 2, "held"),
    ]


MEANWHILE = """
- receive: Reset
  trigger: {type: Soft}
  meanwhile: [Heartbeat, StatusNotification]
  reply: {status: Accepted}
"""


def test_calls_of_ours_are_answered_before_we_answer() -> None:
    result = play(MEANWHILE)

    assert (result.verdict, result.checks) == (Verdict.PASS, 3)
    said = [entry.message.action for entry in result.raw.entries if entry.message]
    begin = said.index("Reset")
    between = ["Heartbeat", "Heartbeat", "StatusNotification", "StatusNotification"]
    assert said[begin : begin + 6] == ["Reset", *between, "Reset"]


def test_a_central_system_that_answers_nobody_while_it_waits_fails_and_is_answered_all_the_same() -> None:
    csms = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play(MEANWHILE, csms)

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.NO_ANSWER])
    assert csms.replies[-1][1] == {"status": "Accepted"}


AHEAD = """
- receive: ClearCache
  trigger: {}
  meanwhile: [GetConfiguration]
  reply: {status: Accepted}
- receive: GetConfiguration
  trigger: {}
  reply: $answer
"""


def test_a_wish_while_a_call_is_open_is_made_once_and_kept_back_until_it_is_answered() -> None:
    csms = ScriptedCsms()
    result = play(AHEAD, csms)

    assert (result.verdict, result.checks) == (Verdict.PASS, 3)
    assert messages(result, "CS")[-2:] == ["ClearCache.req", "GetConfiguration.req"]
    assert csms.asked == ["ClearCache", "GetConfiguration"]


def test_a_call_that_comes_while_another_one_is_open_comes_too_early() -> None:
    result = play(AHEAD, ScriptedCsms(queues=False))

    assert (result.verdict, kinds(result)[0]) == (Verdict.FAIL, Kind.FORBIDDEN)
    assert [breach.rule for _, breach in result.breaches] == ["one_call"]


def test_a_wish_that_was_not_taken_while_a_call_was_open_is_made_again() -> None:
    outcomes = iter([("performed", ""), ("failed", "HTTP 409"), ("performed", "")])
    csms = ScriptedCsms(trigger_outcome=lambda _action: next(outcomes))
    result = play(AHEAD, csms)

    assert result.verdict is Verdict.PASS
    assert csms.asked == ["ClearCache", "GetConfiguration", "GetConfiguration"]


def test_a_trigger_that_waits_for_the_call_it_brings_does_not_keep_the_answer_back_for_long() -> None:
    csms = ScriptedCsms(trigger_takes=3.0)
    result = play(AHEAD, csms)

    assert result.verdict is Verdict.PASS
    assert csms.now < 6.0
