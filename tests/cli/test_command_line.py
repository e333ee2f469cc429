"""The command line without a Central System: help, options, and what each command says when it is used wrongly."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from csms_harness._version import __version__
from csms_harness.cli import main
from csms_harness.cli.commands import COMMANDS
from csms_harness.cli.console import Outlet
from csms_harness.record.facts import Facts
from csms_harness.report.write import write_reports
from tests.report.realistic import facts as realistic_facts

USAGE, INTERNAL_ERROR, NOTHING_SELECTED, INTERRUPTED, BROKEN_PIPE = 2, 3, 5, 130, 141


def call(*words: str | Path) -> Result:
    """Run a command in this process; anything but a planned end is raised."""
    result = CliRunner().invoke(main.app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_without_a_word_the_help_is_shown() -> None:
    result = call()
    assert all(command in result.output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert f"csms-harness {command}" in result.stdout or f"root {command}" in result.stdout
    assert call(command, "-h").stdout == result.stdout


def test_run_lists_its_exit_codes_in_its_help() -> None:
    text = " ".join(call("run", "--help").stdout.split())
    for words in ("0 all PASS", "1 at least one FAIL", "4 not reachable or INCONCLUSIVE", "5 nothing selected", "130"):
        assert words in text


def test_the_version_is_that_of_the_package() -> None:
    result = call("--version")
    assert (result.exit_code, result.stdout) == (0, f"csms-harness {__version__}\n")


# -- list and show --------------------------------------------------------------------------------------------


def test_list_as_json_has_all_cases_of_the_certification_document() -> None:
    entries = json.loads(call("list", "--format", "json").stdout)
    assert len(entries) == 77
    assert all({"id", "name", "functionality", "implemented"} <= entry.keys() for entry in entries)
    assert sum(entry["implemented"] for entry in entries if entry["functionality"] == "Core") == 34
    assert all(entry["reason"] for entry in entries if not entry["implemented"])


def test_list_takes_ids_patterns_and_functionalities_without_regard_to_case() -> None:
    def ids(*words: str) -> list[str]:
        return [entry["id"] for entry in json.loads(call("list", *words, "--format", "json").stdout)]

    assert ids("tc_010_csms") == ids("TC_010") == ["TC_010_CSMS"]
    assert ids("TC_043_*") == ["TC_043_1_CSMS", "TC_043_3_CSMS", "TC_043_4_CSMS", "TC_043_5_CSMS"]
    assert ids("RemoteTrigger") == ids("remote trigger") == ["TC_054_CSMS", "TC_055_CSMS"]
    assert ids("TC_055", "TC_054") == ["TC_054_CSMS", "TC_055_CSMS"]


def test_list_as_text_marks_what_is_not_implemented() -> None:
    lines = call("list").stdout.splitlines()
    implemented, others = ([line for line in lines if line.startswith(f"{mark} TC_")] for mark in " -")
    assert len(implemented) >= 64
    marks = " (- marks the others)" if others else ""
    assert f"77 cases, {len(implemented)} implemented{marks}" in lines
    assert len(implemented) + len(others) == 77
    assert lines[-1].endswith(" checks beyond the document: csms-harness list Beyond")


def test_list_shows_the_cases_beyond_the_document_apart() -> None:
    lines = call("list", "all").stdout.splitlines()
    assert lines.index("Beyond the document") > next(at for at, line in enumerate(lines) if line.startswith("77 cases"))
    beyond = json.loads(call("list", "Beyond", "--format", "json").stdout)
    assert {entry["functionality"] for entry in beyond} == {"Beyond the document"}
    assert all(entry["level"] and entry["clause"] for entry in beyond)
    assert [entry["id"] for entry in json.loads(call("list", "field_003", "--format", "json").stdout)] == ["FIELD_003"]


def test_show_prints_both_sides_of_a_case() -> None:
    text = call("show", "TC_010_CSMS").stdout
    assert text.startswith("TC_010_CSMS")
    assert "Charge Point" in text
    assert "Central System" in text
    asked, started = text.index("RemoteStartTransaction.req"), text.rindex("StartTransaction.req")
    assert text.index("StatusNotification.req") < asked < started


def test_show_tells_names_in_english_and_by_the_values_of_a_target(request: pytest.FixtureRequest) -> None:
    target = request.config.rootpath / "targets" / "reference.yaml"
    assert "idTag = the configured idTag" in call("show", "TC_003_CSMS").stdout
    assert "idTag = TAG-001" in call("show", "TC_003_CSMS", "--target", target).stdout


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("wire_006", "WIRE_006 "), ("RULE_007", "RULE_007 "), ("charging", "State         Charging\n")],
)
def test_show_knows_standing_rules_and_states_without_regard_to_case(name: str, beginning: str) -> None:
    assert call("show", name).stdout.startswith(beginning)


def test_show_refuses_a_target_that_is_wrong(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    target.write_text("url: http://a\n", "utf-8")
    result = call("show", "TC_003_CSMS", "--target", target)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert f"{target}:1:6: 'url'" in result.stderr


def test_show_says_why_a_case_cannot_be_shown(tmp_path: Path) -> None:
    missing = "TC_999_CSMS"
    row = f"{{id: {missing}, name: None, section: '9', profile: Core, functionality: Core, reason: Nobody wrote it.}}"
    (tmp_path / "catalogue.yaml").write_text(f"edition: '2025-11'\ncases:\n  - {row}\n")
    result = call("show", missing, "--scenarios", tmp_path)
    assert (result.exit_code, result.stdout) == (NOTHING_SELECTED, "")
    assert f"{missing} " in result.stderr
    assert "has no scenario yet" in result.stderr


# -- options that are wrong -----------------------------------------------------------------------------------

URL = ("--url", "ws://127.0.0.1:9/ocpp")
WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no Central System": (("run",), "say which Central System: --target FILE, or --url ws://HOST:PORT/PATH"),
    "an http URL": (("run", "--url", "http://a/"), "'http://a/' is no WebSocket URL"),
    "a password in the URL": (("run", "--url", "ws://cp:geheim@a/"), "a URL holds no user and no password"),
    "a port out of range": (("run", "--url", "ws://a:99999/"), "Port out of range 0-65535"),
    "an unknown deadline": (("run", *URL, "--deadline", "respons=2s"), "did you mean 'response'?"),
    "a deadline without unit": (("run", *URL, "--deadline", "response=2"), "'2' is no duration"),
    "a deadline of nothing": (("run", *URL, "--deadline", "response=0 s"), "must be longer than 0 s"),
    "a deadline without a name": (("run", *URL, "--deadline", "2s"), "write NAME=DURATION"),
    "an unknown report": (("run", *URL, "--report", "xml=a"), "write KIND=PATH with KIND one of html, junit,"),
    "a report without a path": (("run", *URL, "--report", "junit="), "write KIND=PATH"),
    "too many lanes": (("run", *URL, "--lanes", "2"), "leave it out, or name more under charge_points"),
    "no lanes": (("run", *URL, "--lanes", "0"), "leave it out, or name more under charge_points"),
    "lanes that are no number": (("run", *URL, "--lanes", "all"), "Invalid value for '--lanes'"),
    "a seed without shuffling": (("run", *URL, "--seed", "7"), "only a shuffled run has a seed; add --shuffle"),
    "an unknown strictness": (("run", *URL, "--strictness", "lax"), "Invalid value for '--strictness'"),
    "an unknown option": (("run", *URL, "--fast"), "No such option: --fast"),
    "an unknown command": (("rum",), "No such command 'rum'"),
    "an unknown format": (("list", "--format", "xml"), "Invalid value for '--format'"),
    "no case to show": (("show",), "Missing argument 'ID'"),
    "no run to report": (("report",), "Missing argument 'folder'"),
    "no scenarios": (("list", "--scenarios", "/nowhere"), "/nowhere: is no folder with scenarios"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_used_wrongly_is_told_on_standard_error_with_exit_code_2(what: str) -> None:
    words, sentence = WRONG[what]
    result = call(*words)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert sentence in " ".join(result.stderr.split())
    assert "geheim" not in result.stderr


WRONG_TARGETS: dict[str, tuple[str | bytes, str]] = {
    "a key that stands twice": ("url: ws://a/\nurl: ws://b/\n", "2:1: the key 'url' stands twice; first in line 1"),
    "YAML that is none": ("url: [open\n", "not valid YAML"),
    "bytes that are no text": (b"\xff\xfe\x00", "is not UTF-8 from here on; save it as UTF-8"),
    "an empty file": ("", "1:1: is empty"),
    "no Charge Point": ("url: ws://a/\ncharge_points: []\n", "one identity is one lane, and at least one is needed"),
    "an identity that stands twice": (
        "url: ws://a/\ncharge_points: [{id: A}, {id: A}]\n",
        "the identity A stands twice under charge_points",
    ),
    "a list": ("- url\n", "1:1: "),
    "a port beyond all ports": ("url: ws://a:70000/\ncharge_points: [{id: A}]\n", "Port out of range 0-65535"),
}


@pytest.mark.parametrize("wrong", WRONG_TARGETS)
def test_a_target_file_that_cannot_be_used_is_told_in_one_sentence(wrong: str, tmp_path: Path) -> None:
    content, sentence = WRONG_TARGETS[wrong]
    target = tmp_path / "target.yaml"
    target.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = call("run", "--target", target)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert f"{target}:" in result.stderr
    assert sentence in result.stderr


@pytest.mark.parametrize("command", ["run", "list", "show"])
def test_what_selects_nothing_ends_with_exit_code_5_and_what_was_probably_meant(command: str) -> None:
    result = call(command, "TC_0010", *(URL if command == "run" else ()))
    assert (result.exit_code, result.stdout) == (NOTHING_SELECTED, "")
    assert "no test case matches 'TC_0010'; did you mean 'TC_0" in result.stderr
    assert "did you mean 'TC_010_CSMS'?" in result.stderr


# -- lint and schema ------------------------------------------------------------------------------------------


NEEDS_CERTIFICATES = "reference_tls.yaml"
"""A target that can only be read where the reference CSMS has made its certificates: the demo does."""


def test_the_shipped_scenarios_and_targets_have_nothing_to_remark(request: pytest.FixtureRequest) -> None:
    folder = request.config.rootpath / "targets"
    targets = sorted(one for one in folder.glob("*.yaml") if one.name != NEEDS_CERTIFICATES)
    result = call("lint", *(word for target in targets for word in ("--target", target)))
    assert targets
    assert (result.exit_code, result.stderr) == (0, "")
    assert "nothing to remark" in result.stdout


def test_lint_tells_what_is_wrong_in_every_file_it_is_given(tmp_path: Path) -> None:
    target, pics = tmp_path / "t.yaml", tmp_path / "p.yaml"
    target.write_text("url: nowhere\ncharge_points: [{id: A}]\n")
    pics.write_text("product: {}\n")
    result = call("lint", "--target", target, "--pics", pics)
    assert result.exit_code == USAGE
    assert f"{target}:1:6: 'url': 'nowhere' is no WebSocket URL" in result.stdout
    assert f"{pics}:1:10: 'designation' is missing" in result.stdout


def test_the_editor_schema_can_be_written_and_compared(tmp_path: Path) -> None:
    written = tmp_path / "schema.json"
    assert call("schema", "--write", written).exit_code == 0
    assert json.loads(written.read_text("utf-8")) == json.loads(call("schema").stdout)
    assert call("schema", "--check").exit_code == 0


# -- report ---------------------------------------------------------------------------------------------------


@pytest.fixture
def told() -> Facts:
    """The facts of a run."""
    return realistic_facts()


def test_report_writes_all_reports_again_from_the_facts(tmp_path: Path, told: Facts) -> None:
    write_reports(told, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in ("certificate.html", "junit.xml", "report.md")}
    for name in before:
        (tmp_path / name).unlink()
    result = call("report", tmp_path)
    assert result.exit_code == 0
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert all(str(tmp_path / name) in result.stdout for name in before)
    assert "passed" in result.stderr


def test_report_takes_the_file_of_the_facts_as_well(tmp_path: Path, told: Facts) -> None:
    write_reports(told, tmp_path, ["facts"])
    assert call("report", tmp_path / "facts.json").exit_code == 0
    assert (tmp_path / "certificate.html").is_file()


def test_report_without_a_run_says_what_is_missing(tmp_path: Path) -> None:
    result = call("report", tmp_path)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert (
        f"{tmp_path}/facts.json: cannot be read (No such file or directory); give the folder of a run" in result.stderr
    )


# -- the ends of the process ----------------------------------------------------------------------------------


def end_of(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> object:
    """The exit code of the process when a command ends like this."""

    def fail() -> None:
        raise error

    monkeypatch.delenv("CSMS_HARNESS_DEBUG", raising=False)
    monkeypatch.setattr(main, "app", fail)
    monkeypatch.setattr(main, "_let_it_stand", lambda: None)  # this process goes on
    with pytest.raises(SystemExit) as ended:
        main.main()
    return ended.value.code


def test_an_error_of_our_own_exits_3_with_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end_of(monkeypatch, ZeroDivisionError("by zero")) == INTERNAL_ERROR
    out, err = capsys.readouterr()
    assert out == ""
    assert "internal error: ZeroDivisionError: by zero" in err
    assert "not of the Central System" in err
    assert "Traceback" not in err


def test_ctrl_c_before_a_run_exits_130(monkeypatch: pytest.MonkeyPatch) -> None:
    assert end_of(monkeypatch, KeyboardInterrupt()) == INTERRUPTED


def test_the_exit_code_of_a_command_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert end_of(monkeypatch, SystemExit(4)) == 4


def test_a_reader_that_is_gone_is_no_verdict_on_the_central_system(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        stdout.write("a line that nobody reads")
        assert end_of(monkeypatch, SystemExit(0)) == BROKEN_PIPE


def test_a_console_without_a_reader_falls_silent_and_lets_the_run_go_on() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as file:
        console = Outlet(file=file)
        console.print("a line that nobody reads")
        console.print("and another")
        assert console.quiet


def test_a_console_with_a_reader_prints() -> None:
    console = Outlet(file=io.StringIO(), width=80)
    console.print("a line")
    assert not console.quiet


def test_an_installation_without_scenarios_says_so_and_names_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(name: str) -> Path:
        raise FileNotFoundError(f"the installation holds no folder {name!r}; install csms-harness again")

    monkeypatch.setattr("csms_harness.resources.folder", lacking)
    result = CliRunner().invoke(main.app, ["list"])
    assert (result.exit_code, result.stderr) == (
        2,
        "the scenarios cannot be read: the installation holds no folder 'scenarios'; install csms-harness again\n",
    )
