"""Opening and closing the connection, and judging how it was opened. The transport reports; the verdict falls here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from csms_harness.engine.admission import RESTARTS, Admission, TurnedAway, admission_of, is_refusal
from csms_harness.engine.effects import CloseConnection, OpenConnection
from csms_harness.engine.events import Lost, Refused
from csms_harness.engine.keeping_out import find_mismatch, kept_out, mismatches_of
from csms_harness.engine.line import Link
from csms_harness.engine.probing import handshake_facts
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import CaseStopped, ConnectionGone, Steps, Wait
from csms_harness.evidence import Finding, Happening, Kind, Role, What
from csms_harness.ocppj.datetimes import format_datetime
from csms_harness.scenario.matchers import Members
from csms_harness.scenario.matching import count_checks
from csms_harness.scenario.model import Connect, Credential, Disconnect, Password
from csms_harness.scenario.references import Scope, resolve, value_at
from csms_harness.verdict import Verdict


def connect(stage: Stage, step: Connect, scope: Scope) -> Steps:
    """Open the connection and judge the handshake, or see to it that it is refused."""
    how = _how(stage, step, scope)
    stage.line.tried = _unusual(how)
    try:
        yield from _connected(stage, step, scope, how)
    finally:
        stage.line.tried = {}


def _connected(stage: Stage, step: Connect, scope: Scope, how: OpenConnection) -> Steps:
    before = len(stage.notebook.findings)
    if step.at_once:
        stage.admission = Admission(stage, began=stage.now)  # which leaves out the restart
    if step.refusal is not None or step.tolerant:
        yield from kept_out(stage, step, how, scope)
        yield from close_line(stage)
        save_moment(stage, step.save, scope)
        return
    try:
        yield from _beside(stage, how) if step.beside else _opened(stage, how)
    except CaseStopped as stop:
        if _is_to_blame(step, stop.finding):
            stage.notebook.findings[-1] = replace(stop.finding, decides=Verdict.FAIL)
        raise
    handshake = stage.line.handshake
    if handshake is not None:
        facts = handshake_facts(handshake)
        stage.notebook.checks += count_checks(step.expect)
        for mismatch in mismatches_of(step.expect, facts, scope, stage):
            find_mismatch(stage, Kind.MISMATCH, What.WRONG_MEMBER, mismatch)
        for mismatch in mismatches_of(step.observe, facts, scope, stage):
            find_mismatch(stage, Kind.OBSERVATION, What.UNUSUAL_MEMBER, mismatch)
    stage.stop_on_failure(before)
    yield from _agreed(stage)
    save_moment(stage, step.save, scope)


OURS = "ours"
"""The outcome of a connection that the Charge Point ended itself."""

BAD_CERTIFICATES = frozenset({"certificate host", "certificate expired", "certificate early", "certificate unfit"})
"""Ways of failing that are the Central System's own, whatever the target says."""


def _is_to_blame(step: Connect, finding: Finding) -> bool:
    """Whether a step that judges the certificate met one that nobody can accept."""
    judged = isinstance(step.expect, Members) and "certificate" in step.expect.members
    return judged and finding.kind is Kind.REFUSED and finding.outcome in BAD_CERTIFICATES


def ordinary(stage: Stage) -> OpenConnection:
    """An opening as this Charge Point makes it by now: by the profile and the password that it was given last."""
    charge_point = stage.line.charge_point
    return OpenConnection(profile=charge_point.security_profile, key=charge_point.password)


def _how(stage: Stage, step: Connect, scope: Scope) -> OpenConnection:
    """An opening as the scenario wants it."""
    usual = ordinary(stage)
    profile = usual.profile if step.profile is None else int(resolve(step.profile, scope, stage.utc()))
    former = stage.line.charge_point.former_password
    return replace(
        usual,
        profile=profile,
        password=step.password,
        key=former if step.password is Password.FORMER else usual.key,
        other_user=step.other_user,
        subprotocols=step.subprotocols,
        certificate=step.certificate,
        plain=step.plain,
        compression=step.compression,
        stranger=step.stranger,
        slash=step.slash,
        beside=step.beside,
    )


def _unusual(how: OpenConnection) -> dict[str, Any]:
    """What an opening does otherwise than a Charge Point does, for the report; empty for nothing."""
    offers = {} if how.subprotocols is None else {"subprotocols": list(how.subprotocols)}
    words = {
        "password": "" if how.password is Password.OWN else str(how.password),
        "user": "other" if how.other_user else "",
        "certificate": "" if how.certificate is Credential.OWN else str(how.certificate),
        "TLS": "left out" if how.plain else "",
        "identity": "unknown" if how.stranger else "",
        "compression": "offered" if how.compression else "",
        "slash": "at the end" if how.slash else "",
    }
    return offers | {name: word for name, word in words.items() if word}


def open_line(stage: Stage, how: OpenConnection | None = None) -> Steps:
    """Open the connection, or stop the case with the reason why there is none that OCPP can be spoken on."""
    yield from _opened(stage, how)
    yield from _agreed(stage)


def _agreed(stage: Stage) -> Steps:
    """Without the subprotocol that was offered nobody knows what the other side speaks (OCPP-J 1.6 section 3.1.2)."""
    handshake = stage.line.handshake
    if handshake is None or stage.line.agreed:
        return
    required = ", ".join(handshake.offered)
    finding = stage.find(
        Kind.REFUSED, What.SUBPROTOCOL, required=required, observed=handshake.subprotocol or "", outcome="subprotocol"
    )
    yield from close_line(stage)
    raise CaseStopped(finding)


def _opened(stage: Stage, how: OpenConnection | None = None) -> Steps:
    """Knock until the Central System lets the Charge Point in, or our patience is over."""
    line = stage.line
    while True:
        admission = admission_of(stage)
        yield from admission.knock()
        if line.link is Link.CLOSED:  # one that was interrupted may still be under way
            line.link, line.refusal = Link.OPENING, None
            stage.effects.append(how or ordinary(stage))
        if not (line.connected or line.refusal):
            yield Wait("a connection", lambda: line.connected or line.refusal, lambda: None)
        yield from _taken_in(stage)
        if line.refusal is None:
            return
        yield from admission.refused(line.refusal)


def _taken_in(stage: Stage) -> Steps:
    """Many a Central System says no only after the handshake, with a close frame: give it the time to."""
    line, until = stage.line, stage.now + min(stage.limits.pace, stage.limits.settle)
    if line.agreed and stage.now < until:
        yield Wait("the Central System to take the Charge Point in", lambda: line.refusal or line.answered or None,
                   lambda: until)  # fmt: skip


def _beside(stage: Stage, how: OpenConnection) -> Steps:
    """Open another connection and leave the present one open, as a Charge Point does that lost its network.

    The identity was let in, so a refusal is a FAIL, and one that passes is borne only as long as our patience lasts.
    """
    line = stage.line
    admission = stage.admission = Admission(stage)
    yield from admission.knock()
    line.former = True
    while True:
        line.link, line.refusal = Link.OPENING, None
        stage.effects.append(how)
        yield Wait("a second connection", lambda: line.connected or line.refusal, lambda: None)
        yield from _taken_in(stage)
        if line.refusal is None:
            return
        yield from _borne(stage, admission, line.refusal)


def _borne(stage: Stage, admission: Admission, refusal: Refused) -> Steps:
    admission.refusals.append(refusal)
    again = admission.again(refusal) if refusal.passing else None
    if again is None:
        raise CaseStopped(
            stage.find(Kind.REFUSED, What.REFUSED, Verdict.FAIL, outcome=refusal.kind, detail=refusal.sentence)
        )
    yield Wait("the Central System to bear a second connection", lambda: None, lambda: again)


def part(stage: Stage) -> Steps:
    """Close the connection that was left open, if there is one."""
    if stage.line.former:
        stage.effects.append(CloseConnection(former=True))
        yield Wait("the end of the former connection", lambda: not stage.line.former, lambda: None)


def disconnect(stage: Stage, step: Disconnect, scope: Scope) -> Steps:
    """Close in order, or lose the connection."""
    if step.former:
        yield from part(stage)
        save_moment(stage, step.save, scope)
        return
    yield from close_line(stage, drop=step.drop)
    save_moment(stage, step.save, scope)


def close_line(stage: Stage, *, drop: bool = False) -> Steps:
    """Close the connection and wait until it is closed."""
    if not stage.line.connected:
        return
    stage.may_lose = True  # who hangs up first, as after a Reset, is all the same
    yield from keep_pace(stage)
    stage.may_lose = False
    if not stage.line.connected:
        return
    _remember_admission(stage)
    if stage.admission is not None:  # it stood until we closed it, so the next one is another
        stage.admission.let_in()
        stage.admission = None
    if stage.line.link is Link.OPEN:
        stage.line.link = Link.CLOSING
        stage.effects.append(CloseConnection(drop))
    yield from closed(stage)


def leave(stage: Stage) -> None:
    """Drop the connection now; nobody waits for its end."""
    if stage.line.link is Link.OPEN:
        stage.line.link = Link.CLOSING
        stage.effects.append(CloseConnection(drop=True))


def closed(stage: Stage) -> Steps:
    """Wait until a connection that we close is closed; the transport bounds the time."""
    line = stage.line
    yield Wait("the end of the connection", lambda: None if line.connected else True, lambda: None)


def keep_pace(stage: Stage) -> Steps:
    """Give the Central System the time to take in our last answer (docs/decisions/0007)."""
    soonest = stage.line.dialogue.last_reply_at + stage.limits.pace
    if stage.now < soonest:
        yield Wait("the Central System to take in the last answer", lambda: None, lambda: soonest)


def lost(stage: Stage, event: Lost) -> None:
    """The connection is gone: as the scenario wants it, or else a finding, whichever side closed it.

    Raises ConnectionGone when nobody wanted it.
    """
    line = stage.line
    if not line.connected:
        return
    wanted = stage.may_lose or line.link is Link.CLOSING or stage.role is Role.BETWEEN
    # A second connection is that of an identity which was let in: to end it is no refusal to be borne.
    if not wanted and not line.former and is_refusal(stage, event):
        _turn_away(stage, event)
        return
    _remember_admission(stage)
    opened = event.at if line.handshake is None else line.handshake.at
    line.take(event)
    number = stage.note(Happening.DISCONNECTED, event.at, text=event.sentence, outcome=OURS if event.ours else "")
    if wanted:
        return
    if event.code in RESTARTS and not event.ours:
        stage.find(Kind.DISCONNECT, What.RESTARTED, Verdict.INCONCLUSIVE, detail=event.sentence, frame=number)
    else:
        silenced = stage.stalls.silenced(opened, event.at)
        code = "" if event.code is None else str(event.code)
        stage.find(Kind.DISCONNECT, What.LOST, outcome=code, detail=event.sentence, frame=number, stalled=silenced)
    raise ConnectionGone(event.sentence)


def _turn_away(stage: Stage, event: Lost) -> None:
    """A refusal after the handshake. Raises TurnedAway when a CALL of ours is cut by it."""
    asking = stage.line.dialogue.outstanding is not None
    refusal = stage.line.turned_away(event, passing=event.code in RESTARTS)
    stage.note(Happening.DISCONNECTED, event.at, text=event.sentence, outcome=OURS if event.ours else "")
    if asking:
        raise TurnedAway(refusal, stage.step)


def _remember_admission(stage: Stage) -> None:
    """A connection of the scenario ends on which the Central System has spoken: it knows this Charge Point."""
    if stage.role is Role.SCENARIO and stage.line.answered:
        stage.let_in = True


def save_moment(stage: Stage, names: Mapping[str, str], scope: Scope) -> None:
    """Keep the present moment under the names a step saves."""
    moment = {"at": format_datetime(stage.utc())}
    for name, path in names.items():
        scope.save(name, value_at(moment, path))
