"""The clock of the Central System as it tells it; WIRE_009: it is near ours, and goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from csms_harness.frozen import dataclass
from csms_harness.message import Side
from csms_harness.ocppj.datetimes import has_fraction
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import MOST_SKEW
from csms_harness.rules.verdicts import RuleBreach

STILL: Final = 60.0
"""Seconds after which no clock shows the same moment again, however coarsely it counts."""

ODD: Final = 5.0
"""Seconds after which that is worth a remark, or a breach where no coarse clock shows such a moment."""

ODD_IN_PARTS: Final = 2.5
"""The same for a moment that holds a part of a second: a clock that shows such does not count by seconds."""

COARSE: Final = (10, 15, 20, 30, 60)
"""Seconds by which a coarse clock may count: it shows multiples of them and nothing else."""

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
    for entry, skew in case.skews:
        if abs(skew) > MOST_SKEW:
            yield RuleBreach(case.id, entry.number, path="currentTime", observed=f"{skew:.0f}")


def _standing_still(cases: Sequence[Indexed]) -> Iterator[RuleBreach]:
    """The longest time for which the clock showed one moment; it is a remark where that may be rounding.

    It stood still from the arrival of an answer to the sending of a later CALL: what lies between a CALL and its answer
    may be the time that the answer took.
    """
    longest, found, since = 0.0, None, None
    for seen in sorted((one for case in cases for one in _shown(case)), key=lambda one: one.arrived):
        if since is None or abs(seen.moment - since.moment) > _EXACTLY:
            since = seen
        elif (seconds := (seen.asked - since.arrived).total_seconds()) > max(longest, _odd(seen.moment)):
            longest, found = seconds, (since, seen)
    if found is not None:
        earlier, later = found
        yield RuleBreach(
            later.case, later.frame, path="currentTime", observed=f"{longest:.0f}", earlier_case=earlier.case,
            earlier_frame=earlier.frame, remark=longest < STILL and _is_coarse(later.moment, longest),
        )  # fmt: skip


def _odd(moment: datetime) -> float:
    return ODD if _counts(moment, 1) else ODD_IN_PARTS


def _is_coarse(moment: datetime, seconds: float) -> bool:
    """Whether a clock that counts coarsely may show this moment for so long."""
    return any(_counts(moment, step) for step in COARSE if step >= seconds)


def _counts(moment: datetime, step: int) -> bool:
    """Whether a moment is a multiple of so many seconds."""
    seconds = timedelta(seconds=moment.second, microseconds=moment.microsecond) + _EXACTLY
    return seconds % timedelta(seconds=step) <= 2 * _EXACTLY


@dataclass(frozen=True, slots=True)
class _Shown:
    """A ``currentTime``: when it was asked for and came by our clock, which moment it is, and where it stands."""

    asked: datetime
    arrived: datetime
    moment: datetime
    case: str
    frame: int


def _shown(case: Indexed) -> Iterator[_Shown]:
    if not case.skews:
        return
    calls = {entry.message.unique_id: entry for entry in case.calls[Side.CHARGE_POINT] if entry.message}
    for answer, skew in case.skews:
        arrived = case.moment(answer)
        call = calls.get(answer.message.unique_id) if answer.message else None
        asked = case.moment(call) if call else None
        if arrived is not None:
            yield _Shown(asked or arrived, arrived, arrived + timedelta(seconds=skew), case.id, answer.number)
