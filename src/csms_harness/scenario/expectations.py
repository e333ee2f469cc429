"""Matchers: literals, members and predicates, held against the shape of what they will judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.nodes import Node
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
    """Reads matchers. ``asked`` is what the step asks for, if it does; ``path`` leads to the value that is judged."""

    reading: Reading
    asked: Mapping[str, Value] | None = None
    path: tuple[str, ...] = ()
    in_list: bool = False

    def matcher(self, node: Node, shape: Shape = ANYTHING) -> Matcher:
        """A matcher: predicates when all keys of a mapping are, members for any other mapping, else a literal."""
        if node.kind != "mapping":
            return self._literal(node, shape)
        if AS in node.members:
            return self._differing(node, shape)
        words = [name for name in node.members if name in PREDICATES]
        others = [name for name in node.members if name not in PREDICATES]
        if words and others:
            self._tell_mixture(node, words, others)
            return Predicates((), node.where)
        return self._predicates(node, shape) if words else self._members(node, shape)

    def value(self, node: Node, shape: Shape) -> Value:
        """A value; ``$asked`` is what was asked for at this place."""
        if _is_asked(node):
            return self._asked_place(node)
        return read_value(self.reading, node, shape)

    def item(self, node: Node, shape: Shape) -> Matcher:
        """A matcher for an item of a list, which has no place of its own in what was asked for."""
        return replace(self, in_list=True).matcher(node, shape)

    def _inside(self, name: str) -> MatcherReader:
        return replace(self, path=(*self.path, name))

    def _literal(self, node: Node, shape: Shape) -> Matcher:
        if _is_asked(node):
            return self._as_asked(node)
        if node.kind == "scalar" and node.value is None:
            self.reading.wrong(node, "null matches nothing", "say {present: false} for what must be absent")
        value = read_value(self.reading, node, shape)
        is_asked = isinstance(value, Reference) and value.name.partition(".")[0] == "asked"
        return Asked(value) if is_asked and isinstance(value, Reference) else Equals(value, node.where)

    def _tell_mixture(self, node: Node, words: list[str], others: list[str]) -> None:
        hint = did_you_mean(others[0], PREDICATES)
        text = f"a predicate ({words[0]}) and a member ('{others[0]}') stand in one mapping; write only one kind"
        self.reading.wrong(node.keys[others[0]], text, hint)

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
        self._check_company(node, found)
        return Predicates(tuple(found), node.where)

    def _check_company(self, node: Node, found: list[Requirement]) -> None:
        words = {one.word for one in found}
        for word in sorted(words, key=list(node.members).index):
            predicate = PREDICATES[word]
            if predicate.needs and predicate.needs not in words:
                self.reading.wrong(
                    node.keys[word], f"'{word}' needs a '{predicate.needs}' beside it", predicate.example
                )
            elif not predicate.is_check and not any(PREDICATES[other].is_check for other in words):
                self.reading.wrong(node.keys[word], f"'{word}' needs another predicate beside it")

    # -- what was asked for ---------------------------------------------------------------------------

    def _as_asked(self, node: Node) -> Matcher:
        """``$asked``: what the trigger asks for at this place."""
        asked = self._asked_here()
        if asked == {}:
            self.reading.wrong(node, f"the trigger asks for nothing that {_ASKED} could be")
        return Asked(self._asked_place(node)) if self.in_list else self.copied(asked, node.where)

    def _asked_place(self, node: Node) -> Reference:
        """The name of what was asked for at this place."""
        if self.in_list:
            text = "an item of a list has no place in what was asked for"
            self.reading.wrong(node, text, "say which, such as $asked.key.0")
        return Reference(".".join(("asked", *self.path)), node.where)

    def copied(self, asked: Value, where: Location) -> Matcher:
        """What was asked for at this place, member by member."""
        if not isinstance(asked, Mapping):
            return Asked(Reference(".".join(("asked", *self.path)), where))
        named = {name: value for name, value in asked.items() if value is not None}
        return Members({name: self._inside(name).copied(value, where) for name, value in named.items()}, where)

    def _asked_here(self) -> Value:
        """What the trigger has at this place; a name when it cannot be told before the case runs."""
        asked: Value = self.asked
        for name in self.path:
            asked = asked.get(name) if isinstance(asked, Mapping) else None
        return asked

    def _differing(self, node: Node, shape: Shape) -> Matcher:
        """``{as: $asked, …}``: what was asked for, but for the members that are named."""
        source = node.members[AS]
        if not _is_asked(source):
            self.reading.wrong(source, f"'{AS}' takes only {_ASKED}, not {source}")
        asked = self._asked_here()
        if not isinstance(asked, Mapping) or self.in_list:
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
                members[name] = self._inside(name).copied(value, where)
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


def _is_asked(node: Node) -> bool:
    return node.kind == "scalar" and node.value == _ASKED
