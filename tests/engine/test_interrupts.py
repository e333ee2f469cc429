"""The user stops the run: in every phase the case cleans up and ends."""

from __future__ import annotations

import pytest

from csms_harness.engine.case import Limits
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_line,
    arrives,
    call,
    frames,
    interrupted,
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

SCENARIO = """
- state: Charging
- send: Heartbeat
- receive: Reset
  trigger: {type: Soft}
  reply: {status: Rejected}
- absent: Reset
  during: 10 s
- wait: 5 s
  because: it takes time
- any_of:
    - name: one
      steps:
        - receive: ClearCache
          reply: {status: Accepted}
    - name: otherwise
      steps:
        - wait: 3 s
          because: nothing comes
        - send: Heartbeat
- disconnect:
- connect:
- send: MeterValues
  with: {connectorId: 1}
"""
PHASES = [
    "BootNotification.conf",
    "Authorize.conf",
    "StartTransaction.conf",
    "Heartbeat.conf",
    "Reset.req",
    "no Reset.req",
    "it takes time",
    "ClearCache.req",
    "the end of the connection",
    "MeterValues.conf",
]


@pytest.mark.parametrize("phase", PHASES)
def test_an_interrupted_case_is_inconclusive_and_leaves_no_transaction_behind(phase: str) -> None:
    line, csms = a_line(), ScriptedCsms()
    result = play(SCENARIO, csms, line=line, events=once(while_awaiting(phase), interrupted))

    assert (result.verdict, kinds(result)[-1]) == (Verdict.INCONCLUSIVE, Kind.INTERRUPTED)
    started = [action for action, _ in csms.seen].count("StartTransaction")
    stopped = [request["transactionId"] for action, request in csms.seen if action == "StopTransaction"]
    assert stopped == ([csms.transaction_id] if started else [])
    assert line.fresh
    assert result.ended < 30.0


def test_a_case_that_is_interrupted_before_it_has_a_connection_ends_at_once() -> None:
    result = play("- send: Heartbeat", events=once(while_awaiting("a connection"), interrupted))

    assert (result.verdict, result.ended) == (Verdict.INCONCLUSIVE, 0.0)


def test_a_case_that_is_interrupted_while_the_central_system_settles_took_no_time() -> None:
    line, csms = a_line(), ScriptedCsms()
    line.unsettled_at = csms.now = 1000.0
    stopping = once(while_awaiting("the Central System to settle"), interrupted)
    limits = Limits(action=10.0, responses={"": 5.0}, settle=0.5)
    result = play("- send: Heartbeat", csms, line=line, limits=limits, events=stopping)

    assert (result.verdict, result.began, result.ended) == (Verdict.INCONCLUSIVE, 1000.0, 1000.0)


def test_an_interrupted_reconnect_is_waited_for_and_not_begun_a_second_time() -> None:
    csms = ScriptedCsms()
    reconnecting = once(lambda run: run.awaiting[0] == "a connection" and run.line.heard > 3, interrupted)
    result = play(SCENARIO, csms, events=reconnecting)

    assert [entry.kind for entry in result.entries if entry.kind == "connected"] == ["connected", "connected"]
    assert payload(frames(result, "CP", "StopTransaction.req")[0])["transactionId"] == csms.transaction_id
    assert Kind.CLEANUP not in kinds(result)


def test_a_transaction_that_is_about_to_start_is_known_and_stopped() -> None:
    csms = ScriptedCsms(delay={"StartTransaction": 2.0})
    result = play(SCENARIO, csms, events=once(while_awaiting("StartTransaction.conf"), interrupted))

    assert messages(result, "CP").count("StopTransaction.req") == 1


def test_a_call_that_waits_for_the_line_is_not_sent_after_the_interrupt() -> None:
    """The background has the line; a CALL of the scenario is queued when the user stops the run."""
    scenario = """
    - state: Charging
    - wait: 1 s
      because: the background begins
    - send: MeterValues
    """
    asked = arrives(call("t", "TriggerMessage", {"requestedMessage": "Heartbeat"}))
    csms = ScriptedCsms(delay={"Heartbeat": 3.0})
    events = together(
        once(while_awaiting("the background begins"), asked),
        once(while_awaiting("the line for MeterValues.req"), interrupted),
    )
    result = play(scenario, csms, events=events)

    assert result.verdict is Verdict.INCONCLUSIVE
    actions = [action for action, _ in csms.seen]
    assert ("MeterValues" in actions, "StopTransaction" in actions) == (False, True)


def test_an_interrupt_in_the_cleanup_changes_nothing() -> None:
    result = play("- state: Charging", events=once(while_awaiting("StopTransaction.conf"), interrupted))

    assert (result.verdict, result.findings) == (Verdict.PASS, ())


def test_a_second_interrupt_changes_nothing() -> None:
    twice = together(once(while_awaiting("Heartbeat.conf"), interrupted), once(while_awaiting("Heartb"), interrupted))
    result = play("- send: Heartbeat", events=twice)

    assert kinds(result) == [Kind.INTERRUPTED]


def test_what_was_found_before_the_interrupt_still_counts() -> None:
    here = once(while_awaiting("Heartbeat.conf"), lambda run, now: [*forbidden(run, now), *interrupted(run, now)])
    result = play("- send: Heartbeat", more="forbid: [ClearCache]", events=here)

    assert result.verdict is Verdict.FAIL
    assert only(result, Kind.INTERRUPTED).decides is Verdict.INCONCLUSIVE


forbidden = arrives(call("x", "ClearCache", {}))
