"""What may stand behind a predicate: each kind of operand, how it is read, completed in an editor, and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from csms_harness.documents.nodes import Node
from csms_harness.scenario.matchers import Matcher, Members, Operand
from csms_harness.scenario.reading import Reading, read_duration
from csms_harness.scenario.schema_parts import DURATION, MOMENT, NAME, OBJECT, TEXT, Schema
from csms_harness.scenario.shapes import ANYTHING, CHAIN, Shape
from csms_harness.scenario.values import Value

_COUNT: Final = Shape("count", "integer")


class Reads(Protocol):
    """What reads the matchers of a file."""

    @property
    def reading(self) -> Reading:
        """The file."""

    def value(self, node: Node, shape: Shape) -> Value:
        """A value for this member."""

    def matcher(self, node: Node, shape: Shape) -> Matcher:
        """A matcher for this member."""

    def item(self, node: Node, shape: Shape) -> Matcher:
        """A matcher for an item of a list."""


class Tells(Protocol):
    """How values are told: by what they are now, or by their names."""

    def value(self, value: Value) -> str:
        """A value in words."""

    def length(self, value: Value) -> str:
        """A length of time in words."""

    def matcher(self, matcher: Matcher) -> str:
        """A matcher in words."""


@dataclass(frozen=True, slots=True)
class OperandKind:
    """A kind of operand. ``schema`` makes the editor schema out of that of the member's value ({} for any)."""

    read: Callable[[Reads, Node, Shape], Operand]
    schema: Callable[[Schema], Schema]
    tell: Callable[[Any, Tells], str]


def _value(reads: Reads, node: Node, shape: Shape) -> Operand:
    return reads.value(node, shape)


def _values(reads: Reads, node: Node, shape: Shape) -> Operand:
    items = reads.reading.items(node, "'one_of'")
    if node.kind == "sequence" and not items:
        reads.reading.wrong(node, "'one_of' needs at least one value")
    return [reads.value(item, shape) for item in items]


def _bound(reads: Reads, node: Node, shape: Shape) -> Operand:
    if node.kind != "scalar" or node.value is None or isinstance(node.value, bool):
        reads.reading.wrong(node, f"a number, a date-time or a $name is compared with, not {node}")
        return None
    if shape.kind == "integer" and isinstance(node.value, float):
        shape = Shape(shape.name, "number")
    if shape.kind == "any" and isinstance(node.value, str):
        shape = Shape("the operand", "string", is_moment=True)
    return reads.value(node, shape)


def _pattern(reads: Reads, node: Node, _shape: Shape) -> Operand:
    text = reads.reading.text(node, "matches")
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        reads.reading.wrong(node, f"'{text}' is no regular expression: {error}")
    return text


def _length(reads: Reads, node: Node, _shape: Shape) -> Operand:
    return read_duration(reads.reading, node, "tolerance")


def _flag(reads: Reads, node: Node, _shape: Shape) -> Operand:
    if not isinstance(node.value, bool):
        reads.reading.wrong(node, f"'present' must be true or false, not {node}")
    return node.value is not False


def _items(reads: Reads, node: Node, shape: Shape) -> Operand:
    return [reads.item(item, shape.item or ANYTHING) for item in reads.reading.items(node, "'only'")]


def _or_name(value: Schema) -> Schema:
    return {"anyOf": [value, NAME]} if value else {}


def _or_matcher(value: Schema) -> Schema:
    return {"anyOf": [value, NAME, OBJECT]} if value else {}


def _told_list(told: list[str]) -> str:
    return ", ".join(told)


def _told_certificates(held: Any, tells: Tells) -> str:
    any_will_do = isinstance(held, Members) and not held.members
    return "certificates in PEM" if any_will_do else f"certificates in PEM with {tells.matcher(held)}"


VALUE: Final = OperandKind(_value, _or_name, lambda held, tells: tells.value(held))
"""A value of the member."""
VALUES: Final = OperandKind(
    _values,
    lambda value: {"type": "array", "items": _or_name(value), "minItems": 1},
    lambda held, tells: _told_list([tells.value(one) for one in held]),
)
"""A list of values of the member."""
BOUND: Final = OperandKind(
    _bound, lambda _: {"anyOf": [{"type": "number"}, MOMENT, NAME]}, lambda held, tells: tells.value(held)
)
"""A number for numbers, a date-time for date-times."""
PATTERN: Final = OperandKind(_pattern, lambda _: TEXT, lambda held, _: str(held))
"""A regular expression."""
LENGTH: Final = OperandKind(_length, lambda _: DURATION, lambda held, tells: tells.length(held))
"""A length of time."""
FLAG: Final = OperandKind(_flag, lambda _: {"type": "boolean"}, lambda held, _: "present" if held else "absent")
"""Whether the member is there."""
MATCHER: Final = OperandKind(
    lambda reads, node, shape: reads.matcher(node, shape), _or_matcher, lambda held, tells: tells.matcher(held)
)
"""A matcher for the member."""
CERTIFICATES: Final = OperandKind(
    lambda reads, node, _shape: reads.matcher(node, CHAIN), lambda _: OBJECT, _told_certificates
)
"""A matcher for what certificates say."""
ITEM: Final = OperandKind(
    lambda reads, node, shape: reads.item(node, shape.item or ANYTHING),
    lambda _: {},
    lambda held, tells: tells.matcher(held),
)
"""A matcher for an item of the list."""
ITEMS: Final = OperandKind(
    _items,
    lambda _: {"type": "array"},
    lambda held, tells: _told_list([tells.matcher(one) for one in held]) or "nothing",
)
"""A matcher for each item of the list."""
COUNT: Final = OperandKind(
    lambda reads, node, _shape: reads.item(node, _COUNT),
    lambda _: {"anyOf": [{"type": "integer", "minimum": 0}, OBJECT, NAME]},
    lambda held, tells: tells.matcher(held),
)
"""A matcher for the number of items."""
