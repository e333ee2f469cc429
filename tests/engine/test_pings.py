"""Pings, pongs and fragments: what a Charge Point sends below its messages, and what must come of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.engine.effects import SendFrame
from csms_harness.evidence import Happening, Kind, What
from csms_harness.report.telling import told_finding
from csms_harness.report.titles import note_text, step_title
from csms_harness.verdict import Verdict
from tests.engine.play import RESPONSE, a_case, messages, only, play
from tests.support.scripted_csms import ScriptedCsms

PING = "- {step: [1, 2], ping: are you there}"


def test_a_ping_that_is_answered_by_its_pong_is_a_check_that_held() -> None:
    result = play(PING)
    assert (result.verdict, result.checks) == (Verdict.PASS, 1)


@pytest.mark.parametrize(
    ("pongs", "observed"),
    [([], "none"), ([(0.1, "")], "pongs with other data"), ([(RESPONSE + 0.1, "are you there")], "none")],
)
def test_a_ping_without_its_pong_in_time_fails(pongs: list[tuple[float, str]], observed: str) -> None:
    result = play(PING, ScriptedCsms(pongs=lambda _data: pongs))
    found = told_finding(only(result, Kind.NO_ANSWER))
    assert (result.verdict, found.what, found.observed) == (Verdict.FAIL, What.NO_PONG, observed)
    assert "RFC 6455 section 5.5.2" in found.text
    assert found.required == f"a pong with the same application data within {RESPONSE:g} s"


def test_a_pong_with_other_data_before_it_is_no_fault() -> None:
    result = play(PING, ScriptedCsms(pongs=lambda data: [(0.1, "anything"), (0.2, data)]))
    assert result.verdict is Verdict.PASS


def test_the_time_of_a_ping_can_be_named() -> None:
    late = ScriptedCsms(pongs=lambda data: [(2.0, data)])
    assert play("- {ping: '', within: 1 s}", late).verdict is Verdict.FAIL
    assert play("- {ping: '', within: 3 s}", ScriptedCsms(pongs=late.pongs)).verdict is Verdict.PASS


def test_the_pong_of_an_earlier_ping_is_not_that_of_a_later_one() -> None:
    once = [[(0.1, "same")], []]
    result = play("- {ping: same}\n- {ping: same}", ScriptedCsms(pongs=lambda _data: once.pop(0)))
    assert result.verdict is Verdict.FAIL


def test_a_ping_can_be_sent_before_a_call_is_answered() -> None:
    scenario = "- {receive: ClearCache, trigger: {}, meanwhile: [ping], reply: {status: Accepted}}"
    assert play(scenario).verdict is Verdict.PASS
    mute = ScriptedCsms(pongs=lambda _data: [])
    result = play(scenario, mute)
    assert only(result, Kind.NO_ANSWER).what is What.NO_PONG
    assert mute.replies[-1][0] == "ClearCache"  # whose CALL is answered all the same


def test_the_pong_of_a_ping_within_a_message_is_demanded_too() -> None:
    scenario = "- {send: Heartbeat, fragments: 2, pinged: amid}"
    result = play(scenario)
    assert (result.verdict, result.checks) == (Verdict.PASS, 2)
    result = play(scenario, ScriptedCsms(pongs=lambda _data: []))
    assert only(result, Kind.NO_ANSWER).what is What.NO_PONG


def test_nothing_has_to_come_of_a_pong_that_nobody_asked_for() -> None:
    result = play("- {pong: here I am}\n- send: Heartbeat", ScriptedCsms(pongs=lambda _data: []))
    assert result.verdict is Verdict.PASS


def test_what_goes_out_below_the_messages_stands_in_the_transcript() -> None:
    result = play("- {ping: a}\n- {pong: ''}\n- {send: Heartbeat, fragments: 3, pinged: b}")
    notes = [note_text(one.note) for one in result.raw.entries if one.note is not None]
    assert [text for text in notes if "application data" in text] == [
        "ping of the Charge Point, application data a",
        "pong of the Central System, application data a",
        "pong of the Charge Point that nobody asked for, application data none",
        "ping of the Charge Point, application data b",
        "pong of the Central System, application data b",
    ]
    titles = [step_title(step) for step in result.raw.executed]
    assert titles == [
        "Charge Point sends a ping",
        "Charge Point sends a pong that nobody asked for",
        "Charge Point sends Heartbeat.req (3 fragments)",
    ]
    assert messages(result, "CP")[-1] == "Heartbeat.req"


def test_the_pings_of_the_central_system_are_told_beside_a_pong() -> None:
    notes = [one.note for one in play(PING).raw.entries if one.note is not None]
    pong = next(one for one in notes if one.what is Happening.PONG)
    assert note_text(replace(pong, fields={"pings": 1})).endswith("; it has sent 1 ping of its own")
    assert note_text(replace(pong, fields={"pings": 2})).endswith("; it has sent 2 pings of its own")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (f"- ping: {'x' * 126}", "a control frame carries at most 125 bytes, not 126"),
        (f"- pong: {'ü' * 63}", "a control frame carries at most 125 bytes, not 126"),
        (f"- {{send: Heartbeat, pinged: {'x' * 126}}}", "a control frame carries at most 125 bytes, not 126"),
        ("- {send: Heartbeat, fragments: 1}", "'fragments' must be a whole number from 2 to 1000"),
        ("- {send: Heartbeat, fragments: true}", "'fragments' must be a whole number from 2 to 1000"),
        ("- {pong: a, within: 1 s}", "'within' belongs to"),
        ("- {receive: Reset, meanwhile: [pong]}", "did you mean 'ping'?"),
    ],
)
def test_what_cannot_be_sent_is_told_when_it_is_read(step: str, words: str) -> None:
    with pytest.raises(Mistakes) as raised:
        a_case(step)
    assert words in str(raised.value)


def test_a_message_goes_out_in_as_many_fragments_as_the_scenario_says() -> None:
    assert SendFrame("", "").framing.fragments == 1
    assert a_case("- {send: Heartbeat, fragments: 1000}").steps[0].fragments == 1000  # type: ignore[attr-defined]
