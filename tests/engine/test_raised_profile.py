"""A Central System may close a connection whose security profile it has raised: the Charge Point comes back."""

from __future__ import annotations

import pytest

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, Lost, Refused
from csms_harness.evidence import Kind
from csms_harness.resources import folder
from csms_harness.scenario.load import load_library
from csms_harness.verdict import Verdict
from tests.engine.play import lost, once, only, play, while_awaiting
from tests.support.reading import Result
from tests.support.scripted_csms import ScriptedCsms, run_case

OK = ("performed", "")
LIBRARY = load_library(folder("scenarios"))
CASE = LIBRARY.cases["TC_083_CSMS"]


def played(csms: ScriptedCsms, awaited: str, code: int = 1000) -> Result:
    """TC_083 with a Central System that hangs up, once while this is waited for."""
    when, done = while_awaiting(awaited), list[bool]()

    def events(run: CaseRun, now: float) -> list[Event]:
        if done or not when(run) or not run.line.connected or _raised_to(run) is None:
            return []
        done.append(True)
        return [Lost(now, f"The Central System closed the connection with code {code}.", code)]

    return run_case(CASE, LIBRARY, csms, events=events)


def _raised_to(run: CaseRun) -> int | None:
    return run.line.charge_point.raised_to


def slow(csms: ScriptedCsms) -> ScriptedCsms:
    csms.call_takes, csms.trigger_takes = 2.0, 1.0
    return csms


@pytest.mark.parametrize("code", [1000, 1006, 1008, 1012])
@pytest.mark.parametrize("awaited", ["the Central System to take in the last answer", "Reset.req"])
def test_the_charge_point_comes_back_under_the_new_profile(awaited: str, code: int) -> None:
    csms = slow(ScriptedCsms())
    result = played(csms, awaited, code)
    assert (result.verdict, result.reason) == (Verdict.PASS, "")
    assert [how.profile for how in csms.openings] == [1, 2, 2, 1, 2]


def test_a_wish_that_was_lost_is_made_again_once() -> None:
    """Its API says no as long as the Charge Point is away; the wish is made again when it is back."""
    csms = slow(ScriptedCsms())
    asked: list[str] = []

    def outcome(action: str) -> tuple[str, str]:
        asked.append(action)
        return ("failed", "HTTP 409: not connected") if asked.count("Reset") == 1 and action == "Reset" else OK

    csms.trigger_outcome = outcome
    assert played(csms, "Reset.req").verdict is Verdict.PASS
    assert asked == ["ChangeConfiguration", "Reset", "Reset"]


def test_a_wish_that_fails_again_is_not_made_a_third_time() -> None:
    csms = slow(ScriptedCsms())
    asked: list[str] = []

    def outcome(action: str) -> tuple[str, str]:
        asked.append(action)
        return ("failed", "HTTP 500") if action == "Reset" else OK

    csms.trigger_outcome = outcome
    result = played(csms, "Reset.req")
    assert (result.verdict, asked.count("Reset")) == (Verdict.INCONCLUSIVE, 2)
    only(result, Kind.TRIGGER)


def test_a_connection_that_is_up_to_date_may_not_be_closed() -> None:
    result = run_case(CASE, LIBRARY, slow(ScriptedCsms()), events=once(while_awaiting("ChangeConfiguration.req"), lost))
    assert result.verdict is Verdict.FAIL
    only(result, Kind.DISCONNECT)


def test_who_closed_the_connection_itself_does_not_come_back_for_a_call() -> None:
    csms = ScriptedCsms()
    result = play("- disconnect:\n- step: 1\n  receive: Reset\n  reply: {status: Accepted}", csms)
    assert (result.verdict is Verdict.PASS, len(csms.openings)) == (False, 1)


def test_who_does_not_let_it_in_under_the_new_profile_does_not_pass() -> None:
    csms = slow(ScriptedCsms())
    csms.door = lambda csms: (
        None if csms.openings[-1].profile == 1 else Refused(csms.now, "HTTP 403", "http status", 403)
    )
    assert played(csms, "Reset.req").verdict is Verdict.FAIL
