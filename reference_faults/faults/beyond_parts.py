"""What the tables of faults beyond the document share: which answers a fault is about, and what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from reference_csms.wire.frames import CALLRESULT, Frame, Payload
from reference_faults.faults.deeds import Select
from reference_faults.faults.model import Clause, Group
from reference_faults.landing import Turn

Holds = Callable[[Payload], Any]
"""Whether a request is one of those that are treated wrongly."""


def answering(action: str, holds: Holds) -> Select:
    """Answers to CALLs with this action whose payload is such a one."""
    return lambda frame: frame.kind == CALLRESULT and frame.action == action and bool(holds(request_of(frame)))


def request_of(frame: Frame) -> Payload:
    """The request that an answer is about; empty for every other frame."""
    return frame.request if isinstance(frame.request, dict) else {}


def clause_of(section: str, *cases: str) -> Clause:
    """What a table is about: the clause that breaks, and the cases beyond the document that are meant to notice."""
    return Clause(Group.BEYOND, section, cases)


def sampled(request: Payload) -> Iterator[Payload]:
    """Each SampledValue of a request."""
    for name in ("meterValue", "transactionData"):
        for value in request.get(name, ()):
            yield from value["sampledValue"]


def stopped(turn: Turn) -> int | None:
    """The transaction that the answer of this turn ends."""
    if turn.frame.kind != CALLRESULT or turn.frame.action != "StopTransaction":
        return None
    number = request_of(turn.frame).get("transactionId")
    return number if isinstance(number, int) else None
