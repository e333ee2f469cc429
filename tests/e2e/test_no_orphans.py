"""Nothing that was started stays behind, however its starter ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.support.children import mortal
from tests.support.command_line import started

DEADLINE = 20.0
STARTER = """
import sys, time
from csms_harness.runner import reference
popen = reference.subprocess.Popen
def noting(*arguments, **options):
    process = popen(*arguments, **options)
    print(process.pid, flush=True)
    return process
reference.subprocess.Popen = noting
with reference.reference_csms():
    print("ready", flush=True)
    sys.stdin.read()
"""

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")]


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be taken note of does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> None:
    ends = monotonic() + DEADLINE
    while is_alive(pid):
        assert monotonic() < ends, f"process {pid} is still there after {DEADLINE:g} s"
        sleep(0.02)  # a process that is not ours has no event to wait for


def _heeding_ctrl_c() -> None:
    """A shell that runs the tests in the background has its children ignore SIGINT, and theirs."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_reference_csms_ends_with_whoever_started_it(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=_heeding_ctrl_c
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        try:
            assert starter.stdout.readline() == b"ready\n"
            assert is_alive(pid)
            os.kill(starter.pid, how)
            starter.wait(DEADLINE)
            wait_until_gone(pid)
        finally:
            starter.kill()
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text("utf-8").rpartition(")")
            if int(rest.split()[1]) == pid:
                found.append(int(name.split()[0]))
    return found


def test_the_workers_of_the_kill_matrix_end_with_whoever_started_it(tmp_path: Path) -> None:
    with started(["faults", "--workers", "2", "--out", tmp_path]) as matrix:
        ends = monotonic() + DEADLINE
        while len(workers := children(matrix.pid)) < 2:
            assert monotonic() < ends, f"only {len(workers)} workers after {DEADLINE:g} s"
            sleep(0.02)
        matrix.kill()
        matrix.wait(DEADLINE)
        for worker in workers:
            wait_until_gone(worker)


def test_a_child_of_a_test_ends_with_it() -> None:
    code = (
        "import subprocess, sys; from tests.support.children import mortal; "
        "child = subprocess.Popen(['sleep', '600'], preexec_fn=mortal); print(child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
        starter.wait(DEADLINE)
        wait_until_gone(pid)
    assert mortal is not None
