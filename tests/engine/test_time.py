"""Waits, and what is measured: all on a clock that only moves when nothing else can happen."""

from __future__ import annotations

import json

import pytest

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, FrameReceived
from csms_harness.evidence import Kind, Sample
from csms_harness.verdict import Verdict
from tests.engine.play import frames, once, only, play, while_awaiting
from tests.support.scripted_csms import CONFIG, ScriptedCsms


def test_a_wait_lasts_exactly_as_long_as_it_says() -> None:
    result = play("- send: Heartbeat\n- wait: 1500 ms\n  because: it takes time\n- send: MeterValues")

    answered = frames(result, "CS", "Heartbeat.conf")[0].at
    assert frames(result, "CP", "MeterValues.req")[0].at - answered == pytest.approx(1.5, abs=1e-9)


def test_an_hour_is_waited_for_without_an_hour() -> None:
    assert play("- send: Heartbeat\n- wait: 1 h\n  because: it takes time").ended == pytest.approx(3600, abs=0.1)


def test_a_wait_for_a_saved_date_time_lasts_until_that_moment() -> None:
    scenario = """
    - receive: ReserveNow
      trigger: {connectorId: 1, idTag: $config.valid_id_tag, expiryDate: $now + 5 min}
      save: {until: expiryDate}
      reply: {status: Accepted}
    - wait: $until
      because: the reservation expires
    - send: Heartbeat
    """
    result = play(scenario)

    assert frames(result, "CP", "Heartbeat.req")[0].at == pytest.approx(300.0, abs=0.01)


def test_a_date_time_that_has_passed_is_not_waited_for() -> None:
    scenario = """
    - receive: ReserveNow
      trigger: {connectorId: 1, idTag: $config.valid_id_tag, expiryDate: $now - 5 min}
      save: {until: expiryDate}
      reply: {status: Accepted}
    - wait: $until
      because: the reservation expires
    - send: Heartbeat
    """
    assert play(scenario).ended < 1.0


def test_a_wait_is_shortened_to_at_most_and_says_so_without_a_verdict() -> None:
    result = play("- send: Heartbeat\n- wait: 90 s\n  because: patience\n  at_most: 2 s")

    found = only(result, Kind.OBSERVATION)
    assert (found.required, found.observed, result.verdict) == ("90 s", "2 s", Verdict.PASS)
    assert result.ended < 3.0


def test_a_wait_within_its_limit_is_not_shortened() -> None:
    assert play("- send: Heartbeat\n- wait: 2 s\n  because: patience\n  at_most: 90 s").findings == ()


def test_a_configured_length_of_time_that_is_none_is_an_error_that_names_it() -> None:
    config = {**CONFIG, "patience": "a while"}
    result = play("- send: Heartbeat\n- wait: $config.patience\n  because: patience", config=config)

    assert result.verdict is Verdict.ERROR
    assert "$config.patience is 'a while', which is no length of time" in result.reason


def test_the_wait_for_each_answer_is_measured_to_the_millisecond() -> None:
    csms = ScriptedCsms(delay={"Authorize": 0.249, "Heartbeat": 1.999})
    scenario = "- send: Authorize\n  with: {idTag: $config.valid_id_tag}\n- send: Heartbeat"
    samples = {one.action: one for one in play(scenario, csms).samples}

    assert samples["Authorize"].seconds == pytest.approx(0.250, abs=1e-6)
    assert samples["Heartbeat"].seconds == pytest.approx(2.000, abs=1e-6)
    assert samples["BootNotification"].seconds == pytest.approx(0.001, abs=1e-6)
    assert all(one.answered and not one.late for one in samples.values())


def test_an_answer_that_never_comes_is_a_sample_without_an_answer() -> None:
    silent = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})

    assert play("- send: Heartbeat", silent).samples[-1] == Sample("Heartbeat", 5.0, 5.0, True, False, "user")


def test_an_answer_after_the_deadline_is_one_late_sample() -> None:
    result = play("- send: Heartbeat", ScriptedCsms(delay={"Heartbeat": 5.02}))

    (sample,) = (one for one in result.samples if one.action == "Heartbeat")
    assert (sample.late, sample.answered, round(sample.seconds, 3)) == (True, True, 5.021)


def test_how_long_the_harness_took_to_look_is_measured_beside_the_wait_itself() -> None:
    def answer(run: CaseRun, now: float) -> list[Event]:
        outstanding = run.line.dialogue.outstanding
        assert outstanding is not None
        text = json.dumps([3, outstanding.unique_id, {"currentTime": "2026-01-31T12:00:00Z"}])
        return [FrameReceived(now + 0.010, text, now + 0.250, "kernel")]

    silent = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play("- send: Heartbeat", silent, events=once(while_awaiting("Heartbeat.conf"), answer))

    sample = result.samples[-1]
    assert (round(sample.seconds, 6), round(sample.resumed, 6), sample.clock) == (0.010, 0.250, "kernel")


def test_the_cleanup_and_the_preparation_are_measured_too() -> None:
    result = play("- state: Charging")

    assert [one.action for one in result.samples] == [
        "BootNotification",
        "Authorize",
        "StatusNotification",
        "StartTransaction",
        "StatusNotification",
        "StopTransaction",
        "StatusNotification",
        "StatusNotification",
    ]


def test_a_trigger_waits_until_the_central_system_could_take_in_our_last_answer() -> None:
    once_more = """
    - receive: Reset
      trigger: {type: Soft}
      reply: {status: Accepted}
    - receive: Reset
      trigger: {type: Hard}
      reply: {status: Accepted}
    """
    result = play(once_more)

    asked = [entry.at for entry in result.entries if entry.text.startswith("asked for")]
    answered = frames(result, "CP", "Reset.conf")[0].at
    assert asked[1] - answered == pytest.approx(0.1, abs=1e-9)


def test_the_first_trigger_of_a_case_need_not_wait_for_anything() -> None:
    result = play("- receive: Reset\n  trigger: {type: Soft}\n  reply: {status: Accepted}")

    assert result.ended < 0.05
