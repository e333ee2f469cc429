"""The files for Central Systems that are known: they load, and say what they need."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.runner.campaign import Options, prepare
from csms_harness.target.pics import read_pics
from csms_harness.target.ready import ready_files, ready_names, variables
from csms_harness.target.target import read_target
from csms_harness.triggers.config import entries_of
from tests.cli.test_preparing import call
from tests.runner.peer import library

ROOT = Path(__file__).parents[2]
NAMED = (
    "arthexis", "citrineos", "evtivity", "home-assistant", "maeve", "ocpp-csms", "ocpp-rpc", "ocpp.core", "steve",
)  # fmt: skip


def test_there_is_a_page_for_each_and_each_has_both_files() -> None:
    assert ready_names() == sorted(NAMED)
    for name in NAMED:
        page = (ROOT / "docs" / "targets" / f"{name}.md").read_text("utf-8")
        assert "2026-" in page
        assert ("**Run**" in page) is (name != "ocpp.core")  # it needs .NET
        assert f"[{name}]({name}.md)" in (ROOT / "docs" / "targets" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMED)
def test_what_init_writes_for_it_loads_and_a_run_can_be_prepared(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = call("init", tmp_path, "--for", name)
    assert result.exit_code == 0, result.stderr
    for variable in variables((tmp_path / "target.yaml").read_text("utf-8")):
        assert f"{variable}=…" in result.stderr
        monkeypatch.setenv(variable, "a-secret-of-18-bytes")
    target, pics = read_target(tmp_path / "target.yaml"), read_pics(tmp_path / "pics.yaml")
    assert target.name
    assert pics.product.designation
    options = Options(("all",), target=tmp_path / "target.yaml", pics=tmp_path / "pics.yaml")
    campaign = prepare(options, library())
    assert len(campaign.plan.run) > 5
    assert entries_of(target.triggers, "TriggerMessage")


def test_what_is_not_known_is_told_with_what_was_meant(tmp_path: Path) -> None:
    result = call("init", tmp_path, "--for", "stev")
    assert (result.exit_code, "did you mean 'steve'?" in result.stderr) == (2, True)
    result = call("init", tmp_path, "--for", "steve", "--id-tag", "X")
    assert (result.exit_code, "--id-tag would change it" in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
    assert set(ready_files("steve")) == {"target.yaml", "pics.yaml"}
