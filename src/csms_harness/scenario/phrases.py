"""Values and matchers as short English."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from csms_harness.scenario.model import (
    Duration,
    Equals,
    Instant,
    Matcher,
    Members,
    Predicates,
    Reference,
    Value,
)


def as_text(value: Value) -> str:
    """A value as a reader writes it: ``Accepted``, ``$now + 30 min``, ``[1, 2]``."""
    match value:
        case Reference():
            return str(value)
        case Instant():
            return _instant(value)
        case Duration(seconds):
            return as_duration(seconds)
        case str():
            return value if value.strip() == value and value else json.dumps(value, ensure_ascii=False)
        case Mapping():
            return "{" + ", ".join(f"{name}: {as_text(item)}" for name, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(as_text(item) for item in value) + "]"
    return "left out" if value is None else json.dumps(value, default=str)


def as_duration(seconds: float) -> str:
    """Seconds in the largest unit that leaves no fraction: ``500 ms``, ``30 s``, ``5 min``, ``2 h``."""
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s" if seconds >= 1 or seconds == 0 else f"{seconds * 1000:g} ms"


def _instant(value: Instant) -> str:
    if isinstance(value.offset, Reference):
        return f"$now + {value.offset}"
    if value.offset == 0:
        return "$now"
    return f"$now {'+' if value.offset > 0 else '-'} {as_duration(abs(value.offset))}"


def as_sentence(matcher: Matcher) -> str:
    """A matcher in a few words: ``Accepted``, ``at least 1``, ``one of Rejected, UnknownMessageId``."""
    match matcher:
        case Equals(value):
            return as_text(value)
        case Members(members):
            return "{" + ", ".join(f"{name}: {as_sentence(inner)}" for name, inner in members.items()) + "}"
        case Predicates(operands):
            words = (_predicate(word, operand, operands) for word, operand in operands.items())
            default = f" (absent means {as_text(operands['absent_means'])})" if "absent_means" in operands else ""
            return " and ".join(text for text in words if text) + default


_OF_MATCHERS: Final = {
    "not": "not ",
    "if_present": "absent or ",
    "contains": "a list with ",
    "each": "a list in which each is ",
    "count": "a list of ",
}
_OF_VALUES: Final = {"equals": "", "at_least": "at least ", "at_most": "at most ", "after": "later than "}


def _predicate(word: str, operand: Any, operands: Mapping[str, Any]) -> str:
    if word in _OF_MATCHERS:
        return f"{_OF_MATCHERS[word]}{as_sentence(operand)}"
    if word in _OF_VALUES:
        return f"{_OF_VALUES[word]}{as_text(operand)}"
    match word:
        case "one_of":
            return f"one of {', '.join(as_text(choice) for choice in operand)}"
        case "matches":
            return f"text like {operand}"
        case "near":
            return f"{as_text(operand)} ± {as_text(operands.get('tolerance', Duration(1.0)))}"
        case "present":
            return "present" if operand else "absent"
    return ""  # tolerance and absent_means are told beside the others


def requirements(matcher: Matcher | None, path: str = "") -> Iterator[str]:
    """Each single requirement with its path: ``idTagInfo.status = Accepted``, ``interval at least 1``."""
    match matcher:
        case Members(members):
            for name, inner in members.items():
                yield from requirements(inner, f"{path}.{name}" if path else name)
        case Equals():
            yield f"{path} = {as_sentence(matcher)}".lstrip()
        case Predicates():
            yield f"{path} {as_sentence(matcher)}".lstrip()
