"""How a noise is made: of seams, of what it does with each frame, or of a CALL that nobody ordered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from reference_csms.instants import parse_instant
from reference_csms.seams import Line, Seams
from reference_csms.wire.frames import Payload
from reference_faults.changing import changing_answers, changing_calls, changing_messages
from reference_faults.deviation import Deviation, Ledger, Make
from reference_faults.edits import Change
from reference_faults.landing import Deed, doing, watched
from reference_faults.origin import here
from reference_faults.unordered import ask

Noise = Deviation
"""A noise is a deviation and no more: what is legal breaks no clause, and no case may fail on it."""


def noise(name: str, what: str, seams: Seams) -> Noise:
    """A noise that changes frames or uniqueIds; what differs on the wire is counted."""
    return noise_made(name, what, watched(seams))


def noise_by(name: str, what: str, deed: Deed) -> Noise:
    """A noise that handles each frame itself."""
    return noise_made(name, what, doing(deed))


def noise_made(name: str, what: str, make: Make) -> Noise:
    """A noise that counts by itself."""
    return Noise(name, what, make, here())


def answering(name: str, what: str, change: Change, *actions: str) -> Noise:
    """Another payload in the answers to these actions."""
    return noise(name, what, sum((changing_answers(action, change) for action in actions), Seams()))


def calling(name: str, what: str, change: Change, *actions: str) -> Noise:
    """Another payload in the CALLs with these actions."""
    return noise(name, what, sum((changing_calls(action, change) for action in actions), Seams()))


def naming(name: str, what: str, rename: Callable[[str], str]) -> Noise:
    """Other uniqueIds."""
    return noise(name, what, Seams(naming=(rename,)))


def numbering(name: str, what: str, number: Callable[[int], int]) -> Noise:
    """A noise that gives transactions ids of its own: what `number` makes of 1, 2, 3 and so on."""

    def make(ledger: Ledger) -> Seams:
        counted = count(1)

        def following() -> int:
            ledger.landed += 1
            return number(next(counted))

        return Seams(numbering=following)

    return noise_made(name, what, make)


def instants(name: str, what: str, members: frozenset[str], write: Callable[[datetime], str]) -> Noise:
    """Every date-time in these members written in another way."""

    def rewrite(node: Any, member: str = "") -> Any:
        if isinstance(node, dict):
            return {member: rewrite(value, member) for member, value in node.items()}
        if isinstance(node, list):
            return [rewrite(item, member) for item in node]
        instant = parse_instant(node) if member in members and isinstance(node, str) else None
        return node if instant is None else write(instant)

    return noise(name, what, changing_messages(lambda message: [rewrite(element) for element in message]))


def after(name: str, answered: str, action: str, payload: Payload) -> Noise:
    """A CALL when a CALL of the Charge Point was answered."""

    def make(ledger: Ledger) -> Seams:
        async def hook(line: Line, _: Payload, __: Payload) -> None:
            ask(ledger, line, action, payload)

        return Seams(after=((answered, hook),))

    return noise_made(name, f"sends {_in_words(action, payload)} after each {answered}.conf", make)


def before(name: str, action: str, payload: Payload) -> Noise:
    """A CALL ahead of each that the operator orders, but never one that could be taken for it."""

    def make(ledger: Ledger) -> Seams:
        async def hook(line: Line, ordered: str, _: Payload) -> None:
            if ordered != action:
                ask(ledger, line, action, payload)

        return Seams(ordered=(hook,))

    return noise_made(name, f"sends {_in_words(action, payload)} ahead of each other CALL that was ordered", make)


def _in_words(action: str, payload: Payload) -> str:
    about = payload.get("requestedMessage") or ("two keys" if "key" in payload and action == "GetConfiguration" else "")
    return f"{action}.req" + (f" for {about}" if about else "")
