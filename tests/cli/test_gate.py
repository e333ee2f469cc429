"""What a pipeline asks of a run: its output for programs, for GitHub, in full; and runs side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csms_harness.report.write import write_reports
from csms_harness.verdict import Verdict
from tests.cli.test_choosing import URL, begun
from tests.cli.test_preparing import call, dead_url
from tests.report.realistic import all_passed, case, facts

__all__ = ["begun", "dead_url"]

UNREACHED, USAGE = 4, 2


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def dead(url: str) -> tuple[str, ...]:
    return ("run", "TC_001", "--url", url, "--deadline", "reconnect=0s", "--out", "out")


def test_the_end_of_a_run_is_told_as_json_alone_on_standard_output(dead_url: str) -> None:
    result = call(*dead(dead_url), "--format", "json")
    data = json.loads(result.stdout)
    assert (result.exit_code, data["exitCode"], data["result"]) == (UNREACHED, UNREACHED, "Inconclusive")
    assert [one["id"] for one in data["cases"]] == ["TC_001_CSMS"]
    assert data["reports"]["junit"] == str(Path("out") / "junit.xml")


def test_verbose_tells_what_was_found_as_soon_as_a_case_ends(dead_url: str) -> None:
    plain, verbose = call(*dead(dead_url)), call(*dead(dead_url), "--force", "-v")
    assert "    INCONCLUSIVE: " not in plain.stderr
    assert "    INCONCLUSIVE: " in verbose.stderr
    both = call(*dead(dead_url), "--force", "-v", "-q")
    assert (both.exit_code, "-q and -v: one tells less" in both.stderr) == (USAGE, True)


def test_github_is_told_by_its_variables(dead_url: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "::warning" not in call(*dead(dead_url)).stderr
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "summary.md"))
    (here / "summary.md").write_text("before\n")
    result = call(*dead(dead_url), "--force")
    assert "::warning title=INCONCLUSIVE" in result.stderr
    assert (here / "summary.md").read_text("utf-8").startswith("before\n## OCPP 1.6 self-test")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "no" / "folder"))
    failed = call(*dead(dead_url), "--force")
    assert (failed.exit_code, "GITHUB_STEP_SUMMARY" in failed.stderr) == (UNREACHED, True)


def test_what_failed_before_is_run_first(begun: list, here: Path) -> None:  # type: ignore[type-arg]
    write_reports(facts(), here / "before", ("facts",))
    assert call("run", "TC_001", "TC_003", "TC_010", *URL, "--failed-first", here / "before").exit_code == 0
    assert begun[0].options.first[0] == "TC_010_CSMS"
    plan = call("run", "Core", *URL, "--failed-first", here / "before", "--dry-run")
    ids = [line.split()[1] for line in plan.stdout.splitlines() if line.startswith("run ")]
    first = [one for one in ids if one in begun[0].options.first]
    assert ids[: len(first)] == first
    write_reports(all_passed(), here / "good", ("facts",))
    assert call("run", "TC_001", *URL, "--failed-first", here / "good").exit_code == 0
    assert call("run", "TC_001", *URL, "--failed-first", here / "nowhere").exit_code == USAGE


def test_runs_are_put_side_by_side_on_paper_and_as_a_page(here: Path) -> None:
    write_reports(all_passed(), here / "good", ("facts",))
    write_reports(all_passed(cases=(case(verdict=Verdict.FAIL),)), here / "bad", ("facts",))
    result = call("compare", "good", "bad", "--html", "out/compare.html")
    assert result.exit_code == 0, result.output
    assert "TC_001_CSMS" in result.stdout
    assert "out/compare.html: all cases and rules" in result.stderr
    assert (here / "out" / "compare.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert json.loads(call("compare", "good", "bad", "--format", "json").stdout)["differing"] == ["TC_001_CSMS"]
    assert call("compare", "good", "bad", "--format", "markdown").stdout.startswith("## 2 runs side by side")
    assert call("compare", "good").exit_code == USAGE
    assert call("compare", "good", "nowhere").exit_code == USAGE


def test_the_history_of_a_folder_is_its_newest_runs_once_each(here: Path) -> None:
    reports = here / "reports"
    for name in ("one", "two"):
        write_reports(all_passed(), reports / name, ("facts",))
    (reports / "latest").symlink_to("two")
    (reports / "torn").mkdir()
    (reports / "torn" / "facts.json").write_text("{")
    result = call("history")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "2 runs; 0 verdicts changed in them."
    assert "not JSON" in result.stderr
    assert call("history", "reports", "--last", "1").stdout.splitlines()[-1].startswith("1 run;")
    assert len(json.loads(call("history", "--format", "json").stdout)["runs"]) == 2
    assert call("history", "--format", "markdown").stdout.startswith("## The last 2 runs")
    assert call("history", here / "nowhere").exit_code == USAGE
    assert call("history", "--last", "0").exit_code == USAGE
