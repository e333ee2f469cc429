"""After the scenario: the Charge Point goes back to idle, and nothing of that changes the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_line,
    arrives,
    call,
    frames,
    kinds,
    lost,
    messages,
    once,
    only,
    payload,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import ScriptedCsms

SESSION = """
- step: 1
  send: Authorize
  with: {idTag: $config.valid_id_tag}
- step: 2
  send: StatusNotification
  with: {connectorId: 1, status: Preparing}
- step: 3
  send: StartTransaction
  with: {connectorId: 1, idTag: $config.valid_id_tag}
  save: {transactionId: transactionId}
- step: 4
  send: StatusNotification
  with: {connectorId: 1, status: Charging}
- step: 5
  send: MeterValues
  with: {connectorId: 1, transactionId: $transactionId}
- step: 6
  send: StopTransaction
  with: {transactionId: $transactionId, meterStop: 20}
- step: 7
  send: StatusNotification
  with: {connectorId: 1, status: Finishing}
- step: 8
  send: StatusNotification
  with: {connectorId: 1, status: Available}
"""


class _Forgetful(ScriptedCsms):
    """Answers everything but the n-th CALL of the scenario, and everything again after that."""

    def forget(self, number: int) -> _Forgetful:
        self.left = number
        return self

    def receive(self, text: str) -> list[tuple[float, str]]:
        answer = super().receive(text)
        if self.seen[-1][0] == "BootNotification":
            return answer
        self.left -= 1
        return [] if self.left == 0 else answer


def statuses(result: Any) -> dict[int, str]:
    """The last status that the Central System was told for each connector."""
    told = [payload(entry) for entry in frames(result, "CP", "StatusNotification.req")]
    return {one["connectorId"]: one["status"] for one in told}


@pytest.mark.parametrize("step", range(1, 9))
def test_a_session_that_fails_anywhere_is_tidied_up_and_the_next_case_gets_a_connection_of_its_own(step: int) -> None:
    line, csms = a_line(), _Forgetful().forget(step)
    result = play(SESSION, csms, line=line)

    assert result.verdict is Verdict.FAIL
    assert statuses(result).get(1, "Available") == "Available"
    started = csms.transaction_id if step > 3 else 0
    stopped = [payload(entry)["transactionId"] for entry in frames(result, "CP", "StopTransaction.req")]
    assert stopped == ([started] if started else [])
    assert line.fresh
    assert not line.charge_point.transactions

    following = play("- send: Heartbeat", csms, line=line)
    assert following.verdict is Verdict.PASS
    assert [entry.kind for entry in following.entries[:2]] == ["disconnected", "connected"]
    assert messages(following, "CP")[0] == "BootNotification.req"


def test_a_session_that_passes_needs_no_cleanup_and_keeps_its_connection() -> None:
    line, csms = a_line(), ScriptedCsms()
    result = play(SESSION, csms, line=line)
    following = play("- send: Heartbeat", csms, line=line)

    assert result.verdict is Verdict.PASS
    assert not [entry for entry in result.entries if entry.role == "cleanup"]
    assert messages(following, "CP") == ["Heartbeat.req"]


def test_what_a_passing_case_leaves_running_is_stopped_with_the_right_id_and_idtag() -> None:
    csms = ScriptedCsms()
    result = play("- state: Charging\n  with: {connectorId: 2}", csms)

    assert result.verdict is Verdict.PASS
    (stop,) = frames(result, "CP", "StopTransaction.req")
    assert (stop.role, stop.step) == ("cleanup", "cleanup")
    assert (payload(stop)["transactionId"], payload(stop)["idTag"]) == (csms.transaction_id, "TAG-001")
    assert statuses(result) == {2: "Available"}


def test_a_cleanup_that_is_not_answered_is_listed_and_changes_nothing_but_the_connection() -> None:
    line = a_line()
    result = play("- state: Charging", ScriptedCsms(answers={"StopTransaction": lambda _csms, _req: None}), line=line)

    assert (result.verdict, set(kinds(result))) == (Verdict.PASS, {Kind.CLEANUP})
    assert line.fresh
    assert result.ended < 6.0


def test_a_cleanup_that_is_refused_goes_on_all_the_same() -> None:
    refusing = ScriptedCsms(answers={"StopTransaction": lambda _csms, _req: [4, "$ID", "InternalError", "", {}]})
    result = play("- state: Charging", refusing)

    assert result.verdict is Verdict.PASS
    assert statuses(result) == {1: "Available"}


def test_a_lost_connection_is_opened_again_to_stop_the_transaction() -> None:
    scenario = "- state: Charging\n- send: Heartbeat"
    csms = ScriptedCsms()
    result = play(scenario, csms, events=once(while_awaiting("Heartbeat.conf"), lost))

    assert (result.verdict, only(result, Kind.DISCONNECT).decides) == (Verdict.FAIL, Verdict.FAIL)
    assert [entry.kind for entry in result.entries if entry.kind != "frame"] == [
        "connected",
        "disconnected",
        "connected",
    ]
    assert payload(frames(result, "CP", "StopTransaction.req")[0])["transactionId"] == csms.transaction_id
    assert messages(result, "CP").count("BootNotification.req") == 1


def test_a_connection_that_is_not_had_again_ends_the_cleanup_and_leaves_the_verdict() -> None:
    csms = ScriptedCsms()

    def refuse_from_now_on(run: Any, now: float) -> Any:
        csms.refuse = "The Central System refused the connection with HTTP 503."
        return lost(run, now)

    result = play(
        "- state: Charging\n- send: Heartbeat", csms, events=once(while_awaiting("Heartb"), refuse_from_now_on)
    )

    assert result.verdict is Verdict.FAIL
    assert Kind.CLEANUP in kinds(result)
    assert only(result, Kind.REFUSED).decides is None


def test_a_connection_that_is_lost_in_the_cleanup_is_listed_only() -> None:
    line = a_line()
    result = play("- state: Charging", ScriptedCsms(close_on="StopTransaction"), line=line)

    assert result.verdict is Verdict.PASS
    assert Kind.CLEANUP in kinds(result)
    assert line.fresh


AFTER = """
after:
  - send: StatusNotification
    with: {connectorId: 2, status: Available}
    expect: {}
"""


def test_after_always_runs_and_proves_nothing() -> None:
    failing = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    failed = play("- send: Heartbeat", failing, more=AFTER)
    passed = play("- send: Heartbeat", more=AFTER)

    assert (failed.verdict, passed.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert all(messages(result, "CP")[-1] == "StatusNotification.req" for result in (failed, passed))
    assert passed.checks == 1


def test_a_case_that_only_checks_in_its_after_has_proven_nothing() -> None:
    result = play("- wait: 1 s\n  because: nothing is checked", more=AFTER)

    assert (result.verdict, result.checks, result.reason) == (
        Verdict.ERROR,
        0,
        "no check on the Central System was executed",
    )


@pytest.mark.parametrize(
    "answer",
    [None, [4, "$ID", "InternalError", "", {}], {"no": "schema"}],
)
def test_a_failure_in_after_leaves_the_verdict_and_the_rest_of_the_cleanup(answer: Any) -> None:
    after = "after:\n  - send: Heartbeat\n"
    csms = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: answer})
    result = play("- state: Charging", csms, more=after)

    assert result.verdict is Verdict.PASS
    assert "StopTransaction.req" in messages(result)


def test_a_name_that_was_never_saved_stops_after_but_is_no_error_of_ours() -> None:
    after = "after:\n  - send: StopTransaction\n    with: {transactionId: $transactionId}\n"
    silent = ScriptedCsms(answers={"Authorize": lambda _csms, _request: None})
    result = play(SESSION, silent, more=after)

    assert result.verdict is Verdict.FAIL
    assert "$transactionId has no value here" in only(result, Kind.CLEANUP).text


def test_calls_of_the_central_system_are_answered_in_the_cleanup_and_not_remarked_on() -> None:
    csms = ScriptedCsms(unasked={"StopTransaction": [("ClearCache", {}), ("Reset", {"type": "Hard"})]})
    result = play("- state: Charging", csms)

    assert (result.verdict, result.findings) == (Verdict.PASS, ())
    assert csms.replies == [("ClearCache", {"status": "Accepted"}), ("Reset", {"status": "Rejected"})]


def test_the_next_case_finds_the_configuration_as_it_was_at_first() -> None:
    line = a_line()
    scenario = """
    - receive: ChangeConfiguration
      trigger: {key: MeterValueSampleInterval, value: "17"}
      reply: {status: Accepted}
    """
    before = line.charge_point.configuration.value("MeterValueSampleInterval")
    play(scenario, line=line)

    assert line.charge_point.configuration.value("MeterValueSampleInterval") == before != "17"


def test_an_answer_to_a_call_of_the_last_case_is_no_concern_of_the_next_one() -> None:
    line, csms = a_line(), ScriptedCsms(delay={"StatusNotification": 7.0})
    first = play("- send: Heartbeat", csms, line=line, events=once(while_awaiting("Heartbeat"), _ask_for_status))
    second = play("- send: Heartbeat\n- wait: 10 s\n  because: it comes now", csms, line=line)

    assert (first.verdict, second.verdict, second.findings) == (Verdict.PASS, Verdict.PASS, ())
    assert "StatusNotification.conf" in messages(second, "CS")
    assert all(sample.action != "StatusNotification" for sample in second.samples)


_ask_for_status = arrives(call("t", "TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}))
