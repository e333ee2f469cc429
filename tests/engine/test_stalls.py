"""A harness that stood still blames nobody for what did not come meanwhile, and excuses nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, Stalled, TriggerFinished
from csms_harness.engine.stalls import Stalls
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import ACTION, RESPONSE, arrives, lost, once, only, play, while_awaiting
from tests.support.scripted_csms import ScriptedCsms

ASKS = "- receive: ClearCache\n  trigger: {}\n  reply: {status: Accepted}"


def silent() -> ScriptedCsms:
    """A Central System that does not answer a Heartbeat."""
    return ScriptedCsms(answers={"Heartbeat": lambda _csms, _req: None})


def stalled(until: float, seconds: float, what: str) -> Any:
    """The harness stands still while this is awaited."""
    return once(while_awaiting(what), lambda _run, now: [Stalled(now + until, seconds)])


@pytest.mark.parametrize(
    ("until", "seconds", "verdict"),
    [
        (RESPONSE + 1.0, 2.0, Verdict.INCONCLUSIVE),  # over the end: nobody looked when the time was up
        (RESPONSE + 0.1, 0.2, Verdict.INCONCLUSIVE),
        (3.0, 2.0, Verdict.INCONCLUSIVE),  # within, but too much of the time
        (3.0, 0.2, Verdict.FAIL),  # within, and little of the time
    ],
)
def test_no_answer_is_a_fail_only_when_somebody_waited_for_it(until: float, seconds: float, verdict: Verdict) -> None:
    result = play("- send: Heartbeat", silent(), events=stalled(until, seconds, "Heartbeat.conf"))

    found = only(result, Kind.NO_ANSWER)
    assert (result.verdict, found.decides) == (verdict, verdict)
    assert (found.stalled is not None) is (verdict is Verdict.INCONCLUSIVE)


def test_a_stall_before_the_wait_excuses_nothing() -> None:
    before = stalled(-0.5, 3.0, "Heartbeat.conf")
    assert play("- send: Heartbeat", silent(), events=before).verdict is Verdict.FAIL


def test_an_answer_that_was_late_is_a_fail_only_when_somebody_waited_for_it() -> None:
    def late() -> ScriptedCsms:
        return ScriptedCsms(delay={"Heartbeat": RESPONSE + 0.02})

    assert play("- send: Heartbeat", late()).verdict is Verdict.FAIL

    result = play("- send: Heartbeat", late(), events=stalled(RESPONSE + 0.01, 1.5, "Heartbeat.conf"))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert only(result, Kind.LATE).stalled == pytest.approx(1.5, abs=0.01)


def test_a_call_that_did_not_come_is_a_fail_only_when_somebody_waited_for_it() -> None:
    def idle() -> ScriptedCsms:
        return ScriptedCsms(calls={"ClearCache": lambda _csms, _wish: []})

    assert play(ASKS, idle()).verdict is Verdict.FAIL

    result = play(ASKS, idle(), events=stalled(ACTION + 0.5, 1.0, "ClearCache.req"))
    assert (result.verdict, only(result, Kind.ABSENT_CALL).decides) == (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)


def test_a_stall_makes_no_pass_of_a_wrong_answer() -> None:
    wrong = ScriptedCsms(answers={"Authorize": lambda _csms, _req: {"idTagInfo": {"status": "Blocked"}}})
    scenario = "- send: Authorize\n  with: {idTag: TAG-001}\n  expect: {idTagInfo: {status: Accepted}}"
    assert play(scenario, wrong, events=stalled(3.0, 3.0, "Authorize.conf")).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("seconds", "ago", "verdict"),
    [(1.0, 0.5, Verdict.INCONCLUSIVE), (0.2, 0.1, Verdict.FAIL), (1.0, 10.0, Verdict.FAIL)],
)
def test_a_connection_given_up_right_after_a_long_silence_of_ours(seconds: float, ago: float, verdict: Verdict) -> None:
    def both(run: CaseRun, now: float) -> list[Event]:
        return [Stalled(now - ago, seconds), *lost(run, now)]

    quiet = "- {wait: 20 s, because: the driver is away}\n- send: Heartbeat"
    result = play(quiet, silent(), events=once(while_awaiting("Heartbeat.conf"), both))
    assert (result.verdict, only(result, Kind.DISCONNECT).decides) == (verdict, verdict)


def test_a_silence_before_a_connection_is_no_reason_to_end_it() -> None:
    def both(run: CaseRun, now: float) -> list[Event]:
        return [Stalled(now - 0.5, 1.0), *lost(run, now)]

    anew = "- {wait: 20 s, because: the driver is away}\n- disconnect:\n- connect:\n- send: Heartbeat"
    result = play(anew, silent(), events=once(while_awaiting("Heartbeat.conf"), both))
    assert (result.verdict, only(result, Kind.DISCONNECT).decides) == (Verdict.FAIL, Verdict.FAIL)


def test_who_stands_still_at_the_end_of_a_wait_is_late_by_what_is_left() -> None:
    stalls = Stalls()
    stalls.add(6.0, 1.5)
    assert stalls.spoilt(0.0, 5.0) == pytest.approx(1.5)
    assert stalls.spoilt(6.0, 11.0) is None
    assert stalls.silenced(0.0, 7.0) == pytest.approx(1.5)
    assert Stalls().spoilt(0.0, 5.0) is Stalls().silenced(0.0, 0.0) is None


def test_what_is_told_late_itself_does_not_say_that_a_time_is_up() -> None:
    """After a pause all that happened meanwhile is told at once, in any order; the answer has its stamp."""

    def resumed(run: CaseRun, now: float) -> list[Event]:
        end = now + RESPONSE + 3.0
        answer = '[3, "$ID", {"currentTime": "2026-01-31T12:00:00Z"}]'
        (frame,) = arrives(answer)(run, now + 0.1)
        return [Stalled(end, 7.5), TriggerFinished(end, 1, "performed"), frame]

    result = play("- send: Heartbeat", silent(), events=once(while_awaiting("Heartbeat.conf"), resumed))
    assert (result.verdict, result.findings) == (Verdict.PASS, ())
