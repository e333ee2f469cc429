"""What is done with a frame: kept back, sent twice, changed in its payload, its array or its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from reference_csms.wire.frames import CALL, CALLERROR, CALLRESULT, Encoded, Frame, compact
from reference_faults.edits import Change
from reference_faults.landing import Deed, Turn

LATE = 40.0
"""Seconds after which nobody waits for an answer any longer."""

Select = Callable[[Frame], bool]


def answers(*actions: str) -> Select:
    """CALLRESULTs to CALLs with one of these actions, or to all."""
    return lambda frame: frame.kind == CALLRESULT and (not actions or frame.action in actions)


def calls(*actions: str) -> Select:
    """CALLs of the Central System with one of these actions, or all."""
    return lambda frame: frame.kind == CALL and (not actions or frame.action in actions)


def only(select: Select, deed: Deed) -> Deed:
    """Do it to these frames, and leave all others alone."""

    async def selective(turn: Turn) -> None:
        await (deed(turn) if select(turn.frame) else turn.send())

    return selective


def payload(change: Change) -> Deed:
    """Change the payload."""

    async def deed(turn: Turn) -> None:
        await turn.send(turn.frame.with_payload(change(turn.frame.message[-1])))

    return deed


def message(change: Callable[[list[Any]], Any]) -> Deed:
    """Change the OCPP-J array, into any JSON value."""
    return text_of(lambda original: compact(change(list(original))))


def text(change: Callable[[str], Encoded]) -> Deed:
    """Change the JSON text."""
    return text_of(lambda original: change(_as_text(original)))


def text_of(encode: Callable[[list[Any]], Encoded]) -> Deed:
    """Make the text out of the array in another way."""

    async def deed(turn: Turn) -> None:
        await turn.send(replace(turn.frame, encode=encode))

    return deed


def _as_text(original: list[Any]) -> str:
    encoded = compact(original)
    return encoded if isinstance(encoded, str) else str(encoded)


async def nothing(_: Turn) -> None:
    """Send nothing at all."""


async def late(turn: Turn) -> None:
    """Send it when nobody waits any longer."""
    await turn.pause(LATE)
    await turn.send()


async def twice(turn: Turn) -> None:
    """Send it and send it again."""
    await turn.send()
    await turn.send()


def with_id(change: Callable[[Any], Any]) -> Deed:
    """Write another uniqueId."""
    return message(lambda parts: [parts[0], change(parts[1]), *parts[2:]])


def error(code: Any, *rest: Any) -> Deed:
    """Send a CALLERROR instead; `rest` is errorDescription and errorDetails if they are not the usual ones."""
    tail = list(rest) or ["refused for no reason", {}]
    return message(lambda parts: [CALLERROR, parts[1], code, *tail])


def beside(extra: Callable[[list[Any]], list[Any]], *, before: bool = False) -> Deed:
    """Send another frame too, made of the right one, after it or before it."""

    async def deed(turn: Turn) -> None:
        other = Frame("", extra(list(turn.frame.message)))
        first, second = (other, turn.frame) if before else (turn.frame, other)
        await turn.send(first)
        await turn.send(second)

    return deed


def fresh_id() -> str:
    """A uniqueId that nobody used."""
    return str(uuid4())
