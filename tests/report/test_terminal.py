"""What the person running it reads at the end."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from csms_harness.evidence import Finding, Kind, What
from csms_harness.record.facts import BetweenFact, CaseFact
from csms_harness.report.terminal import render_summary, verdict_line
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict
from tests.report.paper import printed
from tests.report.realistic import all_passed, call, case, facts, run


def test_the_table_has_a_row_per_functionality() -> None:
    rows = {line[:20].strip(): line[20:].split() for line in printed(render_summary(facts())).splitlines()[:9]}
    assert rows["Core"] == ["Fail", "1", "1", "1", "0", "1", "0"]
    assert rows["Reservation"] == ["Not", "supported", "0", "0", "0", "1", "0", "0"]


def test_functionalities_of_which_nothing_was_to_run_share_a_line() -> None:
    assert "Not run: Local Authorization List Management." in printed(render_summary(facts())).splitlines()


def test_where_a_table_finds_no_room_each_functionality_is_a_line_with_its_name() -> None:
    lines = printed(render_summary(facts()), width=60).splitlines()
    assert lines[0] == "Core: Fail (1 passed, 1 failed, 1 inconclusive, 1 with a "
    assert "Reservation: Not supported (1 not applicable)" in lines


def test_a_command_is_never_broken_over_lines() -> None:
    text = printed(render_summary(facts()), width=30)
    assert "Run a case alone: csms-harness run TC_010_CSMS" in text


def test_a_run_that_was_interrupted_says_how_to_go_on() -> None:
    stopped = facts(run=run(complete=False))
    text = printed(render_summary(stopped, {"facts": Path("my out/facts.json")}), width=40)
    assert "Go on with it: csms-harness run --resume 'my out'" in text


def test_a_cause_is_told_with_an_example_and_the_cases_it_costs() -> None:
    text = re.sub(r" +", " ", printed(render_summary(facts())))  # how wide a column is, Rich decides
    for part in (
        "✗ FAIL The Authorize.conf does not accept a valid idTag.",
        "required Accepted, observed Invalid",
        "seen TC_010_CSMS, step 4, frame 5 from the CSMS",
        '"parentIdTag":"한전-부모-01"',
        "fails TC_010_CSMS",
        "Run a case alone: csms-harness run TC_010_CSMS",
    ):
        assert part in text
    assert text.index("✗ FAIL") < text.index("! ERROR") < text.index("? INCONCLUSIVE")


def test_cases_that_passed_are_only_counted() -> None:
    assert "TC_001_CSMS" not in printed(render_summary(all_passed()))


def test_the_two_figures_the_remarks_and_the_reports_are_named() -> None:
    text = printed(render_summary(facts(), {"html": Path("out/certificate.html")}))
    assert "OCPP response timeout: 00:00:02 (1500.000 ms, 4 samples), PICS value 60 s" in text
    assert "Response time Authorize: 00:00:00 (499.900 ms, 1 sample), PICS value 0.4 s; longer than declared" in text
    assert "1 compatibility remark" in text
    assert "html            out/certificate.html" in text


def test_the_last_line_is_the_result_in_one_sentence() -> None:
    assert printed(render_summary(all_passed())).splitlines()[-1] == "PASS  1 of 1 case passed."


def test_a_check_beyond_the_document_that_failed_is_no_pass_in_the_last_line() -> None:
    failed = case("FIELD_001", Verdict.FAIL, level="must")
    light = case("LINE_011", Verdict.FAIL, level="should")

    def last(*pack: CaseFact) -> str:
        return printed(render_summary(all_passed(pack=pack))).splitlines()[-1]

    assert last(failed, light) == "FAIL  1 of 1 case passed. 1 check beyond the document failed."
    assert last(light) == "PASS  1 of 1 case passed."


def test_nothing_measured_is_said_so() -> None:
    text = printed(render_summary(all_passed(cases=(case(),))))
    assert "Response time Authorize: not measured" in text


def test_an_interrupted_run_begins_with_incomplete() -> None:
    assert printed(render_summary(facts(run=run(complete=False)))).startswith("INCOMPLETE")
    assert printed(verdict_line(all_passed(run=run(complete=False)))).startswith("INCOMPLETE: the run was interrupted.")


def lost(number: int) -> CaseFact:
    """A case with a cause of its own."""
    path = "x" * number
    finding = Finding(
        Kind.BREACH, Verdict.FAIL, "step 1", What.BROKEN_RULE, rule="schema", path=path, text=f"wrong {path}"
    )
    return case(f"TC_{number:03}_CSMS", Verdict.FAIL, findings=(finding,))


def test_of_very_many_causes_the_last_are_a_line_each() -> None:
    text = printed(render_summary(facts(cases=tuple(lost(number) for number in range(1, 31)), rules=())))
    assert text.count("✗ FAIL  wrong") == 30
    assert text.count("    seen ") == 20
    assert f"✗ FAIL  wrong {'x' * 30} (fails 1 case)" in text


def test_what_a_rule_only_remarks_is_a_line_and_no_cause() -> None:
    remarks = tuple(RuleBreach("TC_001_CSMS", at, remark=True, text=f"TC_001_CSMS frame {at}: odd") for at in (7, 8))
    rule = RuleVerdict("RULE_002", "One status", "4.1", Verdict.PASS, 3, "beyond", remarks=remarks)
    text = " ".join(printed(render_summary(all_passed(rules=(rule,)))).split())
    assert "RULE_002 remarks 2 times what is legal but worth knowing: TC_001_CSMS frame 7: odd." in text
    assert "✗" not in text
    assert text.endswith("PASS 1 of 1 case passed.")


def test_what_the_csms_sent_between_the_cases_is_counted() -> None:
    calls = tuple(call(number, "CS", "GetConfiguration", "[2]", at=-1.0) for number in (1, 2))
    gap = BetweenFact(lane="CP_01", next="TC_001_CSMS", transcript=(*calls, call(3, "CP", "Heartbeat", "[2]")))
    text = " ".join(printed(render_summary(all_passed(between=(gap,)))).split())
    assert "While no case was running the CSMS sent GetConfiguration.req 2 times. That belongs to the run" in text


def test_eight_causes_in_forty_cases_fit_on_two_screens() -> None:
    frame = call(1, "CS", "Reset", "[" + "x" * 300 + "]")
    cases = tuple(
        lost(number % 8 + 1).model_copy(update={"id": f"TC_{number:03}_CSMS", "transcript": (frame,)})
        for number in range(40)
    )
    assert len(printed(render_summary(facts(cases=cases)), width=100).splitlines()) <= 100


def test_of_very_many_cases_the_first_are_named() -> None:
    cases = tuple(lost(1).model_copy(update={"id": f"TC_{number:03}_CSMS"}) for number in range(50))
    text = " ".join(printed(render_summary(facts(cases=cases, rules=()))).split())
    assert "fails 50 cases: TC_000_CSMS, TC_001_CSMS" in text
    assert "TC_029_CSMS and 20 more" in text


def test_no_color_takes_the_colours_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    Console(file=file, force_terminal=True, width=120).print(render_summary(facts()))
    assert "\x1b[31m" not in file.getvalue()
    assert "\x1b[1;31m" not in file.getvalue()
