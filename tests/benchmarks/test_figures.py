"""What a benchmark tells: whether a goal is met, and the ratios before the absolute numbers."""

from __future__ import annotations

import pytest

from benchmarks.figures import Figure, Outcome, interleaved, ratio
from benchmarks.paper import document
from benchmarks.payloads import samples
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import ACTIONS


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("cost", 2.0, goal=2.0), True),
        (Figure("cost", 2.1, goal=2.0), False),
        (Figure("speed", 50.0, goal=50.0, better="high"), True),
        (Figure("speed", 49.0, goal=50.0, better="high"), False),
        (Figure("cost", 2.0), None),
    ],
)
def test_a_goal_is_met_from_its_own_side(figure: Figure, met: bool | None) -> None:
    assert figure.met is met


def test_a_ratio_is_the_median_of_those_of_each_round() -> None:
    assert ratio([2.0, 30.0, 6.0], [1.0, 10.0, 1.0]) == 3.0


def test_the_variants_take_turns() -> None:
    order: list[str] = []

    def turn(name: str) -> float:
        order.append(name)
        return float(len(order))

    assert interleaved({"a": lambda: turn("a"), "b": lambda: turn("b")}, 2) == {"a": [1.0, 3.0], "b": [2.0, 4.0]}
    assert order == ["a", "b", "a", "b"]


def test_the_document_tells_ratios_and_sizes_first_then_times_and_what_was_skipped() -> None:
    text = document(
        [
            Outcome("Speed", "Counted.", (Figure("seconds", 0.25, "s"), Figure("to the other", 3.94, goal=2.0))),
            Outcome("Truth", "Captured.", skipped="nobody captures here"),
        ]
    )

    lines = text.splitlines()
    assert lines.index("| Speed | to the other | 3.94 × | ≤ 2 ×, not met |") < lines.index(
        "| Speed | seconds | 0.25 s |  |"
    )
    assert "**Truth.** Captured. Skipped: nobody captures here." in lines


def test_the_payloads_are_the_same_each_time_and_half_of_them_are_right() -> None:
    made = list(samples(2))

    assert made == list(samples(2))
    assert {(one.action, one.direction) for one in made} == {
        (action, direction) for action in ACTIONS for direction in Direction
    }
    assert all(not judge_payload(one.action, one.direction, one.payload) for one in made[::2])
    assert any(judge_payload(one.action, one.direction, one.payload) for one in made[1::2])
