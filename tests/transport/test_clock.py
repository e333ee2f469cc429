from __future__ import annotations

import time
from datetime import UTC

from csms_harness.transport.clock import STEP, RealtimeScale, now, realtime_offset, utc_now


def test_now_is_on_the_scale_of_the_event_loop() -> None:
    before = time.monotonic()
    assert before <= now() <= time.monotonic()


def test_utc_now_has_a_zone() -> None:
    assert utc_now().tzinfo is UTC


def test_the_offset_leads_from_one_clock_to_the_other() -> None:
    assert abs(time.monotonic_ns() + realtime_offset() - time.time_ns()) < 50_000_000


def test_a_stamp_is_moved_to_the_monotonic_scale() -> None:
    scale = RealtimeScale(lambda: 5_000_000_000)
    assert scale.monotonic(7_250_000_000) == 2.25


def test_a_step_of_the_wall_clock_voids_one_stamp_and_not_the_next() -> None:
    offsets = iter([0, 0, STEP + 1, STEP + 1])
    scale = RealtimeScale(lambda: next(offsets))
    assert scale.monotonic(1_000_000_000) == 1.0
    assert scale.monotonic(1_000_000_000) is None
    assert scale.monotonic(1_000_000_000 + STEP + 1) == 1.0


def test_the_offset_is_read_with_care_only_where_it_changed() -> None:
    reads: list[int] = []

    def read() -> int:
        reads.append(realtime_offset())
        return reads[-1]

    scale = RealtimeScale(read)
    for _ in range(100):
        at = scale.monotonic(time.time_ns())
        assert at is None or abs(at - now()) < 1.0
    assert len(reads) < 50  # a machine that is busy may come between two looks


def test_a_step_backwards_voids_as_well() -> None:
    offsets = iter([STEP + 1, 0])
    assert RealtimeScale(lambda: next(offsets)).monotonic(0) is None
