"""``receive``: the Central System sends a CALL; the Charge Point answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.scenario.matchers import Both, Matcher, When
from csms_harness.scenario.model import PING, WISHES, Receive, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.reading import read_object
from csms_harness.scenario.shapes import CALL_ERROR, Shape
from csms_harness.scenario.values import Reference, Value
from csms_harness.scenario.verbs.keys import (
    ELSE,
    EXPECT,
    IF,
    MEANWHILE,
    OBSERVE,
    OCTT,
    OPTIONAL,
    REPLY,
    REPLY_ERROR,
    SAVE,
    SILENT,
    THEN,
    TRIGGER,
    WHERE,
    WITHIN,
)
from csms_harness.scenario.verbs.verb import Verb, Written, shape_of


def _read(step: Written) -> Step:
    action = step.action_of_the_central_system()
    request, answer = shape_of(action, Direction.REQUEST), shape_of(action, Direction.CONFIRMATION)
    step.refuse_beside("reply_error", ("reply",))
    step.refuse_beside("optional", ("meanwhile",))
    step.refuse_beside("silent", ("reply", "reply_error", "meanwhile", "optional"))
    asked = step.object("trigger", request) if step.at("trigger") is not None else None
    return Receive(
        **step.common,
        action=action,
        trigger=asked,
        match=step.matcher("where", request, asked),
        expect=_expect(step, request, asked),
        observe=step.matcher("observe", request, asked),
        octt=step.matcher("octt", request, asked),
        reply=_reply(step, answer),
        reply_error=_reply_error(step),
        save=step.saved(request),
        within=step.length("within"),
        optional=step.flag("optional"),
        meanwhile=_meanwhile(step),
        silent=step.flag("silent"),
    )


_MEANWHILE: Final = (*sorted(CHARGE_POINT_ACTIONS), PING, *sorted(WISHES))


def _meanwhile(step: Written) -> tuple[str, ...]:
    member = step.at("meanwhile")
    items = () if member is None else step.reading.items(member, "'meanwhile'")
    return tuple(step.reading.choice(item, "a CALL of the Charge Point", _MEANWHILE) for item in items)


def _expect(step: Written, shape: Shape, asked: Mapping[str, Value] | None) -> Matcher | None:
    """``expect``, and ``then`` and ``else`` under their condition."""
    always = step.matcher("expect", shape, asked)
    condition, then, otherwise = (step.matcher(name, shape, asked) for name in ("if", "then", "else"))
    _check_company(step)
    if condition is None or then is None:
        return always
    conditional = When(condition, then, otherwise, condition.where)
    return conditional if always is None else Both(always, conditional)


def _check_company(step: Written) -> None:
    written = step.node.members
    for name in ("then", "else"):
        if name in written and "if" not in written:
            step.wrong(step.node.keys[name], f"'{name}' needs an 'if' beside it: the condition")
    if "if" in written and "then" not in written:
        step.wrong(step.node.keys["if"], "'if' needs a 'then' beside it: what must hold when the condition does")


def _reply(step: Written, shape: Shape) -> dict[str, Value] | Reference | None:
    member = step.at("reply")
    if member is None:
        return None
    if member.value == "$answer":
        return Reference("answer", member.where)
    if member.kind != "mapping":
        step.wrong(member, f"'reply' must be a mapping of members or $answer, not {member}")
        return None
    return read_object(step.reading, member, shape)


def _reply_error(step: Written) -> dict[str, Value] | None:
    member = step.at("reply_error")
    if member is None:
        return None
    error = step.object("reply_error", CALL_ERROR)
    if "code" not in error and member.kind == "mapping":
        step.wrong(member, "'reply_error' needs a 'code'", "such as InternalError")
    return error


def _told_meanwhile(action: str) -> str:
    return "a ping" if action == PING else f"{action}.req"


def _rows(step: Receive, page: Page) -> Iterator[Row]:
    first, second = page.labels(step)
    optional = " (optional)" if step.optional else ""
    yield page.right(
        f"{first}{step.action}.req{optional}",
        *(f"asked for {text}" for text in page.assigned(step.trigger or {})),
        *page.demands("only with", step.match),
        *page.demands("expects", step.expect),
        *page.demands("observes", step.observe),
        *page.demands("the official tool expects", step.octt),
        *([] if step.within is None else [f"within {page.text(step.within)}"]),
        *page.saved(step.save),
    )
    own = [one for one in step.meanwhile if one not in WISHES]
    wishes = [f"{one}.req" for one in step.meanwhile if one in WISHES]
    if own:
        yield page.left("before it answers, the Charge Point sends", *map(_told_meanwhile, own))
    if wishes:
        yield page.right("before it is answered, the Central System is asked for", *wishes)
    yield page.left(*_answer(step, page, second))


def _answer(step: Receive, page: Page, number: str) -> tuple[str, ...]:
    if step.silent:
        return (f"{number}no answer",)
    if step.reply_error is not None:
        return (f"{number}CALLERROR to {step.action}.req", *page.assigned(step.reply_error))
    if step.reply is None or isinstance(step.reply, Reference):
        return (f"{number}{step.action}.conf", "as this Charge Point answers anyway")
    return (f"{number}{step.action}.conf", *page.assigned(step.reply))


RECEIVE: Final = Verb(
    "receive", "The Central System sends this CALL; the Charge Point answers.", Receive,
    {"enum": sorted(CENTRAL_SYSTEM_ACTIONS)}, _read, _rows,
    keys=(
        TRIGGER, WHERE, EXPECT, IF, THEN, ELSE, OBSERVE, OCTT, REPLY, REPLY_ERROR, SAVE, WITHIN, OPTIONAL, MEANWHILE,
        SILENT,
    ),
    actions=CENTRAL_SYSTEM_ACTIONS,
    payloads={
        "trigger": "req.value", "where": "req.matcher", "expect": "req.matcher", "observe": "req.matcher",
        "octt": "req.matcher",
        "if": "req.matcher", "then": "req.matcher", "else": "req.matcher", "save": "req.saved", "reply": "conf.answer",
    },
    is_check=lambda step: not step.optional,
)  # fmt: skip
