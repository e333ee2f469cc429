"""Seams that change frames: their array, their text, or the payloads of answers and CALLs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reference_csms.seams import Forward, Line, Seams
from reference_csms.wire.frames import CALL, CALLRESULT, Encoded, Frame, Payload


def changing_messages(change: Callable[[list[Any]], list[Any]]) -> Seams:
    """Change the OCPP-J array of every frame."""

    async def step(_: Line, frame: Frame, forward: Forward) -> None:
        await forward(replace(frame, message=change(frame.message)))

    return Seams(outgoing=(step,))


def changing_text(change: Callable[[Encoded], Encoded]) -> Seams:
    """Change the text of every frame, after whatever else shapes it."""

    async def step(_: Line, frame: Frame, forward: Forward) -> None:
        encode = frame.encode
        await forward(replace(frame, encode=lambda message: change(encode(message))))

    return Seams(outgoing=(step,))


def changing_answers(action: str, change: Callable[[Payload], Payload]) -> Seams:
    """Change the payload of every CALLRESULT to this action."""
    return _changing_payloads(CALLRESULT, action, change)


def changing_calls(action: str, change: Callable[[Payload], Payload]) -> Seams:
    """Change the payload of every CALL with this action that the Central System sends."""
    return _changing_payloads(CALL, action, change)


def _changing_payloads(kind: int, action: str, change: Callable[[Payload], Payload]) -> Seams:
    async def step(_: Line, frame: Frame, forward: Forward) -> None:
        if (frame.kind, frame.action) == (kind, action) and frame.payload is not None:
            frame = frame.with_payload(change(frame.payload))
        await forward(frame)

    return Seams(outgoing=(step,))
