"""docs/write-a-scenario.md, followed word for word: its file, its run, its fault. All commands: test_documents.py."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from csms_harness.resources import folder
from csms_harness.scenario.load import load_library
from csms_harness.verdict import Verdict
from tests.scenarios.bench import line_for
from tests.scenarios.faults.language import read_rows
from tests.support.command_line import facts, harness
from tests.support.scripted_csms import ScriptedCsms, run_case

PAGE = (Path(__file__).parents[2] / "docs" / "write-a-scenario.md").read_text("utf-8")


def block(after: str) -> str:
    """The first fenced block after these words of the page."""
    found = re.search(r"```\w*\n(.*?)```", PAGE[PAGE.index(after) :], re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def place(tmp_path: Path, target: Path) -> Path:
    """Where somebody follows the page: the file that it shows, under its name, and a target."""
    name = re.search(r"The whole file, `(.*?)`", PAGE)
    assert name is not None
    (tmp_path / name[1]).parent.mkdir(parents=True)
    (tmp_path / name[1]).write_text(block("The whole file"), "utf-8")
    shutil.copy(target, tmp_path / "target.yaml")
    return tmp_path


COMMANDS = [line for line in block("## Look at it").splitlines() if line]


def test_the_run_of_the_page_is_judged_by_the_standing_rules_and_says_whose_case_it_was(place: Path) -> None:
    (line,) = (line for line in COMMANDS if " run " in line)
    ended = harness(*shlex.split(line)[1:], "--out", place / "run", cwd=place)
    found = facts(place / "run")
    assert (ended.code, [case["verdict"] for case in found["cases"]]) == (0, ["PASS"])
    assert "my-scenarios/TC_051_CSMS.yaml replaces the shipped TC_051_CSMS." in ended.err
    assert {rule["id"] for rule in found["rules"]} >= {"WIRE_001", "RULE_007"}
    assert found["run"]["replaced_scenarios"] == ["TC_051_CSMS"]
    assert "Scenarios replaced" in (place / "run" / "certificate.html").read_text("utf-8")


def test_the_fault_of_the_page_kills_the_case_of_the_page(place: Path) -> None:
    library = load_library(folder("scenarios"), place / "my-scenarios")
    (fault,) = read_rows(yaml.safe_load(block("## The fault that kills it")))
    case = library.cases[fault.case]
    csms = ScriptedCsms()
    line = line_for(case, csms)
    fault.apply(csms)
    result = run_case(case, library, csms, line=line)
    assert result.verdict is Verdict.FAIL
    assert fault.found.is_in(result), [finding.text for finding in result.findings]
