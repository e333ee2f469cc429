"""Results per functionality, the headline, the exit code."""

import pytest

from csms_harness.evidence import Sample
from csms_harness.record.facts import CaseFact, PicsFact
from csms_harness.report.summary import (
    ExitCode,
    Outcome,
    exit_code,
    functionality_results,
    headline,
    not_run_reasons,
    overall,
    verdict_counts,
)
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict
from tests.report.realistic import all_passed, case, facts, product, run


def _cases(*verdicts: Verdict) -> tuple[CaseFact, ...]:
    return tuple(case(f"TC_{number:03}_CSMS", verdict) for number, verdict in enumerate(verdicts))


def _core(*verdicts: Verdict, declared: bool | None = None, documented: int = 0) -> Outcome:
    catalogue = tuple(
        {"id": f"TC_{number:03}_CSMS", "functionality": "Core", "implemented": True} for number in range(documented)
    )
    pics = PicsFact(product=product(), functionalities={"Core": declared})
    results = functionality_results(facts(cases=_cases(*verdicts), catalogue=catalogue, pics=pics))
    return next(row.outcome for row in results if row.name == "Core")


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ((Verdict.PASS, Verdict.PASS), Outcome.PASS),
        ((Verdict.PASS, Verdict.NOT_APPLICABLE), Outcome.PASS),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), Outcome.INCONCLUSIVE),
        ((Verdict.INCONCLUSIVE, Verdict.ERROR), Outcome.ERROR),
        ((Verdict.ERROR, Verdict.FAIL), Outcome.FAIL),
        ((Verdict.NOT_APPLICABLE,), Outcome.NOT_DECLARED),
        ((), Outcome.NOT_RUN),
    ],
)
def test_a_functionality_is_as_good_as_its_worst_case(verdicts: tuple[Verdict, ...], outcome: Outcome) -> None:
    assert _core(*verdicts) is outcome


def test_a_functionality_passes_only_when_every_case_of_the_document_was_looked_at() -> None:
    assert _core(Verdict.PASS, Verdict.PASS, documented=3) is Outcome.PARTIAL
    assert _core(Verdict.PASS, Verdict.PASS, Verdict.PASS, documented=3) is Outcome.PASS


def test_a_functionality_the_vendor_does_not_claim_is_not_supported() -> None:
    assert _core(declared=False, documented=3) is Outcome.NOT_SUPPORTED
    assert _core(Verdict.NOT_APPLICABLE, declared=False) is Outcome.NOT_SUPPORTED


def test_a_functionality_nobody_speaks_of_is_not_called_unsupported() -> None:
    assert _core(Verdict.NOT_APPLICABLE, declared=None) is Outcome.NOT_DECLARED


def test_the_rows_stand_in_the_order_of_a_certificate_under_their_printed_names() -> None:
    others = tuple(
        case(f"TC_9{number}", profile=name, functionality=name)
        for number, name in enumerate(("Security", "LocalAuthListManagement", "Own feature", "SmartCharging", "Core"))
    )
    rows = functionality_results(facts(cases=others, catalogue=(), pics=PicsFact(product=product())))
    assert [(row.name, row.group) for row in rows] == [
        ("Core", ""),
        ("Smart Charging", "Optional features"),
        ("Local Authorization List Management", "Optional features"),
        ("Security", "Beyond the optional features"),
        ("Own feature", "Optional features"),
    ]


def test_a_row_tells_in_words_what_became_of_its_cases() -> None:
    core = functionality_results(facts())[0]
    assert core.tally == "1 passed, 1 failed, 1 inconclusive, 1 with a harness error"
    assert functionality_results(facts())[1].tally == "1 not run"


def test_every_verdict_is_counted() -> None:
    assert set(verdict_counts(facts().cases).values()) == {1}


def test_the_headline_tells_all_and_begins_with_incomplete_when_it_is() -> None:
    assert headline(all_passed()) == "1 of 1 case passed."
    told = headline(facts(run=run(complete=False)))
    assert told.startswith("INCOMPLETE: the run was interrupted. 1 of 5 cases passed, 1 failed, 1 inconclusive")
    assert told.endswith("1 standing wire rule broken.")


def test_the_headline_calls_rules_what_they_are() -> None:
    rules = (
        RuleVerdict("WIRE_006", "title", "4", Verdict.FAIL, 1),
        RuleVerdict("WIRE_008", "title", "4", Verdict.FAIL, 1),
        RuleVerdict("RULE_003", "title", "4", Verdict.FAIL, 1, "beyond"),
    )
    assert headline(all_passed(rules=rules)).endswith(
        "2 standing wire rules broken, 1 rule beyond the document broken."
    )
    assert headline(all_passed(rules=rules[2:])).endswith("passed, 1 rule beyond the document broken.")


def test_the_whole_run_passes_only_without_a_half_done_functionality() -> None:
    assert overall(all_passed()) is Outcome.PASS
    assert overall(all_passed(run=run(complete=False))) is Outcome.INCOMPLETE
    assert overall(all_passed(catalogue=facts().catalogue)) is Outcome.PARTIAL
    assert overall(facts()) is Outcome.FAIL
    assert overall(facts(cases=(), rules=())) is Outcome.NOT_RUN


def claiming(*names: str) -> PicsFact:
    return PicsFact(product=product(), functionalities=dict.fromkeys(names, True))


def entry(case_id: str, functionality: str = "Core", *, implemented: bool = True) -> dict[str, object]:
    return {"id": case_id, "name": "", "functionality": functionality, "implemented": implemented}


def test_a_subset_that_passed_is_a_part_and_nothing_incomplete() -> None:
    selected = all_passed(catalogue=(entry("TC_001_CSMS"), entry("TC_003_CSMS")), pics=PicsFact(product=product()))
    assert functionality_results(selected)[0].outcome is Outcome.PARTIAL
    assert (overall(selected), exit_code(selected)) == (Outcome.PARTIAL, ExitCode.PASSED)
    left = selected.model_copy(update={"run": run(not_run={"TC_003_CSMS": "left"})})
    assert overall(left) is Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (entry("TC_073_CSMS", "Security", implemented=False), Outcome.INCOMPLETE),
        (entry("TC_046_CSMS", "Reservation"), Outcome.PARTIAL),
        (entry("TC_003_CSMS", "Core", implemented=False), Outcome.INCOMPLETE),
        (entry("TC_003_CSMS", "Core"), Outcome.PARTIAL),
    ],
)
def test_a_claim_that_was_not_run_as_a_whole_is_never_a_pass(other: dict[str, object], outcome: Outcome) -> None:
    name = str(other["functionality"])
    claimed = all_passed(catalogue=(entry("TC_001_CSMS"), other), pics=claiming("Core", name))
    assert (overall(claimed), exit_code(claimed)) == (outcome, ExitCode.CLAIM_OPEN)
    assert f"The PICS claims more than was run: {name} (" in headline(claimed)
    failed = claimed.model_copy(update={"cases": (case("TC_001_CSMS", Verdict.FAIL),)})
    assert (overall(failed), exit_code(failed)) == (Outcome.FAIL, ExitCode.FAILED)


def test_a_claim_without_a_single_case_in_the_document_is_open() -> None:
    claimed = all_passed(catalogue=(entry("TC_001_CSMS"),), pics=claiming("Core", "Security"))
    assert (overall(claimed), exit_code(claimed)) == (Outcome.PARTIAL, ExitCode.CLAIM_OPEN)


def test_what_is_claimed_and_run_as_a_whole_passes() -> None:
    claimed = all_passed(catalogue=(entry("TC_001_CSMS"),), pics=claiming("Core"))
    assert (overall(claimed), exit_code(claimed), headline(claimed)) == (
        Outcome.PASS,
        ExitCode.PASSED,
        "1 of 1 case passed.",
    )


def test_a_threshold_that_nothing_was_measured_for_is_not_met() -> None:
    strict = all_passed().model_copy(update={"run": run(thresholds={"StopTransaction": 1.0})})
    assert exit_code(strict) is ExitCode.THRESHOLD_BROKEN


def test_what_was_not_run_is_grouped_by_its_reason_and_never_names_what_was_run() -> None:
    reasons = not_run_reasons(facts(run=run(not_run={"TC_043_1_CSMS": "Interrupted.", "TC_001_CSMS": "?"})))
    assert reasons == {
        "Interrupted.": ("TC_043_1_CSMS",),
        "No scenario for this case yet.": ("TC_044_1_CSMS", "TC_056_CSMS", "TC_054_CSMS", "TC_073_CSMS"),
    }


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Verdict.PASS, Verdict.NOT_APPLICABLE), ExitCode.PASSED),
        ((Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE), ExitCode.FAILED),
        ((Verdict.ERROR, Verdict.INCONCLUSIVE), ExitCode.HARNESS_ERROR),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), ExitCode.UNDECIDED),
        ((), ExitCode.NOTHING_SELECTED),
    ],
)
def test_the_exit_code_follows_the_verdicts(verdicts: tuple[Verdict, ...], code: ExitCode) -> None:
    assert exit_code(facts(cases=_cases(*verdicts), rules=(), pics=PicsFact(product=product()))) is code


def test_the_exit_codes_are_the_documented_numbers() -> None:
    assert list(map(int, ExitCode)) == [0, 1, 3, 4, 5, 6, 8]


def test_a_broken_wire_rule_is_a_failure() -> None:
    rule = RuleVerdict(id="WIRE_001", title="", clause="", verdict=Verdict.FAIL, looked_at=1)
    assert exit_code(all_passed(rules=(rule,))) is ExitCode.FAILED


def test_an_interrupted_run_never_exits_as_passed() -> None:
    assert exit_code(all_passed(run=run(complete=False))) is ExitCode.UNDECIDED
    assert exit_code(facts(cases=(), rules=(), run=run(complete=False))) is ExitCode.UNDECIDED


def test_a_broken_threshold_has_an_exit_code_of_its_own_and_never_hides_a_failure() -> None:
    sample = Sample(action="Heartbeat", seconds=2.0, resumed=2.0)
    strict = run(thresholds={"Heartbeat": 1.0})
    passed = all_passed(run=strict, cases=(case(samples=(sample,)),))
    failed = facts(run=strict, cases=(case(verdict=Verdict.FAIL, samples=(sample,)),), rules=())
    assert exit_code(passed) is ExitCode.THRESHOLD_BROKEN
    assert exit_code(passed.model_copy(update={"run": run(thresholds={"Heartbeat": 3.0})})) is ExitCode.PASSED
    assert exit_code(failed) is ExitCode.FAILED


def test_what_is_forgiven_changes_the_exit_code_and_nothing_else() -> None:
    failing = facts(cases=_cases(Verdict.FAIL, Verdict.PASS), rules=(), pics=PicsFact(product=product()))
    (failed, _) = failing.cases
    assert exit_code(failing, {failed.id}) is ExitCode.PASSED
    assert overall(failing) is Outcome.FAIL
