"""Where a Central System sends no CALL, or always the same one, whatever it is asked for: one cause, not many."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import groupby
from typing import Final

from csms_harness.evidence import What
from csms_harness.message import Message, MessageType, Side
from csms_harness.record.facts import BetweenFact, CaseFact, Facts
from csms_harness.report.cause_keys import ACTION

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


def actions_for_all(facts: Facts) -> frozenset[str]:
    """The actions unknown to OCPP that came in place of CALLs, whatever was asked for."""
    missed: dict[str, set[str]] = defaultdict(set)
    for case in (*facts.cases, *facts.pack):
        for finding in case.findings:
            if finding.decides and finding.what is What.NO_CALL:
                for entry in case.transcript:
                    if entry.step == finding.step and entry.message is not None and is_unknown(entry.message):
                        missed[entry.message.action] |= set(finding.actions)
    return frozenset(action for action, actions in missed.items() if len(actions) >= KINDS)


def is_unknown(message: Message) -> bool:
    """Whether this is a CALL of the Central System whose action OCPP does not know."""
    return message.side is Side.CENTRAL_SYSTEM and any(one.keyword == ACTION for one in message.faults)


def _when(place: Place) -> tuple[str, datetime | None]:
    return place.lane, place.started


def _silent(lane: list[Place]) -> set[str]:
    if len(_missed(*lane)) < KINDS:
        return set()
    last = max((number for number, place in enumerate(lane) if _has_call(place)), default=-1)
    after = lane[last + 1 :]
    return {place.id for place in after if _missed(place)} if len(_missed(*after)) >= KINDS else set()


def _has_call(place: Place) -> bool:
    messages = (entry.message for entry in place.transcript if entry.message is not None)
    return any(one.side is Side.CENTRAL_SYSTEM and one.type is MessageType.CALL for one in messages)


def _missed(*places: Place) -> frozenset[str]:
    findings = (one for place in places for one in place.findings if one.decides and one.what is What.NO_CALL)
    return frozenset(action for one in findings for action in one.actions)
