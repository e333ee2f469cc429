"""What the reports say of the cases beyond the document, and what they weigh."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack, summary
from csms_harness.report.certificate import certificate_html
from csms_harness.report.junit import junit_xml
from csms_harness.report.markdown import report_markdown
from csms_harness.report.pages import pages
from csms_harness.report.terminal import render_summary
from csms_harness.verdict import BEYOND, Level, Verdict
from tests.report.paper import printed
from tests.report.realistic import all_passed


def beyond(case_id: str, level: Level, verdict: Verdict) -> CaseFact:
    return CaseFact(
        id=case_id, name="A stop without an idTag", section="OCPP 1.6 section 4.10", profile="Core",
        functionality=BEYOND, purpose="It is answered.", file="scenarios/beyond/x.yaml", verdict=verdict,
        octt_verdict=verdict, level=level, reason="" if verdict is Verdict.PASS else "it was refused",
    )  # fmt: skip


def facts(*cases: CaseFact) -> Facts:
    return all_passed().model_copy(update={"pack": cases, "rules": ()})


@pytest.mark.parametrize(
    ("level", "verdict", "code"),
    [
        (Level.MUST, Verdict.FAIL, summary.ExitCode.FAILED),
        (Level.MUST, Verdict.INCONCLUSIVE, summary.ExitCode.UNDECIDED),
        (Level.SHOULD, Verdict.FAIL, summary.ExitCode.PASSED),
        (Level.SHOULD, Verdict.INCONCLUSIVE, summary.ExitCode.PASSED),
        (Level.ROBUSTNESS, Verdict.FAIL, summary.ExitCode.PASSED),
        (Level.ROBUSTNESS, Verdict.ERROR, summary.ExitCode.HARNESS_ERROR),
        (Level.MUST, Verdict.NOT_APPLICABLE, summary.ExitCode.PASSED),
    ],
)
def test_only_what_must_be_fails_a_run(level: Level, verdict: Verdict, code: summary.ExitCode) -> None:
    assert summary.exit_code(facts(beyond("FIELD_003", level, verdict))) is code


def test_the_certificate_keeps_its_own_score_beside_the_pack() -> None:
    before, after = all_passed(), facts(beyond("FIELD_003", Level.MUST, Verdict.FAIL))
    assert summary.functionality_results(after) == summary.functionality_results(before)
    assert summary.verdict_counts(after.cases) == summary.verdict_counts(before.cases)


def test_a_fail_that_does_not_weigh_is_called_a_remark_everywhere() -> None:
    told = facts(beyond("FIELD_003", Level.MUST, Verdict.PASS), beyond("FIELD_019", Level.SHOULD, Verdict.FAIL))
    assert pack.sentence(told) == "Beyond the document: 1 of 2 checks held, 1 remark."
    for text in (certificate_html(told), report_markdown(told), str(pages(told)), printed(render_summary(told))):
        assert pack.sentence(told) in text
        assert "FIELD_019" in text
    suite = ET.fromstring(junit_xml(told).encode())
    (case,) = [one for one in suite.iter("testcase") if "FIELD_019" in one.attrib["name"]]
    assert [one.tag for one in case] == ["system-out"]


def test_a_run_without_the_pack_says_nothing_of_it() -> None:
    plain = all_passed()
    for text in (certificate_html(plain), report_markdown(plain), str(pages(plain)), printed(render_summary(plain))):
        assert pack.HEADING not in text
        assert "Beyond the document:" not in text


def test_the_share_of_right_and_of_wrong_messages_is_told_apart() -> None:
    wrong = [beyond(f"NEG_00{n}", Level.SHOULD, Verdict.PASS if n == 1 else Verdict.FAIL) for n in (1, 2, 3)]
    told = facts(*(one.model_copy(update={"negative": True}) for one in wrong))
    held = len([case for case in told.cases if case.verdict is Verdict.PASS])
    told_so = f"{held} of {held} that send what is right (100%) and 1 of 3 that send what is wrong (33%)"
    assert pack.shares(told) == f"Of all checks held {told_so}."
    assert pack.shares(told) in pack.sentence(told)
    assert pack.shares(facts(*wrong)) == ""
