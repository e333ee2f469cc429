"""``any_of``, ``for_each`` and ``repeat``."""

from __future__ import annotations

from typing import Any

from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_state,
    arrives,
    call,
    frames,
    kinds,
    messages,
    once,
    only,
    payload,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import CONFIG, ScriptedCsms

ANY = """
- step: 1
  any_of:
    - name: the hard way
      steps:
        - step: 2
          receive: Reset
          trigger: {type: Hard}
          where: {type: Hard}
          expect: {type: {one_of: [Hard]}}
          reply: {status: Accepted}
        - step: 3
          send: Heartbeat
    - name: the soft way
      steps:
        - step: 4
          receive: Reset
          where: {type: Soft}
          reply: {status: Rejected}
        - step: 5
          send: StatusNotification
          with: {connectorId: 1, status: Unavailable}
"""


def resetting(*calls: Any, **more: Any) -> ScriptedCsms:
    return ScriptedCsms(calls={"Reset": lambda _csms, _fields: list(calls)}, **more)


def test_the_branch_whose_first_message_comes_is_taken_and_the_other_is_not() -> None:
    soft = play(ANY, resetting({"type": "Soft"}))
    hard = play(ANY, resetting({"type": "Hard"}))

    assert (soft.verdict, hard.verdict) == (Verdict.PASS, Verdict.PASS)
    assert messages(soft, "CP")[1:3] == ["Reset.conf", "StatusNotification.req"]
    assert messages(hard, "CP")[1:3] == ["Reset.conf", "Heartbeat.req"]


def test_the_first_message_decides_even_when_the_other_follows_at_once() -> None:
    result = play(ANY, resetting({"type": "Soft"}, {"type": "Hard"}))

    assert "Heartbeat.req" not in messages(result)
    assert kinds(result) == [Kind.DISTURBANCE, Kind.COMPATIBILITY]


def test_the_taken_steps_are_written_down_with_their_checks() -> None:
    result = play(ANY, resetting({"type": "Hard"}))

    assert [(one.step, one.checks, one.outcome) for one in result.executed] == [
        ("step 2", 2, "held"),
        ("step 3", 1, "held"),
    ]


def test_a_first_message_that_is_wrong_fails_at_its_own_step() -> None:
    scenario = """
    - any_of:
        - name: one
          steps:
            - step: 1
              receive: Reset
              trigger: {type: Hard}
              expect: {type: Hard}
              reply: {status: Accepted}
        - name: other
          steps:
            - receive: ClearCache
              reply: {status: Accepted}
    """
    result = play(scenario, resetting({"type": "Soft"}))

    assert result.verdict is Verdict.FAIL
    assert [(one.step, one.outcome) for one in result.executed] == [("step 1", "failed")]


def test_nothing_for_any_branch_fails_and_names_what_was_awaited() -> None:
    scenario = """
    - any_of:
        - name: one
          steps:
            - receive: Reset
              trigger: {type: Hard}
              reply: {status: Accepted}
        - name: other
          steps:
            - receive: ClearCache
              reply: {status: Accepted}
    """
    result = play(scenario, resetting())

    assert only(result, Kind.ABSENT_CALL).text == "no Reset.req or ClearCache.req came"


def test_a_disturbance_makes_the_silence_of_all_branches_inconclusive() -> None:
    scenario = """
    - any_of:
        - name: one
          steps:
            - receive: UnlockConnector
              trigger: {connectorId: 1}
              reply: {status: Unlocked}
        - name: other
          steps:
            - receive: ClearCache
              reply: {status: Accepted}
    """
    disturbing = {"UnlockConnector": lambda _csms, _fields: [("Reset", {"type": "Hard"})]}
    result = play(scenario, ScriptedCsms(calls=disturbing))

    assert (result.verdict, kinds(result)[-1]) == (Verdict.INCONCLUSIVE, Kind.PREREQUISITE)


def test_an_early_first_message_is_told_with_the_time_by_which_it_was_early() -> None:
    early = once(while_awaiting("two seconds"), arrives(call("early", "ClearCache", {})))
    scenario = """
    - wait: 2 s
      because: two seconds
    - any_of:
        - name: one
          steps:
            - receive: Reset
              reply: {status: Accepted}
        - name: other
          steps:
            - receive: ClearCache
              reply: {status: Accepted}
    """
    result = play(scenario, events=early)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert "came 2.0 s too early" in only(result, Kind.EARLY).text


OTHERWISE = """
- any_of:
    - name: asked again
      steps:
        - receive: TriggerMessage
          where: {requestedMessage: Heartbeat}
          reply: {status: Accepted}
        - send: Heartbeat
    - name: by itself
      steps:
        - step: 7
          wait: 20 s
          because: the interval
        - send: MeterValues
          with: {connectorId: 1}
"""


def test_the_otherwise_branch_is_taken_when_its_time_has_come() -> None:
    result = play(OTHERWISE)

    assert result.verdict is Verdict.PASS
    assert messages(result, "CP")[1:] == ["MeterValues.req"]
    assert 20.0 < result.ended < 21.0


def test_the_otherwise_branch_shows_its_wait_among_the_steps() -> None:
    assert next(one.title for one in play(OTHERWISE).executed) == "time passes: the interval"


def test_a_message_before_its_time_keeps_the_otherwise_branch_away() -> None:
    asked = arrives(call("a", "TriggerMessage", {"requestedMessage": "Heartbeat"}))
    result = play(OTHERWISE, events=once(while_awaiting("TriggerMessage"), asked))

    assert messages(result, "CP")[1:] == ["TriggerMessage.conf", "Heartbeat.req"]
    assert result.ended < 1.0


def test_the_wait_of_an_otherwise_branch_is_shortened_like_any_other() -> None:
    scenario = OTHERWISE.replace("because: the interval", "because: the interval\n          at_most: 3 s")
    result = play(scenario)

    assert result.ended < 4.0
    assert only(result, Kind.OBSERVATION).observed == "3 s"


def test_for_each_runs_its_steps_for_every_value_in_order() -> None:
    scenario = """
    - for_each: {connectorId: $charge_point.connector_ids}
      steps:
        - send: StatusNotification
          with: {connectorId: $connectorId, status: Available}
    """
    result = play(scenario)

    sent = [payload(entry)["connectorId"] for entry in frames(result, "CP", "StatusNotification.req")]
    assert (sent, result.checks) == ([0, 1, 2], 3)


def test_other_connectors_are_all_but_the_configured_one() -> None:
    scenario = """
    - for_each: {connectorId: $charge_point.other_connector_ids}
      steps:
        - send: StatusNotification
          with: {connectorId: $connectorId, status: Available}
    """
    result = play(scenario, config={**CONFIG, "connector_id": 2})

    sent = [payload(entry)["connectorId"] for entry in frames(result, "CP", "StatusNotification.req")]
    assert sent == [0, 1]


def test_for_each_over_something_that_is_no_list_is_an_error_of_ours_and_no_crash() -> None:
    scenario = """
    - for_each: {connectorId: $config.connector_id}
      steps:
        - send: Heartbeat
    """
    assert play(scenario).verdict is Verdict.ERROR


def test_repeat_waits_before_every_round_even_the_first() -> None:
    result = play("- repeat: 3\n  every: 10 s\n  steps:\n    - send: Heartbeat")

    at = [entry.at for entry in frames(result, "CP", "Heartbeat.req")]
    assert len(at) == 3
    assert [round(moment) for moment in at] == [10, 20, 30]


def test_a_repetition_is_shortened_to_our_patience_and_that_is_told() -> None:
    scenario = "- repeat: 2\n  every: 60 s\n  at_most: $config.patience\n  steps:\n    - send: Heartbeat"
    result = play(scenario)

    assert result.ended < 3.0
    found = only(result, Kind.OBSERVATION)
    assert (found.required, found.observed, result.verdict) == ("60 s", "1 s", Verdict.PASS)


def test_the_interval_may_be_a_number_that_the_central_system_gave() -> None:
    scenario = """
    - send: BootNotification
      save: {interval: interval}
    - repeat: 1
      every: $interval
      steps:
        - send: Authorize
          with: {idTag: $config.valid_id_tag}
    """
    result = play(scenario)

    assert 300.0 < result.ended < 301.0


def test_a_loop_in_a_state_labels_its_steps_with_the_whole_path() -> None:
    twice = a_state(
        """
        state: Twice
        section: "1"
        edition: "2025-11"
        scenario:
          - step: [3, 4]
            repeat: 2
            steps:
              - send: Heartbeat
        """
    )
    silent = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play("- step: 5\n  state: Twice", silent, states=[twice])

    assert only(result, Kind.NO_ANSWER).step == "step 5 › Twice › steps 3-4"
