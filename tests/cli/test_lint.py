"""``csms-harness lint FILE``: what a file is shows by what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.resources import folder
from tests.cli.test_preparing import call

TARGET = """\
url: ws://h/
charge_points: [{id: CP_01}]
triggers: {Reset: {command: [x, "{tpye}", "{actoin}"]}}
"""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TARGET, "did you mean 'type'?"),
        ("product: {designation: ''}\n", "'designation'"),
        (
            "- {case: TC_O10_CSMS, expected: FAIL, reason: a, issue: b, until: 2026-01-31}\n",
            "did you mean 'TC_010_CSMS'?",
        ),
        ("id: MY_001\nname: Mine\nscenario: [{sendd: Heartbeat}]\n", "did you mean 'send'?"),
        ("a: [", "not valid YAML"),
    ],
)
def test_every_kind_of_file_is_checked_and_named(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "file.yaml").write_text(content, "utf-8")
    result = call("lint", tmp_path / "file.yaml")
    assert result.exit_code == 2
    assert f"{tmp_path / 'file.yaml'}:" in result.stdout
    assert told in result.stdout


def test_one_scenario_is_checked_with_those_beside_it(tmp_path: Path) -> None:
    shipped = folder("scenarios") / "core" / "TC_001_CSMS.yaml"
    mine = tmp_path / "mine.yaml"
    mine.write_text(shipped.read_text("utf-8").replace("id: TC_001_CSMS", "id: MY_001"), "utf-8")
    for file in (shipped, mine):
        result = call("lint", file)
        assert (result.exit_code, "nothing to remark" in result.stdout) == (0, True), result.stdout


def test_files_that_are_right_call_for_no_remark(tmp_path: Path) -> None:
    (tmp_path / "target.yaml").write_text(TARGET.replace("tpye", "type").replace("actoin", "action"), "utf-8")
    (tmp_path / "pics.yaml").write_text("product: {designation: X}\n", "utf-8")
    result = call("lint", tmp_path / "target.yaml", tmp_path / "pics.yaml")
    assert (result.exit_code, "nothing to remark" in result.stdout) == (0, True)
