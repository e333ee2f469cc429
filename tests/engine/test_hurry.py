"""The Charge Point does not hurry: a Central System that allows so many CALLs in a second is in the right."""

from __future__ import annotations

import pytest

from csms_harness.engine.case import Limits
from csms_harness.verdict import Verdict
from tests.engine.play import play
from tests.support.reading import Result
from tests.support.scripted_csms import Payload, ScriptedCsms

TEN = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
HEARTBEATS = f"""
- for_each: {{number: {TEN}}}
  steps:
    - for_each: {{other: {TEN}}}
      steps:
        - send: Heartbeat
"""


def _played(scenario: str, calls: float, most: int = 10**6) -> tuple[Result, list[float]]:
    """What comes of it where more than ``most`` CALLs in a second are refused, and when each Heartbeat came."""
    came: list[float] = []

    def heartbeat(csms: ScriptedCsms, _request: Payload) -> Payload | list[object]:
        came.append(csms.now)
        refused = sum(int(at) == int(csms.now) for at in came) > most
        return [4, "$ID", "GenericError", "too many", {}] if refused else {"currentTime": csms.utc()}

    limits = Limits(action=10.0, responses={"": 5.0}, calls=calls)
    return play(scenario, ScriptedCsms(answers={"Heartbeat": heartbeat}), limits=limits), came


def test_a_second_holds_no_more_calls_than_the_pace_allows_and_the_first_of_them_come_at_once() -> None:
    _, came = _played(HEARTBEATS, 0.025)
    assert len(came) == 100
    assert came[30] - came[0] < 0.2
    assert all(later - earlier > 1.0 for earlier, later in zip(came, came[40:], strict=False))


def test_a_pace_slower_than_a_second_is_kept_call_by_call() -> None:
    _, (first, second) = _played("- send: Heartbeat\n- send: Heartbeat", 4.0)
    assert second - first >= 4.0


def test_without_a_pace_nothing_is_held_back() -> None:
    _, came = _played(HEARTBEATS, 0.0)
    assert came[-1] - came[0] < 1.0


@pytest.mark.parametrize(("calls", "verdict"), [(0.025, Verdict.PASS), (0.0, Verdict.FAIL)])
def test_who_refuses_the_fifty_first_call_in_a_second_passes_where_nobody_hurries(
    calls: float, verdict: Verdict
) -> None:
    result, _ = _played(HEARTBEATS, calls, most=50)
    assert result.verdict is verdict
