"""Connecting, disconnecting, and a connection that ends by itself."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, Lost
from csms_harness.evidence import Kind, What
from csms_harness.verdict import Verdict
from tests.engine.play import a_booted_line, a_line, frames, kinds, lost, messages, once, only, play, while_awaiting
from tests.support.scripted_csms import ScriptedCsms

COLD = "before: {from: disconnected}"
CONNECT = """
- connect:
  expect: {subprotocol: ocpp1.6}
- send: BootNotification
"""


def test_a_case_from_disconnected_opens_its_connection_itself_and_checks_the_handshake() -> None:
    result = play(CONNECT, more=COLD)

    assert (result.verdict, result.checks) == (Verdict.PASS, 2)
    assert [entry.kind for entry in result.entries][:2] == ["connected", "frame"]


def test_a_case_from_disconnected_closes_the_connection_of_the_case_before() -> None:
    line = a_booted_line()
    result = play(CONNECT, more=COLD, line=line)

    assert [entry.kind for entry in result.entries][:2] == ["disconnected", "connected"]
    assert result.verdict is Verdict.PASS


def test_a_handshake_that_is_not_as_it_must_be_fails() -> None:
    result = play(CONNECT, ScriptedCsms(subprotocol=None), more=COLD)

    assert (result.verdict, only(result, Kind.MISMATCH).path) == (Verdict.FAIL, "subprotocol")


@pytest.mark.parametrize("more", [COLD, ""])
def test_a_refused_connection_is_inconclusive_in_the_words_of_the_refusal(more: str) -> None:
    refusing = ScriptedCsms(refuse="The Central System answered HTTP 401.")
    result = play(CONNECT, refusing, more=more)

    assert (result.verdict, result.reason.endswith("The Central System answered HTTP 401.")) == (
        Verdict.INCONCLUSIVE,
        True,
    )
    assert result.heard == 0


def test_a_connection_closed_by_the_central_system_fails_the_case_at_once_and_keeps_the_reason() -> None:
    result = play("- step: 3\n  send: Heartbeat", events=once(while_awaiting("Heartbeat.conf"), lost))

    found = only(result, Kind.DISCONNECT)
    assert (result.verdict, found.step) == (Verdict.FAIL, "step 3")
    assert found.observed.endswith("code 1011.")
    assert result.entries[(found.frame or 0) - 1].kind == "disconnected"
    assert result.ended < 1.0


def test_a_connection_that_ends_while_the_case_is_being_prepared_is_inconclusive() -> None:
    result = play("- send: Heartbeat", ScriptedCsms(close_on="BootNotification"))

    assert (result.verdict, kinds(result)) == (Verdict.INCONCLUSIVE, [Kind.DISCONNECT])


def _given_up(_run: CaseRun, now: float) -> list[Event]:
    return [Lost(now, "The Central System broke the WebSocket protocol.", 1002, ours=True)]


@pytest.mark.parametrize("phase", ["Heartbeat.conf", "it takes time", "Reset.req"])
def test_a_connection_that_our_side_had_to_give_up_fails_like_any_other_lost_one(phase: str) -> None:
    scenario = """
    - send: Heartbeat
    - wait: 1 s
      because: it takes time
    - receive: Reset
      trigger: {type: Soft}
      reply: {status: Accepted}
    """
    result = play(scenario, events=once(while_awaiting(phase), _given_up))

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.DISCONNECT])


def test_an_end_that_the_scenario_wants_is_no_finding_whoever_closes_first() -> None:
    scenario = "- send: Heartbeat\n- disconnect:\n- connect:\n- send: Heartbeat"
    result = play(scenario, events=once(while_awaiting("the end of the connection"), lost))

    assert (result.verdict, result.findings) == (Verdict.PASS, ())


def test_a_charge_point_that_only_lost_its_connection_need_not_boot_again() -> None:
    scenario = "- state: Charging\n- disconnect: drop\n- connect:\n- send: MeterValues"
    csms = ScriptedCsms()
    result = play(scenario, csms)

    assert result.verdict is Verdict.PASS
    assert messages(result, "CP").count("BootNotification.req") == 1
    assert "StopTransaction.req" in messages(result, "CP")


def test_the_moments_of_connecting_and_disconnecting_can_be_saved() -> None:
    scenario = """
    - send: Heartbeat
    - disconnect:
      save: {left: at}
    - wait: 60 s
      because: we are away
    - connect:
      save: {back: at}
    - send: DataTransfer
      with: {vendorId: $left, data: $back}
      expect: {status: {present: true}}
    """
    text = frames(play(scenario), "CP", "DataTransfer.req")[0].text
    assert '"vendorId":"2026-01-31T12:00:00.' in text
    assert '"data":"2026-01-31T12:01:00.' in text


def test_sending_without_a_connection_is_a_broken_scenario_and_says_so() -> None:
    result = play("- send: Heartbeat\n- disconnect:\n- step: 7\n  send: MeterValues")

    assert result.verdict is Verdict.ERROR
    assert "MeterValues is to be sent, but the scenario has no connection" in result.reason


def test_unique_ids_of_one_connection_are_never_used_twice_and_short_enough() -> None:
    result = play("- repeat: 20\n  steps:\n    - send: Heartbeat", line=a_line())

    ids = [entry.unique_id for entry in frames(result, "CP")]
    assert len(ids) == len(set(ids)) == 21
    assert max(map(len, ids)) <= 36


def test_a_case_that_passed_hands_its_connection_on_and_one_that_failed_does_not() -> None:
    line = a_booted_line()
    silent = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    kept = play("- send: Heartbeat", line=line)
    play("- send: Heartbeat", silent, line=line)
    renewed = play("- send: Heartbeat", line=line)

    assert [entry.kind for entry in kept.entries if entry.kind != "frame"] == []
    assert [entry.kind for entry in renewed.entries if entry.kind != "frame"] == ["disconnected", "connected"]
    assert not line.fresh


def test_a_trigger_that_did_not_work_says_nothing_against_the_connection() -> None:
    line = a_booted_line()
    declined = ScriptedCsms(trigger_outcome=lambda _action: ("declined", "nobody is here"))
    undecided = play("- receive: Reset\n  trigger: {type: Soft}\n  reply: {status: Accepted}", declined, line=line)
    kept = play("- send: Heartbeat", line=line)

    assert undecided.verdict is Verdict.INCONCLUSIVE
    assert [entry.kind for entry in kept.entries if entry.kind != "frame"] == []


def test_frames_that_arrive_on_a_closing_connection_do_no_harm() -> None:
    from tests.engine.play import arrives, call

    here = once(while_awaiting("the end"), arrives(call("x", "ClearCache", {}), "[3", '[3,"nothing",{}]'))
    scenario = "- send: Heartbeat\n- disconnect:\n- connect:\n- send: Heartbeat"

    assert play(scenario, events=here).verdict is Verdict.PASS


def test_the_number_of_frames_heard_is_that_of_this_case() -> None:
    line: Any = a_booted_line()

    assert play("- send: Heartbeat\n- send: Heartbeat", line=line).heard == 2


@pytest.mark.parametrize("agreed", [None, "ocpp2.0.1"])
def test_nothing_is_said_on_a_connection_whose_subprotocol_is_not_what_was_offered(agreed: str | None) -> None:
    csms = ScriptedCsms(subprotocol=agreed)
    result = play("- send: Heartbeat", csms)

    found = only(result, Kind.REFUSED)
    assert (result.verdict, found.what, result.checks) == (Verdict.INCONCLUSIVE, What.SUBPROTOCOL, 0)
    assert (agreed or "no subprotocol") in found.text
    assert csms.seen == []
    assert [entry.kind for entry in result.entries] == ["connected", "disconnected"]


def test_a_case_that_judges_the_handshake_fails_on_what_it_saw_and_says_nothing_either() -> None:
    csms = ScriptedCsms(subprotocol="ocpp2.0.1")
    result = play(f"{CONNECT}\n- send: BootNotification", csms, more=COLD)

    found = only(result, Kind.MISMATCH)
    assert (result.verdict, found.required, found.observed) == (Verdict.FAIL, "ocpp1.6", "ocpp2.0.1")
    assert csms.seen == []
