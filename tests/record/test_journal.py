"""The journal: what was earned is on disk at every moment."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from csms_harness.record.journal import NAME, Journal, read_journal


def test_a_line_is_on_disk_before_the_next_thing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with Journal(tmp_path / "run") as journal:
        journal.write("case", {"id": "TC_010_CSMS"})

        assert list(read_journal(tmp_path / "run")) == [("case", {"id": "TC_010_CSMS"})]
        assert len(synced) == 1


def test_lines_are_read_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for number in range(5):
            journal.write("case", number)

    assert [fact for _, fact in read_journal(tmp_path)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("cut", range(1, 40, 6))
def test_a_last_line_that_was_cut_off_is_passed_over(tmp_path: Path, cut: int) -> None:
    with Journal(tmp_path) as journal:
        journal.write("run", {"planned": 2})
        journal.write("case", {"id": "TC_010_CSMS", "x": "é\ud800"})
    path = tmp_path / NAME
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 1 - cut])

    assert list(read_journal(tmp_path)) == [("run", {"planned": 2})]


def test_any_foreign_string_is_written_as_one_line_of_ascii(tmp_path: Path) -> None:
    hostile = 'a\nb\r\u2028\x1b[2J\ud800"\\é'
    with Journal(tmp_path) as journal:
        journal.write("case", hostile)

    (line,) = (tmp_path / NAME).read_bytes().splitlines()
    assert line.isascii()
    assert json.loads(line)["fact"] == hostile
    assert list(read_journal(tmp_path)) == [("case", hostile)]


def test_lines_that_are_no_records_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'\n7\n[]\n{"kind": 1}\n\xff\xfe\n{"kind": "case", "fact": 1}\n')

    assert list(read_journal(tmp_path)) == [("case", 1)]


def test_a_new_run_begins_a_new_journal(tmp_path: Path) -> None:
    for number in range(2):
        with Journal(tmp_path) as journal:
            journal.write("case", number)

    assert list(read_journal(tmp_path)) == [("case", 1)]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(OSError, match="file"):
        Journal(tmp_path / "file" / "run")
    with pytest.raises(FileNotFoundError):
        list(read_journal(tmp_path / "nowhere"))
