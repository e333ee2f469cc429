"""Results of the engine as facts: the only bridge from the engine to the reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from csms_harness.engine.case import CaseResult
from csms_harness.engine.judgement import Finding
from csms_harness.engine.transcript import Entry, said
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES, FeatureProfile
from csms_harness.record.facts import (
    BreachFact,
    CaseFact,
    EntryFact,
    FindingFact,
    InitiatedFact,
    SampleFact,
    StepFact,
)
from csms_harness.runner.plan import Decided
from csms_harness.scenario.model import TestCase
from csms_harness.verdict import Verdict


def _identity(case: TestCase) -> dict[str, str]:
    return {
        "id": case.id,
        "name": case.name,
        "section": case.section,
        "profile": case.profile,
        "functionality": FUNCTIONALITY_NAMES[FeatureProfile(case.profile)],
        "purpose": case.purpose,
        "file": case.where.file,
    }


def decided_fact(decided: Decided, declared: bool | None) -> CaseFact:
    """A case whose verdict stood before connecting."""
    return CaseFact(
        **_identity(decided.case),
        verdict=decided.verdict,
        octt_verdict=decided.verdict,
        reason=decided.reason,
        declared=declared,
        readings=decided.case.readings,
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
    verdict = result.octt_verdict if octt else result.verdict
    return CaseFact(
        **_identity(case),
        verdict=verdict,
        octt_verdict=result.octt_verdict,
        reason=_reason(result, verdict),
        declared=declared,
        lane=lane,
        started=started,
        seconds=round(result.ended - result.began, 6),
        checks=result.checks,
        readings=case.readings,
        findings=tuple(finding_fact(finding) for finding in result.findings),
        steps=tuple(
            StepFact(step=one.step, title=one.title, note=one.note, checks=one.checks, outcome=one.outcome)
            for one in result.executed
        ),
        transcript=tuple(_entry_fact(entry, result.began) for entry in result.entries),
        samples=tuple(
            SampleFact(
                action=sample.action,
                seconds=sample.seconds,
                resumed=sample.resumed,
                late=sample.late,
                answered=sample.answered,
                clock=cast(Literal["kernel", "user"], sample.clock),
            )
            for sample in result.samples
        ),
        initiated=tuple(
            InitiatedFact(action=one.action, seconds=one.seconds, adapter=one.adapter) for one in result.initiated
        ),
        breaches=tuple(
            BreachFact(rule=breach.rule, frame=number, text=said(breach), note=breach.note)
            for number, breach in result.breaches
        ),
        reproduce=reproduce,
    )


def _reason(result: CaseResult, verdict: Verdict) -> str:
    if verdict is result.verdict:
        return result.reason
    remark = next(finding for finding in result.findings if finding.kind == "compatibility")
    return f"{remark.step}: {remark.text}" if remark.step else remark.text


def finding_fact(finding: Finding) -> FindingFact:
    """One finding."""
    return FindingFact(
        kind=finding.kind.value,
        decides=finding.decides,
        step=finding.step,
        text=finding.text,
        required=finding.required,
        observed=finding.observed,
        path=finding.path,
        frame=finding.frame,
        where=finding.where,
    )


def _entry_fact(entry: Entry, began: float) -> EntryFact:
    return EntryFact(
        number=entry.number,
        at=round(entry.at - began, 6),
        kind=entry.kind,
        direction=cast(Literal["CP", "CS", ""], entry.direction),
        role=entry.role,
        step=entry.step,
        message=entry.message,
        unique_id=entry.unique_id,
        text=entry.text,
        filled=entry.filled,
        latency=None if entry.latency is None else round(entry.latency, 6),
        breaches=entry.breaches,
    )
