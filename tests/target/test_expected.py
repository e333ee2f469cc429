"""Known failures: what they forgive, what they do not, and mistakes in their file."""

import re
from pathlib import Path
from typing import Any

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.record.facts import Facts, KnownFact, PicsFact
from csms_harness.report.known import known_yaml, reckon
from csms_harness.report.summary import ExitCode, exit_code
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.target.expected import KnownFailure, read_expected
from csms_harness.verdict import Verdict
from tests.report.realistic import case, facts, product

KNOWN = ("TC_001_CSMS", "TC_010_CSMS", "WIRE_006")
UNCLAIMED = PicsFact(product=product())


def entry(case_id: str = "TC_010_CSMS", expected: str = "FAIL", until: str = "2026-01-31", **more: Any) -> KnownFact:
    return KnownFailure.model_validate(
        {"case": case_id, "expected": expected, "reason": "idTag lost", "issue": "CSMS-7", "until": until} | more
    ).fact()


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
    assert [one.fact() for one in read_expected(path, KNOWN)] == [entry()]


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


# -- rules within cases -----------------------------------------------------------------------------------


def with_rule(*broken_in: str, more: int = 0, also: str = "TC_010_CSMS") -> Facts:
    """A run in which a rule was broken in these cases."""
    verdict = Verdict.FAIL if broken_in else Verdict.PASS
    rule = RuleVerdict(
        "WIRE_006",
        "Payloads keep their schemas",
        "4",
        verdict,
        9,
        breaches=tuple(map(RuleBreach, broken_in)),
        more=more,
    )
    return facts(cases=(case(also, Verdict.PASS),), rules=(rule,), pics=UNCLAIMED)


def narrowed(*cases: str) -> KnownFact:
    given: dict[str, Any] = {"in": list(cases)}
    return entry("WIRE_006", **given)


def test_a_rule_that_is_broken_where_it_may_be_is_forgiven() -> None:
    reckoning = reckon(with_rule("TC_010_CSMS", "CP_01 before TC_010_CSMS"), [narrowed("TC_010_CSMS")])
    assert reckoning.notes == ("WIRE_006: FAIL in TC_010_CSMS, as expected until 2026-01-31 (idTag lost, CSMS-7)",)
    assert set(reckoning.forgiven) == {"WIRE_006"}
    assert exit_code(with_rule("TC_010_CSMS"), reckoning.forgiven) is ExitCode.PASSED


@pytest.mark.parametrize(
    ("run", "where"),
    [
        (with_rule("TC_010_CSMS", "TC_001_CSMS"), "TC_001_CSMS"),
        (with_rule("TC_010_CSMS", more=3), "3 more places that are not listed"),
    ],
)
def test_a_rule_that_is_broken_elsewhere_as_well_is_not_forgiven(run: Facts, where: str) -> None:
    reckoning = reckon(run, [narrowed("TC_010_CSMS")])
    assert reckoning.broken == (
        f"WIRE_006: broken in {where} as well, where it was not expected (idTag lost, CSMS-7).",
    )
    assert not reckoning.forgiven


def test_a_rule_within_cases_that_did_not_run_is_passed_over() -> None:
    assert reckon(with_rule(also="TC_001_CSMS"), [narrowed("TC_010_CSMS")]).broken == ()
    (sentence,) = reckon(with_rule(), [narrowed("TC_010_CSMS")]).broken
    assert "take it off the list" in sentence


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("case: TC_010_CSMS, in: TC_010_CSMS", "'in' narrows a rule, such as WIRE_006, to some cases"),
        ("case: WIRE_006, in: [TC_010_CSMS, TC_001_CSM]", "no test case is called 'TC_001_CSM'"),
        ("case: WIRE_006, in: 7", "'in': a list is due, this is the number 7"),
    ],
)
def test_what_narrows_wrongly_is_told(written: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(f"- {{{written}, expected: FAIL, reason: r, issue: i, until: 2026-01-31}}\n")
    with pytest.raises(Mistakes, match=re.escape(told)):
        read_expected(path, KNOWN)


def test_all_keys_that_are_missing_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text("- {case: TC_010_CSM}\n")
    with pytest.raises(Mistakes) as told:
        read_expected(path, KNOWN)
    texts = [mistake.text for mistake in told.value.mistakes]
    assert texts == [*(f"'{name}' is missing" for name in ("expected", "issue", "reason", "until")),
                     "no test case or rule is called 'TC_010_CSM'"]  # fmt: skip


# -- written by a run -------------------------------------------------------------------------------------


def test_what_a_run_found_is_written_and_forgives_that_run(tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    failed = case("TC_010_CSMS", Verdict.FAIL).model_copy(update={"reason": 'no "idTag": \x1b[31m {x}'})
    rule = with_rule("TC_010_CSMS").rules
    run = facts(cases=(failed, case("TC_001_CSMS", Verdict.INCONCLUSIVE)), rules=rule, pics=UNCLAIMED)
    path.write_text(known_yaml(run))
    written = read_expected(path, KNOWN)

    assert [(one.case, one.expected, one.within) for one in written] == [
        ("TC_010_CSMS", "FAIL", ()), ("TC_001_CSMS", "INCONCLUSIVE", ()), ("WIRE_006", "FAIL", ("TC_010_CSMS",))
    ]  # fmt: skip
    assert exit_code(run, reckon(run, [one.fact() for one in written]).forgiven) is ExitCode.PASSED


def test_what_is_known_already_stays_and_what_broke_goes(tmp_path: Path) -> None:
    known = (entry(), entry("TC_001_CSMS"))
    cases = (case("TC_010_CSMS", Verdict.FAIL), case("TC_001_CSMS", Verdict.PASS))
    run = facts(cases=cases, rules=(), pics=UNCLAIMED)
    run = run.model_copy(update={"run": run.run.model_copy(update={"known": known})})
    path = tmp_path / "expected.yaml"
    path.write_text(known_yaml(run))
    assert [one.fact() for one in read_expected(path, KNOWN)] == [entry()]


def test_a_run_without_failures_writes_an_empty_list(tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(known_yaml(ran(Verdict.PASS)))
    assert read_expected(path, KNOWN) == ()
