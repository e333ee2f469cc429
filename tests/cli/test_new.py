"""``csms-harness new``: a case of one's own, from nothing to where every command knows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_command_line import NOTHING_SELECTED, USAGE, call

OWN = ("--scenarios", "my-scenarios")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_takes_the_copy_from_the_folder_of_the_user(here: Path) -> None:
    result = call("new", "FIELD_101", "--from", "tc_012")
    assert result.exit_code == 0, result.output
    assert "my-scenarios/FIELD_101.yaml is a copy of TC_012_CSMS, Remote Stop Charging Session." in result.stdout
    for line in result.stdout.splitlines()[1:]:
        words = line.split()[1:]
        told = call(*words, *(("--dry-run",) if "run" in words else ()))
        if "run" not in words:
            assert told.exit_code == 0, told.output
    assert [one["id"] for one in json.loads(call("list", "FIELD_101", *OWN, "--format", "json").stdout)] == [
        "FIELD_101"
    ]
    (here / "target.yaml").write_text("url: ws://a/\ncharge_points: [{id: A}]\nconfig: {valid_id_tag: T}\n")
    planned = call("run", "FIELD_101", *OWN, "--target", "target.yaml", "--dry-run")
    assert planned.stdout.splitlines()[0].startswith("run             FIELD_101 "), planned.output
    assert "Section       of your own, feature profile Core" in call("show", "FIELD_101", *OWN).stdout
    schema = json.loads((here / "my-scenarios" / "scenario.schema.json").read_text("utf-8"))
    assert schema["$id"] == json.loads(call("schema", "scenario").stdout)["$id"]


def test_nothing_is_overwritten(here: Path) -> None:
    (here / "my-scenarios").mkdir()
    (here / "my-scenarios" / "MINE_1.yaml").write_text("# precious\n")
    (here / "my-scenarios" / "scenario.schema.json").write_text("{}")
    refused = call("new", "MINE_1", "--from", "TC_012", "--scenarios", "other")
    assert refused.exit_code == 0
    (here / "my-scenarios" / "MINE_1.yaml").write_text((here / "other" / "MINE_1.yaml").read_text())
    again = call("new", "MINE_1", "--from", "TC_012_CSMS")
    assert (again.exit_code, "MINE_1 is there already" in again.stderr) == (USAGE, True)
    call("new", "MINE_2", "--from", "TC_012_CSMS")
    assert (here / "my-scenarios" / "scenario.schema.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("origin", "code", "why"),
    [
        ("TC_099", NOTHING_SELECTED, "no test case matches 'TC_099'"),
        ("Core", USAGE, "--from Core: these are 34 cases, such as TC_001_CSMS"),
    ],
)
def test_what_is_copied_must_be_one_case(origin: str, code: int, why: str, here: Path) -> None:
    result = call("new", "MINE_1", "--from", origin)
    assert (result.exit_code, why in result.stderr) == (code, True), result.stderr
    assert not (here / "my-scenarios").exists()


def test_a_file_is_no_folder(here: Path) -> None:
    (here / "taken").write_text("")
    result = call("new", "MINE_1", "--from", "TC_012", "--scenarios", "taken")
    assert (result.exit_code, "--scenarios taken: is a file; name a folder" in result.stderr) == (USAGE, True), (
        result.stderr
    )
