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
    assert (result.exit_code, result.stdout.endswith("pics.yaml: nothing to remark\n")) == (0, True)


OWN = """\
id: MY_001
name: Mine
profile: Core
purpose: It shows a slip of the pen.
scenario:
  - send: Authorize
    with: {idTag: $config.valid_idtag}
    expect: {idTagInfo: {status: Accepted}}
"""


def test_a_name_in_config_that_is_almost_a_known_one_is_told_with_it(tmp_path: Path) -> None:
    (tmp_path / "MY_001.yaml").write_text(OWN, "utf-8")
    told = f"{tmp_path / 'MY_001.yaml'}:7:19: $config.valid_idtag is known to no target and no other scenario"
    for words in ([tmp_path / "MY_001.yaml"], ["--scenarios", tmp_path]):
        result = call("lint", *words)
        assert (result.exit_code, f"{told}; did you mean 'valid_id_tag'?" in result.stdout) == (2, True), result.stdout


@pytest.mark.parametrize("name", ["valid_id_tag_3", "garage", "badge_id_tag"])
def test_a_name_of_ones_own_is_none(name: str, tmp_path: Path) -> None:
    (tmp_path / "MY_001.yaml").write_text(OWN.replace("valid_idtag", name), "utf-8")
    result = call("lint", "--scenarios", tmp_path)
    assert result.exit_code == 0, result.stdout


def test_a_name_that_a_target_gives_is_right_however_close_it_is_to_another(tmp_path: Path) -> None:
    own, target = tmp_path / "own", tmp_path / "target.yaml"
    own.mkdir()
    (own / "MY_001.yaml").write_text(OWN, "utf-8")
    target.write_text("url: ws://h/\ncharge_points: [{id: CP_01, config: {valid_idtag: TAG-1}}]\n", "utf-8")
    assert call("lint", "--scenarios", own, "--target", target).exit_code == 0
    assert call("lint", "--scenarios", own, target).exit_code == 0
