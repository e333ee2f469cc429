"""A right message made wrong in every way its schema knows, and what a Central System may answer to it.

OCPP-J 1.6 section 4.2.3 has a code for each way in which a payload can miss the mark, but its descriptions overlap.
So each way has codes that fit; all others that speak of the payload are tolerable (docs/decisions/0025).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from csms_harness.ocpp16.members import Member, members
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocppj.frames import Payload

EXTRA: Final = "harnessExtra"
"""The name of a member that no schema knows."""

UNKNOWN: Final = "HarnessUnknown"
"""A value that no enumeration knows."""

NO_MOMENT: Final = "yesterday"
"""A text that is no date-time."""


class Ill(StrEnum):
    """What is wrong with a message. ``BLANK`` is a null where the member need not be there at all."""

    MISSING = "missing"
    NULL = "null"
    BLANK = "null, optional"
    TYPE = "wrong type"
    LONG = "too long"
    VALUE = "unknown value"
    MOMENT = "no date-time"
    EMPTY = "empty list"
    EXTRA = "extra member"


MAY_BE_TAKEN: Final = frozenset({Ill.BLANK, Ill.EXTRA})
"""What a Central System may answer as if nothing were wrong: it may look over a null that means nothing, and over what
it does not know."""

_ALWAYS: Final = frozenset({"FormationViolation"})
_VALUE: Final = frozenset({"PropertyConstraintViolation", "TypeConstraintViolation"})
_COUNT: Final = frozenset({"OccurenceConstraintViolation", "ProtocolError"})

FITTING: Final[Mapping[Ill, frozenset[str]]] = {
    Ill.MISSING: _ALWAYS | _COUNT,
    Ill.NULL: _ALWAYS | _VALUE | _COUNT,
    Ill.BLANK: _ALWAYS | _VALUE | _COUNT,
    Ill.TYPE: _ALWAYS | _VALUE,
    Ill.LONG: _ALWAYS | _VALUE,
    Ill.VALUE: _ALWAYS | _VALUE,
    Ill.MOMENT: _ALWAYS | _VALUE,
    Ill.EMPTY: _ALWAYS | _VALUE | _COUNT,
    Ill.EXTRA: _ALWAYS | _COUNT | {"PropertyConstraintViolation"},
}
"""The codes that OCPP-J 1.6 section 4.2.3 has for each ill. FormationViolation fits all: no PDU is built like that."""

NOT_ABOUT_IT: Final = frozenset({"NotImplemented", "NotSupported", "InternalError", "SecurityError"})
"""Codes that say something else than that the payload is wrong."""


NOT_KNOWN: Final = frozenset({"NotImplemented", "NotSupported"})
"""Codes for an action that the Central System does not know, whatever its payload is."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A payload with one ill, in one member."""

    ill: Ill
    path: str
    payload: Payload


def spoil(action: str, right: Payload) -> Iterator[Spoilt]:
    """A right payload made wrong: each member that it holds in each way, and one member too many in each object.

    Of a list the first element is spoilt. Raises KeyError for an action that nobody knows.
    """
    for member in members(action, Direction.REQUEST):
        if _held(right, member) is not None:
            for ill, value in _ills(member):
                yield Spoilt(ill, member.path, _changed(right, member, value))
    inside = dict.fromkeys(["", *(_objects(action))])
    for path in inside:
        if _objects_at(right, path):
            name = f"{path}.{EXTRA}" if path else EXTRA
            yield Spoilt(Ill.EXTRA, name, _changed(right, Member(name, "integer", required=False), lambda _: 1))


def _objects(action: str) -> Iterator[str]:
    """The paths of the objects inside a payload."""
    for member in members(action, Direction.REQUEST):
        if member.inside:
            yield member.inside


_GONE: Final = object()
_Change = Callable[[Any], Any]


def _ills(member: Member) -> Iterator[tuple[Ill, _Change]]:
    if member.required:
        yield Ill.MISSING, lambda _: _GONE
    yield (Ill.NULL if member.required else Ill.BLANK), lambda _: None
    yield Ill.TYPE, lambda _: _OTHER_TYPE[member.type]
    if member.longest is not None:
        yield Ill.LONG, lambda value: _lengthened(str(value), member.longest or 0)
    if member.values:
        yield Ill.VALUE, lambda _: UNKNOWN
    if member.moment:
        yield Ill.MOMENT, lambda _: NO_MOMENT
    if member.filled:
        yield Ill.EMPTY, lambda _: []


_OTHER_TYPE: Final[Mapping[str, Any]] = {
    "string": 12, "integer": "one", "number": "one", "boolean": "yes", "array": "none", "object": "none"
}  # fmt: skip
"""A value of another type, by the type that is due."""


def _lengthened(text: str, longest: int) -> str:
    """A text of one character more than is allowed."""
    return (text + "x" * (longest + 1))[: longest + 1]


def _held(payload: Payload, member: Member) -> Any:
    found = _objects_at(payload, member.inside)
    return found[0].get(member.name) if found else None


def _objects_at(payload: Payload, path: str) -> list[Payload]:
    """The object at a path, the first of each list on the way; empty when it is not there."""
    node: Any = payload
    for part in path.split(".") if path else ():
        node = node.get(part.removesuffix("[]")) if isinstance(node, dict) else None
        if part.endswith("[]"):
            node = node[0] if isinstance(node, list) and node else None
    return [node] if isinstance(node, dict) else []


def _changed(payload: Payload, member: Member, change: _Change) -> Payload:
    changed = copy.deepcopy(payload)
    (holder,) = _objects_at(changed, member.inside)
    value = change(holder.get(member.name))
    if value is _GONE:
        del holder[member.name]
    else:
        holder[member.name] = value
    return changed
