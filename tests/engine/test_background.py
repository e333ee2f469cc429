"""Traffic of the Charge Point's own: it yields to the scenario, is measured, and is never judged."""

from __future__ import annotations

import json
from typing import Any

from csms_harness.engine.case import CaseRun, Limits
from csms_harness.engine.effects import Effect, OpenConnection, SendFrame
from csms_harness.engine.events import Connected, FrameReceived, FrameSent
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import (
    STATES,
    a_case,
    a_line,
    arrives,
    call,
    frames,
    kinds,
    messages,
    once,
    payload,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import CONFIG, EPOCH, ScriptedCsms

LIMITS = Limits(action=10.0, responses={"": 5.0})
STATUS = call("t1", "TriggerMessage", {"requestedMessage": "StatusNotification"})
HEART = call("t2", "TriggerMessage", {"requestedMessage": "Heartbeat"})
SCENARIO = """
- send: Authorize
  with: {idTag: $config.valid_id_tag}
- send: MeterValues
  with: {connectorId: 1}
"""


def test_what_a_trigger_message_asks_for_is_really_sent() -> None:
    result = play("- send: Heartbeat", events=once(while_awaiting("Heartbeat.conf"), arrives(STATUS)))

    sent = frames(result, "CP", "StatusNotification.req")
    assert [payload(entry)["connectorId"] for entry in sent] == [0, 1, 2]
    assert {entry.role for entry in sent} == {"background"}


def test_the_scenario_goes_before_the_background() -> None:
    result = play(SCENARIO, events=once(while_awaiting("Authorize.conf"), arrives(STATUS)))

    sent = messages(result, "CP")
    assert sent.index("MeterValues.req") < sent.index("StatusNotification.req")
    assert result.verdict is Verdict.PASS


def test_the_background_is_measured_and_makes_no_checks() -> None:
    result = play(SCENARIO, events=once(while_awaiting("Authorize.conf"), arrives(HEART)))

    assert result.checks == 2
    assert [one.action for one in result.samples].count("Heartbeat") == 1


def test_a_call_of_the_scenario_waits_for_the_line_and_its_time_begins_when_it_is_written() -> None:
    scenario = "- wait: 1 s\n  because: the background\n- send: Authorize\n  with: {idTag: $config.valid_id_tag}"
    csms = ScriptedCsms(delay={"Heartbeat": 4.0, "Authorize": 3.0})
    result = play(scenario, csms, events=once(while_awaiting("the background"), arrives(HEART)))

    assert result.verdict is Verdict.PASS
    (sample,) = (one for one in result.samples if one.action == "Authorize")
    assert round(sample.seconds, 3) == 3.001


def test_a_background_call_that_is_never_answered_blocks_for_its_deadline_only() -> None:
    scenario = "- wait: 1 s\n  because: the background\n- send: Authorize\n  with: {idTag: $config.valid_id_tag}"
    silent = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play(scenario, silent, events=once(while_awaiting("the background"), arrives(HEART)))

    assert (result.verdict, result.findings[1:]) == (Verdict.PASS, ())
    assert 5.0 < result.ended < 6.0
    (sample,) = (one for one in result.samples if one.action == "Heartbeat")
    assert (sample.answered, sample.late) == (False, True)


def test_a_flood_of_frames_does_not_keep_the_background_from_being_given_up() -> None:
    """No TimePassed is ever told here, as when frames come faster than they are read."""
    run = CaseRun(a_case("- wait: 1 s\n  because: it\n- send: MeterValues"), STATES, a_line(), CONFIG, LIMITS, EPOCH)
    sent = _feed(run, 0.0, run.begin(0.0))
    sent += _feed(run, 0.0, run.handle(Connected(0.0, "ocpp1.6")))
    booted = {"status": "Accepted", "currentTime": "2026-01-31T12:00:00Z", "interval": 300}
    sent += _feed(run, 0.0, run.handle(FrameReceived(0.0, json.dumps([3, json.loads(sent[0])[1], booted]))))
    sent += _feed(run, 0.0, run.handle(FrameReceived(0.0, HEART)))
    for number in range(700):
        at = number * 0.01
        sent += _feed(run, at, run.handle(FrameReceived(at, call(f"f{number}", "ClearCache", {}))))

    calls = [json.loads(text)[2] for text in sent if text.startswith("[2")]
    assert calls == ["BootNotification", "Heartbeat", "MeterValues"]


def _feed(run: CaseRun, at: float, effects: list[Effect]) -> list[str]:
    """The frames that are sent, each told as written at once."""
    texts = []
    for effect in effects:
        if isinstance(effect, SendFrame):
            texts += [effect.text, *_feed(run, at, run.handle(FrameSent(at, effect.unique_id)))]
    return texts


def test_what_the_background_answers_late_or_wrong_is_no_finding() -> None:
    broken = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: [4, "$ID", "InternalError", "", {}]})
    result = play(SCENARIO, broken, events=once(while_awaiting("Authorize.conf"), arrives(HEART)))

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])


def test_a_booted_charge_point_that_is_quiet_for_an_interval_sends_a_heartbeat() -> None:
    short = ScriptedCsms(answers={"BootNotification": _boot(10)})
    result = play("- send: Authorize\n  with: {idTag: X}\n- wait: 35 s\n  because: nothing happens", short)

    beats = frames(result, "CP", "Heartbeat.req")
    assert [round(entry.at) for entry in beats] == [10, 20, 30]
    assert {entry.role for entry in beats} == {"background"}


def test_a_busy_charge_point_sends_no_heartbeat() -> None:
    short = ScriptedCsms(answers={"BootNotification": _boot(10)})
    scenario = "- repeat: 4\n  every: 8 s\n  steps:\n    - send: MeterValues\n      with: {connectorId: 1}"

    assert "Heartbeat.req" not in messages(play(scenario, short))


def test_a_heartbeat_interval_of_zero_or_less_is_no_flood() -> None:
    for interval in (0, -5):
        short = ScriptedCsms(answers={"BootNotification": _boot(interval)})
        result = play("- send: Authorize\n  with: {idTag: X}\n- wait: 100 s\n  because: nothing happens", short)
        assert "Heartbeat.req" not in messages(result)


def test_an_interval_of_a_second_keeps_the_scenario_going() -> None:
    short = ScriptedCsms(answers={"BootNotification": _boot(1)}, delay={"Heartbeat": 4.0})
    result = play("- send: Authorize\n  with: {idTag: TAG-001}\n- wait: 3 s\n  because: it\n- send: MeterValues", short)

    assert result.verdict is Verdict.PASS
    assert result.ended < 12.0


def _boot(interval: int) -> Any:
    return lambda csms, _request: {"status": "Accepted", "currentTime": csms.utc(), "interval": interval}


def test_a_disconnect_of_our_own_forgets_the_background_and_measures_nothing_of_it() -> None:
    scenario = """
    - wait: 1 s
      because: the background
    - disconnect:
    - wait: 60 s
      because: we are away
    - connect:
    - send: MeterValues
    """
    silent = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play(scenario, silent, events=once(while_awaiting("the background"), arrives(HEART)))

    assert result.verdict is Verdict.PASS
    assert all(one.action != "Heartbeat" for one in result.samples)


def test_what_is_queued_in_the_background_is_forgotten_with_the_connection() -> None:
    scenario = """
    - wait: 1 s
      because: the background
    - disconnect:
    - connect:
    - wait: 1 s
      because: nothing is left
    - send: MeterValues
    """
    silent = ScriptedCsms(answers={"StatusNotification": lambda _csms, _request: None})
    result = play(scenario, silent, events=once(while_awaiting("the background"), arrives(STATUS)))

    assert messages(result, "CP").count("StatusNotification.req") == 1


def test_what_is_asked_for_while_we_tidy_up_is_done_before_the_next_case() -> None:
    csms = ScriptedCsms(unasked={"StopTransaction": [("TriggerMessage", {"requestedMessage": "Heartbeat"})]})
    result = play("- state: Charging", csms)

    assert "Heartbeat.conf" in messages(result, "CS")


class _Watching(ScriptedCsms):
    """Notes how many CALLs of ours are open at once."""

    def receive(self, text: str) -> list[tuple[float, str]]:
        self.most = max(getattr(self, "most", 0), self.open_calls(text))
        return super().receive(text)

    def open_calls(self, text: str) -> int:
        self.pending: set[tuple[str, float]] = getattr(self, "pending", set())
        frame = json.loads(text)
        if frame[0] == 2:
            self.pending = {one for one in self.pending if one[1] > self.now} | {
                (frame[1], self.now + self.delay.get(frame[2], 0.0))
            }
        return len(self.pending)


def test_we_never_have_two_calls_open_however_much_the_central_system_asks_for() -> None:
    slow = dict.fromkeys(("StatusNotification", "Heartbeat", "Authorize", "MeterValues"), 0.5)
    csms = _Watching(
        delay=slow, unasked={"Authorize": [("TriggerMessage", {"requestedMessage": "StatusNotification"})]}
    )
    result = play(SCENARIO, csms, events=once(while_awaiting("Authorize.conf"), arrives(STATUS, HEART)))

    assert result.verdict is Verdict.PASS
    assert csms.most == 1
    assert len(frames(result, "CP", "StatusNotification.req")) == 6


def test_the_background_ends_before_the_next_case_begins() -> None:
    result = play("- send: Heartbeat", events=once(while_awaiting("Heartbeat.conf"), arrives(STATUS)))

    assert messages(result, "CS").count("StatusNotification.conf") == 3


def test_a_central_system_that_never_stops_asking_is_left_after_the_limit_of_the_cleanup() -> None:
    endless = ScriptedCsms(
        unasked={"Heartbeat": [("TriggerMessage", {"requestedMessage": "Heartbeat"})]}, delay={"Heartbeat": 0.2}
    )
    result = play("- send: Heartbeat", endless)

    assert result.verdict is Verdict.PASS
    assert result.ended < 11.0


def test_a_case_begins_with_a_connection_and_is_woken_by_nothing_but_events() -> None:
    run = CaseRun(a_case("- send: Heartbeat"), STATES, a_line(), CONFIG, LIMITS, EPOCH)

    assert run.begin(0.0) == [OpenConnection()]
    assert run.awaiting == ("a connection", None)
    assert run.wake_at is None


def test_a_background_call_that_was_cut_off_with_its_connection_is_no_answer_that_is_missing() -> None:
    scenario = """
    - send: Heartbeat
    - disconnect:
    - wait: 1 min
      because: it
    - connect:
    - send: Authorize
      with: {idTag: A}
    """
    silent = ScriptedCsms(answers={"StatusNotification": lambda _csms, _request: None})
    result = play(scenario, silent, events=once(while_awaiting("Heartbeat.conf"), arrives(STATUS)))

    assert "StatusNotification.req" in messages(result, "CP")
    assert [(one.action, one.answered) for one in result.samples if one.action == "StatusNotification"] == []
    assert messages(result, "CP")[-1] == "Authorize.req"
