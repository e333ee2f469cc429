"""Members of messages, and what can be wrong with a member of each kind: tables from which faults are made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reference_faults.edits import Change, alter, drop, put
from reference_faults.faults.deeds import Select, only, payload
from reference_faults.faults.model import Clause, Fault, Row
from reference_faults.origin import Origin

_DATE = "2026-01-31"
_NO_INSTANT = ("no-zone", "not-a-date", "date-only", "impossible")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Wrong = tuple[str, str, Change]
"""The end of a fault's name, what is wrong in words that follow "the member …", and the change."""


def kebab(name: str) -> str:
    """`meterStop` as `meter-stop`."""
    return _CAPITAL.sub("-", name).lower()


@dataclass(frozen=True, slots=True)
class Spot:
    """A message, and the faults its payload can have; `name` begins their names."""

    name: str
    message: str
    select: Select
    clause: Clause

    def wrong(self, ending: str, what: str, change: Change, *cases: str, origin: Origin | None = None) -> Fault:
        """One fault of the payload: `what` follows the name of the message in its sentence."""
        deed = only(self.select, payload(change))
        return self.clause.fault(f"{self.name}-{ending}", f"{self.message} {what}", deed, cases, origin)

    def rows(self, *table: Row[Change]) -> Iterator[Fault]:
        """The faults of a table."""
        for row in table:
            yield self.wrong(row.ending, row.what, row.done, *row.cases, origin=row.origin)

    def member(self, path: str, kind: str, *cases: str) -> Iterator[Fault]:
        """All that can be wrong with a member of this kind; `cases` catch it besides the rule of the wire."""
        name = next(part for part in reversed(path.split(".")) if not part.isdecimal())
        for ending, words, change in KINDS[kind](path):
            rule = "WIRE_008" if ending in _NO_INSTANT else "WIRE_006"
            yield self.wrong(f"{kebab(name)}-{ending}", words.format(name), change, rule, *cases)


def _required(path: str) -> tuple[Wrong, ...]:
    return (("missing", "has no {}", drop(path)), ("null", "has {} null", put(path, None)))


def _enumeration(path: str) -> tuple[Wrong, ...]:
    return (
        *_required(path),
        ("number", "has a number as {}", put(path, 1)),
        ("lower-case", "writes the value of {} in lower case", alter(path, _lower)),
        ("unknown-value", "has a value of {} that OCPP 1.6 does not know", put(path, "Undefined")),
    )


def _choice(path: str) -> tuple[Wrong, ...]:
    return (
        ("missing", "has no {}", drop(path)),
        ("unknown-value", "has a value of {} that OCPP 1.6 does not know", put(path, "Undefined")),
    )


def _whole(path: str) -> tuple[Wrong, ...]:
    return (
        *_required(path),
        ("string", "has {} as a string", alter(path, str)),
        ("fraction", "has {} with a fraction", alter(path, lambda value: value + 0.5)),
    )


def _count(path: str) -> tuple[Wrong, ...]:
    return (("missing", "has no {}", drop(path)), ("string", "has {} as a string", alter(path, str)))


def _instant(path: str) -> tuple[Wrong, ...]:
    return (
        ("missing", "has no {}", drop(path)),
        ("number", "has {} as seconds since 1970", put(path, 1769860800)),
        ("no-zone", "has {} without a zone", alter(path, _without_zone)),
        ("not-a-date", "has a {} that is no date-time", put(path, "tomorrow at noon")),
        ("date-only", "has {} as a date without a time", put(path, _DATE)),
        ("impossible", "has a {} that no calendar has", put(path, "2026-02-30T25:61:00Z")),
    )


def _moment(path: str) -> tuple[Wrong, ...]:
    return (
        ("no-zone", "has {} without a zone", alter(path, _without_zone)),
        ("not-a-date", "has a {} that is no date-time", alter(path, lambda _: "soon")),
    )


def _object(path: str) -> tuple[Wrong, ...]:
    return (
        ("missing", "has no {}", drop(path)),
        ("string", "has a string as {}", put(path, "Accepted")),
        ("array", "has {} in an array", alter(path, lambda value: [value])),
    )


def _text(path: str) -> tuple[Wrong, ...]:
    return (
        ("missing", "has no {}", drop(path)),
        ("number", "has a number as {}", put(path, 17)),
        ("too-long", "has a {} that is too long", alter(path, lambda value: f"{value}{'X' * 501}")),
    )


KINDS: Final = {
    "enumeration": _enumeration,
    "choice": _choice,
    "whole": _whole,
    "count": _count,
    "instant": _instant,
    "moment": _moment,
    "object": _object,
    "text": _text,
}
"""By kind of member: all its wrong forms. `choice`, `count` and `moment` are the short forms of the others."""


def _without_zone(value: Any) -> Any:
    return re.sub(r"(Z|[+-]\d\d:\d\d)$", "", value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
