"""Reports on disk, and facts read back."""

import json
import os
from pathlib import Path

import jsonschema
import pytest

from csms_harness.message import MessageType
from csms_harness.record.facts import FACTS_VERSION, PicsFact
from csms_harness.record.reading import read_facts
from csms_harness.report.write import (
    FORMATS,
    ReportError,
    facts_json,
    facts_schema,
    transcript_jsonl,
    write_elsewhere,
    write_report,
    write_reports,
)
from tests.report.realistic import call, case, facts, frame, product


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_folder_holds_every_report_and_one_transcript_per_case(tmp_path: Path) -> None:
    written = write_reports(facts(), tmp_path / "run")
    assert written == {
        "html": tmp_path / "run/certificate.html",
        "junit": tmp_path / "run/junit.xml",
        "markdown": tmp_path / "run/report.md",
        "facts": tmp_path / "run/facts.json",
    }
    assert set(_contents(tmp_path / "run")) == {
        "certificate.html",
        "junit.xml",
        "report.md",
        "facts.json",
        *(f"transcripts/{case.id}.jsonl" for case in facts().cases),
    }


def test_only_the_wanted_formats_are_written(tmp_path: Path) -> None:
    assert set(write_reports(facts(), tmp_path, ("junit",))) == {"junit"}
    assert not (tmp_path / "certificate.html").exists()


def test_the_same_facts_give_the_same_bytes_even_after_a_detour_over_the_disk(tmp_path: Path) -> None:
    write_reports(facts(), tmp_path / "a")
    write_reports(read_facts(tmp_path / "a"), tmp_path / "b")
    assert _contents(tmp_path / "a") == _contents(tmp_path / "b")


def test_facts_survive_a_round_trip(tmp_path: Path) -> None:
    path = write_report(facts(), "facts", tmp_path / "facts.json")
    assert read_facts(path) == facts()


def test_facts_are_valid_for_the_published_schema() -> None:
    schema = facts_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(facts_json(facts())))
    assert str(FACTS_VERSION) in schema["title"]


def test_a_transcript_is_one_json_per_line_and_says_its_version() -> None:
    heartbeat = call(1, "CP", "Heartbeat", '[2,"1","Heartbeat",{}]')
    entries = (heartbeat, frame(2, "CS", MessageType.UNREADABLE, "", "한\ud800\x9b"))
    lines = [json.loads(line) for line in transcript_jsonl(case(transcript=entries)).splitlines()]
    assert lines[0] == {"version": FACTS_VERSION, "case": "TC_001_CSMS", "verdict": "PASS"}
    assert [line["message"]["text"] for line in lines[1:]] == ['[2,"1","Heartbeat",{}]', "한\ud800\x9b"]


def test_numbers_json_does_not_know_are_written_as_null() -> None:
    odd = facts(pics=PicsFact(product=product(), settings={"a": float("nan"), "b": [float("inf")], "c": 1.5}))
    assert json.loads(facts_json(odd), parse_constant=pytest.fail)["pics"]["settings"] == {
        "a": None,
        "b": [None],
        "c": 1.5,
    }


def test_no_temporary_file_is_left_behind(tmp_path: Path) -> None:
    write_report(facts(), "junit", tmp_path / "junit.xml")
    assert os.listdir(tmp_path) == ["junit.xml"]  # noqa: PTH208 - hidden files count


def test_a_link_is_replaced_and_what_it_points_at_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "junit.xml").symlink_to(precious)
    write_report(facts(), "junit", tmp_path / "junit.xml")
    assert precious.read_text() == "mine"
    assert not (tmp_path / "junit.xml").is_symlink()


def test_a_pipe_is_written_into_and_stays_one() -> None:
    reading, writing = os.pipe()
    write_elsewhere(facts(), "junit", Path(f"/dev/fd/{writing}"))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read().startswith(b"<?xml")


def test_a_pipe_that_nobody_reads_is_one_sentence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(ReportError, match=r"could not be written: .*\. Give another path\."):
        write_elsewhere(facts(), "junit", Path(f"/dev/fd/{writing}"))
    os.close(writing)


def test_a_case_with_a_hostile_id_stays_inside_the_folder(tmp_path: Path) -> None:
    write_reports(facts(cases=(case("../../../evil"), case("a\x00b"))), tmp_path / "run")
    assert len(list((tmp_path / "run/transcripts").iterdir())) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_unknown_report_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"no report 'pdfx'; choose one of html, junit, markdown, facts, pdf\."):
        write_reports(facts(), tmp_path / "run", (*FORMATS, "pdfx"))
    assert not (tmp_path / "run").exists()


def test_a_report_that_cannot_be_written_does_not_cost_the_others(tmp_path: Path) -> None:
    (tmp_path / "certificate.html" / "in the way").mkdir(parents=True)
    (tmp_path / "report.md" / "in the way").mkdir(parents=True)
    with pytest.raises(ReportError) as told:
        write_reports(facts(), tmp_path)
    assert [line.split("'")[1] for line in str(told.value).splitlines()] == [
        str(tmp_path / "certificate.html"), str(tmp_path / "report.md"),
    ]  # fmt: skip
    assert told.value.written == {"junit": tmp_path / "junit.xml", "facts": tmp_path / "facts.json"}
    assert read_facts(tmp_path) == facts()
    assert list((tmp_path / "transcripts").iterdir())


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match=r"could not be written: .*\. Give another path\."):
        write_report(facts(), "junit", tmp_path / "file" / "junit.xml")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "not JSON"),
        ("[]", "no facts of a run; give the facts.json"),
        ('{"version": 1}', "no facts of a run; give the facts.json"),
        ('{"version": 0, "run": {}}', "the facts have version 0, this harness reads version 2; run the cases again"),
        ('{"version": "\\u001b[2J", "run": {}}', "version '\\x1b[2J'"),
        ('{"version": 2, "run": {}}', "no facts of a run; at run.tool_version: Field required, and "),
        ('{"version": NaN, "run": {}}', "NaN is no JSON number"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_is_no_facts_file_is_refused_in_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(content)
    with pytest.raises(ReportError) as refused:
        read_facts(tmp_path)
    assert sentence in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_missing_facts_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"cannot be read \(No such file or directory\); give the folder of a run"):
        read_facts(tmp_path / "nowhere")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ReportError, match="not JSON"):
        read_facts(tmp_path)
