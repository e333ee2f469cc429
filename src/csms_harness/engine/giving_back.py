"""After a case: what it took from the Central System is given back (docs/decisions/0012).

A Central System may believe what it ordered. So it is asked to take back a reservation or an Inoperative that a case
leaves standing, and a transaction whose end it never confirmed is ended once more. None of that is part of a verdict.
What cannot be given back stands, and is told to the cases that meet it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from csms_harness.charge_point.records import Standing
from csms_harness.documents.location import Location
from csms_harness.engine.connecting import close_line, open_line
from csms_harness.engine.expectation import Expectation
from csms_harness.engine.receiving import receive
from csms_harness.engine.sending import answered
from csms_harness.engine.stage import Stage
from csms_harness.engine.standing import cause_by, cause_of
from csms_harness.engine.waiting import CaseStopped, Steps
from csms_harness.evidence import Cause, Kind, Left, Role, What
from csms_harness.scenario.matchers import Equals, Members
from csms_harness.scenario.model import Receive
from csms_harness.scenario.references import Scope
from csms_harness.scenario.security import AUTHORIZATION_KEY
from csms_harness.scenario.values import Duration, Reference

LIMIT: Final = 5.0
"""Seconds that a CALL or an answer may take in which something is given back."""

TRIES: Final = 2
"""So often something is tried to be given back."""

_HERE: Final = Location("", 0, 0)
_KEY: Final = Members({"key": Equals(AUTHORIZATION_KEY, _HERE)}, _HERE)
_WILLING: Final = Reference("answer", _HERE)


def give_back(stage: Stage, case: str) -> Steps:
    """Have taken back what stands, and write down what still stands then.

    Each thing is asked for twice, unless that is declined: after its case, and, for a Central System may wait for
    something else by then, on the new connection before the next one.
    """
    line, owed = stage.line, stage.line.owed
    standing = line.charge_point.standing(stage.utc())
    owed.remember(standing, case)
    for one in standing:
        if owed.asked_back[one] < TRIES:
            if not line.connected:
                yield from open_line(stage)
            owed.asked_back[one] += 1
            yield from _take_back(stage, one)
    owed.remember(line.charge_point.standing(stage.utc()), case)


def _take_back(stage: Stage, one: Standing) -> Steps:
    within = Duration(min(LIMIT, stage.limits.action))
    step = Receive(where=_HERE, action=one.action, trigger=one.fields, reply=_WILLING, within=within)
    scope, before = Scope({}), dict(stage.line.charge_point.statuses)
    with suppress(CaseStopped):  # why it failed is written down already
        yield from receive(stage, step, scope, Expectation(step, stage.step, scope, stage))
    for connector_id, status in stage.line.charge_point.statuses.items():
        if status != before[connector_id]:
            told = {"connectorId": connector_id, "status": status, "errorCode": "NoError"}
            yield from answered(stage, stage.submit("StatusNotification", told, min(LIMIT, stage.limits.response(""))))
    if one in stage.line.charge_point.standing(stage.utc()):
        if stage.tickets and stage.tickets[-1].outcome == "declined":
            stage.line.owed.asked_back[one] = TRIES  # who says no need not be asked again
        else:
            stage.line.fresh = True  # a Central System that waits for another answer sends nothing on this connection
        stage.find(Kind.CLEANUP, What.STANDING, cause=cause_of(one, stage.line.owed.takers.get(one, "")))


def give_back_password(stage: Stage) -> Steps:
    """Have the password set again that the target file has, where the Central System has given another one."""
    charge_point = stage.line.charge_point
    password, own = charge_point.password, charge_point.own_key
    if password is None or not own or password.hex() == own.lower():
        return
    if not stage.line.connected:
        yield from open_line(stage)
    wish = {"key": AUTHORIZATION_KEY, "value": own}
    within = Duration(min(LIMIT, stage.limits.action))
    step = Receive(where=_HERE, action="ChangeConfiguration", trigger=wish, match=_KEY, reply=_WILLING, within=within)
    scope = Scope({})
    with suppress(CaseStopped):  # why it failed is written down already
        yield from receive(stage, step, scope, Expectation(step, stage.step, scope, stage))
    yield from close_line(stage)  # it comes back with that password, and a Central System may see to it that it does
    if charge_point.password is not None and charge_point.password.hex() != own.lower():
        left = Cause(Left.PASSWORD, 0, case=charge_point.changed_by)
        stage.find(Kind.CLEANUP, What.STANDING, cause=left)


def end_transactions(stage: Stage) -> Steps:
    """End once more each transaction that runs no longer, but whose end was not confirmed; each is tried once."""
    charge_point, owed = stage.line.charge_point, stage.line.owed
    for action, payload in charge_point.unfinished():
        number = payload["transactionId"]
        if number in owed.ended_again:
            continue
        owed.ended_again.add(number)
        left = cause_by(charge_point.unended[number], owed.beginners.get(number, ""))
        outgoing = stage.submit(action, payload, min(LIMIT, stage.limits.response(action)))
        yield from answered(stage, outgoing)
        if number in charge_point.unended:
            stage.find(Kind.CLEANUP, What.UNENDED, actions=(action,), frame=outgoing.number, cause=left)


def before_the_case(stage: Stage, case: str) -> Steps:
    """Catch up on what earlier cases or an earlier run could not give back. Nothing of it is part of a verdict."""
    role, place, tested_by = stage.role, stage.place, stage.tested_by
    stage.role, stage.place, stage.tested_by = Role.CLEANUP, ("before", "given back"), ""
    try:
        yield from end_transactions(stage)
        yield from give_back(stage, case)
    finally:
        stage.role, stage.place, stage.tested_by = role, place, tested_by
