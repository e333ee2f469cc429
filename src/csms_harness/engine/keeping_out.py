"""Openings that a Central System must refuse: a password that is missing or wrong, a subprotocol nobody speaks."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from csms_harness.engine.admission import FIRST_PAUSE, LONGEST_PAUSE, Admission
from csms_harness.engine.effects import OpenConnection
from csms_harness.engine.events import Refused
from csms_harness.engine.line import Link
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import CaseStopped, Steps, Wait
from csms_harness.evidence import Finding, Kind, What
from csms_harness.scenario.matchers import Matcher
from csms_harness.scenario.matching import Mismatch, count_checks, match
from csms_harness.scenario.model import Connect, Credential, Password
from csms_harness.scenario.references import Scope

HANDSHAKE: Final = "handshake"
"""What a finding about the opening of a connection is about."""

AT_ONCE: Final = 5.0
"""Seconds in which a Central System that accepted a handshake it must refuse may still close the connection."""

WORDLESS: Final = 2.0
"""Seconds after which a refusal without a word counts: a Central System that restarts answers otherwise by then."""

_HTTP: Final = frozenset({"http status", "http redirect", "http plain"})
_SAID_NO: Final = frozenset({401, 403})
"""Statuses that are about who asks, also where the answer says when to ask again."""

_TLS: Final = frozenset({"tls failed", "tls wanted", "client certificate wanted", "client certificate refused"})
_WITHOUT_A_WORD: Final = {"tls broken off": "tls", "no answer": "http"}
"""How a refusal looks that says nothing, and its layer. A Central System that restarts looks the same, for a while."""

Facts = dict[str, Any]


def kept_out(stage: Stage, step: Connect, how: OpenConnection, scope: Scope) -> Steps:
    """Connect in a way that must be refused, or may be with ``tolerant``, and judge how that is done.

    Raises CaseStopped where the Charge Point is let in, and where nobody is there to say no.
    """
    before = len(stage.notebook.findings)
    facts = yield from _answer(stage, step, how)
    stage.notebook.checks += 1 + count_checks(step.refusal)
    for mismatch in mismatches_of(step.refusal, facts, scope, stage):
        find_mismatch(stage, Kind.MISMATCH, What.WRONG_MEMBER, mismatch)
    for mismatch in mismatches_of(step.observe, facts, scope, stage):
        find_mismatch(stage, Kind.OBSERVATION, What.UNUSUAL_MEMBER, mismatch)
    stage.stop_on_failure(before)


def mismatches_of(matcher: Matcher | None, facts: Facts, scope: Scope, stage: Stage) -> list[Mismatch]:
    """Where a handshake is not as a step wants it."""
    return [] if matcher is None else match(matcher, facts, scope, stage.utc())


def find_mismatch(stage: Stage, kind: Kind, what: What, mismatch: Mismatch) -> None:
    """Write down what is wrong, or unusual, about a handshake."""
    stage.find(
        kind, what, type=HANDSHAKE, path=mismatch.path, required=mismatch.required, observed=mismatch.observed,
        where=str(mismatch.where),
    )  # fmt: skip


def _answer(stage: Stage, step: Connect, how: OpenConnection) -> Generator[Wait, Any, Facts]:
    """What the Central System makes of it. One that is not there, or busy, is asked again for a while."""
    line, pause = stage.line, FIRST_PAUSE
    yield from Admission(stage).knock()
    began, end = stage.now, stage.now + stage.limits.reconnect
    while True:
        line.link, line.refusal = Link.OPENING, None
        stage.effects.append(how)
        yield Wait("an answer to the handshake", lambda: line.connected or line.refusal, lambda: None)
        refusal = line.refusal
        if refusal is None:
            return (yield from _after_the_upgrade(stage, step))
        facts = _facts(refusal)
        if facts and (not refusal.passing or stage.now >= min(end, began + WORDLESS)):
            return facts
        if stage.now >= end or not refusal.passing:
            raise CaseStopped(_nobody(stage, refusal))
        again, pause = min(end, stage.now + pause), min(2 * pause, LONGEST_PAUSE)
        yield Wait("the Central System to answer", lambda: None, lambda due=again: due)


def _facts(refusal: Refused) -> Facts:
    """The refusal as a scenario knows it; empty where the Central System did not say no."""
    facts: Facts = {"upgraded": False, "echoes": refusal.echoes}
    if refusal.kind in _HTTP:
        said_no = refusal.status in _SAID_NO or not refusal.passing
        return facts | {"layer": "http", "status": refusal.status} if said_no else {}
    if refusal.kind in _TLS:
        return facts | {"layer": "tls"}
    if refusal.kind in _WITHOUT_A_WORD:
        return facts | {"layer": _WITHOUT_A_WORD[refusal.kind]}
    return {}


def _nobody(stage: Stage, refusal: Refused) -> Finding:
    return stage.find(Kind.REFUSED, What.REFUSED, outcome=refusal.kind, detail=refusal.sentence)


def _after_the_upgrade(stage: Stage, step: Connect) -> Generator[Wait, Any, Facts]:
    """The handshake was accepted. Whoever closes now, before a word is said, refuses as well.

    Raises CaseStopped where the connection stays.
    """
    line, lossy = stage.line, stage.may_lose
    until = stage.now + (WORDLESS if step.tolerant else AT_ONCE)
    stage.may_lose = True
    try:
        yield Wait(
            "the Central System to close the connection", lambda: not line.connected or line.answered, lambda: until
        )
    finally:
        stage.may_lose = lossy
    if line.connected and step.tolerant:
        return {"upgraded": True, "layer": "", "status": 101}
    if line.connected:
        raise CaseStopped(stage.find(Kind.MISMATCH, What.WELCOME, type=HANDSHAKE, outcome=_otherwise(step)))
    return {"upgraded": True, "layer": "websocket", "status": 101, "echoes": False}


def _otherwise(step: Connect) -> str:
    """What there was to refuse, as a key for the words."""
    if step.plain:
        return "plain"
    if step.password is not Password.OWN:
        return f"{step.password} password"
    if step.other_user:
        return "other user"
    if step.certificate is not Credential.OWN:
        return f"{step.certificate} certificate"
    if step.subprotocols is not None:
        return "subprotocols"
    return "profile"
