"""A Central System that does nothing wrong passes every case, however it writes, waits and chatters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest

from csms_harness.evidence import Kind, Role
from csms_harness.scenario.library import TestCase
from csms_harness.verdict import Verdict
from tests.scenarios.bench import CASES, LIBRARY, assert_verdict, each_case, fresh_line, told
from tests.scenarios.variations import VARIATIONS, chatty
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import EPOCH, ScriptedCsms, run_case


def _run_all(csms: ScriptedCsms, cases: Sequence[TestCase] = CASES) -> dict[str, CaseResult]:
    """All cases, one after the other, on one line."""
    line = fresh_line()
    return {case.id: run_case(case, LIBRARY, csms, line=line) for case in cases}


def _not_passed(results: dict[str, CaseResult]) -> list[str]:
    return [f"{name} {told(result)}" for name, result in results.items() if result.verdict is not Verdict.PASS]


@each_case
def test_a_well_behaved_csms_passes_and_is_told_nothing_but_shortened_waits(case: TestCase) -> None:
    line = fresh_line()
    result = run_case(case, LIBRARY, line=line)
    assert_verdict(result, Verdict.PASS)
    assert (result.octt_verdict, result.checks > 0) == (Verdict.PASS, True)
    assert {step.outcome for step in result.executed} == {"held"}
    assert {finding.text for finding in result.findings} <= {"a wait was shortened to our patience"}
    assert line.charge_point.untidy(EPOCH) == []
    gave_back_its_password = case.id == "TC_073_CSMS"  # and comes back with it in the next case
    assert (line.connected, line.fresh, line.dialogue.outstanding) == (not gave_back_its_password, False, None)


def test_all_cases_pass_twice_on_one_connection_in_the_order_of_the_document() -> None:
    csms = ScriptedCsms()
    line = fresh_line()
    for turn in (1, 2):
        results = {case.id: run_case(case, LIBRARY, csms, line=line) for case in CASES}
        assert (turn, _not_passed(results)) == (turn, [])


@pytest.mark.parametrize("seed", [1, 2])
def test_all_cases_pass_on_one_connection_in_any_order(seed: int) -> None:
    order = random.Random(seed).sample(CASES, len(CASES))
    assert _not_passed(_run_all(ScriptedCsms(), order)) == []


def test_one_connection_is_opened_again_only_by_cases_that_need_it() -> None:
    results = _run_all(ScriptedCsms())
    opening = {name for name, result in results.items() if any(entry.kind == "connected" for entry in result.entries)}
    restarting = {
        "TC_001_CSMS", "TC_013_CSMS", "TC_014_CSMS", "TC_032_1_CSMS", "TC_037_1_CSMS", "TC_037_3_CSMS", "TC_039_CSMS",
        "TC_044_1_CSMS", "TC_044_3_CSMS", "TC_073_CSMS", "TC_074_CSMS", "TC_080_CSMS", "TC_083_CSMS", "TC_085_CSMS",
        "TC_086_CSMS", "TC_087_CSMS", "TC_088_CSMS",
    }  # fmt: skip
    assert opening == restarting


@each_case
def test_a_chatty_csms_passes_with_remarks_on_its_calls_within_the_scenario_that_only_the_official_tool_counts(
    case: TestCase,
) -> None:
    result = run_case(case, LIBRARY, chatty())
    assert_verdict(result, Verdict.PASS)
    within = any(entry.role == Role.AMBIENT and entry.direction == "CS" for entry in result.entries)
    assert within or any(entry.role == Role.BETWEEN for entry in result.entries)
    assert (Kind.COMPATIBILITY in {finding.kind for finding in result.findings}) is within
    assert result.octt_verdict is (Verdict.FAIL if within else Verdict.PASS)


def test_a_chatty_csms_passes_all_cases_on_one_connection() -> None:
    assert _not_passed(_run_all(chatty())) == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_a_csms_that_is_right_in_its_own_way_passes_every_case(variation: str) -> None:
    results = _run_all(VARIATIONS[variation]())
    assert _not_passed(results) == []
    assert _seen(results) != _plain(), "a variation that changes nothing in any transcript proves nothing"


@cache
def _plain() -> list[tuple[float, str]]:
    return _seen(_run_all(ScriptedCsms()))


def _seen(results: dict[str, CaseResult]) -> list[tuple[float, str]]:
    """What the Central System did in all cases, and when."""
    entries = [entry for result in results.values() for entry in result.entries]
    return [(entry.at, entry.text) for entry in entries if entry.direction != "CP"]
