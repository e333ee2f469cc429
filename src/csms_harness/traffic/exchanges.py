"""One session of a Charge Point as a list of exchanges: each CALL with its answer, in the order of the CALLs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.ocppj.frames import Call, CallError, CallResult, parse_frame
from csms_harness.traffic.recorder import Passed

_OTHER: Final = {Side.CHARGE_POINT: Side.CENTRAL_SYSTEM, Side.CENTRAL_SYSTEM: Side.CHARGE_POINT}


@dataclass(slots=True)
class Exchange:
    """A CALL and what was answered: a payload, or an ``error`` with its code; neither where nothing was."""

    at: datetime
    side: Side
    action: str
    payload: Mapping[str, Any]
    answer: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection was opened at this moment; ``again`` when there was one before."""

    at: datetime
    again: bool


@dataclass(slots=True)
class Session:
    """What one Charge Point and the Central System said."""

    charge_point: str
    parts: list[Exchange | Opened] = field(default_factory=list)

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges alone."""
        return [part for part in self.parts if isinstance(part, Exchange)]


def session_of(charge_point: str, passed: Iterable[Passed]) -> Session:
    """The session of a Charge Point. What cannot be read as a message is left out."""
    session = Session(charge_point)
    waiting: dict[tuple[Side, str], Exchange] = {}
    for one in passed:
        if one.charge_point != charge_point:
            continue
        if one.side is None:
            if one.opened:
                session.parts.append(Opened(one.at, again=any(isinstance(part, Opened) for part in session.parts)))
                waiting.clear()
            continue
        match parse_frame(one.text).message:
            case Call(unique_id, action, payload):
                waiting[one.side, unique_id] = exchange = Exchange(one.at, one.side, action, payload)
                session.parts.append(exchange)
            case CallResult(unique_id, payload):
                if (call := waiting.pop((_OTHER[one.side], unique_id), None)) is not None:
                    call.answer = payload
            case CallError(unique_id, code, description, details):
                if (call := waiting.pop((_OTHER[one.side], unique_id), None)) is not None:
                    call.error = {"code": code, "description": description, "details": details}
    return session
