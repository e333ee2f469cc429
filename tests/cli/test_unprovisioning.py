"""``run --unprovision``: what was made for a run is taken away at its end, however it ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from csms_harness.cli.executing import execute
from csms_harness.cli.main import app
from csms_harness.cli.paper import Paper
from csms_harness.runner.campaign import Campaign
from tests.runner.peer import campaign
from tests.triggers.control_api import control_api

SECTION = """\
config: {{valid_id_tag: TAG-001}}
provision:
  idTag: {{http: {{url: "{api}/tags"}}, remove: {{method: DELETE, url: "{api}/tags/{{idTag}}"}}}}
  chargePoint: {{http: {{url: "{api}/cps"}}, remove: {{method: DELETE, url: "{api}/cps/{{chargePointId}}"}}}}
"""
NOBODY = "ws://127.0.0.1:1/unprovisioning"


def _campaign(folder: Path, more: str) -> Campaign:
    checked = campaign(folder, NOBODY, "TC_001", more=more, deadlines={"reconnect": 0.0})
    return replace(checked, options=replace(checked.options, out=folder / "run"))


async def test_the_items_go_when_the_run_is_over_and_the_exit_code_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with control_api() as api:
        api.answers["/tags/TAG-001"] = ("409 Conflict", "in use")
        ready = _campaign(tmp_path, SECTION.format(api=api.url))
        code = await asyncio.to_thread(execute, ready, Paper(quiet=True, unprovision=True))
    assert code == 4  # nobody listened
    assert [(one.method, one.target) for one in api.asked] == [("DELETE", "/tags/TAG-001"), ("DELETE", "/cps/CP_01")]
    assert (tmp_path / "run" / "facts.json").is_file()
    told = capsys.readouterr().err.splitlines()
    assert any(line.startswith("✗ idTag      TAG-001 (Accepted): not removed: ") for line in told)
    assert any(line.startswith("✓ chargePoint CP_01: removed, ") for line in told)


async def test_nothing_is_taken_away_unasked(tmp_path: Path) -> None:
    async with control_api() as api:
        await asyncio.to_thread(execute, _campaign(tmp_path, SECTION.format(api=api.url)), Paper(quiet=True))
    assert api.asked == []


def test_a_target_that_says_of_nothing_how_it_goes_is_refused_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        execute(_campaign(tmp_path, "config: {valid_id_tag: TAG-001}\n"), Paper(quiet=True, unprovision=True))
    assert ended.value.exit_code == 2
    assert "the target says of no item how to take it away" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


async def test_provision_removes_the_same_items_where_it_is_told_to(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    async with control_api() as api:
        target.write_text(f"url: {NOBODY}\ncharge_points: [{{id: CP_01}}]\n{SECTION.format(api=api.url)}", "utf-8")
        ended = await asyncio.to_thread(CliRunner().invoke, app, ["provision", "--target", str(target), "--remove"])
    assert ended.exit_code == 0, ended.output
    assert [(one.method, one.target) for one in api.asked] == [("DELETE", "/tags/TAG-001"), ("DELETE", "/cps/CP_01")]
