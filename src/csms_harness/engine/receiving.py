"""The verb ``receive``: a CALL of the Central System that comes by itself or is asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, NoReturn

from csms_harness.engine.asking import ask, ask_ahead, asked_ahead, gave_up, served
from csms_harness.engine.connecting import open_line, part
from csms_harness.engine.expectation import Expectation
from csms_harness.engine.pinging import DATA, ping
from csms_harness.engine.sending import send
from csms_harness.engine.stage import Heard, Stage, Ticket
from csms_harness.engine.standing import stop_if_hindered
from csms_harness.engine.waiting import TIMEOUT, CaseStopped, Steps, Wait
from csms_harness.evidence import Kind, What
from csms_harness.foreign import excerpt
from csms_harness.message import MessageType
from csms_harness.ocppj.frames import Call, parse_frame
from csms_harness.scenario.model import PING, WISHES, Ping, Receive, Send
from csms_harness.scenario.references import Scope, seconds


def receive(stage: Stage, step: Receive, scope: Scope, expectation: Expectation) -> Steps:
    """Wait for the CALL of a step, asking for it if the step has a trigger; an optional one is only welcome."""
    if step.optional:
        stage.welcome.append(expectation)
        stage.armed.append(expectation)
        expectation.start()
        return
    stage.arm(expectation)
    expectation.start()
    began = stage.now
    try:
        ticket = yield from _asked(stage, step, scope, expectation)
        if expectation.heard is None:
            yield from _look_at_the_former_connection(stage, step.action)
            nothing_came([expectation], stage, ticket, began)
        served(stage, ticket, expectation)
        yield from _meanwhile(stage, step, scope)
    finally:
        expectation.answer()
        stage.disarm(expectation, *stage.welcome)
        stage.welcome.clear()
    stop_if_wrong(stage, expectation)


def _asked(stage: Stage, step: Receive, scope: Scope, expectation: Expectation) -> Generator[Wait, Any, Ticket | None]:
    """Ask for the CALL of a step and wait for it.

    The Central System may close a connection whose security profile it has raised: then the Charge Point comes back
    under the new one, and a wish that was lost on the way is made again, once.
    """
    ticket = asked_ahead(stage, step.action, expectation)
    cut = False
    while True:
        may_lose = stage.may_lose = stage.line.outdated
        try:
            if expectation.heard is None and (ticket is None or ticket.gave_up or ticket.doubtful):
                ticket = yield from ask(stage, step, scope, expectation)
                cut = False
            yield from wait_for([expectation], stage, ticket, action_limit(stage, expectation))
        finally:
            stage.may_lose = False
        if may_lose and expectation.heard is None and not stage.line.connected:
            yield from open_line(stage)
            cut = True
        elif not (cut and ticket is not None and (ticket.gave_up or ticket.doubtful)):
            return ticket


def _meanwhile(stage: Stage, step: Receive, scope: Scope) -> Steps:
    """CALLs of ours, and wishes, while the CALL of the step is open: our answer may take its time (OCPP-J 4.1.1)."""
    for action in step.meanwhile:
        if action == PING:
            yield from ping(stage, Ping(where=step.where, data=DATA), scope)
        elif action in WISHES:
            yield from ask_ahead(stage, action, step, scope)
        else:
            yield from send(stage, Send(where=step.where, action=action), scope)


def _look_at_the_former_connection(stage: Stage, action: str) -> Steps:
    """Whether the CALL went over a connection that the Charge Point had left for another. Raises CaseStopped if so.

    Its API may well have waited for an answer in vain, so what that says comes second.
    """
    if not stage.line.former:
        return
    yield from part(stage)
    for text in stage.line.astray:
        message = parse_frame(text).message
        if isinstance(message, Call) and message.action == action:
            raise CaseStopped(
                stage.find(
                    Kind.ABSENT_CALL, What.ASTRAY, actions=(action,), type=MessageType.CALL, detail=excerpt(text)
                )
            )


def action_limit(stage: Stage, expectation: Expectation) -> float:
    """How long the CALL of a step may take."""
    within = expectation.step.within
    return stage.limits.action if within is None else seconds(within, expectation.scope)


def wait_for(expectations: Sequence[Expectation], stage: Stage, ticket: Ticket | None, limit: float) -> Steps:
    """Wait until one of the expectations has its CALL, its trigger gave up, or its time is over."""

    def ready() -> Any:
        found = next((one for one in expectations if one.heard is not None), None)
        return found or (ticket if ticket is not None and ticket.gave_up else None) or stage.cut or None

    if (yield Wait(_titles(expectations), ready, _deadline(ticket, stage.now, limit))) is TIMEOUT:
        suspect = next((one for one in expectations if one.suspect is not None), None)
        if suspect is not None and not (ticket is not None and ticket.doubtful):
            suspect.condemn_suspect()
            return
    _condemn_what_is_broken(expectations, ticket)


def _condemn_what_is_broken(expectations: Sequence[Expectation], ticket: Ticket | None) -> None:
    """A wish that was not taken brings no CALL, so what came is not the answer to it: unless it breaks the schema.

    Nobody can answer that but by a CALLERROR, which the API of a Central System then tells as a failure of its own.
    """
    if ticket is None or not (ticket.gave_up or ticket.doubtful) or any(one.heard is not None for one in expectations):
        return
    for one in expectations:
        if one.is_broken_since(ticket.asked_at):
            one.condemn_suspect()
            return


def _deadline(ticket: Ticket | None, began: float, limit: float) -> Callable[[], float | None]:
    """When a CALL is overdue: its time runs from the end of its trigger, which is bounded by itself and always ends."""

    def until() -> float | None:
        if ticket is None:
            return began + limit
        return None if ticket.finished_at is None else max(began, ticket.finished_at) + limit

    return until


def stop_if_wrong(stage: Stage, expectation: Expectation) -> None:
    """Stop the case if the CALL of an expectation decided it. Raises CaseStopped."""
    heard = expectation.heard
    for finding in stage.notebook.findings:
        if finding.decides is not None and heard is not None and finding.frame == heard.number:
            raise CaseStopped(finding)


def nothing_came(expectations: Sequence[Expectation], stage: Stage, ticket: Ticket | None, began: float) -> NoReturn:
    """Tell why the CALL of a step is missing, and stop the case."""
    stop_if_hindered(stage, ticket)
    if ticket is not None and ticket.gave_up:
        gave_up(stage, ticket)
    actions = tuple(dict.fromkeys(one.step.action for one in expectations))
    _only_what_was_lost(expectations, stage, began)
    early = next((found for one in expectations if (found := _early(one, stage, began)) is not None), None)
    if early is not None:
        _only_early(stage, early, began)
    disturbed = next((one for one in stage.disturbances if one.at >= began), None)
    if disturbed is not None:
        raise CaseStopped(
            stage.find(
                Kind.PREREQUISITE, What.DISTURBED, actions=actions, type=MessageType.CALL, frame=disturbed.number
            )
        )
    if ticket is not None and ticket.doubtful:
        raise CaseStopped(
            stage.find(Kind.TRIGGER, What.SAID_NO, actions=actions, type=MessageType.CALL, detail=ticket.said)
        )
    other = next((one for one in stage.unasked if one.message.action in actions and one.at >= began), None)
    what = What.NO_CALL if other is None else What.ANOTHER_CALL
    limit = action_limit(stage, expectations[0])
    raise CaseStopped(
        stage.find(
            Kind.ABSENT_CALL, what, actions=actions, type=MessageType.CALL,
            limit=limit, outcome="" if ticket is None else "asked",
            frame=None if other is None else other.number, detail="" if ticket is None else ticket.said,
            stalled=stage.stalls.spoilt(began, _deadline(ticket, began, limit)() or stage.now),
        )
    )  # fmt: skip


def _only_what_was_lost(expectations: Sequence[Expectation], stage: Stage, began: float) -> None:
    """Raises CaseStopped for a CALL that would have been right, had the target handed over all that was asked for."""
    for expectation in expectations:
        for heard in stage.unasked:
            mismatches = expectation.demand.lost_on_the_way(heard.message) if heard.at >= began else []
            if mismatches:
                expectation.demand.tell(heard, mismatches)
                raise CaseStopped(stage.notebook.findings[-1])


def _only_early(stage: Stage, early: Heard, began: float) -> NoReturn:
    frame = early.number or None  # before the case there are no numbers
    named: dict[str, Any] = {"actions": (early.message.action,), "type": MessageType.CALL, "frame": frame}
    ahead = began - early.at
    stage.find(Kind.EARLY, What.EARLY, seconds=ahead, **named)
    raise CaseStopped(stage.find(Kind.PREREQUISITE, What.ONLY_EARLY, seconds=ahead, **named))


def _early(expectation: Expectation, stage: Stage, began: float) -> Heard | None:
    """A CALL that would have been right, had it not come before the step."""
    return next((one for one in stage.unasked if one.at < began and expectation.demand.is_met_by(one.message)), None)


def _titles(expectations: Sequence[Expectation]) -> str:
    return " or ".join(dict.fromkeys(f"{one.step.action}.req" for one in expectations))
