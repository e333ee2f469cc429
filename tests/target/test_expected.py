"""Known failures: what they forgive, what they do not, and mistakes in their file."""

from pathlib import Path

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.record.facts import Facts, PicsFact
from csms_harness.report.summary import ExitCode, exit_code
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.target.expected import KnownFailure, read_expected, reckon
from csms_harness.verdict import Verdict
from tests.report.realistic import case, facts, product

KNOWN = ("TC_001_CSMS", "TC_010_CSMS", "WIRE_006")
UNCLAIMED = PicsFact(product=product())


def entry(case_id: str = "TC_010_CSMS", expected: str = "FAIL", until: str = "2026-01-31") -> KnownFailure:
    return KnownFailure.model_validate(
        {"case": case_id, "expected": expected, "reason": "idTag lost", "issue": "CSMS-7", "until": until}
    )


def ran(verdict: Verdict) -> Facts:
    """A run of one case that ended on 2025-11-20."""
    return facts(cases=(case("TC_010_CSMS", verdict),), rules=(), pics=UNCLAIMED)


def test_a_listed_failure_is_forgiven_by_the_exit_code_alone() -> None:
    reckoning = reckon(ran(Verdict.FAIL), [entry()])
    assert exit_code(ran(Verdict.FAIL), reckoning.forgiven) is ExitCode.PASSED
    assert reckoning.notes == ("TC_010_CSMS: FAIL, as expected until 2026-01-31 (idTag lost, CSMS-7)",)
    assert not reckoning.broken


def test_another_failure_is_not_forgiven() -> None:
    both = facts(cases=(case("TC_010_CSMS", Verdict.FAIL), case("TC_001_CSMS", Verdict.FAIL)), rules=())
    assert exit_code(both, reckon(both, [entry()]).forgiven) is ExitCode.FAILED


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict.PASS, "TC_010_CSMS: PASS, where FAIL was expected (idTag lost, CSMS-7); take it off the list."),
        (Verdict.ERROR, "TC_010_CSMS: ERROR, where FAIL was expected (idTag lost, CSMS-7); look at it."),
        (Verdict.INCONCLUSIVE, "TC_010_CSMS: INCONCLUSIVE, where FAIL was expected (idTag lost, CSMS-7); look at it."),
    ],
)
def test_a_listed_case_that_does_not_fail_breaks(verdict: Verdict, sentence: str) -> None:
    reckoning = reckon(ran(verdict), [entry()])
    assert reckoning.broken == (sentence,)
    assert not reckoning.forgiven


def test_grace_ends_after_the_last_day_and_not_on_it() -> None:
    assert not reckon(ran(Verdict.FAIL), [entry(until="2025-11-20")]).broken
    (sentence,) = reckon(ran(Verdict.FAIL), [entry(until="2025-11-19")]).broken
    assert sentence == "TC_010_CSMS: FAIL, and its time was over on 2025-11-19 (idTag lost, CSMS-7)."


def test_what_was_not_run_or_does_not_apply_is_passed_over() -> None:
    for run in (ran(Verdict.NOT_APPLICABLE), facts(cases=(), rules=())):
        assert reckon(run, [entry()]) == reckon(run, [])


def test_a_standing_rule_can_be_listed_like_a_case() -> None:
    rule = RuleVerdict(id="WIRE_006", title="t", clause="c", verdict=Verdict.FAIL, looked_at=1)
    run = facts(cases=(case(),), rules=(rule,), pics=UNCLAIMED)
    assert exit_code(run, reckon(run, [entry("WIRE_006")]).forgiven) is ExitCode.PASSED


GOOD = "- {case: TC_010_CSMS, expected: FAIL, reason: idTag lost, issue: CSMS-7, until: 2026-01-31}\n"


def test_a_file_is_a_list_of_entries(tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(GOOD)
    assert read_expected(path, KNOWN) == (entry(),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace("TC_010_CSMS", "TC_011_CSMS"), "1:10: no test case or rule is called 'TC_011_CSMS'"),
        (GOOD.replace("TC_010_CSMS", "TC_011_CSMS"), "did you mean 'TC_010_CSMS'?"),
        (GOOD + GOOD, "2:10: TC_010_CSMS stands twice"),
        (GOOD.replace("FAIL", "PASS"), "1:33: 'expected': input should be 'FAIL' or 'INCONCLUSIVE'"),
        (GOOD.replace("until", "untill"), "unknown key 'untill'"),
        (GOOD.replace("untill", "until").replace("until", "untill"), "did you mean 'until'?"),
        (GOOD.replace("2026-01-31", "soon"), "'until': a day is due, such as 2027-01-31"),
        (GOOD.replace("2026-01-31", "2026-02-31"), "'until': a day is due"),
        (GOOD.replace(", issue: CSMS-7", ""), "1:3: 'issue' is missing"),
        ("case: TC_010_CSMS\n", "1:1: a list of known failures is due here, this is a mapping"),
        ("- TC_010_CSMS\n", "1:3: "),
        ("", "is empty"),
        ("- [\n", "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(text)
    with pytest.raises(Mistakes) as mistakes:
        read_expected(path, KNOWN)
    assert str(path) in str(mistakes.value)
    assert sentence in str(mistakes.value)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(GOOD.replace("FAIL", "no") + GOOD.replace("TC_010", "TC_099"))
    with pytest.raises(Mistakes) as mistakes:
        read_expected(path, KNOWN)
    assert len(mistakes.value.mistakes) == 2
