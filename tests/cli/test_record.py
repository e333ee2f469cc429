"""``csms-harness record`` as a user types it: mistakes, and what is left when nothing passed."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csms_harness.cli import record as command
from csms_harness.message import Side
from csms_harness.traffic.facts import judge
from csms_harness.traffic.recorder import Recorder
from csms_harness.transport.endpoint import Endpoint
from csms_harness.verdict import Verdict
from tests.cli.test_command_line import NOTHING_SELECTED, USAGE, call
from tests.runner.peer import library

WHERE = ("--listen", "ws://127.0.0.1:0/x", "--upstream", "ws://127.0.0.1:9/ocpp")
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no Central System": (("--listen", "ws://127.0.0.1:0/"), "say which Central System: --upstream"),
    "TLS without a certificate": (("--listen", "wss://127.0.0.1:1/", *WHERE[2:]), "name the certificate of the proxy"),
    "TLS with a file that is none": (
        ("--listen", "wss://127.0.0.1:1/", *WHERE[2:], "--certificate", "there"),
        "--certificate there and its key cannot be read; both are PEM",
    ),
    "a key without TLS": ((*WHERE, "--key", "there"), "are for --listen wss://HOST:PORT/PATH"),
    "a certificate without TLS": ((*WHERE, "--certificate", "there"), "are for --listen wss://HOST:PORT/PATH"),
    "no WebSocket for the Charge Point": (("--listen", "http://127.0.0.1:1/", *WHERE[2:]), "write ws://HOST:PORT/PATH"),
    "no port": (("--listen", "ws://127.0.0.1/", *WHERE[2:]), "write ws://HOST:PORT/PATH"),
    "a port beyond all": (("--listen", "ws://127.0.0.1:99999/", *WHERE[2:]), "write ws://HOST:PORT/PATH"),
    "an upstream that is none": ((*WHERE[:2], "--upstream", "http://a/"), "--upstream: The URL of the Central System"),
    "a file that is there": ((*WHERE, "--out", "there"), "--out there: a file is there already"),
    "a scenario that is there": ((*WHERE, "--scenario", "there"), "--scenario there: a file is there already"),
    "a folder that is not": (
        (*WHERE, "--out", "no/folder/a"),
        "--out no/folder/a: cannot be written (no such file or directory)",
    ),
    "a target that is wrong": ((*WHERE, "--target", "there"), "there:1:1: is empty"),
    "a place that cannot be had": (("--listen", "ws://192.0.2.1:80/", *WHERE[2:]), "cannot be served"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_is_one_sentence(what: str, here: Path) -> None:
    (here / "there").write_text("")
    words, sentence = WRONG[what]
    result = call("record", *words)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert sentence in " ".join(result.stderr.split())
    assert not (here / "traffic.jsonl").exists(), "a second try would be told that the file is there already"


def _ending(monkeypatch: pytest.MonkeyPatch, *passing: tuple[str, Side, str]) -> None:
    """Have these messages pass, and the user end it."""
    between = command.stand_between

    async def shortly(upstream: Endpoint, recorder: Recorder, place: tuple[str, int, str], *rest: None) -> None:
        for charge_point, side, text in passing:
            recorder.passed(charge_point, side, text)
        asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
        await between(upstream, recorder, place, *rest)

    monkeypatch.setattr(command, "stand_between", shortly)


def test_when_nothing_passed_no_file_is_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ending(monkeypatch)
    result = call("record", *WHERE)
    assert (result.exit_code, "no Charge Point said anything" in result.stderr) == (NOTHING_SELECTED, True)
    assert not (here / "traffic.jsonl").exists()


def test_the_session_of_the_charge_point_that_is_named_becomes_a_scenario(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorize = '[2,"1","Authorize",{"idTag":"A"}]'
    _ending(monkeypatch, ("CP_A", Side.CHARGE_POINT, '[2,"1","Heartbeat",{}]'), ("CP_B", Side.CHARGE_POINT, authorize))
    (here / "target.yaml").write_text("url: ws://a/\ncharge_points: [{id: CP_B}]\nconfig: {valid_id_tag_2: a}\n")
    words = ("--scenario", "mine/session.yaml", "--charge-point", "CP_B", "--target", "target.yaml")
    result = call("record", *WHERE, *words)
    assert result.exit_code == 0, result.output
    assert "traffic.jsonl: 2 messages of CP_A, CP_B. Judge them: csms-harness judge traffic.jsonl" in result.stdout
    text = (here / "mine" / "session.yaml").read_text()
    assert ("id: session" in text, "$config.valid_id_tag_2" in text, "Heartbeat" in text) == (True, True, False)


def test_a_charge_point_of_which_nothing_passed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _ending(monkeypatch, ("CP_A", Side.CHARGE_POINT, '[2,"1","Heartbeat",{}]'))
    result = call("record", *WHERE, "--scenario", "a.yaml", "--charge-point", "CP_B")
    assert (result.exit_code, "nothing passed of it, but of CP_A" in result.stderr) == (USAGE, True)


def test_secrets_are_kept_as_stand_ins_and_the_traffic_can_be_judged(here: Path) -> None:
    file = io.StringIO()
    recorder = Recorder(file, lambda: NOW)
    key = {"key": "AuthorizationKey", "value": "6e65772d70617373776f7264"}
    recorder.connected("CP_01", "ocpp1.6")
    recorder.passed("CP_01", Side.CENTRAL_SYSTEM, json.dumps([2, "a", "ChangeConfiguration", key]))
    recorder.passed("CP_01", Side.CHARGE_POINT, '[3,"a",{"status":"Accepted"}]')
    recorder.passed("CP_01", Side.CHARGE_POINT, b'[2,"b","Heartbeat",{}]')
    recorder.passed("CP_01", Side.CENTRAL_SYSTEM, b'[3,"b",{"currentTime":"2026-01-31T12:00:00Z"}]')
    recorder.closed("CP_01", "over")
    text = file.getvalue()
    assert key["value"] not in text
    (here / "a.jsonl").write_text(text)
    facts = judge(here / "a.jsonl", library())
    (case,) = facts.pack
    assert (case.lane, len(case.transcript), case.started) == ("CP_01", 4, NOW)
    broken = {rule.id for rule in facts.rules if rule.verdict is Verdict.FAIL}
    assert broken == {"WIRE_002"}  # the Central System sent a binary message
