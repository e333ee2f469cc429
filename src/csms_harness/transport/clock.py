"""The one clock of the harness, and the way from the kernel's clock to it.

Durations are taken on the monotonic clock, the same one asyncio's loops use. The kernel stamps received bytes
on CLOCK_REALTIME, so a stamp is moved over by the offset between the two clocks; a step of CLOCK_REALTIME
(an administrator, NTP) voids it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

ClockName = Literal["kernel", "user"]
"""Who took a stamp: the kernel when the bytes arrived, or this process when it read them."""

STEP = 500_000
"""Nanoseconds by which the offset of the two clocks may differ between two looks without being a step."""

_STEADY = 20_000
_TRIES = 3


now = time.monotonic
"""Seconds on the monotonic clock; only differences mean anything."""


def utc_now() -> datetime:
    """The wall-clock time in UTC, for what is printed and for ``timestamp`` members."""
    return datetime.now(UTC)


def realtime_offset() -> int:
    """CLOCK_REALTIME minus the monotonic clock, in nanoseconds.

    A process can lose the processor between two looks at two clocks, so the tightest of a few tries counts.
    """
    best_gap, best_offset = None, 0
    for _ in range(_TRIES):
        before = time.monotonic_ns()
        realtime = time.time_ns()
        gap = time.monotonic_ns() - before
        if best_gap is None or gap < best_gap:
            best_gap, best_offset = gap, realtime - before - gap // 2
        if gap <= _STEADY:
            break
    return best_offset


class RealtimeScale:
    """Moves CLOCK_REALTIME stamps to the monotonic scale, and notices when CLOCK_REALTIME stepped."""

    def __init__(self, read_offset: Callable[[], int] = realtime_offset) -> None:
        self._read_offset = read_offset
        self._offset = read_offset()

    def monotonic(self, stamp: int) -> float | None:
        """Monotonic seconds of a CLOCK_REALTIME stamp in nanoseconds, or None when the clock stepped.

        The offset is compared with the one of the previous look, so both ends of the interval in which
        the stamp was taken agree, or the stamp is void. It is read with care only where a glance finds it changed.
        """
        before = self._offset
        if abs(time.time_ns() - time.monotonic_ns() - before) > _STEADY:
            self._offset = self._read_offset()
        if abs(self._offset - before) > STEP:
            return None
        return (stamp - self._offset) / 1e9
