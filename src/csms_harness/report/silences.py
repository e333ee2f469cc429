"""Where a Central System sends no CALL any more, whatever it is asked for: one cause, and not one to each action."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Final

from csms_harness.evidence import What
from csms_harness.message import MessageType, Side
from csms_harness.record.facts import BetweenFact, CaseFact, Facts

Place = CaseFact | BetweenFact

KINDS: Final = 3
"""So many different actions are missed before it is the Central System that is silent, and not an action it lacks."""


def silent_cases(facts: Facts) -> frozenset[str]:
    """The cases in which a CALL is missing after the last CALL of all on their lane."""
    places: list[Place] = [*facts.between, *facts.cases, *facts.pack]
    ran = sorted((one for one in places if one.started is not None), key=_when)
    silent: set[str] = set()
    for _, lane in groupby(ran, key=lambda one: one.lane):
        silent |= _silent(list(lane))
    return frozenset(silent)


def _when(place: Place) -> tuple[str, datetime | None]:
    return place.lane, place.started


def _silent(lane: list[Place]) -> set[str]:
    last = max((number for number, place in enumerate(lane) if _has_call(place)), default=-1)
    missed = {place.id: actions for place in lane[last + 1 :] if (actions := _missed(place))}
    return set(missed) if len(frozenset().union(*missed.values())) >= KINDS else set()


def _has_call(place: Place) -> bool:
    messages = (entry.message for entry in place.transcript if entry.message is not None)
    return any(one.side is Side.CENTRAL_SYSTEM and one.type is MessageType.CALL for one in messages)


def _missed(place: Place) -> frozenset[str]:
    return frozenset(
        action for one in place.findings if one.decides and one.what is What.NO_CALL for action in one.actions
    )
