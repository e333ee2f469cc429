"""Asking the Central System to act: triggers, items it has to know, and what became of the asking."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Final, NoReturn

from csms_harness.engine.connecting import keep_pace
from csms_harness.engine.effects import ReleaseTrigger, RequestProvision, RequestTrigger
from csms_harness.engine.events import TriggerBegan, TriggerFinished
from csms_harness.engine.expectation import Expectation
from csms_harness.engine.stage import Stage, Ticket, Watch
from csms_harness.engine.waiting import CaseStopped, Steps, Wait
from csms_harness.evidence import Happening, Initiated, Kind, What
from csms_harness.scenario.memory import item_of
from csms_harness.scenario.model import Absent, Receive
from csms_harness.scenario.references import Scope, resolve
from csms_harness.scenario.values import Value


def resolved(payload: Mapping[str, Value], scope: Scope, stage: Stage) -> dict[str, Any]:
    """A payload with every name replaced. A member written as null stays, so that it is left out, not filled."""
    now = stage.utc()
    return {name: resolve(value, scope, now) for name, value in payload.items()}


def ask(stage: Stage, step: Receive, scope: Scope, *asking: Expectation) -> Generator[Wait, Any, Ticket | None]:
    """Ask for a CALL, but not before the Central System had time to take in our last answer."""
    if step.trigger is None:
        return None
    yield from keep_pace(stage)
    if any(expectation.heard is not None for expectation in asking):
        return None
    fields = resolved(step.trigger, scope, stage)
    ticket = _ticket(stage, step.action, fields)
    stage.effects.append(RequestTrigger(ticket.number, step.action, fields))
    for expectation in asking:
        expectation.demand.asked_at, expectation.demand.ticket = stage.utc(), ticket
    return ticket


AHEAD: Final = 0.5
"""Seconds in which a Central System that does not wait sends what it was asked for while a CALL of it is open."""

MOST_AHEAD: Final = 2.0
"""Seconds after which we answer all the same: a control API may wait for the CALL that waits for us."""


def ask_ahead(stage: Stage, action: str, step: Receive, scope: Scope) -> Steps:
    """Ask for a CALL while that of a step is open, for a later one; it must not come before we answer."""
    stage.notebook.checks += 1
    before, watch = len(stage.notebook.findings), Watch(Absent(where=step.where, action=action, during=AHEAD), scope)
    ticket = stage.ahead[action] = _ticket(stage, action, {})
    stage.effects.append(RequestTrigger(ticket.number, action, {}))

    def over() -> float:
        latest = ticket.asked_at + MOST_AHEAD
        return latest if ticket.finished_at is None else min(latest, ticket.finished_at + AHEAD)

    stage.absences.append(watch)
    try:
        yield Wait(f"{action}.req, which should not come yet", lambda: None, over)
    finally:
        stage.absences.remove(watch)
    stage.stop_on_failure(before)


def asked_ahead(stage: Stage, action: str, *asking: Expectation) -> Ticket | None:
    """The wish that was made before this step, unless the Central System did not take it."""
    ticket = stage.ahead.pop(action, None)
    if ticket is None or ticket.gave_up or ticket.doubtful:
        return None
    for expectation in asking:
        expectation.demand.asked_at, expectation.demand.ticket = stage.utc(), ticket
    return ticket


def _ticket(stage: Stage, item: str, fields: Mapping[str, Any]) -> Ticket:
    ticket = Ticket(len(stage.tickets) + 1, item, stage.now, fields)
    stage.tickets.append(ticket)
    stage.note(Happening.ASKED, stage.now, item=item, fields=dict(fields))
    return ticket


def began(stage: Stage, event: TriggerBegan) -> None:
    """A trigger is at work."""
    if 0 < event.ticket <= len(stage.tickets):
        ticket = stage.tickets[event.ticket - 1]
        ticket.adapter, ticket.not_passed = event.adapter, event.not_passed


def finished(stage: Stage, event: TriggerFinished) -> None:
    """A trigger ended; what it says is evidence about itself only."""
    if not 0 < event.ticket <= len(stage.tickets):
        return
    ticket = stage.tickets[event.ticket - 1]
    ticket.outcome, ticket.text, ticket.finished_at = event.outcome, event.text, event.at
    ticket.adapter, ticket.said, ticket.doubtful = event.adapter, event.said, event.doubtful
    stage.note(Happening.TRIGGER, event.at, item=ticket.item, outcome=event.outcome, text=event.text)


def served(stage: Stage, ticket: Ticket | None, expectation: Expectation) -> None:
    """The CALL that was asked for has come."""
    if ticket is None or expectation.heard is None:
        return
    seconds = max(0.0, expectation.heard.at - ticket.asked_at)
    stage.notebook.initiated.append(Initiated(ticket.item, seconds, ticket.adapter))
    if not ticket.outcome:
        stage.effects.append(ReleaseTrigger(ticket.number, ticket.item))


def gave_up(stage: Stage, ticket: Ticket) -> NoReturn:
    """The trigger did not hand over the wish: no CALL can be expected."""
    finding = stage.find(Kind.TRIGGER, What.TRIGGER, actions=(ticket.item,), outcome=ticket.outcome, detail=ticket.text)
    raise CaseStopped(finding)


def provide(stage: Stage, wanted: Mapping[str, Value], scope: Scope) -> Steps:
    """Have one item (``before.memory``) exist in the Central System, or stop the case with the reason why not."""
    fields = resolve(wanted, scope, stage.utc())
    item = item_of(fields)
    ticket = _ticket(stage, item, {name: value for name, value in fields.items() if name != "password"})
    stage.effects.append(RequestProvision(ticket.number, item, fields))
    yield Wait(f"the {item} to be provisioned", lambda: ticket.outcome or None, lambda: None)
    if ticket.outcome != "performed":
        named = str(fields.get("idTag") or fields.get("chargePointId") or "")
        finding = stage.find(
            Kind.TRIGGER, What.PROVISION, actions=(item,), observed=named, outcome=ticket.outcome, detail=ticket.text
        )
        raise CaseStopped(finding)
