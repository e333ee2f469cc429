"""``faults --explain``, and the commands that need the reference CSMS where its extra is not installed."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner, Result

from csms_harness.cli.main import app
from reference_faults.faults import FAULTS
from reference_faults.listing import page
from reference_faults.noise import NOISES


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize("name", ["call-trailing-comma", "chatty"])
def test_a_fault_or_noise_is_explained(name: str) -> None:
    result = call("faults", "--explain", name)
    assert (result.exit_code, result.stdout, result.stderr) == (0, page({**FAULTS, **NOISES}[name]) + "\n", "")


def test_a_name_that_there_is_not_is_told_with_what_was_meant() -> None:
    result = call("faults", "--explain", "hearbeat-late")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "no fault or noise is called 'hearbeat-late'; did you mean 'heartbeat-late'?\n"


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("demo",), ("faults", "heartbeat-late")])
def test_a_command_without_the_extra_says_how_to_get_it(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = call(*words)
    assert result.exit_code == 2
    (sentence,) = (result.stderr + capfd.readouterr().err).splitlines()
    assert "needs the extra 'reference', which is not installed (no uvicorn)" in sentence
    assert sentence.endswith("run: pip install 'csms-harness[reference]'")
