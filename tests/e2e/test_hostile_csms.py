"""A hostile Central System: each situation ends in time, with the right verdict and reason, and costs nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.children import mortal
from tests.support.command_line import environment
from tests.support.hostile.drive import Result, complaints, read_results, spoilt, usual
from tests.support.hostile.table import SITUATIONS

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")]

LIMIT = 900.0
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What came of every situation, from one process that runs them all."""
    out = tmp_path_factory.mktemp("hostile")
    command = [sys.executable, "-m", "tests.support.hostile.drive", str(out)]
    ended = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        preexec_fn=mortal,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return read_results(out)


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_hostile_csms_gets_the_right_verdict_in_time(name: str, results: dict[str, Result]) -> None:
    found = results[name]
    wrong = complaints(found, usual(results))
    if wrong and spoilt(found):
        pytest.skip("this machine stood still meanwhile, so there is no verdict to compare")
    assert not wrong, json.dumps(wrong, indent=1)
    assert bool(found.objects) == SITUATIONS[name].weighs, f"{found.objects} KiB of objects were counted"
