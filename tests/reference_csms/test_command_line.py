"""The script: help, refusals in one sentence, and a clean end on a signal."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from reference_csms.__main__ import main
from reference_csms.noise import NOISES

MEMORY = ["--database", "sqlite+aiosqlite:///:memory:"]
FREE = ["--port", "0", "--api-port", "0", *MEMORY]


def test_help_is_given(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERENCE_CSMS_TOKEN", "not to be shown")
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "--port-file" in told
    assert "not to be shown" not in told


def test_the_noises_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-noises"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NOISES)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "0.0.0.0", *FREE], "--token"),
        (["--noise", "whitespace,loud", *FREE], "--noise loud is not known"),
        (["--port", "70000"], "--port is 70000"),
        (["--port", "9000", "--api-port", "9000"], "both 9000"),
        (["--heartbeat-interval", "-1"], "--heartbeat-interval is -1"),
        (["--call-timeout", "0"], "--call-timeout is 0"),
        (["--port", "0", "--api-port", "0", "--database", "nonsense"], "--database is no usable"),
        (["--port-file", "/no/such/folder/ports.json", *FREE], "--port-file"),
        (["--host", "no.such.host.invalid", "--token", "t", *FREE], "--host"),
    ],
)
def test_what_cannot_be_started_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.delenv("REFERENCE_CSMS_TOKEN", raising=False)
    assert main(arguments) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("reference-csms: ")
    assert told in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("option", ["--port", "--api-port"])
def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str], option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main([*FREE, option, str(port)]) == 2
    told = capsys.readouterr().err
    assert f"port {port}" in told
    assert option in told


async def _run_until(number: signal.Signals, folder: Path) -> tuple[int | None, str, dict[str, int]]:
    ports = folder / f"{number.name}.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "reference_csms", *FREE, "--port-file", str(ports),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(20):
        ready = (await process.stdout.readline()).decode()
        process.send_signal(number)
        _, errors = await process.communicate()
    assert errors == b""
    return process.returncode, ready, json.loads(ports.read_text(encoding="utf-8"))


async def test_a_signal_ends_it_cleanly(tmp_path: Path) -> None:
    ended = await asyncio.gather(_run_until(signal.SIGINT, tmp_path), _run_until(signal.SIGTERM, tmp_path))
    assert [code for code, _, _ in ended] == [0, 143]
    for _, ready, ports in ended:
        assert f"ws://127.0.0.1:{ports['ocpp']}/ocpp/" in ready
        assert f"http://127.0.0.1:{ports['api']}" in ready
