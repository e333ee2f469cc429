"""The folder of a run belongs to one at a time, and links in it lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.record.folders import holds_run
from csms_harness.record.journal import NAME, Journal, read_journal
from csms_harness.record.lock import Busy, held
from csms_harness.report.write import remove_reports, write_reports
from tests.report.realistic import facts


def test_a_folder_that_is_held_is_held_once(tmp_path: Path) -> None:
    with held(tmp_path):
        with pytest.raises(Busy, match="another run is at work in this folder"), held(tmp_path):
            pass
        assert list(tmp_path.iterdir()) == []
    with held(tmp_path):
        pass


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), held(tmp_path / "nowhere"):
        pass


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A folder of somebody else's, with files called like ours."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("facts.json", "journal.jsonl", "TC_010_CSMS.jsonl"):
        (elsewhere / name).write_text("precious")
    return elsewhere


def test_links_named_like_our_files_are_replaced_and_not_followed(tmp_path: Path, precious: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in ("facts.json", "junit.xml", "report.md", "certificate.html", "journal.jsonl"):
        (run / name).symlink_to(precious / ("journal.jsonl" if name == "journal.jsonl" else "facts.json"))
    (run / "transcripts").symlink_to(precious, target_is_directory=True)
    remove_reports(run)
    with Journal(run) as journal:
        journal.write("case", 1)
    write_reports(facts(), run)

    assert {path.read_text() for path in precious.iterdir()} == {"precious"}
    assert not any(path.is_symlink() for path in run.rglob("*"))
    assert list(read_journal(run)) == [("case", 1)]


def test_reports_made_again_follow_no_link_either(tmp_path: Path, precious: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "transcripts").symlink_to(precious, target_is_directory=True)
    write_reports(facts(), run)
    assert len(list(precious.iterdir())) == 3


def test_what_a_killed_process_had_not_written_to_its_end_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "transcripts").mkdir()
    parts = [tmp_path / ".facts.json.4711.part", tmp_path / "transcripts" / ".TC_010_CSMS.jsonl.4711.part"]
    for part in parts:
        part.write_text("half a rep")
    write_reports(facts(), tmp_path)
    assert not any(part.exists() for part in parts)


def test_a_link_that_leads_nowhere_is_a_run_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "facts.json").symlink_to(tmp_path / "nowhere")
    assert holds_run(tmp_path)


def test_a_journal_that_goes_on_does_so_behind_its_last_whole_line(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write("run", 1)
        journal.write("case", "x" * 200_000)
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + b'{"kind": "case", "fact": "' + b"y" * 200_000)
    with Journal(tmp_path, more=True) as journal:
        journal.write("case", 2)

    assert [kind for kind, _ in read_journal(tmp_path)] == ["run", "case", "case"]
    assert (tmp_path / NAME).read_bytes().startswith(whole)


@pytest.mark.parametrize("cut", [b"", b"{", b'{"kind": "run"'])
def test_a_journal_without_a_whole_line_begins_anew(tmp_path: Path, cut: bytes) -> None:
    (tmp_path / NAME).write_bytes(cut)
    with Journal(tmp_path, more=True) as journal:
        journal.write("case", 2)
    assert list(read_journal(tmp_path)) == [("case", 2)]
