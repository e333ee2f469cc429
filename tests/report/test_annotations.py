"""What GitHub shows of a run: a line to each cause, in words that end where they should."""

from __future__ import annotations

import json
from pathlib import Path

from csms_harness.report.annotations import MOST, github_annotations
from csms_harness.report.brief import brief_json
from csms_harness.report.known import Reckoning, reckon
from csms_harness.report.telling import told
from csms_harness.verdict import Verdict
from tests.report.realistic import all_passed, case, facts

NOTHING = Reckoning({}, {})


def test_each_cause_is_an_error_or_a_warning_with_what_it_costs() -> None:
    lines = list(github_annotations(told(facts()), NOTHING))
    assert any(line.startswith("::error title=FAIL%3A fails") and "TC_010_CSMS" in line for line in lines)
    assert any(line.startswith("::warning title=INCONCLUSIVE%3A leaves open") for line in lines)
    assert all(line.startswith(("::error title=", "::warning title=")) for line in lines)


def test_a_run_in_which_nothing_is_wrong_says_nothing() -> None:
    assert not list(github_annotations(told(all_passed()), NOTHING))


def test_what_is_forgiven_is_left_out_and_what_is_no_longer_as_known_is_an_error() -> None:
    every = {case.id: "known" for case in facts().cases} | {rule.id: "known" for rule in facts().rules}
    assert not list(github_annotations(told(facts()), Reckoning(every, {})))
    (line,) = github_annotations(told(all_passed()), Reckoning({}, {"TC_001_CSMS": "it passes, 100% of the time"}))
    assert line == "::error title=Known failures::it passes, 100%25 of the time"


def test_foreign_text_ends_no_command_and_there_are_not_too_many() -> None:
    cases = tuple(
        case(id=f"TC_{number:03}_CSMS", verdict=Verdict.ERROR, reason=f"broken\n::error::no {number}")
        for number in range(3 * MOST)
    )
    lines = list(github_annotations(told(all_passed(cases=cases)), NOTHING))
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert len(lines) <= 2 * MOST


def test_the_document_for_a_program_says_what_the_exit_code_rests_on() -> None:
    run = told(facts())
    data = json.loads(brief_json(run, reckon(run), 1, {"html": Path("out/certificate.html")}))
    assert (data["result"], data["exitCode"], data["reports"]) == ("Fail", 1, {"html": "out/certificate.html"})
    assert {one["id"]: one["verdict"] for one in data["cases"]}["TC_010_CSMS"] == "FAIL"
    assert data["brokenRules"][0]["breaches"]
