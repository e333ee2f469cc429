"""Matchers: literals, members and predicates, held against the shape of what they will judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.scenario.asking import AskedPlace
from csms_harness.scenario.matchers import Asked, Equals, Matcher, Members, Predicates, Requirement
from csms_harness.scenario.predicates import PREDICATES
from csms_harness.scenario.reading import Reading, member_shape, read_value
from csms_harness.scenario.shapes import ANYTHING, Shape
from csms_harness.scenario.values import Reference, Value

AS: Final = "as"
"""The key that takes over what was asked for: ``{as: $asked, expiryDate: {after: $now}}``."""

_ASKED: Final = "$asked"


@dataclass(frozen=True, slots=True)
class MatcherReader:
    """Reads matchers. ``asked`` is what the step asks for at the place that is judged, if it asks for anything."""

    reading: Reading
    asked: AskedPlace

    def matcher(self, node: Node, shape: Shape = ANYTHING) -> Matcher:
        """A matcher: predicates when all keys of a mapping are, members for any other mapping, else a literal."""
        if node.kind != "mapping":
            return self._literal(node, shape)
        if AS in node.members:
            return self._differing(node, shape)
        words = [name for name in node.members if name in PREDICATES]
        others = [name for name in node.members if name not in PREDICATES]
        if words and others:
            _tell_mixture(self.reading, node, words, others)
            return Predicates((), node.where)
        return self._predicates(node, shape) if words else self._members(node, shape)

    def value(self, node: Node, shape: Shape) -> Value:
        """A value; ``$asked`` is what was asked for at this place."""
        if _is_asked(node):
            return self._asked_name(node)
        return read_value(self.reading, node, shape)

    def item(self, node: Node, shape: Shape) -> Matcher:
        """A matcher for an item of a list, which has no place of its own in what was asked for."""
        return replace(self, asked=self.asked.item()).matcher(node, shape)

    def _inside(self, name: str) -> MatcherReader:
        return replace(self, asked=self.asked.inside(name))

    def _literal(self, node: Node, shape: Shape) -> Matcher:
        if _is_asked(node):
            return self._as_asked(node)
        if node.kind == "scalar" and node.value is None:
            self.reading.wrong(node, "null matches nothing", "say {present: false} for what must be absent")
        value = read_value(self.reading, node, shape)
        is_asked = isinstance(value, Reference) and value.name.partition(".")[0] == "asked"
        return Asked(value) if is_asked and isinstance(value, Reference) else Equals(value, node.where)

    def _members(self, node: Node, shape: Shape) -> Members:
        shape = self._object_shape(node, shape)
        return Members({name: self._member(node, name, shape) for name in node.members}, node.where)

    def _member(self, node: Node, name: str, shape: Shape) -> Matcher:
        inner = member_shape(self.reading, node, name, shape)
        return self._inside(name).matcher(node.members[name], inner)

    def _object_shape(self, node: Node, shape: Shape) -> Shape:
        if shape.kind in ("any", "object"):
            return shape
        name = next(iter(node.keys.values()), node)
        hint = did_you_mean(str(name.value), PREDICATES) if node.keys else ""
        self.reading.wrong(name, f"{shape.name} is no object, it has no members", hint)
        return ANYTHING

    def _predicates(self, node: Node, shape: Shape) -> Predicates:
        found = []
        for word, operand in node.members.items():
            predicate = PREDICATES[word]
            if predicate.is_for(shape):
                found.append(Requirement(word, predicate.operand.read(self, operand, shape)))
            else:
                self.reading.wrong(node.keys[word], f"'{word}' is for {predicate.field}, and {shape.name} is none")
        _check_company(self.reading, node, found)
        return Predicates(tuple(found), node.where)

    # -- what was asked for ---------------------------------------------------------------------------

    def _as_asked(self, node: Node) -> Matcher:
        """``$asked``: what the trigger asks for at this place."""
        if self.asked.value() == {}:
            self.reading.wrong(node, f"the trigger asks for nothing that {_ASKED} could be")
        return Asked(self._asked_name(node)) if self.asked.in_list else self.asked.matcher(node.where)

    def _asked_name(self, node: Node) -> Reference:
        """The name of what was asked for at this place."""
        if self.asked.in_list:
            text = "an item of a list has no place in what was asked for"
            self.reading.wrong(node, text, "say which, such as $asked.key.0")
        return self.asked.name(node.where)

    def _differing(self, node: Node, shape: Shape) -> Matcher:
        """``{as: $asked, …}``: what was asked for, but for the members that are named."""
        source = node.members[AS]
        if not _is_asked(source):
            self.reading.wrong(source, f"'{AS}' takes only {_ASKED}, not {source}")
        asked = self.asked.value()
        if not isinstance(asked, Mapping) or self.asked.in_list:
            self.reading.wrong(source, f"'{AS}: {_ASKED}' needs a trigger that asks for an object here")
            asked = {}
        differences = Node(
            "mapping", node.source, node.line, node.column,
            keys={name: key for name, key in node.keys.items() if name != AS},
            members={name: member for name, member in node.members.items() if name != AS},
        )  # fmt: skip
        return self.all_but(asked, differences, self._object_shape(node, shape), source.where)

    def all_but(self, asked: Mapping[str, Value], node: Node, shape: Shape, where: Location) -> Members:
        """Everything that was asked for; where a difference is an object itself, the rest of it stays as asked."""
        members: dict[str, Matcher] = {}
        for name, value in asked.items():
            if name not in node.members and value is not None:
                members[name] = self.asked.inside(name).matcher(where)
            elif name in node.members:
                members[name] = self._difference(node, name, value, shape, where)
        more = {name: self._member(node, name, shape) for name in node.members if name not in asked}
        return Members({**members, **more}, where)

    def _difference(self, node: Node, name: str, asked: Value, shape: Shape, where: Location) -> Matcher:
        member = node.members[name]
        words = member.members.keys() & {*PREDICATES, AS}
        if not isinstance(asked, Mapping) or member.kind != "mapping" or words:
            return self._member(node, name, shape)
        inner = member_shape(self.reading, node, name, shape)
        return self._inside(name).all_but(asked, member, inner, where)


def _tell_mixture(reading: Reading, node: Node, words: list[str], others: list[str]) -> None:
    hint = did_you_mean(others[0], PREDICATES)
    text = f"a predicate ({words[0]}) and a member ('{others[0]}') stand in one mapping; write only one kind"
    reading.wrong(node.keys[others[0]], text, hint)


def _check_company(reading: Reading, node: Node, found: list[Requirement]) -> None:
    words = {one.word for one in found}
    for word in sorted(words, key=list(node.members).index):
        predicate = PREDICATES[word]
        if predicate.needs and predicate.needs not in words:
            reading.wrong(node.keys[word], f"'{word}' needs a '{predicate.needs}' beside it", predicate.example)
        elif not predicate.is_check and not any(PREDICATES[other].is_check for other in words):
            reading.wrong(node.keys[word], f"'{word}' needs another predicate beside it")


def _is_asked(node: Node) -> bool:
    return node.kind == "scalar" and node.value == _ASKED
