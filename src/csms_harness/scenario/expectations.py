"""Matchers: literals, members and predicates, held against the shape of what they will judge."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.scenario.model import PREDICATES, Equals, Matcher, Members, Predicates
from csms_harness.scenario.reading import Reading, member_shape, read_duration, read_value
from csms_harness.scenario.shapes import ANYTHING, Shape

_COUNT: Final = Shape("count", "integer")
_FOR_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "matches": ("string",),
    "at_least": ("integer", "number"),
    "at_most": ("integer", "number"),
    "near": ("integer", "number"),
    "after": (),
    "contains": ("array",),
    "each": ("array",),
    "count": ("array",),
}
_FOR_MOMENTS: Final = ("at_least", "at_most", "near", "after")
_KIND_WORDS: Final = {"string": "text", "integer": "numbers", "number": "numbers", "array": "lists"}


def read_matcher(reading: Reading, node: Node, shape: Shape = ANYTHING) -> Matcher:
    """A matcher: predicates when all keys of a mapping are, members for any other mapping, else a literal."""
    if node.kind != "mapping":
        if node.kind == "scalar" and node.value is None:
            reading.wrong(node, "null matches nothing", "say {present: false} for what must be absent")
        return Equals(read_value(reading, node, shape), node.where)
    words = [name for name in node.members if name in PREDICATES]
    others = [name for name in node.members if name not in PREDICATES]
    if words and others:
        _tell_mixture(reading, node, words, others)
        return Predicates({}, node.where)
    return _predicates(reading, node, shape) if words else _members(reading, node, shape)


def _tell_mixture(reading: Reading, node: Node, words: list[str], others: list[str]) -> None:
    hint = did_you_mean(others[0], PREDICATES)
    text = f"a predicate ({words[0]}) and a member ('{others[0]}') stand in one mapping; write only one kind"
    reading.wrong(node.keys[others[0]], text, hint)


def _members(reading: Reading, node: Node, shape: Shape) -> Members:
    if shape.kind not in ("any", "object"):
        name = next(iter(node.keys.values()), node)
        hint = did_you_mean(str(name.value), PREDICATES) if node.keys else ""
        reading.wrong(name, f"{shape.name} is no object, it has no members", hint)
        shape = ANYTHING
    members = {
        name: read_matcher(reading, member, member_shape(reading, node, name, shape))
        for name, member in node.members.items()
    }
    return Members(members, node.where)


def _predicates(reading: Reading, node: Node, shape: Shape) -> Predicates:
    operands = {}
    for word, operand in node.members.items():
        if _fits(word, shape):
            operands[word] = _OPERANDS[word](reading, operand, shape)
        else:
            reading.wrong(node.keys[word], f"'{word}' is for {_applies_to(word)}, and {shape.name} is none")
    if "tolerance" in operands and "near" not in operands:
        reading.wrong(node.keys["tolerance"], "'tolerance' needs a 'near' beside it")
    if "near" in operands and "tolerance" not in operands:
        reading.wrong(
            node.keys["near"], "'near' needs a 'tolerance' beside it", "such as {near: $now, tolerance: 5 min}"
        )
    if operands.keys() == {"absent_means"}:
        reading.wrong(node.keys["absent_means"], "'absent_means' needs another predicate beside it")
    return Predicates(operands, node.where)


def _fits(word: str, shape: Shape) -> bool:
    if shape.kind == "any" or word not in _FOR_KINDS:
        return True
    return shape.kind in _FOR_KINDS[word] or (shape.is_moment and word in _FOR_MOMENTS)


def _applies_to(word: str) -> str:
    kinds = dict.fromkeys(_KIND_WORDS[kind] for kind in _FOR_KINDS[word])
    return " and ".join([*kinds, *(("date-times",) if word in _FOR_MOMENTS else ())])


def _choices(reading: Reading, node: Node, shape: Shape) -> list[Any]:
    items = reading.items(node, "'one_of'")
    if node.kind == "sequence" and not items:
        reading.wrong(node, "'one_of' needs at least one value")
    return [read_value(reading, item, shape) for item in items]


def _pattern(reading: Reading, node: Node, _shape: Shape) -> str:
    text = reading.text(node, "matches")
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        reading.wrong(node, f"'{text}' is no regular expression: {error}")
    return text


def _bound(reading: Reading, node: Node, shape: Shape) -> Any:
    """An operand to compare with: a number for numbers, a date-time for date-times."""
    if node.kind != "scalar" or node.value is None or isinstance(node.value, bool):
        reading.wrong(node, f"a number, a date-time or a $name is compared with, not {node}")
        return None
    if shape.kind == "integer" and isinstance(node.value, float):
        shape = Shape(shape.name, "number")
    if shape.kind == "any" and isinstance(node.value, str):
        shape = Shape("the operand", "string", is_moment=True)
    return read_value(reading, node, shape)


def _tolerance(reading: Reading, node: Node, _shape: Shape) -> Any:
    return read_duration(reading, node, "tolerance")


def _presence(reading: Reading, node: Node, _shape: Shape) -> bool:
    if not isinstance(node.value, bool):
        reading.wrong(node, f"'present' must be true or false, not {node}")
    return node.value is not False


def _inner(reading: Reading, node: Node, shape: Shape) -> Matcher:
    return read_matcher(reading, node, shape)


def _of_item(reading: Reading, node: Node, shape: Shape) -> Matcher:
    return read_matcher(reading, node, shape.item or ANYTHING)


def _count(reading: Reading, node: Node, _shape: Shape) -> Matcher:
    return read_matcher(reading, node, _COUNT)


_OPERANDS: Final[Mapping[str, Callable[[Reading, Node, Shape], Any]]] = {
    "equals": read_value,
    "not": _inner,
    "one_of": _choices,
    "matches": _pattern,
    "at_least": _bound,
    "at_most": _bound,
    "near": _bound,
    "tolerance": _tolerance,
    "after": _bound,
    "present": _presence,
    "if_present": _inner,
    "absent_means": read_value,
    "contains": _of_item,
    "each": _of_item,
    "count": _count,
}
