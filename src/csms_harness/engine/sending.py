"""The verb ``send``: a CALL of the Charge Point, the wait for its answer, and what the answer is worth."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from csms_harness.charge_point.learning import DISPENSABLE
from csms_harness.dialogue.outgoing import WHOLE, Framing, Outgoing
from csms_harness.engine.admission import need_connection
from csms_harness.engine.asking import resolved
from csms_harness.engine.certifying import new_key
from csms_harness.engine.findings import observe, report
from csms_harness.engine.incoming import give_up, spoilt, tell_late
from csms_harness.engine.members import holds, save
from csms_harness.engine.pinging import ponged
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import TIMEOUT, CaseStopped, Steps, Wait
from csms_harness.evidence import Finding, Kind, What
from csms_harness.message import Message, MessageType
from csms_harness.ocppj.breach import Breach
from csms_harness.scenario.given import CLAIMS
from csms_harness.scenario.matching import Mismatch, match
from csms_harness.scenario.model import Send
from csms_harness.scenario.references import Scope, seconds


def send(stage: Stage, step: Send, scope: Scope) -> Steps:
    """Send a CALL and judge its answer."""
    outgoing = yield from said(stage, step, scope)
    if not step.tolerant:
        judge(stage, step, outgoing, scope)


def said(stage: Stage, step: Send, scope: Scope) -> Generator[Wait, Any, Outgoing]:
    """Send a CALL and wait until it is answered or overdue."""
    need_connection(stage, step.action)
    limit = None if step.within is None else seconds(step.within, scope)
    if step.action == "SignCertificate" and step.raw is None and "csr" not in step.payload:
        yield from new_key(stage, scope)
    given = resolved(step.payload if step.raw is None else step.raw, scope, stage)
    framing = WHOLE
    if step.fragments > 1 or step.pinged is not None:
        framing = Framing(fragments=step.fragments, pinged=step.pinged)
    ponged_before = len(stage.pongs)
    outgoing = stage.submit(step.action, given, limit, raw=step.raw is not None, framing=framing)
    yield from answered(stage, outgoing)
    if step.pinged is not None:
        yield from ponged(stage, step.pinged, ponged_before)
    return outgoing


def answered(stage: Stage, outgoing: Outgoing) -> Steps:
    """Wait until a CALL of ours is answered or overdue."""
    need_connection(stage, outgoing.action)
    if not outgoing.unique_id:  # another CALL goes first
        yield Wait(f"the line for {outgoing.action}.req", lambda: outgoing.sent_at, lambda: None)
    found = yield Wait(f"{outgoing.action}.conf", lambda: outgoing.answer, lambda: outgoing.given_up_at)
    if found is TIMEOUT:
        give_up(stage, outgoing)


def judge(stage: Stage, step: Send, outgoing: Outgoing, scope: Scope) -> None:
    """Judge the answer to a CALL, or that there is none. Raises CaseStopped when that decides the case."""
    stage.notebook.checks += step.checks
    answer = outgoing.answer
    if answer is None:
        raise CaseStopped(_no_answer(stage, outgoing))
    before = len(stage.notebook.findings)
    if outgoing.late:
        tell_late(stage, outgoing, None, Kind.OBSERVATION if stage.preparing else Kind.LATE)
    if answer.type is MessageType.CALLERROR:
        _judge_error(stage, step, outgoing, answer, scope)
    else:
        _judge_result(stage, step, outgoing, answer, scope)
    if len(stage.notebook.findings) > before:
        stage.stop_on_failure(before)


def _no_answer(stage: Stage, outgoing: Outgoing) -> Finding:
    since = outgoing.sent_at
    stray = next((one for one in stage.strays if since is None or one.at >= since), None)
    return stage.find(
        Kind.NO_ANSWER, What.NO_ANSWER, actions=(outgoing.action,), type=MessageType.CALLRESULT, limit=outgoing.limit,
        outcome="" if stray is None else stray.message.type, frame=outgoing.number if stray is None else stray.number,
        stalled=spoilt(stage, outgoing),
    )  # fmt: skip


def _judge_error(stage: Stage, step: Send, outgoing: Outgoing, answer: Message, scope: Scope) -> None:
    if step.expect_error is None:
        code, description = answer.payload["code"], answer.payload["description"]
        hinders = not stage.preparing or step.expect is not None or step.save
        kind = Kind.CALLERROR if hinders else Kind.OBSERVATION
        stage.find(
            kind, What.CALLERROR, actions=(step.action,), type=MessageType.CALL,
            detail=f"{code} {description}".strip(), frame=outgoing.answer_number,
        )  # fmt: skip
        return
    mismatches = match(step.expect_error, answer.payload, scope, stage.utc())
    report(stage, answer, outgoing.answer_number, list(answer.faults), mismatches)


def _judge_result(stage: Stage, step: Send, outgoing: Outgoing, answer: Message, scope: Scope) -> None:
    number, now = outgoing.answer_number, stage.utc()
    if step.expect_error is not None:
        stage.find(
            Kind.MISMATCH, What.NOT_REFUSED, actions=(step.action,), type=MessageType.CALLRESULT, frame=number
        )  # fmt: skip
        return
    mismatches = [] if step.expect is None else match(step.expect, answer.payload, scope, now)
    breaches = list(answer.faults)
    if stage.preparing:
        breaches = unreadable(step.save.values(), answer)
        mismatches = _hindering(stage, answer, number, mismatches)
    if breaches or mismatches:
        claimed = _claimed(outgoing, answer, scope) if mismatches else ""
        report(stage, answer, number, breaches, mismatches, claimed=claimed)
    if step.observe is not None:
        for mismatch in match(step.observe, answer.payload, scope, now):
            observe(stage, answer, number, mismatch)
    if step.save:
        save(step.save, answer.payload, scope)


def _claimed(outgoing: Outgoing, answer: Message, scope: Scope) -> str:
    """The name under which the target claims another status of an idTag than the answer says; else empty."""
    id_tag, info = outgoing.payload.get("idTag"), answer.payload.get("idTagInfo")
    said = info.get("status") if isinstance(info, dict) else None
    named = (name for name in CLAIMS if isinstance(id_tag, str) and scope.find(f"config.{name}") == id_tag)
    return next((name for name in named if said not in (CLAIMS[name], "ConcurrentTx")), "")


def unreadable(needed: Iterable[str], answer: Message) -> list[Breach]:
    """The breaches that keep a Charge Point from reading what it needs; all others are left to the standing rules."""
    paths = tuple(needed)
    lacking = any(not holds(answer.payload, path) for path in paths)
    return [
        breach
        for breach in answer.faults
        if (breach.path and any(path == breach.path or path.startswith(f"{breach.path}.") for path in paths))
        or (lacking and breach.keyword == "required")
    ]


def _hindering(stage: Stage, answer: Message, number: int | None, mismatches: list[Mismatch]) -> list[Mismatch]:
    """What a Charge Point cannot go on without; what it can do without is a remark on the case it prepares."""
    dispensable = DISPENSABLE.get(answer.action, ())
    for mismatch in mismatches:
        if mismatch.path in dispensable:
            observe(stage, answer, number, mismatch)
    return [mismatch for mismatch in mismatches if mismatch.path not in dispensable]
