"""A harness that is stopped in the middle of a run: the Central System is right, and stays so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from csms_harness.runner.reference import Ports
from tests.support.pauses import blamed, paused_run
from tests.support.targets import reference_target

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("seconds", [0.5, 1.6])
def test_a_harness_that_was_stopped_blames_nobody(seconds: float, reference: Ports, tmp_path: Path) -> None:
    target = reference_target(reference, tmp_path)
    chance = random.Random(str(seconds))
    assert blamed(paused_run(target, tmp_path / "run", [seconds] * 3, chance, "--lanes=1", "Core")) == []
