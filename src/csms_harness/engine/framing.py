"""The verb ``frame``: a frame as it stands, right or wrong, and what the Central System makes of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from csms_harness.dialogue.outgoing import Framing, Outgoing
from csms_harness.engine.admission import need_connection
from csms_harness.engine.connecting import open_line
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import TIMEOUT, Steps, Wait
from csms_harness.evidence import Kind, What
from csms_harness.message import MessageType
from csms_harness.ocppj.forging import forged, is_call
from csms_harness.scenario.model import Frame, Reaction
from csms_harness.scenario.references import Scope, seconds

PATIENCE: Final = 2.0
"""Seconds after which a frame that brought nothing was ignored, where the scenario does not say."""

_ANSWERS: Final = {MessageType.CALLRESULT: Reaction.ANSWERED, MessageType.CALLERROR: Reaction.REFUSED}


def frame(stage: Stage, step: Frame, scope: Scope) -> Steps:
    """Send a frame, wait for what comes of it, and judge that. Where the connection was closed, open it again."""
    need_connection(stage, "a frame")
    before = len(stage.notebook.findings)
    stage.notebook.checks += 1
    limit = PATIENCE if step.within is None else seconds(step.within, scope)
    stage.may_lose = Reaction.CLOSED in step.accept
    try:
        outgoing = stage.forge(step.text, limit, Framing(step.binary))
        reaction = yield from _reaction(stage, outgoing)
    finally:
        stage.may_lose = False
    if reaction not in step.accept:
        number = outgoing.number if outgoing.answer_number is None else outgoing.answer_number
        stage.find(
            Kind.MISMATCH, What.FRAME, type=MessageType.UNREADABLE, required=" or ".join(step.accept),
            observed=reaction, frame=number, where=str(step.where),
        )  # fmt: skip
    stage.stop_on_failure(before)
    if not stage.line.connected:
        yield from open_line(stage)


def _reaction(stage: Stage, outgoing: Outgoing) -> Generator[Wait, Any, Reaction]:
    heard = len(stage.strays)
    yield Wait("the line for a frame", lambda: outgoing.sent_at or not stage.line.connected or None, lambda: None)

    def ready() -> Reaction | None:
        if outgoing.answer is not None:
            return _ANSWERS[outgoing.answer.type]
        for stray in stage.strays[heard:]:
            if stray.message.type is MessageType.CALLRESULT and _is_call(outgoing):
                return Reaction.MISNAMED
            if stray.message.type in _ANSWERS:
                return _ANSWERS[stray.message.type]
        return None if stage.line.connected else Reaction.CLOSED

    found = yield Wait("what becomes of a frame", ready, lambda: outgoing.due)
    if outgoing.answer is None and stage.line.connected:
        stage.line.dialogue.give_up(outgoing, stage.now)
    return Reaction.IGNORED if found is TIMEOUT else found


def _is_call(outgoing: Outgoing) -> bool:
    """Whether what was sent is a CALL by its form, whose answer must have its uniqueId (OCPP-J 1.6 section 4.1.4)."""
    return not outgoing.framing.binary and is_call(forged(outgoing.forged, outgoing.unique_id))
