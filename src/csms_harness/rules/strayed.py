"""A CALL that is missing on one lane, and came to another: the Central System sent it to the wrong Charge Point.

The engine cannot know it, for it sees one Charge Point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from csms_harness.evidence import Cause, Entry, Happening, Left, Role, What
from csms_harness.message import MessageType, Side
from csms_harness.rules.verdicts import Ran

_UNASKED: Final = frozenset({Role.AMBIENT, Role.BETWEEN})


class Whole(Ran, Protocol):
    """A case with what crossed on its lane before it began."""

    @property
    def between(self) -> Sequence[Entry]:
        """What crossed since the case before."""


@dataclass(frozen=True, slots=True)
class _Came:
    """A CALL that nobody on its lane had asked for, in monotonic seconds."""

    action: str
    at: float
    case: Whole


def strayed_calls(cases: Sequence[Whole]) -> dict[tuple[str, str], Cause]:
    """For each CALL that never came, by case and action, where it came instead while it was waited for."""
    missing = [(case, one.actions[0]) for case in cases for one in case.findings if one.what is What.NO_CALL]
    came = [one for case in cases for one in _unasked(case)] if missing else []
    found = {(case.id, action): _elsewhere(case, action, came) for case, action in missing}
    return {place: cause for place, cause in found.items() if cause is not None}


def _elsewhere(case: Whole, action: str, came: Sequence[_Came]) -> Cause | None:
    asked = [entry.at for entry in case.transcript if _is_wish(entry, action)]
    if not asked:
        return None
    since, until = asked[-1], case.transcript[-1].at
    for one in came:
        if one.action == action and one.case.lane != case.lane and since <= one.at <= until:
            return Cause(Left.ASTRAY, 0, case=one.case.id, lane=one.case.lane, ended=one.at - since)
    return None


def _is_wish(entry: Entry, action: str) -> bool:
    return entry.note is not None and entry.note.what is Happening.ASKED and entry.note.item == action


def _unasked(case: Whole) -> Iterator[_Came]:
    for entry in (*case.between, *case.transcript):
        message = entry.message
        if message is None or message.side is not Side.CENTRAL_SYSTEM or message.type is not MessageType.CALL:
            continue
        if entry.role in _UNASKED:
            yield _Came(message.action, entry.at, case)
