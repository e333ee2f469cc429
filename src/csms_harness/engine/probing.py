"""What a Central System speaks over TLS: asked for by handshakes of their own, and judged here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csms_harness.certificates.pem import Unreadable
from csms_harness.engine.effects import ProbeTls
from csms_harness.engine.events import Connected, TlsProbed
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import CaseStopped, Steps, Wait
from csms_harness.evidence import Kind, Tried, What
from csms_harness.scenario.matching import Mismatch, count_checks, match
from csms_harness.scenario.model import Probe
from csms_harness.scenario.references import Scope

TLS = "TLS"
"""What a finding about TLS is about."""


def probe(stage: Stage, step: Probe, scope: Scope) -> Steps:
    """Have each suite and each version tried, and judge what became of it. Raises CaseStopped."""
    line, before = stage.line, len(stage.notebook.findings)
    line.probed = None
    stage.effects.append(ProbeTls(line.charge_point.security_profile, step.weak))
    yield Wait("the TLS handshakes", lambda: line.probed, lambda: None)
    found: TlsProbed | None = line.probed
    if found is None or found.sentence:
        detail, kind = (found.sentence, found.kind) if found is not None else ("", "")
        raise CaseStopped(stage.find(Kind.REFUSED, What.REFUSED, outcome=kind, detail=detail))
    facts, why = probe_facts(found), {_named(name): reason for name, reason in found.why}
    for matcher, kind, what in (
        (step.expect, Kind.MISMATCH, What.WRONG_MEMBER),
        (step.observe, Kind.OBSERVATION, What.UNUSUAL_MEMBER),
    ):
        if matcher is None:
            continue
        if kind is Kind.MISMATCH:
            stage.notebook.checks += count_checks(matcher)
        for mismatch in match(matcher, facts, scope, stage.utc()):
            _find(stage, kind, what, mismatch, why)
    stage.stop_on_failure(before)


def _find(stage: Stage, kind: Kind, what: What, mismatch: Mismatch, why: dict[str, str]) -> None:
    """A handshake that this machine could not try proves nothing."""
    untried = mismatch.observed == Tried.UNTRIED
    stage.find(
        Kind.PREREQUISITE if untried and kind is Kind.MISMATCH else kind,
        what,
        type=TLS,
        path=mismatch.path,
        required=mismatch.required,
        observed=mismatch.observed,
        detail=why.get(mismatch.path.rpartition(".")[2], ""),
        where=str(mismatch.where),
    )


def probe_facts(found: TlsProbed) -> dict[str, Any]:
    """What was found out, as a scenario knows it."""
    certificates: dict[str, Any] = {}
    for pem in found.certificates:
        facts = certificate_of(pem)
        if facts is not None:
            certificates[str(facts["key"].get("algorithm"))] = facts
    if found.weak:
        return {"weak": dict(found.weak)}
    return {"suites": _outcomes(found.suites), "versions": _outcomes(found.versions), "shown": certificates}


def handshake_facts(handshake: Connected) -> dict[str, Any]:
    """An accepted handshake as a scenario knows it."""
    facts: dict[str, Any] = {"subprotocol": handshake.subprotocol, "status": handshake.status}
    if handshake.tls:
        facts["tls"] = {"version": handshake.tls, "suite": handshake.suite}
    certificate = certificate_of(handshake.certificate) if handshake.certificate else None
    return facts if certificate is None else facts | {"certificate": certificate}


def certificate_of(pem: str) -> dict[str, Any] | None:
    """What a certificate says; None when it cannot be read."""
    from csms_harness.certificates.reading import chain_facts  # noqa: PLC0415  X.509 is slow to load, and seldom needed

    try:
        leaf: dict[str, Any] = chain_facts(pem)["leaf"]
    except Unreadable:
        return None
    return leaf


def _outcomes(pairs: Sequence[Sequence[str]]) -> dict[str, str]:
    return {_named(name): outcome for name, outcome in pairs}


def _named(name: str) -> str:
    """The name of a member: TLSv1.2 is TLSv1_2, for a dot leads into an object."""
    return name.replace(".", "_")
