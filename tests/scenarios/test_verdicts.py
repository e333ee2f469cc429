"""The table of situations and verdicts, each one on a case of the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, FrameReceived, Interrupted
from csms_harness.evidence import Finding, Kind
from csms_harness.scenario.library import TestCase
from csms_harness.scenario.model import Probe
from csms_harness.verdict import Verdict
from tests.scenarios.bench import ACTION, CASES, LIBRARY, RESPONSE, assert_verdict, booted_line, fresh_line, told
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import CONFIG, EPOCH, Payload, ScriptedCsms, run_case

INVALID: dict[str, Any] = {"idTagInfo": {"status": "Invalid"}}


def run(name: str, csms: ScriptedCsms | None = None, **more: Any) -> CaseResult:
    """A case of the document against a Central System."""
    return run_case(LIBRARY.cases[name], LIBRARY, csms, **more)


def run_booted(name: str, csms: ScriptedCsms, **changes: Any) -> CaseResult:
    """The same, where the Central System changes only after it has accepted the Charge Point."""
    line = booted_line(csms)
    for attribute, value in changes.items():
        setattr(csms, attribute, value)
    return run(name, csms, line=line)


def only(result: CaseResult, kind: Kind) -> Finding:
    """The one finding of a kind."""
    found = [finding for finding in result.findings if finding.kind is kind]
    assert len(found) == 1, told(result)
    return found[0]


# -- PASS -------------------------------------------------------------------------------------------------


def test_another_connector_than_the_one_asked_for_is_an_observation_where_the_document_leaves_it_open() -> None:
    result = run("TC_017_1_CSMS", ScriptedCsms(calls={"UnlockConnector": lambda _csms, _wish: [{"connectorId": 2}]}))
    assert_verdict(result, Verdict.PASS)
    finding = only(result, Kind.OBSERVATION)
    assert (finding.step, finding.path, finding.required, finding.observed) == ("steps 1-2", "connectorId", "1", "2")


def test_vendor_data_of_an_unknown_vendor_may_be_accepted_but_that_is_told() -> None:
    result = run("TC_064_CSMS", ScriptedCsms(answers={"DataTransfer": lambda _csms, _request: {"status": "Accepted"}}))
    assert_verdict(result, Verdict.PASS)
    assert only(result, Kind.OBSERVATION).observed == "Accepted"


@pytest.mark.parametrize("off", [timedelta(minutes=-10), timedelta(minutes=10), timedelta(hours=1)])
def test_a_clock_that_is_wrong_is_observed_at_every_time_it_gives(off: timedelta) -> None:
    result = run("TC_001_CSMS", ScriptedCsms(clock_offset=off))
    assert_verdict(result, Verdict.PASS)
    observed = [finding.step for finding in result.findings if finding.path == "currentTime"]
    assert observed == ["steps 1-2", "steps 5-6", "steps 5-6"]


def test_an_interval_of_zero_is_observed_and_the_charge_point_chooses_its_own() -> None:
    def boot(csms: ScriptedCsms, _request: Payload) -> Payload:
        return {"status": "Accepted", "currentTime": csms.utc(), "interval": 0}

    result = run("TC_001_CSMS", ScriptedCsms(answers={"BootNotification": boot}))
    assert_verdict(result, Verdict.PASS)
    assert [(found.path, found.required) for found in result.findings] == [("interval", "at least 1")]


def test_a_cleanup_that_is_not_answered_is_listed_and_costs_nothing_but_the_connection() -> None:
    line = fresh_line()
    result = run("TC_003_CSMS", ScriptedCsms(answers={"StopTransaction": lambda _csms, _request: None}), line=line)
    assert_verdict(result, Verdict.PASS)
    listed = [finding.text for finding in result.findings if finding.kind is Kind.CLEANUP]
    assert listed[0] == "no StopTransaction.conf while cleaning up"
    assert line.fresh


def test_an_unasked_call_that_is_not_valid_is_a_breach_of_the_wire_and_not_of_the_case() -> None:
    csms = ScriptedCsms(unasked={"Authorize": [("GetConfiguration", {"key": "HeartbeatInterval"})]})
    result = run("TC_003_CSMS", csms)
    assert_verdict(result, Verdict.PASS)
    assert [breach.rule for _, breach in result.breaches] == ["schema"]


def test_an_answer_that_comes_twice_is_a_breach_of_the_wire_and_not_of_the_case() -> None:
    csms = ScriptedCsms()
    twice: list[Event] = []

    def echo(case_run: CaseRun, now: float) -> list[Event]:
        answer = '[3,"CP_01-0-1",{"status":"Accepted","currentTime":"2026-01-31T12:00:00Z","interval":300}]'
        if case_run.awaiting[0] == "Authorize.conf" and not twice:
            twice.append(FrameReceived(now, answer))
            return list(twice)
        return []

    result = run("TC_003_CSMS", csms, events=echo)
    assert_verdict(result, Verdict.PASS)
    assert [breach.rule for _, breach in result.breaches] == ["correlation"]


# -- FAIL -------------------------------------------------------------------------------------------------


def test_a_late_answer_is_named_late_and_not_missing() -> None:
    csms = ScriptedCsms()
    result = run_booted("TC_023_1_CSMS", csms, delay={"Authorize": RESPONSE + 0.02})
    assert_verdict(result, Verdict.FAIL)
    finding = only(result, Kind.LATE)
    assert (finding.step, finding.text) == ("steps 1-2", "Authorize.conf came late")
    assert (finding.required, finding.observed) == ("within 5 s", "after 5.021 s")
    assert not [found for found in result.findings if found.kind is Kind.NO_ANSWER]


def test_an_answer_that_never_comes_is_named_missing_and_not_late() -> None:
    result = run("TC_023_1_CSMS", ScriptedCsms(answers={"Authorize": lambda _csms, _request: None}))
    assert_verdict(result, Verdict.FAIL)
    assert {finding.kind for finding in result.findings} == {Kind.NO_ANSWER}


def test_a_trigger_that_was_performed_and_brought_nothing_fails() -> None:
    result = run("TC_061_CSMS", ScriptedCsms(calls={"ClearCache": lambda _csms, _wish: []}))
    assert_verdict(result, Verdict.FAIL)
    finding = only(result, Kind.ABSENT_CALL)
    assert finding.required == f"ClearCache.req within {ACTION:g} s of the trigger"


@pytest.mark.parametrize("action", ["BootNotification", "StatusNotification", "Heartbeat"])
def test_a_connection_that_the_central_system_closes_fails_with_its_close_code(action: str) -> None:
    result = run("TC_001_CSMS", ScriptedCsms(close_on=action))
    assert_verdict(result, Verdict.FAIL)
    assert only(result, Kind.DISCONNECT).observed == "closed by the Central System with 1011"


def test_a_connection_that_closes_at_the_boot_fails_only_the_case_that_is_about_it() -> None:
    for case in CASES:
        wanted = Verdict.FAIL if case.before.start == "disconnected" else Verdict.INCONCLUSIVE
        assert_verdict(run_case(case, LIBRARY, ScriptedCsms(close_on="BootNotification")), wanted, case.id)


def test_what_a_case_forbids_fails_it_and_is_answered_all_the_same() -> None:
    case = replace(LIBRARY.cases["TC_003_CSMS"], forbid=("ClearCache",))
    csms = ScriptedCsms(unasked={"Authorize": [("ClearCache", {})]})
    result = run_case(case, LIBRARY, csms)
    assert_verdict(result, Verdict.FAIL)
    finding = only(result, Kind.FORBIDDEN)
    assert (finding.required, finding.observed) == ("no ClearCache.req", "it came")
    assert [action for action, _ in csms.replies] == ["ClearCache"]


def test_the_next_case_after_a_failure_gets_a_connection_of_its_own() -> None:
    csms, line = ScriptedCsms(answers={"Authorize": lambda _csms, _request: INVALID}), fresh_line()
    assert_verdict(run("TC_003_CSMS", csms, line=line), Verdict.FAIL)
    csms.answers = {}
    after = run("TC_003_CSMS", csms, line=line)
    assert_verdict(after, Verdict.PASS)
    assert [entry.kind for entry in after.entries[:2]] == ["disconnected", "connected"]


# -- INCONCLUSIVE -----------------------------------------------------------------------------------------


def test_an_idtag_that_cannot_be_provisioned_leaves_its_case_inconclusive_in_the_words_of_the_target() -> None:
    def outcome(item: str) -> tuple[str, str]:
        return ("failed", "HTTP 409: TAG-EXPIRED is taken") if item == "idTag" else ("performed", "")

    result = run("TC_023_2_CSMS", ScriptedCsms(trigger_outcome=outcome))
    assert_verdict(result, Verdict.INCONCLUSIVE)
    assert "HTTP 409: TAG-EXPIRED is taken" in result.reason
    assert result.reason.startswith("before: ")


def test_a_connection_that_is_refused_leaves_every_case_inconclusive_in_the_words_of_the_refusal() -> None:
    for case in CASES:
        result = run_case(case, LIBRARY, ScriptedCsms(refuse="HTTP 401 Unauthorized: the target wants a password"))
        assert_verdict(result, Verdict.INCONCLUSIVE, case.id)
        assert "HTTP 401 Unauthorized: the target wants a password" in result.reason
        assert result.checks == 0 or any(isinstance(step, Probe) for step in case.steps)


def test_a_reconnection_of_the_scenario_that_is_refused_for_good_is_a_failure() -> None:
    csms = ScriptedCsms()
    line = booted_line(csms)
    csms.refuse = "nothing listens on port 9000"
    result = run("TC_013_CSMS", csms, line=line)
    assert_verdict(result, Verdict.FAIL)
    assert "nothing listens on port 9000" in only(result, Kind.REFUSED).text


def test_the_same_state_is_inconclusive_before_a_case_and_a_failure_as_its_step() -> None:
    wrong = ScriptedCsms(answers={"Authorize": lambda _csms, _request: INVALID})
    before, step = run("TC_012_CSMS", wrong), run("TC_004_1_CSMS", wrong)
    assert (before.verdict, step.verdict) == (Verdict.INCONCLUSIVE, Verdict.FAIL)
    assert only(before, Kind.MISMATCH).step == "before › Charging › Authorized › steps 1-2"
    assert only(step, Kind.MISMATCH).step == "Charging › Authorized › steps 1-2"


def test_silence_after_a_disturbance_proves_nothing() -> None:
    csms = ScriptedCsms(calls={"RemoteStartTransaction": lambda _csms, _wish: [("Reset", {"type": "Soft"})]})
    result = run("TC_011_1_CSMS", csms)
    assert_verdict(result, Verdict.INCONCLUSIVE)
    assert only(result, Kind.DISTURBANCE).text == "Reset.req came unasked and was answered with a refusal"
    assert csms.replies == [("Reset", {"status": "Rejected"})]


def test_a_disturbance_does_not_excuse_a_wrong_call() -> None:
    def calls(_csms: ScriptedCsms, wish: Payload) -> list[Any]:
        return [("Reset", {"type": "Soft"}), {**wish, "connectorId": 0}]

    result = run("TC_059_CSMS", ScriptedCsms(calls={"RemoteStartTransaction": calls}))
    assert_verdict(result, Verdict.FAIL)
    assert only(result, Kind.MISMATCH).path == "connectorId"


def test_a_call_that_came_before_it_was_asked_for_and_not_again_is_inconclusive_and_told_as_early() -> None:
    def only_values(csms: ScriptedCsms, wish: Payload) -> list[Any]:
        return [csms.good_call("TriggerMessage", wish)] if wish["requestedMessage"] == "MeterValues" else []

    csms = ScriptedCsms(
        calls={"TriggerMessage": only_values},
        unasked={"MeterValues": [("TriggerMessage", {"requestedMessage": "Heartbeat"})]},
        delay={"MeterValues": 0.5},
    )
    result = run("TC_054_CSMS", csms)
    assert_verdict(result, Verdict.INCONCLUSIVE)
    assert only(result, Kind.EARLY).step == "steps 5-6"
    assert "too early" in only(result, Kind.EARLY).text


def test_every_case_can_be_stopped_and_tidies_up() -> None:
    for case in CASES:
        line = fresh_line()
        result = run_case(case, LIBRARY, line=line, events=_stop_at(_beginning(case)))
        assert_verdict(result, Verdict.INCONCLUSIVE, case.id)
        assert Kind.INTERRUPTED in {finding.kind for finding in result.findings}
        assert line.charge_point.untidy(EPOCH) == []


def _beginning(case: TestCase) -> float:
    return next(entry.at for entry in run_case(case, LIBRARY).entries if entry.role == "scenario")


def _stop_at(moment: float) -> Callable[[CaseRun, float], list[Event]]:
    return lambda _run, now: [Interrupted(now)] if now >= moment else []


# -- ERROR ------------------------------------------------------------------------------------------------


def test_a_value_that_the_target_does_not_give_is_an_error_of_ours_that_names_it() -> None:
    config = {name: value for name, value in CONFIG.items() if name != "invalid_id_tag"}
    result = run("TC_023_1_CSMS", config=config)
    assert_verdict(result, Verdict.ERROR)
    assert "$config.invalid_id_tag" in result.reason


def test_a_case_without_its_steps_has_proven_nothing() -> None:
    for case in CASES:
        result = run_case(replace(case, steps=()), LIBRARY)
        assert_verdict(result, Verdict.ERROR, case.id)
        assert result.reason == "no check on the Central System was executed"


# -- the official tool ------------------------------------------------------------------------------------


def test_an_unexpected_call_fails_only_by_the_habits_of_the_official_tool() -> None:
    before, within = (
        run(case, ScriptedCsms(unasked={"BootNotification": [("GetConfiguration", {})]}))
        for case in ("TC_021_CSMS", "TC_001_CSMS")
    )
    assert (within.verdict, within.octt_verdict) == (Verdict.PASS, Verdict.FAIL)
    assert (before.verdict, before.octt_verdict) == (Verdict.PASS, Verdict.PASS)


def test_a_failure_is_a_failure_by_every_habit() -> None:
    result = run("TC_061_CSMS", ScriptedCsms(calls={"ClearCache": lambda _csms, _wish: []}))
    assert (result.verdict, result.octt_verdict) == (Verdict.FAIL, Verdict.FAIL)
