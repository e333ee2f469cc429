"""The matrix scenario x fault: a Central System that is wrong in one thing fails the case, at that thing.

And back: each single requirement of each case is there because some fault would pass without it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from csms_harness.evidence import Kind
from csms_harness.scenario.library import Library, TestCase
from csms_harness.verdict import Verdict
from tests.scenarios.bench import CASES, LIBRARY, assert_verdict, each_case, fresh_line, line_for, told
from tests.scenarios.faults.language import Fault, every_fault, read
from tests.scenarios.weakening import Weakening, weaker_states, weaker_steps, with_state
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import ScriptedCsms, run_case

FAULTS: dict[str, list[Fault]] = defaultdict(list)
for _fault in every_fault():
    FAULTS[_fault.case].append(_fault)

PREPARATION = read("preparation")
REMARKS = read("remarks")

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
    found = [finding for finding in result.findings if fault.found.agrees(finding)]
    assert len(found) == 1, f"expected {fault.found}, but {told(result)}"
    assert found[0].decides is Verdict.FAIL
    assert found[0].step in {step.step for step in result.executed if step.outcome == "failed"}


@pytest.mark.parametrize("fault", [pytest.param(one, id=str(one)) for one in PREPARATION])
def test_a_csms_that_is_wrong_before_the_case_began_leaves_it_inconclusive(fault: Fault) -> None:
    result = _run_from_the_start(fault)
    assert_verdict(result, Verdict.INCONCLUSIVE)
    assert fault.found.is_in(result), f"expected {fault.found}, but {told(result)}"
    assert {step.outcome for step in result.executed} == {"not reached"}


@pytest.mark.parametrize("fault", [pytest.param(one, id=str(one)) for one in REMARKS])
def test_what_does_not_hinder_a_case_from_beginning_is_a_remark(fault: Fault) -> None:
    result = _run_from_the_start(fault)
    assert_verdict(result, Verdict.PASS)
    assert fault.found.is_in(result), f"expected {fault.found}, but {told(result)}"


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
    looking = [case.id for case in CASES if any(weaker_steps(case.steps)) or any(weaker_states(case, LIBRARY))]
    blind = [name for name in looking if not any(fault.found.kind in TELLING for fault in FAULTS[name])]
    assert len(looking) > 40
    assert blind == []


# -- every requirement earns its keep ---------------------------------------------------------------------


REDUNDANT = {
    "TC_001_CSMS: subprotocol is ocpp1.6": "on any other subprotocol the case is INCONCLUSIVE",
    "TC_047_CSMS: expiryDate after": "a moment near the end of the offset is a later one, unless the offset is 0",
    "TC_064_CSMS: status one_of": "the JSON schema knows no other status than these four",
    "TC_076_CSMS: certificateType is $asked.certificateType": "each of the three rounds demands it",
    "TC_076_CSMS: certificate certificates": "each of the three rounds demands it",
}
"""Requirements that could go without a fault getting through, and what else holds it back."""


@each_case
def test_without_any_one_requirement_of_a_case_a_fault_would_pass(case: TestCase) -> None:
    weaker = [(weakening, replace(case, steps=weakening.steps), LIBRARY) for weakening in weaker_steps(case.steps)]
    for state, weakening in weaker_states(case, LIBRARY):
        weaker.append((weakening, case, with_state(LIBRARY, state, weakening)))
    useless = {f"{case.id}: {less}" for less, weak, library in weaker if not _is_missed(less, weak, library)}
    assert useless == {name for name in REDUNDANT if name.startswith(case.id)}


def _is_missed(weakening: Weakening, case: TestCase, library: Library) -> bool:
    about = _about(weakening, FAULTS[case.id])
    return any(_run(fault, case, library).verdict is Verdict.PASS for fault in about)


def _about(weakening: Weakening, faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if (fault.found.kind, fault.found.path) == (Kind.MISMATCH, weakening.path)]


@pytest.mark.parametrize("name", sorted(LIBRARY.states))
def test_without_any_one_requirement_of_a_state_a_fault_would_pass_before_a_case(name: str) -> None:
    state = LIBRARY.states[name]
    useless = []
    for weakening in weaker_steps(state.steps):
        library = with_state(LIBRARY, state, weakening)
        stopped = any(
            _run_from_the_start(fault, library).verdict is Verdict.PASS for fault in _about(weakening, PREPARATION)
        )
        told_of = any(
            not fault.found.is_in(_run_from_the_start(fault, library))
            for fault in REMARKS
            if fault.found.path == weakening.path
        )
        if not stopped and not told_of:
            useless.append(str(weakening))
    assert useless == []
