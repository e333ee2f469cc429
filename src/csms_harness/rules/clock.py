"""The clock of the Central System as it tells it; WIRE_009: it is near ours, and goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from csms_harness.ocppj.datetimes import has_fraction
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import MOST_SKEW
from csms_harness.rules.verdicts import RuleBreach

STILL: Final = 60.0
"""Seconds after which no clock shows the same moment again, however coarsely it counts."""

ODD: Final = 5.0
"""Seconds after which that is worth a remark."""

_EXACTLY: Final = timedelta(milliseconds=2)
"""The rounding of a difference of two clocks."""


def milliseconds_in_timestamps(cases: Iterable[Indexed]) -> bool | None:
    """Whether the Central System writes fractions of a second; None when it wrote no date-time at all."""
    texts = [text for case in cases for _, text in case.datetimes]
    return any(map(has_fraction, texts)) if texts else None


def clock_skew(cases: Iterable[Indexed]) -> tuple[float, float] | None:
    """Smallest and largest difference of ``currentTime`` to our clock at its arrival, in seconds; None without one."""
    skews = [skew for case in cases for _, skew in case.skews]
    return (min(skews), max(skews)) if skews else None


def clock(cases: Sequence[Indexed]) -> list[RuleBreach]:
    """Each ``currentTime`` that is too far from our clock, and the first that is the same after a while."""
    return [*(one for case in cases for one in _skewed(case)), *_standing_still(cases)]


def _skewed(case: Indexed) -> Iterator[RuleBreach]:
    for number, skew in case.skews:
        if abs(skew) > MOST_SKEW:
            yield RuleBreach(case.id, number, path="currentTime", observed=f"{skew:.0f}")


def _standing_still(cases: Sequence[Indexed]) -> Iterator[RuleBreach]:
    """The longest time for which the clock showed one moment; it is a remark where that may be rounding."""
    longest, found, since = 0.0, None, None
    for seen in sorted((one for case in cases for one in _shown(case)), key=lambda one: one[0]):
        arrival, moment, _, _ = seen
        if since is None or abs(moment - since[1]) > _EXACTLY:
            since = seen
        elif (seconds := (arrival - since[0]).total_seconds()) > max(longest, ODD):
            longest, found = seconds, (since, seen)
    if found is not None:
        (*_, earlier_case, earlier_frame), (*_, case, frame) = found
        yield RuleBreach(
            case, frame, path="currentTime", observed=f"{longest:.0f}", earlier_case=earlier_case,
            earlier_frame=earlier_frame, remark=longest < STILL,
        )  # fmt: skip


def _shown(case: Indexed) -> Iterator[tuple[datetime, datetime, str, int]]:
    """When each ``currentTime`` came by our clock, which moment it was, and where it stands."""
    entries = {entry.number: entry for entry in case.transcript} if case.skews else {}
    for number, skew in case.skews:
        arrival = case.moment(entries[number])
        if arrival is not None:
            yield arrival, arrival + timedelta(seconds=skew), case.id, number
