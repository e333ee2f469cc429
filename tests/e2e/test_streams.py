"""Standard streams that are closed, full or narrow: the verdict's exit code stands, and the facts are on disk."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import SCRIPT, Ended, environment, facts, harness, verdicts

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here"),
]

QUICK = "TC_003_CSMS"
FULL = "could not be written: No space left on device."


def redirected(redirection: str, *words: str | Path, env: dict[str, str] | None = None) -> Ended:
    """The command with its streams as a shell redirects them."""
    command = f"{shlex.join([str(SCRIPT), *map(str, words)])} {redirection}"
    ended = subprocess.run(
        ["sh", "-c", command], capture_output=True, check=False, env=env or environment(), timeout=60
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.mark.parametrize(
    "redirection", [">&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full", "2>&-", "<&-"]
)
def test_a_run_keeps_its_exit_code_and_its_facts(redirection: str, target: Path, tmp_path: Path) -> None:
    ended = redirected(redirection, "run", QUICK, "--target", target, "--out", tmp_path / "run", "--lanes", "1")
    assert ended.code == 0, ended.said
    assert ended.is_clean
    assert verdicts(tmp_path / "run") == {QUICK: "PASS"}


def test_what_could_not_be_printed_is_said_on_the_other_stream(target: Path, tmp_path: Path) -> None:
    words = ("run", QUICK, "--target", target, "--out", tmp_path / "run", "--lanes", "1")
    assert f"standard output {FULL}" in redirected(">/dev/full", *words).err
    assert f"standard error {FULL}" in redirected("2>/dev/full", *words).out


def test_a_command_without_a_verdict_says_that_nobody_could_read_it() -> None:
    ended = redirected(">/dev/full", "list")
    assert (ended.code, ended.is_clean) == (7, True)
    assert f"standard output {FULL}" in ended.err


def test_a_closed_stream_is_no_place_for_the_next_file(target: Path, tmp_path: Path) -> None:
    redirected(">&- 2>&-", "run", QUICK, "--target", target, "--out", tmp_path / "run", "--lanes", "1")
    journal = (tmp_path / "run" / "journal.jsonl").read_text("ascii")
    assert all(line.startswith('{"kind": ') for line in journal.splitlines())


@pytest.mark.parametrize("columns", ["0", "-1", "wide", ""])
def test_a_width_that_is_none_is_forgotten(columns: str) -> None:
    ended = harness("list", env=environment(COLUMNS=columns))
    assert ended.code == 0
    assert QUICK in ended.out


def test_reports_that_cannot_be_written_have_a_code_of_their_own(target: Path, tmp_path: Path) -> None:
    words = ("run", QUICK, "--target", target, "--out", tmp_path / "run", "--report", "junit=/dev/full/junit.xml")
    ended = harness(*words)
    assert (ended.code, ended.is_clean) == (7, True)
    assert "could not be written" in ended.err


def test_without_a_thread_to_be_had_the_verdicts_stand(target: Path, tmp_path: Path) -> None:
    """A limit on threads (``ulimit -u``) is the same for every user but root, so threads are refused here by hand."""
    (tmp_path / "sitecustomize.py").write_text(
        "import threading\n"
        'def refuse(*_, **__): raise RuntimeError("can\'t start new thread")\n'
        "for name in ('_start_new_thread', '_start_joinable_thread'):\n"
        "    if hasattr(threading, name): setattr(threading, name, refuse)\n",
        encoding="utf-8",
    )
    env = environment(PYTHONPATH=str(tmp_path))
    ended = harness("run", QUICK, "--target", target, "--out", tmp_path / "run", "--lanes", "1", env=env)
    assert (ended.code, ended.is_clean) == (0, True), ended.said
    assert facts(tmp_path / "run")["run"]["complete"] is True
