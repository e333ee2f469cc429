"""Every benchmark runs, with sizes too small to tell anything; what it measures is nobody's business here."""

from __future__ import annotations

import math

import pytest

from benchmarks import judged_call, memory, start, suite, timing, validation
from benchmarks.figures import Outcome

pytestmark = pytest.mark.e2e


def figures(outcome: Outcome) -> dict[str, float]:
    """The figures by what they tell; there are some, unless the benchmark says why not."""
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    found = {one.what: one.value for one in outcome.figures}
    assert len(found) == len(outcome.figures)
    assert all(math.isfinite(value) for value in found.values())
    return found


def test_a_judged_call_is_compared_with_two_others() -> None:
    found = figures(judged_call.measure(calls=60, few=10, rounds=1))
    assert {"judged", "by hand", "ocpp"} <= set(found)


def test_the_memory_of_a_judged_call_is_counted() -> None:
    found = figures(memory.measure(calls=40))
    assert 0 < found["kept until the end"] <= found["the most at any moment, reports included"]


def test_both_validators_say_the_same_of_every_payload() -> None:
    found = figures(validation.measure(each=4, rounds=1))
    assert found["verdicts that differ without an explanation"] == 0


def test_the_suite_takes_no_less_than_its_lanes_need() -> None:
    found = figures(suite.measure(("TC_023",), rounds=1))
    assert found["the run, to the least that eight lanes need"] >= 1


def test_the_command_line_is_started() -> None:
    assert figures(start.measure(rounds=1))["`list`"] > 0


def test_the_stamps_are_held_against_a_capture() -> None:
    assert figures(timing.measure(charge_points=4, rounds=1))["the error of the stamp"] >= 0
