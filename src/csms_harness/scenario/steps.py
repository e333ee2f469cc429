"""Steps: one verb each, with the keys that belong to it."""

from __future__ import annotations

from typing import Any

from csms_harness.documents.mistakes import did_you_mean, one_of
from csms_harness.documents.nodes import Node
from csms_harness.scenario.model import Step
from csms_harness.scenario.reading import Reading
from csms_harness.scenario.verbs import COMMON, KEYS, VERBS, Verb, Written


def read_steps(reading: Reading, node: Node, what: str = "steps") -> tuple[Step, ...]:
    """The steps of a list; a step that cannot be read is left as a bare Step."""
    items = reading.items(node, f"'{what}'")
    if node.kind == "sequence" and not items:
        reading.wrong(node, f"'{what}' holds no step")
    return tuple(read_step(reading, item) for item in items)


def read_step(reading: Reading, node: Node) -> Step:
    """One step."""
    if node.kind != "mapping":
        reading.wrong(node, f"a step must be a mapping, not {node}")
        return Step(where=node.where)
    common = _common(reading, node)
    verbs = [verb for verb in VERBS if verb in node.members]
    if len(verbs) != 1:
        _tell_verbs(reading, node, verbs)
        return Step(**common)
    verb = VERBS[verbs[0]]
    _check_keys(reading, node, verb)
    return verb.read(Written(reading, node, verb.name, common, read_steps))


def _common(reading: Reading, node: Node) -> dict[str, Any]:
    """What any step may carry, as keyword arguments of a Step."""
    common: dict[str, Any] = {"where": node.where}
    if "step" in node.members:
        common["numbers"] = _numbers(reading, node.members["step"])
    if "note" in node.members:
        common["note"] = reading.text(node.members["note"], "note")
    return common


def _numbers(reading: Reading, node: Node) -> tuple[int, ...]:
    numbers = []
    for item in node.items if node.kind == "sequence" else (node,):
        if isinstance(item.value, int) and not isinstance(item.value, bool) and item.value > 0:
            numbers.append(item.value)
        else:
            reading.wrong(item, f"a step number must be a whole number from 1 on, not {item}")
    return tuple(numbers)


def _tell_verbs(reading: Reading, node: Node, verbs: list[str]) -> None:
    if verbs:
        second = max((node.keys[verb] for verb in verbs), key=lambda key: key.where)
        first = min(verbs, key=lambda verb: node.keys[verb].where)
        reading.wrong(second, f"two verbs in one step: {first} and {second.value}; write two steps")
        return
    strange = [key for name, key in node.keys.items() if name not in KEYS]
    hints = [did_you_mean(str(key.value), VERBS) for key in strange]
    hint = next((hint for hint in hints if hint), f"one of {', '.join(VERBS)}")
    reading.wrong(strange[0] if strange else node, "this step has no verb", hint)


def _check_keys(reading: Reading, node: Node, verb: Verb) -> None:
    allowed = (verb.name, *verb.modifiers, *(key.name for key in COMMON))
    for name, key in node.keys.items():
        if name in allowed:
            continue
        owners = [f"'{other}'" for other, one in VERBS.items() if name in one.modifiers]
        if owners:
            reading.wrong(key, f"'{name}' belongs to {one_of(owners)}, not to '{verb.name}'")
        else:
            hint = did_you_mean(name, allowed) or f"known are {', '.join(allowed)}"
            reading.wrong(key, f"unknown key '{name}' in a '{verb.name}' step", hint)
    for name, why in verb.needs.items():
        if name not in node.members:
            reading.wrong(node.keys[verb.name], f"'{verb.name}' needs '{name}': {why}")
