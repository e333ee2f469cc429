"""Registration: a Charge Point that is not accepted yet asks again (OCPP 1.6 section 4.2; docs/decisions/0014).

Pending and Rejected are legal answers. The Charge Point repeats BootNotification after the interval it was told, or at
once when a TriggerMessage wants it to, and sends nothing else meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final, NoReturn

from csms_harness.charge_point.json_values import whole
from csms_harness.charge_point.state import NOT_YET
from csms_harness.dialogue.outgoing import Outgoing
from csms_harness.engine.connecting import open_line
from csms_harness.engine.findings import report
from csms_harness.engine.sending import judge, said
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import CaseStopped, Steps, Wait
from csms_harness.evidence import Kind, Role, What
from csms_harness.message import MessageType
from csms_harness.scenario.matching import Mismatch, match
from csms_harness.scenario.model import Send
from csms_harness.scenario.references import Scope

BOOT: Final = "BootNotification"

OWN_INTERVAL: Final = 5.0
"""Seconds until the next try where the answer leaves them to the Charge Point (0), or names none that can be read."""


def boot(stage: Stage, step: Send, scope: Scope) -> Steps:
    """Send BootNotification until it is Accepted, as long as that is worth waiting for, and judge the last answer."""
    outgoing = yield from said(stage, step, scope)
    if _refused(stage, step, outgoing, scope) is not None:
        outgoing = yield from _repeated(stage, step, outgoing, scope)
    stage.line.patient = stage.line.patient or stage.line.charge_point.booted
    judge(stage, step, outgoing, scope)


def _repeated(stage: Stage, step: Send, outgoing: Outgoing, scope: Scope) -> Generator[Wait, Any, Outgoing]:
    """The first repetition that says something else; raises CaseStopped when none does within the deadline."""
    line, began = stage.line, stage.now
    limit = stage.limits.registration if line.patient else None
    end = began if limit is None else began + limit
    _tell_first(stage, outgoing)
    while (mismatch := _refused(stage, step, outgoing, scope)) is not None:
        if stage.now >= end:
            line.patient = False
            _give_up(stage, step, outgoing, mismatch, limit)
        _report_breaches(stage, outgoing)
        yield from _interval(stage, outgoing, end)
        outgoing = yield from said(stage, step, scope)
    return outgoing


def _refused(stage: Stage, step: Send, outgoing: Outgoing, scope: Scope) -> Mismatch | None:
    """That the answer is Pending or Rejected where the step wants another; None when it is not."""
    answer = outgoing.answer
    if answer is None or answer.type is not MessageType.CALLRESULT or answer.payload.get("status") not in NOT_YET:
        return None
    mismatches = [] if step.expect is None else match(step.expect, answer.payload, scope, stage.utc())
    return next((one for one in mismatches if one.path == "status"), None)


def _tell_first(stage: Stage, outgoing: Outgoing) -> None:
    """By the specification only the last answer counts; the official tool stops at the first."""
    assert outgoing.answer is not None
    kind = Kind.COMPATIBILITY if stage.role is Role.SCENARIO else Kind.OBSERVATION
    stage.find(
        kind, What.NOT_YET, actions=(BOOT,), type=MessageType.CALLRESULT, path="status", required="Accepted",
        observed=str(outgoing.answer.payload["status"]), frame=outgoing.answer_number,
    )  # fmt: skip


def _give_up(stage: Stage, step: Send, outgoing: Outgoing, mismatch: Mismatch, limit: float | None) -> NoReturn:
    stage.notebook.checks += step.checks
    _report_breaches(stage, outgoing)
    finding = stage.find(
        Kind.MISMATCH, What.NOT_REGISTERED, actions=(BOOT,), type=MessageType.CALLRESULT, path=mismatch.path,
        required=mismatch.required, observed=mismatch.observed, limit=limit, where=str(mismatch.where),
        frame=outgoing.answer_number,
    )  # fmt: skip
    raise CaseStopped(finding)


def _report_breaches(stage: Stage, outgoing: Outgoing) -> None:
    """An answer that is not the last breaks what it breaks; before the scenario that is for the standing rules."""
    if outgoing.answer is not None and not stage.preparing:
        report(stage, outgoing.answer, outgoing.answer_number, list(outgoing.answer.faults), [])


def _interval(stage: Stage, outgoing: Outgoing, end: float) -> Steps:
    """Wait for the interval, for a trigger, or for the end of our patience; then there is a connection again."""
    answer, dialogue = outgoing.answer, stage.line.dialogue
    assert answer is not None
    told = whole(answer.payload.get("interval")) or 0
    wanted, left = (float(told) if told > 0 else OWN_INTERVAL), end - stage.now
    if told > left:
        stage.find(Kind.OBSERVATION, What.SHORTENED, limit=wanted, seconds=left)
    due = stage.now + min(wanted, left)

    def triggered() -> bool | None:
        asked = next((call for call in dialogue.background if call[0] == BOOT), None)
        if asked is not None:
            dialogue.background.remove(asked)
        return asked is not None or None

    stage.may_lose = answer.payload.get("status") == "Rejected"  # section 4.2: then either side may hang up
    try:
        yield Wait(f"the next {BOOT}.req", triggered, lambda: due)
    finally:
        stage.may_lose = False
    if not stage.line.connected:
        yield from open_line(stage)
