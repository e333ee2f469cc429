"""A Central System that needs a breath: restarts, refusals that pass, and what it is still busy with after a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from csms_harness.engine.case import CaseRun, Limits
from csms_harness.engine.events import Event, Lost, Refused
from csms_harness.evidence import Kind, Role, What
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_booted_line,
    a_line,
    arrives,
    call,
    kinds,
    messages,
    once,
    only,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import ScriptedCsms

PACED = Limits(action=10.0, responses={"": 5.0}, reboot=2.0, settle=0.5, reconnect=10.0)
COLD = "before: {from: disconnected}"
BOOT = """
- connect:
- send: BootNotification
"""
RESET = """
- receive: Reset
  trigger: {type: Hard}
  reply: {status: Accepted}
- disconnect:
- connect:
- send: BootNotification
  expect: {status: Accepted}
"""
TRANSACTION = """
- state: Charging
- send: StopTransaction
  with: {transactionId: $transactionId}
"""

Door = Callable[[ScriptedCsms], Refused | Lost | None]


def closing(code: int, after: float = 0.001) -> Callable[[ScriptedCsms], Lost]:
    """Accepts the handshake and closes with a code."""
    return lambda csms: Lost(csms.now + after, f"closed with {code}", code)


def away(csms: ScriptedCsms) -> Refused:
    """Nobody listens."""
    return Refused(csms.now, "nothing listens", "tcp refused", passing=True)


def forbidden(csms: ScriptedCsms) -> Refused:
    """It does not know the Charge Point."""
    return Refused(csms.now, "HTTP 403", "http status", 403)


def for_a_while(seconds: float, refusal: Callable[[ScriptedCsms], Refused | Lost]) -> Door:
    """Refuses for so long after the last connection ended."""
    return lambda csms: refusal(csms) if csms.parted and csms.now < csms.parted[-1] + seconds else None


def after_the_first(refusal: Callable[[ScriptedCsms], Refused | Lost]) -> Door:
    """Refuses all but the first."""
    return lambda csms: refusal(csms) if len(csms.knocks) > 1 else None


# -- the restart of a Charge Point ----------------------------------------------------------------------------


def test_a_charge_point_is_away_for_as_long_as_its_restart_takes() -> None:
    csms = ScriptedCsms()
    result = play(RESET, csms, limits=PACED)

    assert result.verdict is Verdict.PASS
    assert csms.knocks[1] - csms.parted[0] == pytest.approx(2.0)


def test_a_central_system_may_hang_up_before_a_charge_point_that_is_about_to() -> None:
    hangs_up = once(
        while_awaiting("the Central System to take in the last answer"),
        lambda _run, now: [Lost(now + 0.02, "The Central System closed the connection with code 1000.", 1000)],
    )
    result = play(RESET, limits=replace(PACED, pace=0.1), events=hangs_up)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [])
    assert [step.verb for step in result.executed] == ["receive", "disconnect", "connect", "send"]


def test_a_connection_that_comes_back_at_once_waits_for_no_restart() -> None:
    csms = ScriptedCsms()
    result = play("- disconnect:\n- connect: at once\n- send: Heartbeat", csms, limits=PACED)

    assert result.verdict is Verdict.PASS
    assert csms.knocks[1] == csms.parted[0]


def test_the_restart_counts_from_case_to_case() -> None:
    csms, line = ScriptedCsms(), a_line()
    play("- send: Heartbeat", csms, line=line, limits=PACED)
    play(BOOT, csms, line=line, more=COLD, limits=PACED)

    assert csms.knocks[1] - csms.parted[0] == pytest.approx(2.0)


@pytest.mark.parametrize("scenario", [RESET, TRANSACTION])
def test_without_reboot_and_settle_nothing_is_waited_for(scenario: str) -> None:
    csms, line = ScriptedCsms(), a_line()
    hurried = replace(PACED, reboot=0.0, settle=0.0, pace=0.0)
    play(scenario, csms, line=line, limits=hurried)
    play(scenario, csms, line=line, limits=hurried)

    assert csms.now < 0.2


# -- what the case before has ended -----------------------------------------------------------------------------


def test_a_central_system_that_ends_a_transaction_a_moment_after_its_answer_is_given_that_moment() -> None:
    ended: list[float] = []

    def stop(csms: ScriptedCsms, _request: Any) -> dict[str, Any]:
        ended.append(csms.now + 0.14)
        return {}

    def authorize(csms: ScriptedCsms, _request: Any) -> dict[str, Any]:
        return {"idTagInfo": {"status": "ConcurrentTx" if ended and csms.now < ended[-1] else "Accepted"}}

    def start(csms: ScriptedCsms, request: Any) -> dict[str, Any]:
        return {"transactionId": 1001 + len(ended), **authorize(csms, request)}

    csms = ScriptedCsms(answers={"StopTransaction": stop, "StartTransaction": start, "Authorize": authorize})
    line = a_line()

    verdicts = [play(TRANSACTION, csms, line=line, limits=PACED).verdict for _ in range(10)]
    assert verdicts == [Verdict.PASS] * 10


def test_the_time_to_settle_belongs_to_no_case() -> None:
    csms, line = ScriptedCsms(), a_line()
    first = play(TRANSACTION, csms, line=line, limits=PACED)
    second = play("- send: Heartbeat", csms, line=line, limits=PACED)
    third = play("- send: Heartbeat", csms, line=line, limits=PACED)

    assert second.began - first.ended == pytest.approx(0.5)
    assert third.began == second.ended


# -- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refusal", [away, forbidden, closing(1008), closing(1012), closing(4001)])
def test_a_central_system_that_needs_two_and_a_half_seconds_between_two_connections_passes(
    refusal: Callable[[ScriptedCsms], Refused | Lost],
) -> None:
    csms, line = ScriptedCsms(door=for_a_while(2.5, refusal)), a_line()
    results = [play(RESET, csms, line=line, limits=PACED) for _ in range(10)]

    assert [result.verdict for result in results] == [Verdict.PASS] * 10
    assert [kinds(result) for result in results] == [[Kind.RECONNECT]] * 10
    assert only(results[0], Kind.RECONNECT).seconds == pytest.approx(0.85, abs=0.1)


@pytest.mark.parametrize("refusal", [away, forbidden, closing(1008)])
def test_who_lets_a_charge_point_in_and_never_again_fails_the_case_that_connects_again(
    refusal: Callable[[ScriptedCsms], Refused | Lost],
) -> None:
    csms, line = ScriptedCsms(door=after_the_first(refusal)), a_line()
    failed = play(RESET, csms, line=line, limits=PACED)
    told = csms.now
    undecided = play("- send: Heartbeat", csms, line=line, limits=PACED)

    assert (failed.verdict, kinds(failed)) == (Verdict.FAIL, [Kind.REFUSED])
    assert only(failed, Kind.REFUSED).seconds == pytest.approx(10.0, abs=0.2)
    assert (undecided.verdict, undecided.raw.kept_out) == (Verdict.INCONCLUSIVE, True)
    assert csms.now - told < 1.0, "one patience is enough"


def test_each_connection_has_a_patience_of_its_own_although_nothing_was_said_on_the_one_before() -> None:
    """Texnouz lets nobody in for five seconds after a connection has ended."""
    again = "- disconnect:\n- connect:\n"
    csms = ScriptedCsms(door=for_a_while(5.0, closing(1013)))
    result = play(f"- send: Heartbeat\n{again * 4}- send: Heartbeat", csms, limits=PACED)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.RECONNECT] * 4)
    assert all((one.seconds or 0.0) < 5.0 for one in result.findings)


def test_who_puts_a_charge_point_off_for_too_long_is_told_to_be_given_longer() -> None:
    result = play(RESET, ScriptedCsms(door=after_the_first(closing(1013))), limits=PACED)

    assert (result.verdict, only(result, Kind.REFUSED).what) == (Verdict.FAIL, What.PUT_OFF)
    assert "--deadline reconnect" in result.reason


@pytest.mark.parametrize(("more", "scenario"), [(COLD, BOOT), ("", "- send: Heartbeat")])
@pytest.mark.parametrize("code", [1002, 1008, 4001])
def test_a_refusal_after_the_handshake_is_a_refusal(more: str, scenario: str, code: int) -> None:
    csms = ScriptedCsms(door=closing(code))
    result = play(scenario, csms, more=more, limits=PACED)

    found = only(result, Kind.REFUSED)
    assert (result.verdict, found.what, found.outcome) == (Verdict.INCONCLUSIVE, What.TURNED_AWAY, "closed")
    assert "compare its identity and the subprotocol" in result.reason
    assert (len(csms.knocks), csms.now < 1.0) == (1, True), "who never let us in is not asked again"


@pytest.mark.parametrize("code", [1002, 1008, 4001])
@pytest.mark.parametrize(("more", "scenario"), [(COLD, BOOT), ("", "- send: Heartbeat")])
def test_a_refusal_that_comes_while_the_first_call_is_under_way_is_one_too(more: str, scenario: str, code: int) -> None:
    csms = ScriptedCsms(answers={"BootNotification": lambda _csms, _request: None}, door=closing(code, after=0.8))
    result = play(scenario, csms, more=more, limits=PACED)

    assert (result.verdict, kinds(result)) == (Verdict.INCONCLUSIVE, [Kind.REFUSED])


def test_a_connection_that_is_closed_on_a_first_call_with_another_code_is_lost() -> None:
    result = play(BOOT, ScriptedCsms(close_on="BootNotification"), more=COLD, limits=PACED)

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.DISCONNECT])


def test_a_charge_point_that_is_turned_away_during_its_boot_connects_again_as_the_scenario_has_it() -> None:
    door = for_a_while(2.5, closing(1008, after=0.8))
    silent_at_the_door = {
        "BootNotification": lambda csms, _request: (
            None
            if csms.parted and csms.knocks[-1] < csms.parted[-1] + 2.5
            else {"status": "Accepted", "currentTime": csms.utc(), "interval": 300}
        )
    }
    result = play(RESET, ScriptedCsms(door=door, answers=silent_at_the_door), limits=PACED)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.RECONNECT])
    assert [step.verb for step in result.executed] == ["receive", "disconnect", "connect", "send"]


def test_an_absent_central_system_costs_one_patience_with_growing_pauses() -> None:
    csms, line = ScriptedCsms(door=away), a_line()
    first = play("- send: Heartbeat", csms, line=line, limits=PACED)
    pauses = [after - before for before, after in zip(csms.knocks, csms.knocks[1:], strict=False)]

    assert (first.verdict, first.raw.kept_out) == (Verdict.INCONCLUSIVE, True)
    assert pauses[:5] == pytest.approx([0.25, 0.5, 1.0, 2.0, 2.0])
    assert csms.now == pytest.approx(10.0)
    assert "tried for 10.0 s" in first.reason


def test_a_central_system_that_starts_late_is_waited_for() -> None:
    csms = ScriptedCsms(door=lambda csms: away(csms) if csms.now < 4.0 else None)
    result = play("- send: Heartbeat", csms, limits=PACED)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.RECONNECT])


def test_retry_after_is_honoured_and_one_beyond_our_patience_is_not_waited_for() -> None:
    def busy(seconds: float) -> Door:
        return lambda csms: (
            Refused(csms.now, "HTTP 429", "http status", 429, passing=True, retry_after=seconds)
            if csms.now < 3.0
            else None
        )

    patient, hopeless = ScriptedCsms(door=busy(3.0)), ScriptedCsms(door=busy(60.0))

    assert play("- send: Heartbeat", patient, limits=PACED).verdict is Verdict.PASS
    assert patient.knocks == pytest.approx([0.0, 3.0])
    assert play("- send: Heartbeat", hopeless, limits=PACED).verdict is Verdict.INCONCLUSIVE
    assert (hopeless.knocks, hopeless.now) == ([0.0], 0.0)


# -- a Central System that is restarted ---------------------------------------------------------------------------


def _restarts(code: int) -> Callable[[CaseRun, float], list[Event]]:
    return lambda _run, now: [Lost(now, f"The Central System closed the connection with code {code}.", code)]


@pytest.mark.parametrize("code", [1001, 1012])
def test_a_restart_of_the_central_system_cuts_one_case_and_fails_none(code: int) -> None:
    csms, line = ScriptedCsms(), a_booted_line()
    cut = play(
        "- send: Heartbeat",
        csms,
        line=line,
        limits=PACED,
        events=once(while_awaiting("Heartbeat.conf"), _restarts(code)),
    )
    csms.parted.append(csms.now)
    csms.door = for_a_while(3.0, away)
    after = play("- send: Heartbeat", csms, line=line, limits=PACED)

    assert (cut.verdict, cut.octt_verdict, only(cut, Kind.DISCONNECT).what) == (
        Verdict.INCONCLUSIVE,
        Verdict.INCONCLUSIVE,
        What.RESTARTED,
    )
    assert after.verdict is Verdict.PASS


# -- what belongs to the run --------------------------------------------------------------------------------------


def test_what_comes_between_two_cases_is_answered_and_belongs_to_neither() -> None:
    csms, line = ScriptedCsms(), a_line()
    play(TRANSACTION, csms, line=line, limits=PACED)
    here = once(while_awaiting("the Central System to settle"), arrives(call("x", "GetConfiguration", {}), "[3"))
    result = play("- send: Heartbeat", csms, line=line, limits=PACED, events=here)

    between = [(entry.role, entry.side) for entry in result.raw.between if entry.message is not None]
    assert (result.verdict, result.octt_verdict, result.findings) == (Verdict.PASS, Verdict.PASS, ())
    assert messages(result) == ["Heartbeat.req", "Heartbeat.conf"]
    assert [entry.number for entry in result.entries] == [1, 2]
    assert (Role.BETWEEN, "CS") in between
    assert len(between) == 3
    assert all(entry.at >= result.began for entry in result.entries)
    assert result.heard == 1


def test_a_connection_that_ends_between_two_cases_is_no_concern_of_the_next() -> None:
    csms, line = ScriptedCsms(), a_line()
    play(TRANSACTION, csms, line=line, limits=PACED)
    here = once(while_awaiting("the Central System to settle"), lambda _run, now: [Lost(now, "idle", 1000)])
    result = play("- send: Heartbeat", csms, line=line, limits=PACED, events=here)

    assert (result.verdict, result.findings) == (Verdict.PASS, ())
    assert csms.knocks[-1] >= 2.0


def test_what_a_central_system_has_to_say_after_a_boot_is_heard_before_the_case_begins() -> None:
    csms = ScriptedCsms(unasked={"StatusNotification": [("GetConfiguration", {})]})
    result = play("- send: Heartbeat", csms, limits=PACED)

    assert (result.octt_verdict, kinds(result)) == (Verdict.PASS, [])
