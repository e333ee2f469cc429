"""Where a run is written to: a folder of its own, which nothing replaces unless it is told to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_preparing import call, dead_url

__all__ = ["dead_url"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def knock(*words: str | Path) -> Any:
    """A run that nobody answers, and that knocks once."""
    return call("run", *words, "--deadline", "reconnect=0s")


def test_every_run_has_a_folder_of_its_own_and_the_newest_is_the_latest(dead_url: str, here: Path) -> None:
    folders = []
    for _ in range(2):
        assert knock("TC_001", "--url", dead_url).exit_code == 4
        folders.append((here / "reports" / "latest").resolve())
    assert len(set(folders)) == 2
    assert all((folder / "facts.json").is_file() for folder in folders)
    for words in (("report", "reports/latest"), ("verify", "reports/latest"), ("replay", "reports/latest")):
        assert call(*words).exit_code == 0, words
    assert call("diff", folders[0], "reports/latest").exit_code == 0


def test_a_pointer_that_is_a_file_leads_to_the_run_as_well(
    dead_url: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "symlink_to", no_links)
    knock("TC_001", "--url", dead_url)
    assert (here / "reports" / "latest").is_file()
    for words in (("report",), ("verify",), ("replay",), ("diff", "reports/latest")):
        assert call(*words, "reports/latest").exit_code == 0, words


def test_a_run_replaces_another_one_only_when_it_is_told_to(dead_url: str, here: Path) -> None:
    first = knock("TC_001", "--url", dead_url, "--out", "mine")
    facts = (here / "mine" / "facts.json").read_bytes()
    refused = knock("TC_001", "--url", dead_url, "--out", "mine")
    assert (first.exit_code, refused.exit_code) == (4, 2)
    assert "mine: a run lies there already; name another folder, or add --force" in refused.stderr
    assert (here / "mine" / "facts.json").read_bytes() == facts
    assert knock("TC_001", "--url", dead_url, "--out", "mine", "--force").exit_code == 4
    assert (here / "mine" / "facts.json").read_bytes() != facts


CASE = """\
id: OUR_1
name: A beat
profile: Core
purpose: It answers.
scenario: [{send: Heartbeat}]
"""


def test_a_run_with_scenarios_of_its_own_is_judged_again_with_them(dead_url: str, here: Path) -> None:
    (here / "ours").mkdir()
    (here / "ours" / "one.yaml").write_text(CASE, "utf-8")
    assert knock("OUR_1", "--url", dead_url, "--scenarios", "ours").exit_code == 4
    assert call("replay", "reports/latest", "--scenarios", "ours").exit_code == 0
    without = call("replay", "reports/latest")
    assert (without.exit_code, "(OUR_1): give their folder with --scenarios" in without.stderr) == (1, True)


def test_a_mistake_leaves_no_folder_behind(here: Path) -> None:
    assert call("run", "TC_001", "--url", "http://h").exit_code == 2
    assert list(here.iterdir()) == []
