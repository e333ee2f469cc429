"""The clock of the Central System as it tells it; WIRE_009: it is near ours, and goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, pairwise
from typing import Final

from csms_harness.frozen import dataclass
from csms_harness.message import Side
from csms_harness.ocppj.datetimes import has_fraction
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import MOST_SKEW, moment_of
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point

STILL: Final = 70.0
"""Seconds after which no clock shows the same moment again: one that counts by minutes, and comes late to one."""

ODD: Final = 5.0
"""Seconds after which that is worth a word."""

ODD_IN_PARTS: Final = 2.5
"""The same for a moment that holds a part of a second: a clock that shows such rarely counts by seconds."""


def milliseconds_in_timestamps(cases: Iterable[Indexed]) -> bool | None:
    """Whether the Central System writes fractions of a second; None when it wrote no date-time at all."""
    texts = [text for case in cases for _, text in case.datetimes]
    return any(map(has_fraction, texts)) if texts else None


def clock_skew(cases: Iterable[Indexed]) -> tuple[float, float] | None:
    """Smallest and largest difference of ``currentTime`` to our clock at its arrival, in seconds; None without one."""
    skews = [skew for case in cases for _, skew in case.skews]
    return (min(skews), max(skews)) if skews else None


def clock(cases: Sequence[Indexed]) -> list[RuleBreach]:
    """Each ``currentTime`` that is too far from our clock, and the one that was the same for longest."""
    return [*(one for case in cases for one in _skewed(case)), *_standing_still(cases)]


def _skewed(case: Indexed) -> Iterator[RuleBreach]:
    for entry, skew in case.skews:
        if abs(skew) > MOST_SKEW:
            yield RuleBreach(case.id, entry.number, path="currentTime", observed=f"{skew:.0f}")


def _standing_still(cases: Sequence[Indexed]) -> Iterator[RuleBreach]:
    """The longest time for which a Charge Point was shown one moment; a remark where that may be a coarse clock.

    It stood still from the arrival of an answer to the sending of a later CALL: what lies between a CALL and its answer
    may be the time that the answer took.
    """
    halts = [halt for lane in by_charge_point(cases) if (halt := _longest_halt([*chain(*map(_shown, lane))]))]
    for halt in sorted(halts, key=lambda one: (one.is_wrong, one.seconds))[-1:]:
        yield RuleBreach(
            halt.later.case, halt.later.frame, path="currentTime", observed=f"{halt.seconds:.0f}",
            earlier_case=halt.earlier.case, earlier_frame=halt.earlier.frame, remark=not halt.is_wrong,
        )  # fmt: skip


def _longest_halt(shown: Sequence[_Shown]) -> _Halt | None:
    first: dict[datetime, _Shown] = {}
    longest, found = 0.0, None
    for later in sorted(shown, key=lambda one: one.arrived):
        earlier = first.setdefault(later.moment, later)
        seconds = (later.asked - earlier.arrived).total_seconds()
        if seconds > max(longest, ODD_IN_PARTS if later.moment.microsecond else ODD):
            longest, found = seconds, (earlier, later)
    if found is None:
        return None
    actions = {one.action for one in found}
    moments = {one.moment for one in shown if one.action in actions}
    return _Halt(*found, longest, is_wrong=longest > STILL or _counts_finely(moments, longest))


def _counts_finely(moments: Iterable[datetime], halt: float) -> bool:
    """Whether a clock that stood still for so many seconds does not count by steps of that length all the same.

    Of one that does, two moments lie at least a step apart, whatever it begins to count from. Half of that is left to
    a step that came late.
    """
    return any((later - earlier).total_seconds() < halt / 2 for earlier, later in pairwise(sorted(moments)))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A ``currentTime``: when it was asked for and came by our clock, which moment it is, and where it stands."""

    asked: datetime
    arrived: datetime
    moment: datetime
    action: str
    case: str
    frame: int


@dataclass(frozen=True, slots=True)
class _Halt:
    """A clock that showed one moment twice, so many seconds apart, and whether no clock that is right does that."""

    earlier: _Shown
    later: _Shown
    seconds: float
    is_wrong: bool


def _shown(case: Indexed) -> Iterator[_Shown]:
    calls = {one.message.unique_id: one for one in case.calls[Side.CHARGE_POINT] if one.message} if case.skews else {}
    for answer, _ in case.skews:
        message, arrived = answer.message, case.moment(answer)
        moment = None if message is None else moment_of(message.payload.get("currentTime"))
        if message is None or moment is None or arrived is None:
            continue
        call = calls.get(message.unique_id)
        asked = (case.moment(call) if call else None) or arrived
        # A later CALL of another connection may bear the same uniqueId.
        yield _Shown(min(asked, arrived), arrived, moment, message.action, case.id, answer.number)
