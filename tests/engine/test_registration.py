"""Pending and Rejected: legal answers after which a Charge Point asks again (docs/decisions/0014)."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.case import Limits
from csms_harness.evidence import Finding, Kind, What
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
    together,
    while_awaiting,
)
from tests.support.reading import Result
from tests.support.scripted_csms import ScriptedCsms

HEARTBEAT = "- send: Heartbeat"
BOOT = """
- connect:
- step: [1, 2]
  send: BootNotification
  expect: {status: Accepted}
"""
FROM_BOOT = "before: {from: disconnected}"
LIMITS = Limits(action=10.0, responses={"": 5.0}, registration=20.0)


def answering(*statuses: str, interval: Any = 3, **more: Any) -> ScriptedCsms:
    """A Central System that gives these answers to BootNotification in turn, the last of them for ever."""
    left = list(statuses)

    def answer(csms: ScriptedCsms, _: Any) -> dict[str, Any]:
        status = left.pop(0) if len(left) > 1 else left[0]
        return {"status": status, "currentTime": csms.utc(), "interval": interval}

    return ScriptedCsms(answers={"BootNotification": answer}, **more)


def boots(result: Result) -> list[float]:
    """When each BootNotification.req was sent, from the first."""
    times = [entry.at for entry in frames(result, "CP", "BootNotification.req")]
    return [round(at - times[0], 1) for at in times]


def what(result: Result, wanted: What) -> Finding:
    (found,) = (one for one in result.findings if one.what is wanted)
    return found


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_a_charge_point_that_is_not_accepted_asks_again_after_the_interval_and_sends_nothing_else(status: str) -> None:
    result = play(BOOT, answering(status, status, "Accepted"), more=FROM_BOOT, limits=LIMITS)

    assert (result.verdict, boots(result)) == (Verdict.PASS, [0.0, 3.0, 6.0])
    assert set(messages(result)) == {"BootNotification.req", "BootNotification.conf"}


def test_the_official_tool_judges_the_first_answer() -> None:
    result = play(BOOT, answering("Pending", "Accepted"), more=FROM_BOOT, limits=LIMITS)

    assert (result.verdict, result.octt_verdict, kinds(result)) == (Verdict.PASS, Verdict.FAIL, [Kind.COMPATIBILITY])
    assert what(result, What.NOT_YET).frame == frames(result, "CS")[0].number


def test_in_a_preparation_a_second_try_is_a_remark_and_no_more() -> None:
    result = play(HEARTBEAT, answering("Pending", "Accepted"), limits=LIMITS)

    assert (result.verdict, result.octt_verdict, kinds(result)) == (Verdict.PASS, Verdict.PASS, [Kind.OBSERVATION])


def test_a_central_system_that_never_accepts_fails_the_case_that_tests_it() -> None:
    result = play(BOOT, answering("Pending"), more=FROM_BOOT, limits=LIMITS)

    found = only(result, Kind.MISMATCH)
    assert (result.verdict, found.what, found.path, found.observed, found.limit) == (
        Verdict.FAIL,
        What.NOT_REGISTERED,
        "status",
        "Pending",
        20.0,
    )
    assert "not accepted, also not within 20 s" in found.text
    assert boots(result)[-1] == 20.0


def test_a_registration_that_was_not_granted_is_waited_for_once_by_a_charge_point() -> None:
    line, csms = a_line(), answering("Rejected")
    first = play(HEARTBEAT, csms, line=line, limits=LIMITS)
    second = play(HEARTBEAT, csms, line=line, limits=LIMITS)

    assert [one.verdict for one in (first, second)] == [Verdict.INCONCLUSIVE] * 2
    assert (len(boots(first)), boots(second)) == (8, [0.0])
    assert "as in an earlier case" in only(second, Kind.MISMATCH).text


def test_a_charge_point_that_is_let_in_after_all_has_its_patience_again() -> None:
    line = a_line()
    play(HEARTBEAT, answering("Rejected"), line=line, limits=LIMITS)
    play(HEARTBEAT, line=line)
    result = play(BOOT, answering("Pending", "Accepted"), more=FROM_BOOT, line=line, limits=LIMITS)

    assert result.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("interval", "times"),
    [
        (0, [0.0, 5.0, 10.0, 15.0, 20.0]),
        (-7, [0.0, 5.0, 10.0, 15.0, 20.0]),
        ("soon", [0.0, 5.0, 10.0, 15.0, 20.0]),
        (86_400, [0.0, 20.0]),
        (10**30, [0.0, 5.0, 10.0, 15.0, 20.0]),
        (12, [0.0, 12.0, 20.0]),
    ],
)
def test_an_interval_of_any_kind_is_lived_with(interval: Any, times: list[float]) -> None:
    result = play(HEARTBEAT, answering("Pending", interval=interval), limits=LIMITS)

    assert (result.verdict, boots(result)) == (Verdict.INCONCLUSIVE, times)


def test_an_interval_that_is_cut_short_is_told() -> None:
    result = play(HEARTBEAT, answering("Pending", "Accepted", interval=86_400), limits=LIMITS)

    found = what(result, What.SHORTENED)
    assert (result.verdict, found.limit, round(found.seconds or 0)) == (Verdict.PASS, 86_400.0, 20)


def asking(*texts: str) -> Any:
    return once(while_awaiting("the next BootNotification.req"), arrives(*texts))


def test_a_trigger_message_brings_the_next_boot_at_once() -> None:
    csms = answering("Pending", "Accepted", interval=15)
    trigger = call("t", "TriggerMessage", {"requestedMessage": "BootNotification"})
    result = play(BOOT, csms, more=FROM_BOOT, limits=LIMITS, events=asking(trigger))

    assert (result.verdict, boots(result)) == (Verdict.PASS, [0.0, 0.0])
    assert csms.replies[0][1] == {"status": "Accepted"}
    assert messages(result, "CP").index("TriggerMessage.conf") < 2


def test_what_a_trigger_message_asks_for_is_sent_while_pending_and_the_boot_keeps_its_time() -> None:
    csms = answering("Pending", "Accepted")
    trigger = call("t", "TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1})
    result = play(BOOT, csms, more=FROM_BOOT, limits=LIMITS, events=asking(trigger))

    assert (result.verdict, boots(result)) == (Verdict.PASS, [0.0, 3.0])
    assert "StatusNotification.req" in messages(result, "CP")


def test_while_rejected_nothing_is_triggered() -> None:
    csms = answering("Rejected", "Accepted")
    trigger = call("t", "TriggerMessage", {"requestedMessage": "BootNotification"})
    result = play(BOOT, csms, more=FROM_BOOT, limits=LIMITS, events=asking(trigger))

    assert (boots(result), csms.replies[0][1]) == ([0.0, 3.0], {"status": "Rejected"})


def test_what_may_not_be_asked_for_while_pending_is_refused() -> None:
    csms = answering("Pending", "Accepted")
    start = call("s", "RemoteStartTransaction", {"idTag": "TAG-001"})
    operative = call("o", "ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    result = play(HEARTBEAT, csms, limits=LIMITS, events=asking(start, operative))

    assert [reply for _, reply in csms.replies] == [{"status": "Rejected"}, {"status": "Accepted"}]
    assert "StatusNotification.req" not in messages(result, "CP")


def test_a_central_system_may_hang_up_while_it_rejects() -> None:
    hanging_up = once(while_awaiting("the next BootNotification.req"), lost)
    result = play(BOOT, answering("Rejected", "Accepted"), more=FROM_BOOT, limits=LIMITS, events=hanging_up)

    assert (result.verdict, boots(result)) == (Verdict.PASS, [0.0, 3.0])


def test_a_central_system_that_hangs_up_while_pending_breaks_the_connection() -> None:
    hanging_up = once(while_awaiting("the next BootNotification.req"), lost)
    result = play(BOOT, answering("Pending", "Accepted"), more=FROM_BOOT, limits=LIMITS, events=hanging_up)

    assert (result.verdict, kinds(result)[-1]) == (Verdict.FAIL, Kind.DISCONNECT)


def test_an_answer_that_breaks_its_schema_fails_though_a_later_one_is_right() -> None:
    result = play(BOOT, answering("Pending", "Accepted", interval="3"), more=FROM_BOOT, limits=LIMITS)

    assert result.verdict is Verdict.FAIL
    assert Kind.BREACH in kinds(result)


def test_a_case_that_wants_a_charge_point_to_stay_out_gets_what_it_wants() -> None:
    scenario = BOOT.replace("Accepted", "Rejected")
    result = play(scenario, answering("Rejected"), more=FROM_BOOT, limits=LIMITS)

    assert (result.verdict, boots(result), kinds(result)) == (Verdict.PASS, [0.0], [])


def test_silence_to_a_repetition_is_told_as_silence() -> None:
    answers = iter([{"status": "Pending", "currentTime": "2026-01-31T12:00:00Z", "interval": 1}])
    csms = ScriptedCsms(answers={"BootNotification": lambda _csms, _request: next(answers, None)})
    result = play(BOOT, csms, more=FROM_BOOT, limits=LIMITS)

    assert (result.verdict, only(result, Kind.NO_ANSWER).what) == (Verdict.FAIL, What.NO_ANSWER)


def test_the_boot_that_was_triggered_is_sent_once() -> None:
    csms = answering("Pending", "Accepted", interval=15)
    trigger = call("t", "TriggerMessage", {"requestedMessage": "BootNotification"})
    result = play(f"{BOOT}{HEARTBEAT}", csms, more=FROM_BOOT, limits=LIMITS, events=together(asking(trigger)))

    assert messages(result, "CP").count("BootNotification.req") == 2
    assert payload(frames(result, "CP", "BootNotification.req")[1]) == payload(
        frames(result, "CP", "BootNotification.req")[0]
    )
