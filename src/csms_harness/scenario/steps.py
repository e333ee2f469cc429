"""Steps: one verb each, with the modifiers that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from csms_harness.documents.mistakes import did_you_mean, one_of
from csms_harness.documents.nodes import Node
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.scenario.model import (
    Absent,
    AllOf,
    AnyOf,
    Branch,
    Connect,
    Disconnect,
    ForEach,
    Receive,
    Reference,
    Repeat,
    RunState,
    Send,
    Step,
    Value,
    Wait,
)
from csms_harness.scenario.reading import NAME, Reading, read_object, read_value
from csms_harness.scenario.shapes import ANYTHING, CALL_ERROR, HANDSHAKE, MOMENT, Shape
from csms_harness.scenario.step_fields import (
    duration_at,
    flag_at,
    matcher_at,
    names_saved,
    object_at,
    read_action,
    read_common,
    read_foreign_action,
    refuse_both,
    require,
    shape_of,
)

COMMON: Final = ("step", "note", "requirement", "when")
"""What any step may carry."""

VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "send": ("with", "expect", "expect_error", "observe", "save", "within", "budget"),
    "receive": (
        "trigger", "where", "expect", "observe", "reply", "reply_error", "save", "within", "optional",
    ),
    "absent": ("where", "during"),
    "state": ("with",),
    "connect": ("expect", "save"),
    "disconnect": ("save",),
    "wait": ("because", "at_most"),
    "any_of": (),
    "all_of": (),
    "for_each": ("steps",),
    "repeat": ("every", "at_most", "steps"),
}  # fmt: skip
"""Each verb with the modifiers it takes."""

Common = Mapping[str, Any]


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
    common = read_common(reading, node)
    verbs = [verb for verb in VERBS if verb in node.members]
    if len(verbs) != 1:
        _tell_verbs(reading, node, verbs)
        return Step(**common)
    _check_modifiers(reading, node, verbs[0])
    return _READERS[verbs[0]](reading, node, common)


def _tell_verbs(reading: Reading, node: Node, verbs: list[str]) -> None:
    if verbs:
        second = max((node.keys[verb] for verb in verbs), key=lambda key: key.where)
        first = min(verbs, key=lambda verb: node.keys[verb].where)
        reading.wrong(second, f"two verbs in one step: {first} and {second.value}; write two steps")
        return
    known = {word for modifiers in VERBS.values() for word in modifiers} | set(COMMON)
    strange = [key for name, key in node.keys.items() if name not in known]
    hints = [did_you_mean(str(key.value), VERBS) for key in strange]
    hint = next((hint for hint in hints if hint), f"one of {', '.join(VERBS)}")
    reading.wrong(strange[0] if strange else node, "this step has no verb", hint)


def _check_modifiers(reading: Reading, node: Node, verb: str) -> None:
    allowed = (verb, *VERBS[verb], *COMMON)
    for name, key in node.keys.items():
        if name in allowed:
            continue
        owners = [f"'{other}'" for other, modifiers in VERBS.items() if name in modifiers]
        if owners:
            reading.wrong(key, f"'{name}' belongs to {one_of(owners)}, not to '{verb}'")
        else:
            hint = did_you_mean(name, allowed)
            reading.wrong(key, f"unknown key '{name}' in a '{verb}' step", hint)


def _send(reading: Reading, node: Node, common: Common) -> Step:
    action = read_action(
        reading, node.members["send"], "send", CHARGE_POINT_ACTIONS, CENTRAL_SYSTEM_ACTIONS, "use 'receive'"
    )
    request, answer = shape_of(action, Direction.REQUEST), shape_of(action, Direction.CONFIRMATION)
    refuse_both(reading, node, "expect_error", ("expect", "observe", "save"))
    return Send(
        **common,
        action=action,
        payload=object_at(reading, node, "with", request),
        expect=matcher_at(reading, node, "expect", answer),
        expect_error=matcher_at(reading, node, "expect_error", CALL_ERROR),
        observe=matcher_at(reading, node, "observe", answer),
        save=names_saved(reading, node, answer),
        within=duration_at(reading, node, "within"),
        budget=duration_at(reading, node, "budget"),
    )


def _receive(reading: Reading, node: Node, common: Common) -> Step:
    action = read_foreign_action(reading, node.members["receive"], "receive")
    request, answer = shape_of(action, Direction.REQUEST), shape_of(action, Direction.CONFIRMATION)
    refuse_both(reading, node, "reply_error", ("reply",))
    return Receive(
        **common,
        action=action,
        trigger=object_at(reading, node, "trigger", request) if "trigger" in node.members else None,
        match=matcher_at(reading, node, "where", request),
        expect=matcher_at(reading, node, "expect", request),
        observe=matcher_at(reading, node, "observe", request),
        reply=_reply(reading, node, answer),
        reply_error=_reply_error(reading, node),
        save=names_saved(reading, node, request),
        within=duration_at(reading, node, "within"),
        optional=flag_at(reading, node, "optional"),
    )


def _reply(reading: Reading, node: Node, shape: Shape) -> dict[str, Value] | Reference | None:
    member = node.members.get("reply")
    if member is None:
        return None
    if member.value == "$answer":
        return Reference("answer", member.where)
    if member.kind != "mapping":
        reading.wrong(member, f"'reply' must be a mapping of members or $answer, not {member}")
        return None
    return read_object(reading, member, shape)


def _reply_error(reading: Reading, node: Node) -> dict[str, Value] | None:
    if "reply_error" not in node.members:
        return None
    error = object_at(reading, node, "reply_error", CALL_ERROR)
    if "code" not in error and node.members["reply_error"].kind == "mapping":
        reading.wrong(node.members["reply_error"], "'reply_error' needs a 'code'", "such as InternalError")
    return error


def _absent(reading: Reading, node: Node, common: Common) -> Step:
    action = read_foreign_action(reading, node.members["absent"], "absent")
    require(reading, node, "absent", "during", "how long the message must not come")
    during = duration_at(reading, node, "during")
    where = matcher_at(reading, node, "where", shape_of(action, Direction.REQUEST))
    return Absent(**common, action=action, during=during, match=where)


def _state(reading: Reading, node: Node, common: Common) -> Step:
    name = reading.text(node.members["state"], "state")
    return RunState(**common, name=name, arguments=object_at(reading, node, "with", ANYTHING))


def _connect(reading: Reading, node: Node, common: Common) -> Step:
    verb = node.members["connect"]
    if verb.kind != "scalar" or verb.value is not None:
        hint = "'expect' and 'save' stand beside it, in its column"
        reading.wrong(verb, f"'connect' must be empty, not {verb}", hint)
    expect = matcher_at(reading, node, "expect", HANDSHAKE)
    return Connect(**common, expect=expect, save=names_saved(reading, node, MOMENT))


def _disconnect(reading: Reading, node: Node, common: Common) -> Step:
    how = node.members["disconnect"]
    if how.kind != "scalar" or how.value not in (None, "drop"):
        reading.wrong(how, f"'disconnect' must be empty (in order) or 'drop', not {how}")
    return Disconnect(**common, drop=how.value == "drop", save=names_saved(reading, node, MOMENT))


def _wait(reading: Reading, node: Node, common: Common) -> Step:
    because = require(reading, node, "wait", "because", "the reason the protocol gives for it")
    return Wait(
        **common,
        duration=duration_at(reading, node, "wait"),
        because="" if because is None else reading.text(because, "because"),
        at_most=duration_at(reading, node, "at_most"),
    )


def _branches(reading: Reading, node: Node, verb: str) -> tuple[Branch, ...]:
    items = reading.items(node.members[verb], f"'{verb}'")
    if node.members[verb].kind == "sequence" and len(items) < 2:
        reading.wrong(node.members[verb], f"'{verb}' needs at least two branches")
    branches = [_branch(reading, item, verb) for item in items]
    names = [branch.name for branch in branches]
    for index, branch in enumerate(branches):
        if branch.name and branch.name in names[:index]:
            reading.wrong(items[index], f"two branches have the name '{branch.name}'")
    return tuple(branches)


def _branch(reading: Reading, node: Node, verb: str) -> Branch:
    found = reading.members(node, f"a branch of '{verb}'", ("name", "steps"))
    for name in ("name", "steps"):
        if name not in found and node.kind == "mapping":
            reading.wrong(node, f"a branch of '{verb}' needs '{name}'")
    name = reading.text(found["name"], "name") if "name" in found else ""
    return Branch(name, read_steps(reading, found["steps"]) if "steps" in found else ())


def _any_of(reading: Reading, node: Node, common: Common) -> Step:
    branches = _branches(reading, node, "any_of")
    own = [branch for branch in branches if branch.steps and not isinstance(branch.steps[0], Receive)]
    for branch in own[1:]:
        text = "only one branch of 'any_of' may begin with something else than 'receive'"
        reading.wrong_at(branch.steps[0].where, text)
    return AnyOf(**common, branches=branches)


def _all_of(reading: Reading, node: Node, common: Common) -> Step:
    return AllOf(**common, branches=_branches(reading, node, "all_of"))


def _inner_steps(reading: Reading, node: Node, verb: str) -> tuple[Step, ...]:
    steps = require(reading, node, verb, "steps", "what is done each time")
    return () if steps is None else read_steps(reading, steps)


def _for_each(reading: Reading, node: Node, common: Common) -> Step:
    member = node.members["for_each"]
    found = list(reading.members(member, "'for_each'").items())
    if len(found) != 1 and member.kind == "mapping":
        reading.wrong(member, "'for_each' names exactly one value, such as {connectorId: [1, 2]}")
    name, values = found[0] if found else ("", None)
    if name and not NAME.fullmatch(name):
        reading.wrong(member.keys[name], f"'{name}' cannot be a name; letters, digits and _ can")
    return ForEach(
        **common,
        name=name,
        values=[] if values is None else _list(reading, values),
        steps=_inner_steps(reading, node, "for_each"),
    )


def _list(reading: Reading, node: Node) -> Value:
    value = read_value(reading, node)
    if isinstance(value, Reference) or (isinstance(value, list) and value):
        return value
    reading.wrong(node, f"'for_each' goes through a list or a $name, not {node}")
    return []


def _repeat(reading: Reading, node: Node, common: Common) -> Step:
    member = node.members["repeat"]
    times = read_value(reading, member)
    if not isinstance(times, Reference) and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        reading.wrong(member, f"'repeat' must be a whole number from 1 on or a $name, not {member}")
    return Repeat(
        **common,
        times=times,
        steps=_inner_steps(reading, node, "repeat"),
        every=duration_at(reading, node, "every"),
        at_most=duration_at(reading, node, "at_most"),
    )


_READERS: Final[Mapping[str, Callable[[Reading, Node, Common], Step]]] = {
    "send": _send,
    "receive": _receive,
    "absent": _absent,
    "state": _state,
    "connect": _connect,
    "disconnect": _disconnect,
    "wait": _wait,
    "any_of": _any_of,
    "all_of": _all_of,
    "for_each": _for_each,
    "repeat": _repeat,
}
