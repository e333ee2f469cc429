"""Two runs side by side."""

import json
from dataclasses import replace

import pytest

from csms_harness.evidence import Sample
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report.comparison import Direction, compare
from csms_harness.report.comparison_paper import NOTHING, comparison_json, comparison_markdown, comparison_text
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict
from tests.report.realistic import case, facts, product, run
from tests.report.test_hostile_strings import HOSTILE, assert_clean, poisoned


def ran(*cases: CaseFact, **more: object) -> Facts:
    return facts(**({"cases": cases, "rules": ()} | more))


def waits(*seconds: float) -> Facts:
    samples = tuple(Sample(action="Authorize", seconds=one, resumed=one) for one in seconds)
    return ran(case(samples=samples))


def test_a_run_is_like_itself() -> None:
    comparison = compare(facts(), facts())
    assert not comparison.worse
    assert comparison_text(comparison) == f"{NOTHING}\n"


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (Verdict.PASS, Verdict.FAIL, Direction.WORSE),
        (Verdict.PASS, Verdict.INCONCLUSIVE, Direction.WORSE),
        (Verdict.PASS, Verdict.NOT_APPLICABLE, Direction.WORSE),
        (Verdict.FAIL, Verdict.ERROR, Direction.WORSE),
        (Verdict.FAIL, Verdict.PASS, Direction.BETTER),
        (Verdict.FAIL, Verdict.INCONCLUSIVE, Direction.BETTER),
        (Verdict.NOT_APPLICABLE, Verdict.PASS, Direction.BETTER),
    ],
)
def test_a_verdict_gets_worse_or_better(before: Verdict, after: Verdict, direction: Direction) -> None:
    comparison = compare(ran(case(verdict=before)), ran(case(verdict=after)))
    (change,) = comparison.verdicts
    assert change.direction is direction
    assert comparison.worse is (direction is Direction.WORSE)


def test_a_case_that_is_no_longer_run_is_worse_and_a_new_one_only_when_it_does_not_pass() -> None:
    one, other = case("TC_001_CSMS"), case("TC_010_CSMS")
    assert compare(ran(one, other), ran(one)).worse
    assert not compare(ran(one), ran(one, other)).verdicts
    assert compare(ran(one), ran(one, case("TC_010_CSMS", Verdict.FAIL))).worse


def test_a_standing_rule_is_compared_like_a_case() -> None:
    held = RuleVerdict(id="WIRE_001", title="A CALL is answered once", clause="c", verdict=Verdict.PASS, looked_at=1)
    breach = RuleBreach("TC_001_CSMS", 3, text="TC_001_CSMS frame 3: twice")
    broken = replace(held, verdict=Verdict.FAIL, breaches=(breach,))
    (change,) = compare(ran(case(), rules=(held,)), ran(case(), rules=(broken,))).verdicts
    assert (change.id, change.direction, change.reason) == ("WIRE_001", Direction.WORSE, "TC_001_CSMS frame 3: twice")


def test_waits_are_listed_when_they_double_or_halve_and_do_not_count_by_themselves() -> None:
    comparison = compare(waits(0.1), waits(0.25))
    assert [(wait.figure, round(wait.ratio, 3)) for wait in comparison.latencies] == [("median", 2.5), ("longest", 2.5)]
    assert not comparison.worse
    assert compare(waits(0.25), waits(0.1)).latencies[0].direction is Direction.BETTER
    assert not compare(waits(0.1), waits(0.15)).latencies


def test_waits_count_against_the_factor_of_the_user() -> None:
    assert compare(waits(0.1), waits(0.15), slower=1.4).worse
    assert not compare(waits(0.1), waits(0.15), slower=1.6).worse
    assert not compare(waits(0.15), waits(0.1), slower=1.4).worse


def test_a_few_milliseconds_are_no_difference_however_large_their_ratio() -> None:
    assert not compare(waits(0.0005), waits(0.004), slower=1.5).latencies


def test_waits_nobody_measured_before_are_not_compared() -> None:
    assert not compare(ran(case()), waits(5.0)).latencies
    assert not compare(waits(0.0), waits(5.0)).latencies


def test_runs_that_differ_in_more_than_their_results_are_said_to() -> None:
    other = ran(
        case(),
        run=run(scenario_digest="sha256:0", complete=False),
        pics=facts().pics.model_copy(update={"product": product(software_version="v2")}),
    )
    assert compare(ran(case()), other).remarks == (
        "The software version differs: v1.0, then v2.",
        "The scenario digest differs: sha256:4f1c9b2a7d3e, then sha256:0.",
        "The second run is INCOMPLETE.",
    )


def test_the_text_tells_what_got_worse_first_with_its_reason() -> None:
    before = ran(case("TC_001_CSMS", Verdict.FAIL), case("TC_010_CSMS"))
    after = ran(case("TC_001_CSMS"), case("TC_010_CSMS", Verdict.FAIL, reason="no answer"))
    assert comparison_text(compare(before, after)).splitlines() == [
        "worse   TC_010_CSMS  ✓ PASS → ✗ FAIL  Cold Boot Charge Point",
        "        no answer",
        "better  TC_001_CSMS  ✗ FAIL → ✓ PASS  Cold Boot Charge Point",
    ]
    assert comparison_text(compare(waits(0.1), waits(0.3))).splitlines()[1] == (
        "slower  Authorize, longest wait: 100.000 ms → 300.000 ms (3.00 times)"
    )


def test_the_markdown_has_a_table_of_verdicts_and_one_of_waits() -> None:
    document = comparison_markdown(
        compare(waits(0.1), ran(case(verdict=Verdict.FAIL, samples=waits(1).cases[0].samples)))
    )
    assert "| worse | TC_001_CSMS Cold Boot Charge Point | ✓ PASS | ✗ FAIL |" in document
    assert "| Authorize | longest | 100.000 ms | 1000.000 ms | 10.00 |" in document


def test_the_json_says_whether_something_got_worse() -> None:
    document = json.loads(comparison_json(compare(ran(case()), ran())))
    assert document["worse"] is True
    assert document["verdicts"][0] == {
        "id": "TC_001_CSMS",
        "name": "Cold Boot Charge Point",
        "before": "PASS",
        "after": None,
        "direction": "worse",
        "reason": "",
    }


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_hostile_strings_stay_harmless(text: str) -> None:
    comparison = compare(facts(), poisoned(text))
    for paper in (comparison_text, comparison_markdown, comparison_json):
        assert_clean(paper(comparison))
