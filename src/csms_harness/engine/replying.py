"""How a CALL of the Central System is answered: as its step says, else the way a good Charge Point would."""

from __future__ import annotations

from collections.abc import Callable

from csms_harness.engine.stage import Stage
from csms_harness.message import Message
from csms_harness.ocppj.breach import Breach
from csms_harness.scenario.model import Receive
from csms_harness.scenario.references import Scope, resolve
from csms_harness.scenario.values import Reference

Reply = Callable[[], Message]
"""Answers a CALL; every name in the answer is resolved before, and nothing is sent."""

Names = Callable[[], Scope]
"""The names that a step can see now. Raises UndefinedName."""


def reply_to(stage: Stage, step: Receive, names: Names, asked: Message, breaches: list[Breach]) -> Reply:
    """How a step answers its CALL. Raises UndefinedName."""
    dialogue, now = stage.line.dialogue, stage.now
    if unreadable(breaches):
        return lambda: dialogue.answer_ordinarily(asked, now)[1]  # no good Charge Point accepts what it cannot read
    if step.reply_error is not None:
        error = resolve(step.reply_error, names(), stage.utc())
        code, description = error.get("code", "GenericError"), error.get("description", "")
        return lambda: dialogue.refuse(asked, code, description, error.get("details"), at=now)
    if step.reply is not None and not isinstance(step.reply, Reference):
        payload = resolve(step.reply, names(), stage.utc())
        return lambda: dialogue.reply(asked, payload, now)
    ambient = dialogue.ordinary_answer(asked, now, refuse_disruptive=False)
    if ambient.error is not None:
        code, description = ambient.error
        return lambda: dialogue.refuse(asked, code, description, at=now)
    return lambda: dialogue.reply(asked, ambient.reply or {}, now)


def is_answered_alike(stage: Stage, step: Receive, names: Names, message: Message) -> bool:
    """Whether this Charge Point by itself answers a CALL about something else as the step would."""
    if step.reply is None or isinstance(step.reply, Reference):
        return step.reply_error is None
    own = stage.line.dialogue.ordinary_answer(message, stage.now)
    return bool(own.reply == resolve(step.reply, names(), stage.utc()))


def unreadable(breaches: list[Breach]) -> bool:
    """Whether a CALL breaks so much that no Charge Point could take it for what it is."""
    return any(breach.rule in ("schema", "frame", "json") for breach in breaches)
