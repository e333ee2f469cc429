"""A table of mistakes: each ends with exit code 2 and one sentence with its place, before anything is connected."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import csms_harness.cli.run as command
import csms_harness.scenario.load as loading
from csms_harness.cli.main import app
from tests.cli import mistakes as table

USAGE = 2
PLACE = "¦"
HEAD = "url: ws://127.0.0.1:9/ocpp\n"
POINTS = "charge_points: [{id: CP_01}]\n"
loaded = cache(loading.load_library)


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with what can be named by mistake; a run that begins all the same is an error of the test."""

    def connected(*_: object) -> int:
        raise AssertionError("this run would have begun")

    monkeypatch.setattr(command, "execute", connected)
    monkeypatch.setenv("CSMS_HARNESS_WORD", "word")
    monkeypatch.setenv("CSMS_HARNESS_HEX", "hex:0x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text("no certificate\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")


def call(*words: str) -> Result:
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(result: Result, sentence: str, place: str = "") -> None:
    """One mistake, where it is, in one sentence."""
    assert (result.exit_code, result.stdout) == (USAGE, ""), result.output
    told = " ".join(result.stderr.split())
    assert sentence in told
    assert told.startswith(place)
    assert "Traceback" not in told
    assert "geheim" not in told


def written(name: str, text: str) -> str:
    """Write a file without the mark; returns ``name:line:column:`` of the mark."""
    before, mark, _ = text.partition(PLACE)
    Path(name).write_text(text.replace(PLACE, ""), "utf-8")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{name}:{line}:{column}:" if mark else f"{name}:"


def rows(part: Mapping[str, table.Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("text", "sentence"), [pytest.param(*row, id=name) for name, row in part.items()])


@pytest.fixture
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped scenarios are read once for all rows."""
    monkeypatch.setattr(loading, "load_library", loaded)


@rows(table.CONFIG)
@pytest.mark.usefixtures("_once")
def test_a_value_or_name_of_config(text: str, sentence: str) -> None:
    place = written("target.yaml", f"{HEAD}{POINTS}config: {{{text}}}\n")
    refused(call("run", "--target", "target.yaml"), sentence, place)


@rows(table.POINTS)
@pytest.mark.usefixtures("_once")
def test_a_charge_point(text: str, sentence: str) -> None:
    place = written("target.yaml", f"{HEAD}charge_points: {text}\n")
    refused(call("run", "--target", "target.yaml"), sentence, place)


@rows(table.URLS)
@pytest.mark.usefixtures("_once")
def test_a_url(text: str, sentence: str) -> None:
    place = written("target.yaml", f"url: {text}\n{POINTS}")
    refused(call("run", "--target", "target.yaml"), sentence, place)


@rows(table.TRIGGERS)
@pytest.mark.usefixtures("_once")
def test_a_trigger(text: str, sentence: str) -> None:
    place = written("target.yaml", f"{HEAD}{POINTS}triggers: {{{text}}}\n")
    refused(call("run", "--target", "target.yaml"), sentence, place)


@rows(table.REST)
@pytest.mark.usefixtures("_once")
def test_another_part_of_a_target(text: str, sentence: str) -> None:
    place = written("target.yaml", f"{HEAD}{POINTS}{text}\n")
    refused(call("run", "--target", "target.yaml"), sentence, place)


@rows(table.PICS)
@pytest.mark.usefixtures("_once")
def test_a_pics(text: str, sentence: str) -> None:
    place = written("pics.yaml", f"{text}\n")
    refused(call("run", "--url", "ws://127.0.0.1:9/", "--pics", "pics.yaml"), sentence, place)


@rows(table.EXPECTED)
@pytest.mark.usefixtures("_once")
def test_known_failures(text: str, sentence: str) -> None:
    place = written("expected.yaml", f"{text}\n")
    result = call("run", "--url", "ws://127.0.0.1:9/", "--expected", "expected.yaml")
    refused(result, sentence)
    assert place in result.stderr


@rows(table.STEPS)
def test_a_scenario(text: str, sentence: str) -> None:
    place = written("folder/TC_901_CSMS.yaml", f"{table.SCENARIO}{text}\n")
    refused(call("run", "--url", "ws://127.0.0.1:9/", "--scenarios", "folder"), sentence, place)


@pytest.mark.parametrize("what", table.OPTIONS)
@pytest.mark.usefixtures("_once")
def test_options(what: str) -> None:
    words, sentence = table.OPTIONS[what]
    refused(call(*words), sentence)


@pytest.mark.parametrize("command", ["run", "lint"])
def test_a_pipe_in_a_folder_of_scenarios_is_not_waited_for(command: str) -> None:
    os.mkfifo("folder/TC_901_CSMS.yaml")
    result = call(command, "--scenarios", "folder", *(("--url", "ws://127.0.0.1:9/") if command == "run" else ()))
    refused(result, "cannot be read: it is a pipe", "folder/TC_901_CSMS.yaml: ")
    assert "is empty" not in result.stderr


def test_the_table_is_long_enough() -> None:
    parts = (
        table.CONFIG,
        table.POINTS,
        table.URLS,
        table.TRIGGERS,
        table.REST,
        table.PICS,
        table.EXPECTED,
        table.STEPS,
    )
    assert sum(len(part) for part in (*parts, table.STEPS)) + len(table.OPTIONS) >= 150
