"""What stands under the keys of a step: actions, payloads, matchers, names to save, durations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.scenario.expectations import read_matcher
from csms_harness.scenario.model import Matcher, Reference, Value
from csms_harness.scenario.reading import NAME, Reading, read_duration, read_object
from csms_harness.scenario.shapes import ANYTHING, Shape, member_paths, payload_shape, shape_at


def read_common(reading: Reading, node: Node) -> dict[str, Any]:
    """What any step may carry, as keyword arguments of a Step."""
    found = node.members
    common: dict[str, Any] = {"where": node.where}
    if "step" in found:
        common["numbers"] = _numbers(reading, found["step"])
    for name in ("note", "requirement"):
        if name in found:
            common[name] = reading.text(found[name], name)
    if "when" in found:
        common["when"] = _condition(reading, found["when"])
    return common


def _numbers(reading: Reading, node: Node) -> tuple[int, ...]:
    items = node.items if node.kind == "sequence" else (node,)
    numbers = []
    for item in items:
        if isinstance(item.value, int) and not isinstance(item.value, bool) and item.value > 0:
            numbers.append(item.value)
        else:
            reading.wrong(item, f"a step number must be a whole number from 1 on, not {item}")
    return tuple(numbers)


def _condition(reading: Reading, node: Node) -> Reference | None:
    text = node.value
    if isinstance(text, str) and text.startswith("$") and NAME.fullmatch(text[1:]):
        return Reference(text[1:], node.where)
    reading.wrong(node, f"'when' must be the $name of something saved, not {node}")
    return None


def read_action(
    reading: Reading, node: Node, verb: str, own: Mapping[str, Any], others: Mapping[str, Any], hint: str
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


def read_foreign_action(reading: Reading, node: Node, verb: str) -> str:
    """The name of an action that the Central System initiates."""
    hint = "use 'send'" if verb == "receive" else ""
    return read_action(reading, node, verb, CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS, hint)


def shape_of(action: str, direction: Direction) -> Shape:
    """The shape of a payload, or anything when OCPP 1.6 has no such action."""
    if action in CENTRAL_SYSTEM_ACTIONS or action in CHARGE_POINT_ACTIONS:
        return payload_shape(action, direction)
    return ANYTHING


def matcher_at(reading: Reading, node: Node, name: str, shape: Shape) -> Matcher | None:
    """The matcher under a key; for a whole payload it names members."""
    if name not in node.members:
        return None
    member = node.members[name]
    if member.kind != "mapping":
        reading.wrong(member, f"'{name}' must be a mapping of members, not {member}")
        return None
    return read_matcher(reading, member, shape)


def object_at(reading: Reading, node: Node, name: str, shape: Shape) -> dict[str, Value]:
    """The mapping of values under a key; empty when the key is not there."""
    if name not in node.members:
        return {}
    member = node.members[name]
    if member.kind != "mapping":
        reading.wrong(member, f"'{name}' must be a mapping of members, not {member}")
        return {}
    return read_object(reading, member, shape)


def names_saved(reading: Reading, node: Node, shape: Shape) -> dict[str, str]:
    """What a step saves: each new name with the dotted path to its value, which the shape must have."""
    if "save" not in node.members:
        return {}
    member, paths = node.members["save"], {}
    for name, path in reading.members(member, "'save'").items():
        if not NAME.fullmatch(name) or name in ("now", "answer"):
            reading.wrong(member.keys[name], f"'{name}' cannot be a name; letters, digits and _ can")
        paths[name] = _path(reading, path, shape)
    return paths


def _path(reading: Reading, node: Node, shape: Shape) -> str:
    text = reading.text(node, "save")
    parts = tuple(text.replace("[", ".").replace("]", "").split("."))
    if text and shape_at(shape, parts) is None:
        known = sorted(member_paths(shape))
        hint = did_you_mean(text, known) or (f"one of {', '.join(known)}" if 0 < len(known) < 12 else "")
        reading.wrong(node, f"{shape.name} has no '{text}' to save", hint)
    return text


def duration_at(reading: Reading, node: Node, name: str) -> Value | None:
    """The length of time under a key, or None when the key is not there."""
    return read_duration(reading, node.members[name], name) if name in node.members else None


def refuse_both(reading: Reading, node: Node, one: str, others: tuple[str, ...]) -> None:
    """Tell that a key stands beside another one with which it makes no sense."""
    for other in others:
        if one in node.members and other in node.members:
            reading.wrong(node.keys[other], f"'{other}' and '{one}' cannot stand in one step")


def require(reading: Reading, node: Node, verb: str, name: str, why: str) -> Node | None:
    """The node under a key that a verb cannot do without; a mistake and None when it is not there."""
    if name not in node.members:
        reading.wrong(node.keys[verb], f"'{verb}' needs '{name}': {why}")
    return node.members.get(name)


def flag_at(reading: Reading, node: Node, name: str) -> bool:
    """Whether a key is there and true."""
    member = node.members.get(name)
    if member is not None and not isinstance(member.value, bool):
        reading.wrong(member, f"'{name}' must be true or false, not {member}")
    return member is not None and member.value is True
