"""Values: what stands in a file as JSON with ``$names`` in it, held against the shape of a payload."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from csms_harness.documents.durations import parse_duration
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, did_you_mean, one_of
from csms_harness.documents.nodes import Node, Source
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.scenario.shapes import ANYTHING, Shape
from csms_harness.scenario.values import Duration, Instant, Reference, Value

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What a saved name looks like."""

RESERVED: Final = frozenset({"now", "answer", "asked"})
"""Names that the language keeps for itself."""

_REFERENCE: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)*)")
_INSTANT: Final = re.compile(r"\$now(?:\s*([+-])\s*(\S.*))?")
_WANTED: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


@dataclass(slots=True)
class Reading:
    """One file that is being read, and every mistake found in it so far."""

    source: Source
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, node: Node, text: str, hint: str = "") -> None:
        """Note a mistake at a node."""
        self.mistakes.append(node.mistake(text, hint))

    def wrong_at(self, where: Location, text: str, hint: str = "") -> None:
        """Note a mistake at a place in this file."""
        self.mistakes.append(self.source.mistake(where, text, hint))

    def members(self, node: Node, what: str, known: Iterable[str] = ()) -> Mapping[str, Node]:
        """The members of a mapping; unknown keys are mistakes when ``known`` is given."""
        if node.kind != "mapping":
            self.wrong(node, f"{what} must be a mapping, not {node}")
            return {}
        allowed = tuple(known)
        for name in node.keys if allowed else ():
            if name not in allowed:
                hint = did_you_mean(name, allowed)
                self.wrong(node.keys[name], f"unknown key '{name}' in {what}", hint)
        return node.members

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        """The items of a list."""
        if node.kind != "sequence":
            self.wrong(node, f"{what} must be a list, not {node}")
        return node.items

    def text(self, node: Node, what: str) -> str:
        """A text that is not empty."""
        if isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        hint = "write it in quotes" if isinstance(node.value, int | float) else ""
        self.wrong(node, f"'{what}' must be text, not {node if node.value != '' else 'empty'}", hint)
        return ""

    def new_name(self, node: Node) -> None:
        """Note a mistake when nothing can be kept under this name."""
        name = str(node.value)
        if name in RESERVED:
            self.wrong(node, f"'{name}' is a name that the language keeps for itself")
        elif not NAME.fullmatch(name):
            self.wrong(node, f"'{name}' cannot be a name; letters, digits and _ can")

    def choice(self, node: Node, what: str, choices: Iterable[str]) -> str:
        """One word out of a few."""
        known = tuple(choices)
        if isinstance(node.value, str) and node.value in known:
            return node.value
        hint = did_you_mean(node.value, known) if isinstance(node.value, str) else ""
        self.wrong(node, f"{what} must be {one_of(known)}, not {node}", hint)
        return known[0]


def read_value(reading: Reading, node: Node, shape: Shape = ANYTHING) -> Value:
    """A JSON value with names in it. What does not fit the shape becomes a mistake."""
    if node.kind == "scalar":
        return _scalar(reading, node, shape)
    wanted = "object" if node.kind == "mapping" else "array"
    if shape.kind not in ("any", wanted):
        reading.wrong(node, f"{shape.name} must be {_WANTED[shape.kind]}, not {node}")
        return None
    if node.kind == "sequence":
        return [_item(reading, item, shape.item or ANYTHING) for item in node.items]
    return read_object(reading, node, shape)


def read_object(reading: Reading, node: Node, shape: Shape) -> dict[str, Value]:
    """A mapping of values, one for each member; members the shape does not have become mistakes."""
    values = {}
    for name, member in reading.members(node, shape.name).items():
        inner = member_shape(reading, node, name, shape)
        values[name] = read_value(reading, member, inner)
    return values


def member_shape(reading: Reading, node: Node, name: str, shape: Shape) -> Shape:
    """The shape of a member; a mistake and anything goes when there is no such member."""
    if name in shape.members:
        return shape.members[name]
    if shape.members or shape.kind not in ("any", "object"):
        reading.wrong(node.keys[name], f"{shape.name} has no member '{name}'", did_you_mean(name, shape.members))
    elif shape.direction is not None:
        reading.wrong(node.keys[name], f"{shape.name} has no members")
    return ANYTHING


def _item(reading: Reading, node: Node, shape: Shape) -> Value:
    if node.kind == "scalar" and node.value is None:
        reading.wrong(node, "a list may not hold null")
    return read_value(reading, node, shape)


def _scalar(reading: Reading, node: Node, shape: Shape) -> Value:
    if isinstance(node.value, str) and node.value.startswith("$"):
        if not node.value.startswith("$$"):
            return _expression(reading, node, node.value, shape)
        node = Node("scalar", node.source, node.line, node.column, node.value[1:])
    problem, hint = misfit(node, shape)
    if problem:
        reading.wrong(node, problem, hint)
    return node.value


def misfit(node: Node, shape: Shape) -> tuple[str, str]:
    """Why a scalar does not fit a shape, with a hint; two empty texts when it does."""
    value = node.value
    if isinstance(value, float) and not isfinite(value):
        return f"{value} is no JSON number", ""
    if value is None or shape.kind == "any":
        return "", ""
    if not _has_kind(value, shape.kind):
        hint = f"write '{value}' in quotes" if shape.kind == "string" else ""
        return f"{shape.name} must be {_WANTED[shape.kind]}, not {node}", hint
    return _misfit_of_text(value, shape) if isinstance(value, str) else ("", "")


def _misfit_of_text(value: str, shape: Shape) -> tuple[str, str]:
    if shape.choices and value not in shape.choices:
        hint = did_you_mean(value, shape.choices) or f"one of {', '.join(shape.choices)}"
        return f"{shape.name} cannot be '{value}'", hint
    if shape.longest is not None and len(value) > shape.longest:
        return f"{shape.name} holds at most {shape.longest} characters, this text has {len(value)}", ""
    if shape.is_moment:
        try:
            parse_datetime(value)
        except ValueError as error:
            return f"{shape.name} must be a date-time: {error}", "or relative: $now + 30 min"
    return "", ""


def _has_kind(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "number":
        return isinstance(value, int | float)
    return isinstance(value, {"string": str, "integer": int}.get(kind, bool))


def _expression(reading: Reading, node: Node, text: str, shape: Shape) -> Value:
    """``$name``, ``$now`` or ``$now + 30 min``."""
    instant = _INSTANT.fullmatch(text)
    if instant is not None:
        if shape.kind not in ("any", "string") or (shape.kind == "string" and not shape.is_moment):
            reading.wrong(node, f"{shape.name} must be {_WANTED[shape.kind]}, not a date-time")
        return _instant(reading, node, *instant.groups())
    found = _REFERENCE.fullmatch(text)
    if found is not None:
        return Reference(found.group(1), node.where)
    reading.wrong(node, f"'{text}' is no $name; only $now takes + or -, and $$ begins a text with a dollar sign")
    return None


def _instant(reading: Reading, node: Node, sign: str | None, text: str | None) -> Instant:
    if text is None:
        return Instant(0.0, node.where)
    named = _REFERENCE.fullmatch(text)
    if named is not None:
        return Instant(Reference(named.group(1), node.where), node.where, before=sign == "-")
    seconds = _seconds(reading, node, text)
    return Instant(-seconds if sign == "-" else seconds, node.where)


def _seconds(reading: Reading, node: Node, text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        reading.wrong(node, str(error))
        return 0.0


def read_duration(reading: Reading, node: Node, what: str) -> Value:
    """A length of time: ``30 s``, a number of seconds, or a ``$name`` that holds one."""
    value = node.value
    if isinstance(value, str) and value.startswith("$"):
        found = _REFERENCE.fullmatch(value)
        if found is not None and found.group(1) != "now":
            return Reference(found.group(1), node.where)
    elif isinstance(value, str):
        return Duration(_seconds(reading, node, value))
    elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0:
        return Duration(float(value))
    reading.wrong(node, f"'{what}' must be a duration such as 30 s, not {node}")
    return Duration(0.0)
