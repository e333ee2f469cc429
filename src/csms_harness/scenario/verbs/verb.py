"""What a verb is: its keys, how a step with it is read, completed in an editor, and shown to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.scenario.asking import AskedPlace
from csms_harness.scenario.expectations import MatcherReader
from csms_harness.scenario.matchers import Matcher
from csms_harness.scenario.model import Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.reading import Reading, read_duration, read_object
from csms_harness.scenario.schema_parts import Schema
from csms_harness.scenario.shapes import ANYTHING, Shape, member_paths, payload_shape, shape_at
from csms_harness.scenario.values import Value

Common: TypeAlias = Mapping[str, Any]
"""What any step may carry, as keyword arguments of a Step."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a step: what it means (an editor tells it), and its editor schema."""

    name: str
    meaning: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the language.

    ``operand`` is the editor schema of what stands behind it. ``needs`` are keys it cannot do without, each with what
    it tells. ``actions`` are the actions it can have; ``payloads`` then say which part of their payloads each key
    takes. ``own`` narrows the editor schema of keys for this verb. One that ``is_check`` judges the Central System.
    """

    name: str
    meaning: str
    step: type[Step]
    operand: Schema
    read: Callable[[Written], Step]
    rows: Callable[[Any, Page], Iterator[Row]]
    keys: tuple[Key, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, object] = field(default_factory=dict)
    payloads: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Schema] = field(default_factory=dict)
    is_check: Callable[[Any], bool] = lambda _: False

    @property
    def modifiers(self) -> tuple[str, ...]:
        """The names of its keys."""
        return tuple(key.name for key in self.keys)


@dataclass(frozen=True, slots=True)
class Written:
    """A step as it is written; what stands under its keys is read by what it means."""

    reading: Reading
    node: Node
    verb: str
    common: Common
    read_steps: Callable[[Reading, Node, str], tuple[Step, ...]]

    @property
    def operand(self) -> Node:
        """What stands behind the verb."""
        return self.node.members[self.verb]

    def at(self, name: str) -> Node | None:
        """What stands under a key, or None."""
        return self.node.members.get(name)

    def wrong(self, node: Node, text: str, hint: str = "") -> None:
        """Note a mistake."""
        self.reading.wrong(node, text, hint)

    def text(self, name: str) -> str:
        """The text under a key; empty when the key is not there."""
        member = self.at(name)
        return "" if member is None else self.reading.text(member, name)

    def flag(self, name: str) -> bool:
        """Whether a key is there and true."""
        member = self.at(name)
        if member is not None and not isinstance(member.value, bool):
            self.wrong(member, f"'{name}' must be true or false, not {member}")
        return member is not None and member.value is True

    def length(self, name: str) -> Value:
        """The length of time under a key, or None when the key is not there."""
        member = self.at(name)
        return None if member is None else read_duration(self.reading, member, name)

    def matcher(self, name: str, shape: Shape, asked: Mapping[str, Value] | None = None) -> Matcher | None:
        """The matcher under a key; for a whole payload it names members, or is ``$asked``."""
        member = self.at(name)
        if member is None:
            return None
        is_asked = member.kind == "scalar" and member.value == "$asked"
        if member.kind != "mapping" and not is_asked:
            self.wrong(member, f"'{name}' must be a mapping of members, not {member}")
            return None
        return MatcherReader(self.reading, AskedPlace(asked)).matcher(member, shape)

    def object(self, name: str, shape: Shape) -> dict[str, Value]:
        """The mapping of values under a key; empty when the key is not there."""
        return object_at(self.reading, self.node, name, shape)

    def steps(self) -> tuple[Step, ...]:
        """The steps under ``steps``."""
        member = self.at("steps")
        return () if member is None else self.read_steps(self.reading, member, "steps")

    def refuse_beside(self, one: str, others: tuple[str, ...]) -> None:
        """Tell every key that makes no sense beside another one."""
        for other in others:
            if one in self.node.members and other in self.node.members:
                self.wrong(self.node.keys[other], f"'{other}' and '{one}' cannot stand in one step")

    def saved(self, shape: Shape) -> dict[str, str]:
        """What a step saves: each new name with the dotted path to its value, which the shape must have."""
        member, paths = self.at("save"), {}
        for name, path in {} if member is None else self.reading.members(member, "'save'").items():
            if member is not None:
                self.reading.new_name(member.keys[name])
            paths[name] = self._path(path, shape)
        return paths

    def _path(self, node: Node, shape: Shape) -> str:
        text = self.reading.text(node, "save")
        parts = tuple(text.replace("[", ".").replace("]", "").split("."))
        if text and shape_at(shape, parts) is None:
            known = sorted(member_paths(shape))
            hint = did_you_mean(text, known) or (f"one of {', '.join(known)}" if 0 < len(known) < 12 else "")
            self.wrong(node, f"{shape.name} has no '{text}' to save", hint)
        return text

    def action_of_the_charge_point(self) -> str:
        """The action behind the verb, which the Charge Point initiates."""
        node = self.operand
        return read_action(self.reading, node, self.verb, CHARGE_POINT_ACTIONS, CENTRAL_SYSTEM_ACTIONS, "use 'receive'")

    def action_of_the_central_system(self) -> str:
        """The action behind the verb, which the Central System initiates."""
        return read_foreign_action(self.reading, self.operand, self.verb)


def object_at(reading: Reading, node: Node, name: str, shape: Shape) -> dict[str, Value]:
    """The mapping of values under a key; empty when the key is not there."""
    if name not in node.members:
        return {}
    member = node.members[name]
    if member.kind != "mapping":
        reading.wrong(member, f"'{name}' must be a mapping of members, not {member}")
        return {}
    return read_object(reading, member, shape)


def read_foreign_action(reading: Reading, node: Node, verb: str) -> str:
    """The name of an action that the Central System initiates."""
    hint = "use 'send'" if verb == "receive" else ""
    return read_action(reading, node, verb, CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS, hint)


def read_action(
    reading: Reading, node: Node, verb: str, own: Mapping[str, object], others: Mapping[str, object], hint: str
) -> str:
    """The name of an action that this verb can have."""
    action = node.value
    if isinstance(action, str) and action in own:
        return action
    if isinstance(action, str) and action in others:
        sender = "Charge Point" if others is CHARGE_POINT_ACTIONS else "Central System"
        reading.wrong(node, f"{action}.req is sent by the {sender}", hint)
    elif isinstance(action, str):
        reading.wrong(node, f"OCPP 1.6 has no action '{action}'", did_you_mean(action, own))
    else:
        reading.wrong(node, f"'{verb}' must name an action, not {node}")
    return action if isinstance(action, str) else ""


def shape_of(action: str, direction: Direction) -> Shape:
    """The shape of a payload, or anything when OCPP 1.6 has no such action."""
    if action in CENTRAL_SYSTEM_ACTIONS or action in CHARGE_POINT_ACTIONS:
        return payload_shape(action, direction)
    return ANYTHING
