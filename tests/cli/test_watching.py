"""``run --watch``: again after each change, through mistakes in the files, until somebody ends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from csms_harness.cli import watching
from tests.cli.test_preparing import call, dead_url

__all__ = ["dead_url"]

UNREACHED, USAGE = 4, 2
TARGET = "url: {url}\ncharge_points: [{{id: CP_01}}]\ndeadlines: {{reconnect: 0 s}}\n"


@pytest.fixture
def edits(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What is done each time a change is waited for; after the last one somebody presses Ctrl-C."""
    waiting: list[Callable[[], object]] = []
    looks = watching.wait_for_change

    def wait(paths: list[Path], before: watching.Stamps) -> None:
        if not waiting:
            raise KeyboardInterrupt
        waiting.pop(0)()
        looks(paths, before)

    monkeypatch.setattr(watching, "wait_for_change", wait)
    monkeypatch.setattr(watching, "LOOK_EVERY", 0)
    return waiting


def test_a_run_is_repeated_when_a_file_changes_and_a_mistake_in_it_is_waited_out(
    edits: list[Callable[[], object]], dead_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target, good = tmp_path / "target.yaml", TARGET.format(url=dead_url)
    target.write_text(good)
    edits += [lambda: target.write_text(good + "nonsense: 1\n"), lambda: target.write_text(good + "# once more\n")]
    result = call("run", "TC_001", "--target", target, "--watch")
    assert result.exit_code == UNREACHED
    told = [line for line in result.stderr.splitlines() if line.startswith("Exit code")]
    assert [line.split(". ")[0] for line in told] == ["Exit code 4", "Exit code 2", "Exit code 4"]
    assert "'nonsense'" in result.stderr
    assert len(list((tmp_path / "reports").glob("*/facts.json"))) == 3  # two runs, and the pointer to the latest


def test_the_folder_that_is_named_takes_each_run(
    edits: list[Callable[[], object]], dead_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "mine"
    assert call("new", "MINE_1", "--from", "TC_001", "--scenarios", own).exit_code == 0
    edits.append(lambda: call("new", "MINE_2", "--from", "MINE_1", "--scenarios", own))
    words = ("--url", dead_url, "--deadline", "reconnect=0s", "--out", tmp_path / "out", "--scenarios", own)
    result = call("run", "MINE_*", *words, "--watch")
    assert result.exit_code == UNREACHED
    assert "MINE_2" in (tmp_path / "out" / "facts.json").read_text()


def test_a_file_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, writes = tmp_path / "a.yaml", ["a", "ab", "abc"]
    file.write_text("")

    def sleep(_: float) -> None:
        if writes:
            file.write_text(writes.pop(0))

    monkeypatch.setattr("csms_harness.cli.watching.time.sleep", sleep)
    watching.wait_for_change([tmp_path], watching.stamps([tmp_path]))
    assert file.read_text() == "abc"


def test_a_file_that_is_gone_is_a_change(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("")
    before = watching.stamps([file])
    file.unlink()
    assert watching.stamps([file]) != before


def test_it_is_no_way_to_go_on_with_a_run(tmp_path: Path) -> None:
    result = call("run", "--resume", tmp_path, "--watch")
    assert (result.exit_code, "--watch: it runs the same cases again and again" in result.stderr) == (USAGE, True)
