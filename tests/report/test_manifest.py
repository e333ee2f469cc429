"""manifest.json: what it lists, and what it notices."""

import json
from pathlib import Path

import pytest

from csms_harness.record.errors import ReportError
from csms_harness.report.manifest import check_manifest, write_manifest
from csms_harness.report.write import write_report, write_reports
from tests.report.realistic import facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "run"
    write_reports(facts(), run)
    (run / "journal.jsonl").write_text("{}\n")
    write_manifest(run)
    return run


def troubles(folder: Path) -> list[str]:
    return [str(trouble) for trouble in check_manifest(folder)[1]]


def test_it_lists_journal_transcripts_facts_and_reports_and_they_hold(folder: Path) -> None:
    listed = json.loads((folder / "manifest.json").read_text())
    assert listed["version"] == 1
    assert set(listed["sha256"]) == {
        "certificate.html",
        "facts.json",
        "journal.jsonl",
        "junit.xml",
        "report.md",
        *(f"transcripts/{case.id}.jsonl" for case in facts().cases),
    }
    assert check_manifest(folder) == (len(listed["sha256"]), ())


def test_its_digests_are_those_of_sha256sum(folder: Path) -> None:
    (folder / "journal.jsonl").write_bytes(b"")
    write_manifest(folder)
    digest = json.loads((folder / "manifest.json").read_text())["sha256"]["journal.jsonl"]
    assert digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_changed_a_missing_and_an_extra_file_are_each_named(folder: Path) -> None:
    transcript = folder / "transcripts/TC_001_CSMS.jsonl"
    transcript.write_bytes(transcript.read_bytes() + b"\n")
    (folder / "junit.xml").unlink()
    (folder / "transcripts/TC_999_CSMS.jsonl").write_text("")
    assert troubles(folder) == [
        "missing  junit.xml",
        "changed  transcripts/TC_001_CSMS.jsonl",
        "extra    transcripts/TC_999_CSMS.jsonl",
    ]


def test_a_file_that_became_a_link_or_a_folder_is_changed(folder: Path) -> None:
    (folder / "facts.json").rename(folder.parent / "elsewhere.json")
    (folder / "facts.json").symlink_to(folder.parent / "elsewhere.json")
    (folder / "report.md").unlink()
    (folder / "report.md").mkdir()
    assert troubles(folder) == ["changed  facts.json", "changed  report.md"]


def test_a_report_of_another_name_is_listed_when_it_lies_inside(folder: Path) -> None:
    inside = write_report(facts(), "junit", folder / "for_ci/junit.xml")
    outside = write_report(facts(), "junit", folder.parent / "junit.xml")
    write_manifest(folder, (inside, outside))
    assert "for_ci/junit.xml" in json.loads((folder / "manifest.json").read_text())["sha256"]
    assert not troubles(folder)


def test_files_that_are_no_evidence_are_not_listed(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    write_manifest(folder)
    assert troubles(folder) == ["extra    notes.txt"]


def test_a_signature_of_another_manifest_is_removed_and_one_of_the_same_kept(folder: Path) -> None:
    signature = folder / "manifest.json.sig"
    signature.write_bytes(b"s")
    write_manifest(folder)
    assert signature.exists()
    (folder / "journal.jsonl").write_text("other")
    write_manifest(folder)
    assert not signature.exists()


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"version": 2, "sha256": {}}',
        '{"version": 1, "sha256": []}',
        '{"version": 1, "sha256": {"../../etc/passwd": "%s"}}' % ("0" * 64),
        '{"version": 1, "sha256": {"/etc/passwd": "%s"}}' % ("0" * 64),
        '{"version": 1, "sha256": {"a\\\\b": "%s"}}' % ("0" * 64),
        '{"version": 1, "sha256": {"facts.json": "short"}}',
    ],
)
def test_what_is_no_manifest_is_refused_in_one_sentence(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ReportError, match=r"manifest\.json: (not JSON|no manifest of version 1)"):
        check_manifest(folder)


def test_a_folder_without_one_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"cannot be read \(No such file or directory\); give the folder of a run"):
        check_manifest(tmp_path)


def test_a_name_with_control_characters_is_told_without_printing_them(folder: Path) -> None:
    (folder / "transcripts" / "\x1b[2J.jsonl").write_text("")
    assert troubles(folder) == ["extra    transcripts/\\x1b[2J.jsonl"]
