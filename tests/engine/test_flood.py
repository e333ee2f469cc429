"""A Central System that floods a case ends it, costs little, and leaves the next case alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest

from csms_harness.engine import flood
from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, FrameReceived
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import Inject, a_line, call, frames, kinds, only, play, while_awaiting

WAITING = "- send: Heartbeat\n- wait: 5 s\n  because: it takes time"


def flooding(*texts: str, what: str = "time to pass", times: int = flood.FRAMES + 1) -> Inject:
    """These frames arrive again and again while something is awaited; ``#`` is a number of their own."""
    numbers = count(1)
    wanted = while_awaiting(what)

    def inject(run: CaseRun, now: float) -> list[Event]:
        if not wanted(run):
            return []
        return [FrameReceived(now, text.replace("#", str(next(numbers)))) for _ in range(times) for text in texts]

    return inject


def awaited(scenario: str) -> str:
    """What a case waits for in its last step, as the watcher is told it."""
    said: list[str] = []

    def listen(run: CaseRun, _now: float) -> list[Event]:
        said.append(run.awaiting[0])
        return []

    play(scenario, events=listen)
    return said[-1]


WAIT = awaited(WAITING)


@pytest.mark.parametrize(
    "text",
    [
        call("f#", "ClearCache", {}),
        json.dumps([3, "nobody-#", {}]),
        "unreadable #",
        call("f#", "DataTransfer", {"vendorId": "x", "data": "y" * 20_000}),
    ],
)
def test_a_flood_fails_the_case_and_is_kept_in_part(text: str) -> None:
    result = play(WAITING, events=flooding(text, what=WAIT))

    found = only(result, Kind.FLOOD)
    assert (result.verdict, found.decides) == (Verdict.FAIL, Verdict.FAIL)
    assert "frames" in found.observed
    assert len(result.entries) < 3 * flood.KEPT
    assert len(result.findings) <= flood.KEPT + 2
    assert result.ended < 5.0


def test_what_a_step_is_about_is_kept_whole() -> None:
    result = play(WAITING, events=flooding(call("f#", "ClearCache", {}), what=WAIT))

    steps = [entry.message for entry in frames(result) if entry.role != "ambient"]
    assert steps == ["BootNotification.req", "BootNotification.conf", "Heartbeat.req", "Heartbeat.conf"]


def test_bytes_are_counted_and_not_characters() -> None:
    text = "\U0001f50c" * (flood.BYTES // 24)
    assert only(play(WAITING, events=flooding(text, what=WAIT, times=7)), Kind.FLOOD)
    assert Kind.FLOOD not in kinds(play(WAITING, events=flooding("x" * len(text), what=WAIT, times=7)))


def test_each_frame_of_a_flood_of_long_ones_is_kept_in_part() -> None:
    long = call("f#", "DataTransfer", {"vendorId": "x", "data": "y" * 2_000_000})
    result = play(WAITING, events=flooding(long, what=WAIT, times=6))

    assert only(result, Kind.FLOOD)
    assert max(len(entry.text) for entry in frames(result, "CS")) < flood.TEXT + 100


def test_a_flood_before_the_scenario_proves_nothing_of_the_case() -> None:
    result = play(WAITING, events=flooding("noise", what="BootNotification.conf"))

    assert (result.verdict, kinds(result)[0]) == (Verdict.INCONCLUSIVE, Kind.FLOOD)


def test_the_case_after_a_flood_begins_on_a_connection_of_its_own() -> None:
    line = a_line()
    play(WAITING, events=flooding("noise", what=WAIT), line=line)

    after = play(WAITING, line=line)
    assert after.verdict is Verdict.PASS
    assert "connected" in [entry.kind for entry in after.entries]


def test_answers_to_our_own_calls_are_no_flood_however_many() -> None:
    times = flood.FRAMES + 2
    result = play(f"- repeat: {times}\n  steps:\n    - send: Heartbeat")

    assert (result.verdict, len(result.samples)) == (Verdict.PASS, times + 1)


def test_a_busy_case_is_no_flood() -> None:
    result = play(WAITING, events=_some(200))

    assert result.verdict is Verdict.PASS


def _some(number: int) -> Inject:
    left: Iterator[int] = iter(range(number))

    def inject(run: CaseRun, now: float) -> list[Event]:
        one = next(left, None) if run.awaiting[0] == WAIT else None
        return [] if one is None else [FrameReceived(now, call(f"f{one}", "ClearCache", {}))]

    return inject


def some(*texts: str) -> Inject:
    """These frames arrive once, while the case waits."""
    left = [True]

    def inject(run: CaseRun, now: float) -> list[Event]:
        if run.awaiting[0] != WAIT or not left:
            return []
        left.clear()
        return [FrameReceived(now, text) for text in texts]

    return inject


def test_of_a_long_frame_what_somebody_can_read_is_kept_with_its_length() -> None:
    text = call("f1", "DataTransfer", {"vendorId": "x", "data": "y" * 2 * flood.LONG})
    result = play(WAITING, events=some(text))

    assert result.verdict is Verdict.PASS
    kept = max((entry.text for entry in frames(result, "CS")), key=len)
    assert flood.LONG - flood.TEXT < len(kept) < flood.LONG + 100
    assert kept.endswith(f"({len(text)} characters in all)")


def test_a_frame_is_cut_where_no_text_of_json_is_halved() -> None:
    data = ["s" * 40] * (flood.LONG // 20)
    result = play(WAITING, events=some(call("f1", "DataTransfer", {"vendorId": "x", "data": json.dumps(data)})))

    kept = max((entry.text for entry in frames(result, "CS")), key=len).partition("…")[0]
    assert kept.rstrip('\\", ').endswith('"' + "s" * 40)


def test_names_are_kept_in_part() -> None:
    long = "n" * 10_000
    result = play(WAITING, events=some(call(long, long, {})))

    (kept,) = (entry for entry in frames(result, "CS") if "nnn" in entry.message)
    assert len(kept.message) < flood.NAME + 50
    assert all(len(action) < flood.NAME + 50 for found in result.findings for action in found.actions)


def test_a_case_of_many_bytes_is_kept_in_part_and_judged_as_ever() -> None:
    text = call("f1", "DataTransfer", {"vendorId": "x", "data": "y" * (flood.MUCH + 1)})
    run = play(WAITING, events=some(text))

    assert run.verdict is Verdict.PASS
    assert max(len(entry.text) for entry in frames(run, "CS")) < flood.TEXT + 100
