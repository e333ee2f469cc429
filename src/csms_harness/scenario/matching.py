"""Predicates: what a message must say. A mismatch is a value: path, required, observed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from csms_harness.documents.location import Location
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.scenario.model import Equals, Matcher, Members, Predicates, Value
from csms_harness.scenario.references import Scope, resolve, seconds

ABSENT: Final = object()
"""Stands for a member that is not there."""

CASE_INSENSITIVE: Final = frozenset({"idTag", "parentIdTag", "key"})
"""Members of a CiString type (OCPP 1.6 section 7, CiString): upper and lower case are the same."""

_MODIFIERS: Final = frozenset({"tolerance", "absent_means"})

MAX_TEXT: Final = 4096
"""A pattern is held against at most this much of a foreign string."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One requirement that does not hold, in words fit for a report."""

    path: str
    required: str
    observed: str
    where: Location


def match(matcher: Matcher, actual: Any, scope: Scope, now: datetime, path: str = "") -> list[Mismatch]:
    """Every mismatch between a value and a matcher; empty when all holds. Raises UndefinedName."""
    return list(_Judge(scope, now).mismatches(matcher, actual, path))


def count_checks(matcher: Matcher | None) -> int:
    """How many single requirements a matcher makes."""
    match matcher:
        case None:
            return 0
        case Members(members):
            return sum(count_checks(member) for member in members.values())
        case Predicates(operands):
            return len(operands.keys() - _MODIFIERS)
        case Equals():
            return 1


def shown(value: Any, limit: int = 200) -> str:
    """A value as short text for a report; foreign characters stay as they are, sinks clean them."""
    if value is ABSENT:
        return "absent"
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@dataclass(frozen=True, slots=True)
class _Judge:
    scope: Scope
    now: datetime

    def mismatches(self, matcher: Matcher, actual: Any, path: str) -> Iterator[Mismatch]:
        match matcher:
            case Equals(value, where):
                wanted = resolve(value, self.scope, self.now)
                if not same(wanted, actual, path):
                    yield _mismatch(path, shown(wanted), actual, where)
            case Members(members, where):
                yield from self._members(members, actual, path, where)
            case Predicates(operands, where):
                yield from self._predicates(operands, actual, path, where)

    def _members(self, members: Mapping[str, Matcher], actual: Any, path: str, where: Location) -> Iterator[Mismatch]:
        if actual is not ABSENT and not isinstance(actual, dict):
            yield Mismatch(path, "an object", shown(actual), where)
            return
        for name, matcher in members.items():
            child = actual.get(name, ABSENT) if isinstance(actual, dict) else ABSENT
            yield from self.mismatches(matcher, child, f"{path}.{name}" if path else name)

    def _predicates(self, operands: Mapping[str, Any], actual: Any, path: str, where: Location) -> Iterator[Mismatch]:
        if actual is ABSENT and "absent_means" in operands:
            actual = resolve(operands["absent_means"], self.scope, self.now)
        for word, operand in operands.items():
            if word == "if_present":
                if actual is not ABSENT:
                    yield from self.mismatches(operand, actual, path)
            elif word == "present":
                if operand is not (actual is not ABSENT):
                    yield Mismatch(path, "present" if operand else "absent", shown(actual), where)
            elif word not in _MODIFIERS:
                yield from self._predicate(word, operand, operands, actual, path, where)

    def _predicate(
        self, word: str, operand: Any, operands: Mapping[str, Any], actual: Any, path: str, where: Location
    ) -> Iterator[Mismatch]:
        required, holds = self._required(word, operand, operands, path)
        if actual is ABSENT or not holds(actual):
            yield _mismatch(path, required, actual, where)

    def _required(
        self, word: str, operand: Any, operands: Mapping[str, Any], path: str
    ) -> tuple[str, Callable[[Any], bool]]:
        """The requirement in words, and the test for a member that is there."""
        now, scope = self.now, self.scope
        match word:
            case "not":
                return f"not {self.words(operand)}", lambda actual: bool(list(self.mismatches(operand, actual, path)))
            case "matches":
                return (
                    f"text like {operand}",
                    lambda actual: isinstance(actual, str) and re.fullmatch(operand, actual[:MAX_TEXT]) is not None,
                )
            case "contains":
                return (
                    f"a list with {self.words(operand)}",
                    lambda actual: (
                        isinstance(actual, list)
                        and any(not list(self.mismatches(operand, item, path)) for item in actual)
                    ),
                )
            case "each":
                return (
                    f"a list in which each is {self.words(operand)}",
                    lambda actual: (
                        isinstance(actual, list)
                        and all(not list(self.mismatches(operand, item, path)) for item in actual)
                    ),
                )
            case "count":
                return (
                    f"a list of {self.words(operand)}",
                    lambda actual: isinstance(actual, list) and not list(self.mismatches(operand, len(actual), path)),
                )
            case "one_of":
                choices = [resolve(choice, scope, now) for choice in operand]
                text = "one of " + ", ".join(shown(choice) for choice in choices)
                return text, lambda actual: any(same(choice, actual, path) for choice in choices)
        wanted = resolve(operand, scope, now)
        match word:
            case "equals":
                return shown(wanted), lambda actual: same(wanted, actual, path)
            case "at_least":
                return f"at least {shown(wanted)}", lambda actual: _compare(actual, wanted, lambda a, b: a >= b)
            case "at_most":
                return f"at most {shown(wanted)}", lambda actual: _compare(actual, wanted, lambda a, b: a <= b)
            case "after":
                return f"later than {shown(wanted)}", lambda actual: _compare(actual, wanted, lambda a, b: a > b)
            case "near":
                margin = seconds(operands["tolerance"], scope) if "tolerance" in operands else 1.0
                return f"{shown(wanted)} ± {margin:g} s", lambda actual: _near(actual, wanted, margin)
        raise ValueError(f"unknown predicate {word!r}")

    def words(self, matcher: Matcher | int) -> str:
        match matcher:
            case Equals(value):
                return shown(resolve(value, self.scope, self.now))
            case Members(members):
                return "{" + ", ".join(f"{name}: {self.words(inner)}" for name, inner in members.items()) + "}"
            case Predicates(operands):
                parts = (
                    ("present" if operand else "absent")
                    if word == "present"
                    else f"absent or {self.words(operand)}"
                    if word == "if_present"
                    else self._required(word, operand, operands, "")[0]
                    for word, operand in operands.items()
                    if word not in _MODIFIERS
                )
                return " and ".join(parts)
        return str(matcher)


def _mismatch(path: str, required: str, actual: Any, where: Location) -> Mismatch:
    """A mismatch; where both would read the same, what was observed also tells its kind."""
    observed = shown(actual)
    return Mismatch(path, required, f"{observed} ({_kind(actual)})" if observed == required else observed, where)


def _kind(value: Any) -> str:
    return next((name for kinds, name in _KINDS if isinstance(value, kinds)), "null")


_KINDS: Final = (
    (bool, "a boolean"),
    (str, "a text"),
    ((int, float, Decimal), "a number"),
    (list, "a list"),
    (dict, "an object"),
)


def same(wanted: Any, actual: Any, path: str = "") -> bool:
    """Equality of the language: objects as subsets, lists exactly, numbers as decimals, CiStrings without case."""
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    if _is_number(wanted) and _is_number(actual):
        return _decimal(wanted) == _decimal(actual)
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return all(name in actual and same(item, actual[name], name) for name, item in wanted.items())
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(
            same(one, other, path) for one, other in zip(wanted, actual, strict=True)
        )
    if isinstance(wanted, str) and isinstance(actual, str) and _member(path) in CASE_INSENSITIVE:
        return wanted.casefold() == actual.casefold()
    return type(wanted) is type(actual) and bool(wanted == actual)


def _member(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path.rpartition(".")[2])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _compare(actual: Any, wanted: Any, holds: Callable[[Any, Any], bool]) -> bool:
    """Compare numbers as numbers and date-times as moments; anything else does not hold."""
    if _is_number(actual) and _is_number(wanted):
        return holds(_decimal(actual), _decimal(wanted))
    moments = _moment(actual), _moment(wanted)
    return None not in moments and holds(*moments)


def _near(actual: Any, wanted: Any, margin: float) -> bool:
    if _is_number(actual) and _is_number(wanted):
        return abs(_decimal(actual) - _decimal(wanted)) <= _decimal(margin)
    one, other = _moment(actual), _moment(wanted)
    return one is not None and other is not None and abs(one - other) <= timedelta(seconds=margin)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_datetime(value)
    except ValueError:
        return None


def as_value(value: Value) -> Matcher:
    """A literal as a matcher, for callers without a file."""
    return Equals(value, Location("", 0, 0))
