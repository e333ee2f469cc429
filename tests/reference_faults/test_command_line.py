"""The script `reference-csms`: what there is, what is known of one of them, and refusals in one sentence."""

from __future__ import annotations

import json

import pytest

from reference_faults.__main__ import main
from reference_faults.faults import FAULTS
from reference_faults.faults.tls import TLS_FAULTS
from reference_faults.noise import NOISES

FREE = ["--port", "0", "--api-port", "0", "--database", "sqlite+aiosqlite:///:memory:"]


def test_the_options_of_the_central_system_are_there_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert told.startswith("usage: reference-csms ")
    assert all(option in told for option in ("--known-only", "--port-file", "--fault", "--noise", "--latency"))


def test_the_faults_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == [*FAULTS, *TLS_FAULTS]
    assert {row["group"] for row in rows} == {"answers", "calls", "frames", "session", "security", "beyond"}
    assert all(set(row) == {"name", "group", "what", "clause", "cases"} for row in rows)


def test_the_faults_are_listed_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    lines = capsys.readouterr().out.splitlines()
    known = {**FAULTS, **TLS_FAULTS}
    assert [line.split()[0] for line in lines] == list(known)
    assert all(known[line.split()[0]].what in line for line in lines)


def test_an_unknown_fault_on_the_command_line_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--port", "0", "--api-port", "0", "--database", "sqlite+aiosqlite:///:memory:", "--fault", "loud"]
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("reference-csms: --fault loud is not known")


def test_the_noises_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-noises", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(NOISES)
    assert all(set(row) == {"name", "what"} for row in rows)


def test_the_noises_are_listed_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-noises"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NOISES)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--noise", "whitespace,loud"], "--noise loud is not known"),
        (["--latency", "Reset=1s"], "--latency Reset=1s: Reset is no action of a Charge Point in OCPP 1.6"),
        (["--fault", "heartbeat-late", "--heartbeat-interval", "-1"], "--heartbeat-interval is -1"),
    ],
)
def test_what_cannot_be_started_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main([*FREE, *arguments]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"reference-csms: {told}")
    assert sentence.endswith(".")


def test_a_fault_is_explained_with_the_line_that_makes_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", "heartbeat-late"]) == 0
    told = capsys.readouterr().out
    fault = FAULTS["heartbeat-late"]
    for fact in (fault.name, fault.what, str(fault.group), fault.clause, *fault.cases, str(fault.origin)):
        assert fact in told


def test_a_noise_is_explained_as_what_no_case_may_fail_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", "chatty"]) == 0
    told = capsys.readouterr().out
    assert NOISES["chatty"].what in told
    assert "no case may fail on it" in told
    assert str(NOISES["chatty"].origin) in told


def test_an_explanation_is_data_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", "closes-on-authorize", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cases"] == ["TC_003_CSMS"]
    assert (told["module"], told["line"]) == ("faults/session_faults.py", FAULTS["closes-on-authorize"].origin.line)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("hearbeat-late", "did you mean 'heartbeat-late'?"),
        ("Chattty", "did you mean 'chatty'?"),
        ("/", "reference-csms --list-faults and --list-noises name all."),
    ],
)
def test_a_name_that_there_is_not_is_told_with_what_was_meant(
    capsys: pytest.CaptureFixture[str], name: str, hint: str
) -> None:
    assert main(["--explain", name]) == 2
    assert capsys.readouterr().err == f"reference-csms: no fault or noise is called {name!r}; {hint}\n"
