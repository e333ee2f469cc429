"""The command line of the Central System as it is: help, refusals in one sentence, and a clean end on a signal."""

from __future__ import annotations

import io
import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from reference_csms.__main__ import main
from reference_csms.extra import MODULES

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


@pytest.mark.parametrize("option", ["--fault", "--noise", "--latency"])
def test_it_knows_nothing_of_faults_noise_or_latency(capsys: pytest.CaptureFixture[str], option: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option, "heartbeat-late"])
    assert ended.value.code == 2
    assert f"unrecognized arguments: {option}" in capsys.readouterr().err


@pytest.mark.parametrize("module", MODULES)
def test_what_the_extra_would_install_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert main(FREE) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence == (
        "reference-csms: the reference CSMS needs the extra 'reference', which is not installed "
        f"(no {module}); run: pip install 'csms-harness[reference]'"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "0.0.0.0", *FREE], "--token"),
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


class SignalWhenReady(io.StringIO):
    """A standard output at which somebody waits for the ready line, and then sends a signal."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self._number = number

    def flush(self) -> None:
        """Whoever prints flushes when the line is complete."""
        signal.raise_signal(self._number)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    output, port_file = SignalWhenReady(number), tmp_path / "ports.json"
    monkeypatch.setattr(sys, "stdout", output)
    assert main([*FREE, "--port-file", str(port_file)]) == code
    ports = json.loads(port_file.read_text(encoding="utf-8"))
    (ready,) = output.getvalue().splitlines()
    assert f"ws://127.0.0.1:{ports['ocpp']}/ocpp/" in ready
    assert f"http://127.0.0.1:{ports['api']}" in ready
