"""Runs lie in folders called by the time; a name points to the newest, and no run takes the place of another."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from csms_harness.record.folders import holds_run, new_folder, point, resolved

NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def test_a_folder_is_called_by_the_time_and_is_always_new(tmp_path: Path) -> None:
    names = [new_folder(tmp_path / "reports", NOON).name for _ in range(3)]
    assert names == ["2026-03-01T12-00-05Z", "2026-03-01T12-00-05Z-2", "2026-03-01T12-00-05Z-3"]
    assert new_folder(tmp_path / "reports", NOON, "demo-").name == "demo-2026-03-01T12-00-05Z"


@pytest.mark.parametrize("links", [True, False])
def test_a_pointer_leads_to_the_newest_run(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError("no symbolic links here")

    if not links:
        monkeypatch.setattr(Path, "symlink_to", no_links)
    pointer = tmp_path / "latest"
    for _ in range(2):
        folder = new_folder(tmp_path, NOON)
        (folder / "facts.json").write_text(folder.name)
        assert point(pointer, folder) is None
    assert (resolved(pointer) / "facts.json").read_text() == "2026-03-01T12-00-05Z-2"
    assert pointer.is_symlink() is links
    assert holds_run(pointer)


def test_a_folder_of_an_older_version_is_moved_out_of_the_way(tmp_path: Path) -> None:
    pointer = tmp_path / "latest"
    pointer.mkdir()
    (pointer / "journal.jsonl").touch()
    moved = point(pointer, new_folder(tmp_path, NOON))
    assert moved is not None
    assert (moved / "journal.jsonl").is_file()
    assert (pointer.is_symlink(), pointer.resolve().name) == (True, "2026-03-01T12-00-05Z")


@pytest.mark.parametrize("content", [b"", b"The newest run: ", b"\xff\xfe", b"anything"])
def test_any_other_file_is_no_pointer(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert resolved(tmp_path / "file") in (tmp_path / "file", tmp_path)
    assert resolved(tmp_path / "nothing") == tmp_path / "nothing"


def test_a_pointer_leads_only_to_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "latest").write_text("The newest run: ../../etc\n")
    assert resolved(tmp_path / "latest") == tmp_path / "etc"


def test_a_folder_without_the_files_of_a_run_holds_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert not holds_run(tmp_path)
    assert not holds_run(tmp_path / "nothing")
