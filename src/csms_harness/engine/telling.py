"""A step as the report tells it: its place, its verb and what that is about."""

from __future__ import annotations

from collections.abc import Sequence

from csms_harness.evidence import Executed
from csms_harness.scenario.model import (
    Absent,
    Connect,
    Disconnect,
    Frame,
    Ping,
    Pong,
    Probe,
    Receive,
    RunState,
    Send,
    Spoil,
    Step,
)
from csms_harness.scenario.model import Wait as WaitStep
from csms_harness.scenario.references import Scope
from csms_harness.scenario.values import Reference


def numbered(numbers: tuple[int, ...]) -> str:
    """The document's own step numbers: ``step 5``, ``steps 1-2``, ``steps 3, 7``; empty when there are none."""
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"step {numbers[0]}"
    if numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"steps {numbers[0]}-{numbers[-1]}"
    return "steps " + ", ".join(str(number) for number in numbers)


def record_of(step: Step, place: str, scope: Scope) -> Executed:
    """The record of a step that has yet to run; its verb is empty when it only holds other steps."""
    if isinstance(step, Send):
        return Executed(place, "send", step.action, _detail(step, scope), step.note)
    verb, subject = _told(step)
    return Executed(place, verb, subject, "", step.note)


def _told(step: Step) -> tuple[str, str]:
    match step:
        case Spoil(action=action):
            return "spoil", action
        case Frame(binary=binary):
            return "frame", "binary" if binary else "text"
        case Ping() | Pong():
            return type(step).__name__.lower(), ""
        case Receive(action=action):
            return "receive", action
        case Absent(action=action):
            return "absent", action
        case RunState(name=name):
            return "state", name
        case Connect(beside=beside, at_once=at_once):
            return "connect", "beside" if beside else "at once" if at_once else ""
        case Probe():
            return "probe", ""
        case Disconnect(drop=drop, former=former):
            return "disconnect", "former" if former else "drop" if drop else ""
        case WaitStep(because=because):
            return "wait", because
        case _:
            return "", ""


def _detail(step: Send, scope: Scope) -> str:
    """What a message tells: its status, if it has one, and in how many fragments it goes out."""
    status = step.payload.get("status")
    if isinstance(status, Reference):
        status = scope.value(status) if scope.has(status.name) else None
    told = status if isinstance(status, str) else ""
    if step.fragments == 1:
        return told
    return ", ".join(part for part in (told, f"{step.fragments} fragments") if part)


def untold_steps(steps: Sequence[Step], executed: Sequence[Executed]) -> list[Executed]:
    """The top-level steps that were not reached, as the report shows them."""
    reached = {record.step for record in executed}
    last = max((step.numbers[-1] for step in steps if step.numbers and numbered(step.numbers) in reached), default=0)
    ahead = (step for step in steps if step.numbers and step.numbers[0] > last)
    records = [record_of(step, numbered(step.numbers), Scope({})) for step in ahead]
    for record in records:
        record.outcome = "not reached"
    return [record for record in records if record.verb]
