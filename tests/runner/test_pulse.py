"""The pulse feels a process that stood still, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from csms_harness.matrix.virtual_time import VirtualLoop, run_virtually
from csms_harness.runner.pulse import LEAST, pulse


def felt(*stalls: float) -> list[float]:
    """What is felt in a process that stands still for so long, a second of work before and after each time."""

    async def main(loop: VirtualLoop) -> list[float]:
        told: list[float] = []
        with pulse(told.append):
            for seconds in stalls:
                await asyncio.sleep(1.0)
                loop._jumping.now += seconds
            await asyncio.sleep(1.0)
        await asyncio.sleep(1.0)
        return told

    return run_virtually(main)


def test_every_stall_is_told_with_its_length() -> None:
    assert felt(0.5, 1.6) == [pytest.approx(0.5, abs=0.06), pytest.approx(1.6, abs=0.06)]


def test_a_busy_moment_is_no_stall() -> None:
    assert felt(LEAST / 2) == felt() == []
