"""Results of the engine as facts: the only bridge from the engine to the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from csms_harness.engine.case import CaseResult
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES, FeatureProfile
from csms_harness.record.facts import BetweenFact, CaseFact
from csms_harness.scenario.intent import is_negative
from csms_harness.scenario.library import TestCase
from csms_harness.verdict import BEYOND, Verdict

MOST_BETWEEN: Final = 200
"""So many messages between two cases are kept: a Central System that never stops talking must not fill the disk."""


def between(cases: Iterable[CaseFact]) -> tuple[BetweenFact, ...]:
    """What crossed between the cases of a run, as far as something did."""
    return tuple(
        BetweenFact(lane=case.lane, next=case.id, started=case.started, began=case.began, transcript=case.between)
        for case in cases
        if case.between
    )


def _identity(case: TestCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "name": case.name,
        "section": case.section,
        "profile": case.profile,
        "functionality": BEYOND if case.level else FUNCTIONALITY_NAMES[FeatureProfile(case.profile)],
        "level": case.level,
        "negative": is_negative(case),
        "purpose": case.purpose,
        "file": case.where.file,
    }


def decided_fact(case: TestCase, verdict: Verdict, reason: str, declared: bool | None, follows: str = "") -> CaseFact:
    """A case whose verdict stood without running it."""
    return CaseFact(
        **_identity(case),
        verdict=verdict,
        octt_verdict=verdict,
        reason=reason,
        follows=follows,
        declared=declared,
        readings=case.readings,
    )


def case_fact(
    case: TestCase,
    result: CaseResult,
    *,
    octt: bool,
    declared: bool | None,
    lane: str,
    started: datetime,
    reproduce: str,
) -> CaseFact:
    """A case that ran. With ``octt`` the habits of the official tool decide."""
    return CaseFact(
        **_identity(case),
        verdict=result.octt_verdict if octt else result.verdict,
        octt_verdict=result.octt_verdict,
        declared=declared,
        lane=lane,
        started=started,
        began=result.began,
        seconds=round(result.ended - result.began, 6),
        checks=result.checks,
        readings=case.readings,
        findings=result.findings,
        steps=result.executed,
        transcript=result.entries,
        between=result.between[:MOST_BETWEEN],
        samples=result.samples,
        initiated=result.initiated,
        limits=dict(result.limits),
        security_profile=result.security_profile,
        reproduce=reproduce,
    )
