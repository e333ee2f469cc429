"""What the person running it reads at the end."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from csms_harness.evidence import Finding, Kind, What
from csms_harness.report.terminal import render_summary
from csms_harness.verdict import Verdict
from tests.report.paper import printed
from tests.report.realistic import all_passed, case, facts, run


def test_the_table_has_a_row_per_functionality() -> None:
    rows = {line[:36].strip(): line[36:].split() for line in printed(render_summary(facts())).splitlines()[:9]}
    assert rows["Core"] == ["Fail", "1", "1", "1", "0", "1", "0"]
    assert rows["Reservation"] == ["Not", "supported", "0", "0", "0", "1", "0", "0"]


def test_a_failed_case_is_told_with_reason_step_required_observed_and_frame() -> None:
    text = re.sub(r" +", " ", printed(render_summary(facts())))  # how wide a column is, Rich decides
    for part in (
        "✗ FAIL TC_010_CSMS Remote Start Charging Session: Cable Plugged in First",
        "step 4 › Authorize.conf: idTagInfo.status is Invalid where Accepted is required.",
        "required Accepted",
        "observed Invalid",
        "frame 5 Central System → Charge Point",
        '"parentIdTag":"한전-부모-01"',
        "run it alone: csms-harness run TC_010_CSMS",
    ):
        assert part in text
    assert text.index("FAIL TC_010") < text.index("ERROR TC_061") < text.index("INCONCLUSIVE TC_014")


def test_cases_that_passed_are_only_counted() -> None:
    assert "TC_001_CSMS" not in printed(render_summary(all_passed()))


def test_the_two_figures_the_remarks_and_the_reports_are_named() -> None:
    text = printed(render_summary(facts(), {"html": Path("out/certificate.html")}))
    assert "OCPP response timeout: 00:00:02 (1500.000 ms, 4 samples), PICS value 60 s" in text
    assert "Response time Authorize: 00:00:00 (499.900 ms, 1 sample), PICS value 0.4 s  longer than declared" in text
    assert "1 compatibility remark" in text
    assert "html            out/certificate.html" in text


def test_the_last_line_is_the_result_in_one_sentence() -> None:
    assert printed(render_summary(all_passed())).splitlines()[-1] == "PASS  1 of 1 case passed."


def test_nothing_measured_is_said_so() -> None:
    text = printed(render_summary(all_passed(cases=(case(),))))
    assert "Response time Authorize: not measured" in text


def test_an_interrupted_run_begins_with_incomplete() -> None:
    assert printed(render_summary(facts(run=run(complete=False)))).startswith("INCOMPLETE")


def test_many_findings_are_cut_and_counted() -> None:
    findings = tuple(
        Finding(Kind.BREACH, Verdict.FAIL, f"step {number}", What.BROKEN_RULE, text="wrong") for number in range(9)
    )
    text = printed(render_summary(facts(cases=(case(verdict=Verdict.FAIL, findings=findings),), rules=())))
    assert text.count("wrong") == 5
    assert "4 more findings in the report" in text


def test_no_color_takes_the_colours_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    Console(file=file, force_terminal=True, width=120).print(render_summary(facts()))
    assert "\x1b[31m" not in file.getvalue()
    assert "\x1b[1;31m" not in file.getvalue()
