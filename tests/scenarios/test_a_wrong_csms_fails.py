"""The matrix scenario x fault: a Central System that is wrong in one thing fails the case, at that thing.

And back: every single requirement of every case is there because some fault would pass without it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from csms_harness.engine.case import CaseResult
from csms_harness.engine.judgement import Kind
from csms_harness.scenario.model import Library, TestCase
from csms_harness.verdict import Verdict
from tests.scenarios.bench import CASES, LIBRARY, assert_verdict, each_case, fresh_line, line_for, told
from tests.scenarios.faults.language import Fault, every_fault, read
from tests.scenarios.weakening import Weakening, weaker_states, weaker_steps, with_state
from tests.support.scripted_csms import ScriptedCsms, run_case

FAULTS: dict[str, list[Fault]] = defaultdict(list)
for _fault in every_fault():
    FAULTS[_fault.case].append(_fault)

PREPARATION = read("preparation")

TELLING = frozenset({Kind.MISMATCH, Kind.BREACH})
"""Kinds of a finding that looked into a payload."""


def _run(fault: Fault, case: TestCase | None = None, library: Library = LIBRARY) -> CaseResult:
    """The Central System is good until the case begins, and wrong in this one thing from then on."""
    case = case or LIBRARY.cases[fault.case]
    csms = ScriptedCsms()
    line = line_for(case, csms)
    fault.apply(csms)
    return run_case(case, library, csms, line=line)


def _run_from_the_start(fault: Fault, library: Library = LIBRARY) -> CaseResult:
    """The Central System is wrong from the first frame on."""
    csms = ScriptedCsms()
    fault.apply(csms)
    return run_case(LIBRARY.cases[fault.case], library, csms, line=fresh_line())


@pytest.mark.parametrize("fault", [pytest.param(one, id=str(one)) for rows in FAULTS.values() for one in rows])
def test_a_wrong_csms_fails_the_case_at_its_fault(fault: Fault) -> None:
    result = _run(fault)
    assert_verdict(result, Verdict.FAIL)
    [finding] = [finding for finding in result.findings if fault.found.agrees(finding)] or [None]
    assert finding is not None, f"expected {fault.found}, but {told(result)}"
    assert finding.decides is Verdict.FAIL
    assert finding.step in {step.step for step in result.executed if step.outcome == "failed"}


@pytest.mark.parametrize("fault", [pytest.param(one, id=str(one)) for one in PREPARATION])
def test_a_csms_that_is_wrong_before_the_case_began_leaves_it_inconclusive(fault: Fault) -> None:
    result = _run_from_the_start(fault)
    assert_verdict(result, Verdict.INCONCLUSIVE)
    assert fault.found.is_in(result), f"expected {fault.found}, but {told(result)}"
    assert {step.outcome for step in result.executed} == {"not reached"}


# -- the matrix itself ------------------------------------------------------------------------------------


@each_case
def test_every_case_has_at_least_two_faults_of_its_own(case: TestCase) -> None:
    assert len(FAULTS[case.id]) >= 2


def test_every_fault_is_that_of_a_case() -> None:
    assert FAULTS.keys() - LIBRARY.cases.keys() == set()


def test_no_case_lists_a_fault_twice() -> None:
    names = Counter(str(fault) for rows in FAULTS.values() for fault in rows)
    assert [name for name, times in names.items() if times > 1] == []


def test_a_case_that_looks_into_a_payload_has_a_fault_in_that_payload() -> None:
    looking = [case.id for case in CASES if list(weaker_steps(case.steps)) or list(weaker_states(case, LIBRARY))]
    blind = [name for name in looking if not any(fault.found.kind in TELLING for fault in FAULTS[name])]
    assert len(looking) > 40
    assert blind == []


# -- every requirement earns its keep ---------------------------------------------------------------------


@each_case
def test_every_requirement_of_a_case_is_needed_to_fail_one_of_its_faults(case: TestCase) -> None:
    useless = [
        str(weakening)
        for weakening in weaker_steps(case.steps)
        if not _is_missed(weakening, FAULTS[case.id], replace(case, steps=weakening.steps), LIBRARY)
    ]
    assert useless == []


@each_case
def test_every_requirement_of_a_state_is_needed_where_a_case_runs_it_as_a_step(case: TestCase) -> None:
    useless = [
        f"{state.name}: {weakening}"
        for state, weakening in weaker_states(case, LIBRARY)
        if not _is_missed(weakening, FAULTS[case.id], case, with_state(LIBRARY, state, weakening))
    ]
    assert useless == []


def _is_missed(weakening: Weakening, faults: list[Fault], case: TestCase, library: Library) -> bool:
    """Whether, without this requirement, the finding of one of the faults is gone."""
    return any(_slips(fault, weakening, _run(fault, case, library)) for fault in _about(weakening, faults))


def _about(weakening: Weakening, faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if (fault.found.kind, fault.found.path) == (Kind.MISMATCH, weakening.path)]


def _slips(fault: Fault, weakening: Weakening, result: CaseResult) -> bool:
    """Whether a fault is no longer found. A part of a requirement is a part of its words, so those may change."""
    found = replace(fault.found, required="…") if weakening.inside else fault.found
    return result.verdict in (Verdict.PASS, Verdict.FAIL) and not found.is_in(result)


@pytest.mark.parametrize("name", sorted(LIBRARY.states))
def test_every_requirement_of_a_state_is_needed_to_prepare_a_case(name: str) -> None:
    state = LIBRARY.states[name]
    useless = []
    for weakening in weaker_steps(state.steps):
        library = with_state(LIBRARY, state, weakening)
        about = _about(weakening, PREPARATION)
        if not any(_slips(fault, weakening, _run_from_the_start(fault, library)) for fault in about):
            useless.append(str(weakening))
    assert useless == []
