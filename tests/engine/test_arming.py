"""A ``receive`` listens one step ahead, so that a fast Central System cannot win a race."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.judgement import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_state,
    arrives,
    call,
    frames,
    interrupted,
    kinds,
    messages,
    once,
    only,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import ScriptedCsms

START = """
- step: [1, 2]
  send: StartTransaction
  with: {connectorId: 1, idTag: $config.valid_id_tag}
  expect: {idTagInfo: {status: Accepted}}
  save: {transactionId: transactionId}
"""
STOP = """
- step: [3, 4]
  receive: RemoteStopTransaction
  trigger: {transactionId: $transactionId}
  expect: {transactionId: $transactionId}
  reply: {status: Accepted}
"""
STOP_OBSERVED = """
- step: [3, 4]
  receive: RemoteStopTransaction
  observe: {transactionId: $transactionId}
  reply: {status: Accepted}
"""
STOP_WHERE = """
- step: [3, 4]
  receive: RemoteStopTransaction
  trigger: {}
  where: {transactionId: $transactionId}
  reply: {status: Accepted}
"""


def stop(number: int) -> Any:
    text = call(f"cs-stop-{number}", "RemoteStopTransaction", {"transactionId": number})
    return once(while_awaiting("StartTransaction.conf"), arrives(text))


def test_a_call_that_comes_while_the_step_before_waits_for_its_answer_is_the_one() -> None:
    result = play(START + STOP.replace("$transactionId", "1001"), events=stop(1001))

    assert result.verdict is Verdict.PASS
    order = messages(result)
    assert order.index("RemoteStopTransaction.conf") < order.index("StartTransaction.conf")
    assert all(entry.kind != "trigger" for entry in result.entries)


def test_a_call_that_needs_a_name_of_the_running_step_is_kept_and_then_judged() -> None:
    result = play(START + STOP, events=stop(1001))

    assert (result.verdict, result.checks) == (Verdict.PASS, 4)
    order = messages(result)
    assert order.index("RemoteStopTransaction.conf") > order.index("StartTransaction.conf")


def test_a_kept_call_that_turns_out_wrong_fails_at_its_own_step() -> None:
    result = play(START + STOP, events=stop(4))

    assert (result.verdict, only(result, Kind.MISMATCH).step) == (Verdict.FAIL, "steps 3-4")
    assert [(one.step, one.outcome) for one in result.executed] == [("steps 1-2", "held"), ("steps 3-4", "failed")]


@pytest.mark.parametrize("steps", [STOP, STOP_OBSERVED, STOP_WHERE])
def test_a_kept_call_is_answered_exactly_once(steps: str) -> None:
    result = play(START + steps, events=stop(1001))

    assert len(frames(result, "CP", "RemoteStopTransaction.conf")) == 1


def test_a_kept_call_counts_its_checks_once() -> None:
    assert play(START + STOP_OBSERVED, events=stop(1001)).checks == 3


def test_a_kept_call_that_is_not_the_one_is_answered_like_any_other() -> None:
    result = play(START + STOP_WHERE, events=stop(7), csms=ScriptedCsms())

    replies = frames(result, "CP", "RemoteStopTransaction.conf")
    assert [entry.text.split(",")[1] for entry in replies] == ['"cs-stop-7"', '"cs-1"']
    assert result.verdict is Verdict.PASS
    assert Kind.DISTURBANCE in kinds(result)


def test_a_kept_call_is_answered_even_when_its_step_never_comes() -> None:
    silent = ScriptedCsms(answers={"StartTransaction": lambda _csms, _request: None})
    result = play(START + STOP, silent, events=stop(1001))

    assert result.verdict is Verdict.FAIL
    assert len(frames(result, "CP", "RemoteStopTransaction.conf")) == 1


def test_a_receive_two_steps_ahead_does_not_listen_yet_and_the_call_is_refused_and_told_as_early() -> None:
    csms = ScriptedCsms(calls={"RemoteStopTransaction": lambda _csms, _fields: []})
    scenario = f"{START}- send: Heartbeat\n{STOP.replace('$transactionId', '1001')}"
    result = play(scenario, csms, events=stop(1001))

    assert result.verdict is Verdict.INCONCLUSIVE
    found = only(result, Kind.EARLY)
    assert found.frame == frames(result, "CS", "RemoteStopTransaction.req")[0].number
    assert csms.replies[0][1] == {"status": "Rejected"}


def test_an_early_call_that_says_something_else_is_no_excuse() -> None:
    csms = ScriptedCsms(calls={"RemoteStopTransaction": lambda _csms, _fields: []})
    scenario = f"{START}- send: Heartbeat\n{STOP}"
    result = play(scenario, csms, events=stop(5))

    assert (result.verdict, kinds(result)[-1]) == (Verdict.FAIL, Kind.ABSENT_CALL)


def test_a_disturbance_in_the_step_makes_silence_inconclusive() -> None:
    csms = ScriptedCsms(calls={"RemoteStopTransaction": lambda _csms, _fields: [("Reset", {"type": "Hard"})]})
    result = play(START + STOP, csms)

    assert (result.verdict, kinds(result)[-1]) == (Verdict.INCONCLUSIVE, Kind.PREREQUISITE)
    assert only(result, Kind.PREREQUISITE).frame == frames(result, "CS", "Reset.req")[0].number


def test_a_disturbance_of_an_earlier_step_excuses_nothing() -> None:
    csms = ScriptedCsms(
        calls={"RemoteStopTransaction": lambda _csms, _fields: []},
        unasked={"StartTransaction": [("Reset", {"type": "Hard"})]},
    )
    result = play(f"{START}- wait: 1 s\n  because: the Reset comes here\n{STOP}", csms)

    assert (result.verdict, kinds(result)[-1]) == (Verdict.FAIL, Kind.ABSENT_CALL)


OPTIONAL = """
- step: 1
  receive: GetLocalListVersion
  optional: true
  reply: {listVersion: 7}
- step: 2
  receive: SendLocalList
  trigger: {updateType: Full, listVersion: 1}
  reply: {status: Accepted}
- step: 3
  send: Heartbeat
"""


def bringing(*calls: Any) -> ScriptedCsms:
    return ScriptedCsms(calls={"SendLocalList": lambda _csms, _fields: list(calls)})


LIST = {"updateType": "Full", "listVersion": 1}


def test_an_optional_call_need_not_come() -> None:
    result = play(OPTIONAL, bringing(LIST))

    assert (result.verdict, result.findings) == (Verdict.PASS, ())


def test_an_optional_call_is_welcome_and_no_remark() -> None:
    csms = bringing(("GetLocalListVersion", {}), LIST)
    result = play(OPTIONAL, csms)

    assert (result.verdict, result.findings, result.checks) == (Verdict.PASS, (), 3)
    assert csms.replies[0] == ("GetLocalListVersion", {"listVersion": 7})


def test_an_optional_call_is_welcome_once_and_only_until_the_next_receive() -> None:
    late = once(while_awaiting("Heartbeat.conf"), arrives(call("late", "GetLocalListVersion", {})))
    result = play(OPTIONAL, bringing(LIST), events=late)

    assert kinds(result) == [Kind.COMPATIBILITY]


def test_an_optional_call_that_is_wrong_fails_all_the_same() -> None:
    optional = """
    - receive: DataTransfer
      optional: true
      expect: {vendorId: me}
      reply: {status: Accepted}
    - receive: SendLocalList
      trigger: {updateType: Full, listVersion: 1}
      reply: {status: Accepted}
    """
    result = play(optional, bringing(("DataTransfer", {"vendorId": "you"}), LIST))

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.MISMATCH])


def test_a_failed_forbid_in_the_step_before_is_not_blamed_on_the_receive() -> None:
    forbid = "forbid: [ClearCache]"
    here = once(while_awaiting("StartTransaction.conf"), arrives(call("x", "ClearCache", {})))
    result = play(START + STOP, more=forbid, events=here)

    assert (result.verdict, kinds(result)[0]) == (Verdict.FAIL, Kind.FORBIDDEN)
    assert [(one.step, one.outcome) for one in result.executed] == [("steps 1-2", "failed"), ("steps 3-4", "held")]


def test_the_user_may_stop_while_a_call_is_kept() -> None:
    kept = arrives(call("kept", "RemoteStopTransaction", {"transactionId": 1001}))
    here = once(while_awaiting("StartTransaction.conf"), lambda run, now: [*kept(run, now), *interrupted(run, now)])
    result = play(START + STOP, events=here)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert len(frames(result, "CP", "RemoteStopTransaction.conf")) == 1


TWICE = """
- step: 1
  receive: Reset
  expect: {type: Soft}
  reply: {status: Accepted}
- step: 2
  receive: Reset
  expect: {type: Hard}
  reply: {status: Rejected}
"""
SOFT, HARD = (call(f"id-{kind}", "Reset", {"type": kind}) for kind in ("Soft", "Hard"))


@pytest.mark.parametrize("before", ["", "- step: 9\n  send: Heartbeat\n"])
def test_two_calls_of_one_action_go_to_their_steps_in_the_order_of_the_scenario(before: str) -> None:
    csms = ScriptedCsms()
    result = play(before + TWICE, csms, events=once(while_awaiting("Reset.req"), arrives(SOFT, HARD)))

    assert (result.verdict, result.findings) == (Verdict.PASS, ())
    assert [reply[1]["status"] for reply in csms.replies] == ["Accepted", "Rejected"]


def test_a_branch_goes_before_the_step_behind_it() -> None:
    scenario = """
    - any_of:
        - name: soft
          steps:
            - receive: Reset
              where: {type: Soft}
              reply: {status: Accepted}
        - name: other
          steps:
            - receive: ClearCache
              reply: {status: Accepted}
    - step: 2
      receive: Reset
      reply: {status: Rejected}
    """
    csms = ScriptedCsms()
    result = play(scenario, csms, events=once(while_awaiting("Reset.req"), arrives(SOFT, HARD)))

    assert result.verdict is Verdict.PASS
    assert [reply[1]["status"] for reply in csms.replies] == ["Accepted", "Rejected"]


def test_a_step_inside_a_state_goes_before_the_step_behind_the_state() -> None:
    state = a_state(
        """
        state: Resetting
        section: "1"
        edition: "2025-11"
        scenario:
          - send: Heartbeat
          - receive: Reset
            reply: {status: Accepted}
        """
    )
    scenario = "- state: Resetting\n- receive: Reset\n  reply: {status: Rejected}"
    csms = ScriptedCsms()
    here = once(while_awaiting("Heartbeat.conf"), arrives(SOFT, HARD))
    result = play(scenario, csms, states=[state], events=here)

    assert result.verdict is Verdict.PASS
    assert [reply[1]["status"] for reply in csms.replies] == ["Accepted", "Rejected"]


def test_the_step_that_must_come_goes_before_an_optional_one_of_its_action() -> None:
    scenario = """
    - receive: Reset
      optional: true
      reply: {status: Rejected}
    - receive: Reset
      reply: {status: Accepted}
    """
    csms = ScriptedCsms()
    result = play(scenario, csms, events=once(while_awaiting("Reset.req"), arrives(SOFT)))

    assert (result.verdict, csms.replies[0][1]["status"]) == (Verdict.PASS, "Accepted")
