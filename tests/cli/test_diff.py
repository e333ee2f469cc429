"""``csms-harness diff`` from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from csms_harness.cli.main import app
from csms_harness.report.write import write_reports
from csms_harness.verdict import Verdict
from tests.report.realistic import all_passed, case


def diff(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, words)])


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """A run that passed, and one that did not."""
    write_reports(all_passed(), tmp_path / "good", ("facts",))
    write_reports(all_passed(cases=(case(verdict=Verdict.FAIL),)), tmp_path / "bad", ("facts",))
    return tmp_path / "good", tmp_path / "bad"


def test_the_exit_code_says_whether_something_got_worse(runs: tuple[Path, Path]) -> None:
    good, bad = runs
    assert diff(good, good).exit_code == 0
    worse = diff(good, bad)
    assert (worse.exit_code, worse.stdout.splitlines()[0][:19]) == (1, "worse   TC_001_CSMS")
    better = diff(bad, good)
    assert (better.exit_code, better.stdout.splitlines()[0][:19]) == (0, "better  TC_001_CSMS")


def test_the_formats_are_text_markdown_and_json(runs: tuple[Path, Path]) -> None:
    assert json.loads(diff(*runs, "--format", "json").stdout)["worse"] is True
    assert diff(*runs, "--format", "markdown").stdout.startswith("## Two runs compared\n")
    assert diff(*runs, "--format", "yaml").exit_code == 2


def test_what_is_no_run_and_what_is_no_factor_is_a_usage_error(runs: tuple[Path, Path], tmp_path: Path) -> None:
    missing = diff(runs[0], tmp_path / "nowhere")
    assert missing.exit_code == 2
    assert "give the folder of a run or its facts.json" in missing.stderr
    for factor in ("1", "0.5", "nan", "inf", "-2"):
        refused = diff(*runs, f"--slower={factor}")
        assert refused.exit_code == 2
        assert "write a factor above 1, such as 1.5" in refused.stderr
