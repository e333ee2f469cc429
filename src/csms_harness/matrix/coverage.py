"""What the scenarios send of all members and values that a Charge Point may send, and in which cases.

Measured, not promised: all cases are played in virtual time against the reference CSMS, and the frames are read. Only a
message that is right counts; what is wrong on purpose covers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from csms_harness.matrix.trial import run_trial, virtual_cases, virtual_pack
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocpp16.members import Member, members
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS, FeatureProfile
from csms_harness.record.facts import CaseFact
from csms_harness.scenario.library import Library
from csms_harness.target.target import Target
from reference_csms.seams import Seams

Sent: TypeAlias = dict[tuple[str, Direction, str, str], dict[str, None]]
"""The cases, in their order, that sent a member (with an empty value) or a value of it."""

_ACTIONS: Final = {Direction.REQUEST: CHARGE_POINT_ACTIONS, Direction.CONFIRMATION: CENTRAL_SYSTEM_ACTIONS}
_DIRECTIONS: Final = {MessageType.CALL: Direction.REQUEST, MessageType.CALLRESULT: Direction.CONFIRMATION}


@dataclass(frozen=True, slots=True)
class Covered:
    """One member of one message: the cases that send it, and for each value of an enumeration those that send that."""

    action: str
    direction: Direction
    member: Member
    cases: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The values that no case sends."""
        return tuple(value for value, cases in self.values.items() if not cases)

    @property
    def complete(self) -> bool:
        """Whether it is sent, with each of its values."""
        return bool(self.cases) and not self.missing

    @property
    def witnesses(self) -> tuple[str, ...]:
        """The first cases that together send all that is sent of it."""
        chosen: dict[str, None] = dict.fromkeys(self.cases[:1])
        for cases in self.values.values():
            if cases and not chosen.keys() & set(cases):
                chosen[cases[0]] = None
        return tuple(chosen)


def coverage(library: Library, target: Target) -> tuple[Covered, ...]:
    """Play every case of the library, and say of each member whether and where it is sent."""
    played = run_trial(library, target, Seams(), (*virtual_cases(library), *virtual_pack(library)))
    sent = what_was_sent(played.cases)
    return tuple(_covered(action, direction, member, sent) for action, direction, member in wanted())


def wanted() -> Iterator[tuple[str, Direction, Member]]:
    """Every member of every message a Charge Point may send: its requests first, then its answers."""
    for direction, actions in _ACTIONS.items():
        for action in actions:
            for member in members(action, direction):
                yield action, direction, member


def of_ocpp(covered: Iterable[Covered]) -> tuple[Covered, ...]:
    """Those of OCPP 1.6 itself, without the security whitepaper."""
    return tuple(one for one in covered if profile_of(one) is not FeatureProfile.SECURITY)


def profile_of(covered: Covered) -> FeatureProfile:
    """The feature profile of the message."""
    return _ACTIONS[covered.direction][covered.action]


def what_was_sent(cases: Iterable[CaseFact]) -> Sent:
    """What the Charge Point sent in these cases, as far as it was right."""
    sent: Sent = {}
    for case in cases:
        for message in _ours(case):
            direction = _DIRECTIONS[message.type]
            for path, value in _walk(message.payload, ""):
                sent.setdefault((message.action, direction, path, ""), {})[case.id] = None
                if isinstance(value, str):
                    sent.setdefault((message.action, direction, path, value), {})[case.id] = None
    return sent


def _ours(case: CaseFact) -> Iterator[Message]:
    for entry in case.transcript:
        message = entry.message
        if message is None or message.side is not Side.CHARGE_POINT or message.type not in _DIRECTIONS:
            continue
        if not judge_payload(message.action, _DIRECTIONS[message.type], message.payload):
            yield message


def _walk(node: Any, inside: str) -> Iterator[tuple[str, Any]]:
    """Each member of a payload with its path, as a Member writes it."""
    if isinstance(node, dict):
        for name, value in node.items():
            path = f"{inside}.{name}" if inside else name
            yield path, value
            yield from _walk(value, path)
    elif isinstance(node, list):
        for item in node:
            yield from _walk(item, f"{inside}[]")


def _covered(action: str, direction: Direction, member: Member, sent: Sent) -> Covered:
    def cases(value: str = "") -> tuple[str, ...]:
        return tuple(sent.get((action, direction, member.path, value), ()))

    return Covered(action, direction, member, cases(), {value: cases(value) for value in member.values})


def share(covered: Sequence[Covered]) -> tuple[int, int, int, int]:
    """How many members are sent, of how many, and how many values of enumerations, of how many."""
    values = [cases for one in covered for cases in one.values.values()]
    return sum(bool(one.cases) for one in covered), len(covered), sum(map(bool, values)), len(values)
