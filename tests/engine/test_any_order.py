"""Whatever happens to a case in whatever order: no crash, no ERROR, an end, and no PASS without a check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import (
    Event,
    FrameReceived,
    FrameSent,
    Interrupted,
    Lost,
    Parted,
    Stalled,
    TimePassed,
    TriggerFinished,
)
from csms_harness.verdict import Verdict
from tests.engine.play import play
from tests.support.scripted_csms import ScriptedCsms

SCENARIO = """
- step: 1
  state: Charging
- step: 2
  receive: RemoteStopTransaction
  trigger: {transactionId: $transactionId}
  reply: {status: Accepted}
- step: 3
  send: StopTransaction
  with: {transactionId: $transactionId, meterStop: 20}
- step: 4
  disconnect: drop
- step: 5
  connect:
- step: 6
  absent: Reset
  during: 2 s
- step: 7
  send: Heartbeat
"""
LONGEST = 300.0
"""Seconds that this scenario may take against anybody."""

What = Callable[[CaseRun, float, float], Event]
"""An event of now, and a number of seconds to spoil it with."""

HAPPENINGS: dict[str, What] = {
    "lost": lambda _run, now, _: Lost(now, "gone"),
    "closed": lambda _run, now, _: Lost(now, "closed", 1001),
    "parted": lambda _run, now, _: Parted(now),
    "stalled": lambda _run, now, seconds: Stalled(now, seconds),
    "time": lambda _run, now, _: TimePassed(now),
    "interrupted": lambda _run, now, _: Interrupted(now),
    "sent what nobody sends": lambda _run, now, _: FrameSent(now, "nobody"),
    "sent twice": lambda run, now, _: FrameSent(now, _unique_id(run)),
    "performed": lambda _run, now, seconds: TriggerFinished(now, int(seconds), "performed", "done", "scripted"),
    "failed": lambda _run, now, seconds: TriggerFinished(now, int(seconds), "failed", "no", "scripted"),
    "declined": lambda _run, now, seconds: TriggerFinished(now, int(seconds), "declined", "no", "scripted"),
    "answered before": lambda run, now, seconds: _answer(run, now - seconds, now),
    "answered after": lambda run, now, seconds: _answer(run, now + seconds, now),
    "asked before": lambda _run, now, seconds: FrameReceived(now - seconds, '[2,"x","ClearCache",{}]', now, "kernel"),
}
"""Everything that can happen beside what a good Central System says."""

ORDERS = st.lists(
    st.tuples(
        st.integers(0, 60), st.sampled_from(sorted(HAPPENINGS)), st.sampled_from([0.0, 0.3, 1.0, 2.0, 3.0, 60.0])
    ),
    min_size=1,
    max_size=12,
)


def _unique_id(run: CaseRun) -> str:
    call = run.line.dialogue.outstanding
    return "" if call is None else call.unique_id


def _answer(run: CaseRun, at: float, read: float) -> Event:
    return FrameReceived(at, f'[3,"{_unique_id(run)}",{{}}]', read, "kernel")


def _at_their_turns(order: list[tuple[int, str, float]]) -> Any:
    turn = iter(range(10**6))

    def inject(run: CaseRun, now: float) -> list[Event]:
        number = next(turn)
        due = [HAPPENINGS[name](run, now, seconds) for at, name, seconds in order if at == number]
        return [event for event in due if run.line.connected or not isinstance(event, Lost | FrameReceived)]

    return inject


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(1, "asked before", 0.0), (22, "closed", 0.0)])  # a connection closed in silence, before we send again
@given(ORDERS)
def test_no_order_of_events_breaks_a_case(order: list[tuple[int, str, float]]) -> None:
    result = play(SCENARIO, ScriptedCsms(), events=_at_their_turns(order))

    assert result.verdict is not Verdict.ERROR, result.reason
    assert result.ended <= LONGEST
    assert all(sample.resumed >= sample.seconds >= 0.0 for sample in result.samples)
    decided = [finding.decides for finding in result.findings if finding.decides is not None]
    assert result.verdict is not Verdict.PASS or (result.checks > 0 and not decided)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ORDERS)
def test_a_case_that_checks_nothing_never_passes(order: list[tuple[int, str, float]]) -> None:
    result = play("- wait: 5 s\n  because: it takes time", ScriptedCsms(), events=_at_their_turns(order))

    assert result.verdict is not Verdict.PASS
