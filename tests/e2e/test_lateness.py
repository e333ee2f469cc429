"""A harness that is stopped in the middle of a run: the Central System is right, and stays so."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from pathlib import Path
from time import sleep

import pytest

from csms_harness.runner.reference import Ports
from tests.support.command_line import finish, started, verdicts, wait_for_cases
from tests.support.targets import reference_target

pytestmark = pytest.mark.e2e

FIRST = "TC_003_CSMS"
SHORT = "--deadline=response=1s", "--deadline=action=1s"


def stopped_for(process: subprocess.Popen[bytes], seconds: float) -> None:
    """The process stands still, as on a machine that is paused."""
    os.kill(process.pid, signal.SIGSTOP)
    sleep(seconds)
    os.kill(process.pid, signal.SIGCONT)


@pytest.mark.parametrize("seconds", [0.5, 1.6])
def test_a_harness_that_was_stopped_blames_nobody(seconds: float, reference: Ports, tmp_path: Path) -> None:
    moments = random.Random(str(seconds))
    out = tmp_path / "run"
    target = reference_target(reference, tmp_path)
    with started(["run", "Core", "--target", target, "--out", out, "--lanes", "1", *SHORT]) as process:
        wait_for_cases(out, lambda ids: FIRST in ids, process)
        for _ in range(3):
            sleep(moments.uniform(0.02, 0.6))
            if process.poll() is None:
                stopped_for(process, seconds)
        ended = finish(process, 120)
    assert ended.is_clean
    assert [name for name, verdict in verdicts(out).items() if verdict in ("FAIL", "ERROR")] == []
