"""report.md: tables and findings that survive where they are pasted."""

from markdown_it import MarkdownIt

from csms_harness.report.markdown import SIZE_LIMIT, report_markdown
from csms_harness.verdict import Verdict
from tests.report.realistic import all_passed, call, case, facts, run


def _html(document: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(document))


def test_the_tables_render_as_tables() -> None:
    page = _html(report_markdown(facts()))
    assert page.count("<table>") == 10
    assert "<td>00:00:02</td>" in page
    assert "<td>Local Authorization List Management</td>" in page


def test_it_opens_with_the_result_and_says_that_it_is_a_self_test() -> None:
    document = report_markdown(facts())
    assert document.startswith("## OCPP 1.6 self-test: 한국전기연구원 (KERI) KCSMS-001 v1.0")
    assert "**Fail.** 1 of 5 cases passed" in document
    assert "not a certificate of the Open Charge Alliance" in document


def test_a_finding_is_shown_with_required_observed_and_frame() -> None:
    document = report_markdown(facts())
    assert "- required: Accepted\n- observed: Invalid\n- fails 1 case: TC_010_CSMS\n" in document
    assert "Seen in TC_010_CSMS, step 4, frame 5 from the CSMS:" in document
    assert '```text\n[3,"a-7",{"idTagInfo":{"status":"Invalid","parentIdTag":"한전-부모-01"}}]\n```' in document


def test_a_broken_wire_rule_is_listed_with_its_breaches() -> None:
    document = report_markdown(facts())
    assert "### ✗ FAIL Date-times name their zone\n\n- TC_001_CSMS frame 3" in document
    assert "- breaks WIRE_006 once" in document


def test_cases_that_passed_are_only_counted() -> None:
    document = report_markdown(all_passed())
    assert "Cold Boot" not in document
    assert "### ✓" not in document
    assert "| Core | Pass | 1 | 0 |" in document


def test_an_interrupted_run_is_marked() -> None:
    assert "**INCOMPLETE.**" in report_markdown(all_passed(run=run(complete=False)))


def test_a_report_too_long_for_a_comment_counts_what_it_leaves_out() -> None:
    cases = tuple(
        case(
            f"TC_{number:03}",
            Verdict.FAIL,
            reason=f"long{'x' * number} " * 20,
            transcript=(call(1, "CS", "Reset", ""),),
        )
        for number in range(300)
    )
    document = report_markdown(facts(cases=cases, rules=()))
    shown = document.count("### ✗ FAIL")
    assert 50 < shown < 300
    assert f"{301 - shown} more sections did not fit here" in document  # the table of all cases is one of them
    assert len(document) < SIZE_LIMIT + 200


def test_every_case_to_act_on_is_listed_with_its_reason() -> None:
    row = "| ? INCONCLUSIVE | TC_014_CSMS | Soft Reset | The trigger for Reset.req failed: HTTP 500"
    assert row in report_markdown(facts())
