"""The result of a case as a person reads it: sentences to its findings, flat lines to its transcript."""

from __future__ import annotations

from dataclasses import dataclass

from csms_harness.engine.case import CaseResult
from csms_harness.evidence import Entry, Executed, Finding, Initiated, Sample
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.record.masking import masking, redacted_case, secrets_of
from csms_harness.report.rows import row_of
from csms_harness.report.telling import told_case
from csms_harness.verdict import Verdict


@dataclass(frozen=True)
class Seen:
    """A line of the transcript; ``kind`` is frame, connected, refused, disconnected or trigger."""

    number: int
    at: float
    kind: str
    direction: str
    role: str
    step: str
    message: str
    unique_id: str
    text: str
    filled: tuple[str, ...]
    latency: float | None
    breaches: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What a case came to, in words."""

    verdict: Verdict
    octt_verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]
    checks: int
    executed: tuple[Executed, ...]
    entries: tuple[Seen, ...]
    samples: tuple[Sample, ...]
    initiated: tuple[Initiated, ...]
    breaches: tuple[tuple[int, Breach], ...]
    began: float
    ended: float
    heard: int
    raw: CaseResult


def read(result: CaseResult) -> Result:
    """A result of the engine in words."""
    fact = _fact(result)
    fact = redacted_case(fact, masking(secrets_of(fact)))
    told = told_case(fact)
    return Result(
        verdict=result.verdict,
        octt_verdict=result.octt_verdict,
        reason=told.reason,
        findings=told.findings,
        checks=result.checks,
        executed=told.steps,
        entries=tuple(_seen(fact, entry) for entry in fact.transcript),
        samples=result.samples,
        initiated=result.initiated,
        breaches=tuple(
            (entry.number, breach)
            for entry in fact.transcript
            if entry.message is not None
            for breach in entry.message.breaches
        ),
        began=result.began,
        ended=result.ended,
        heard=result.heard,
        raw=result,
    )


def _fact(result: CaseResult) -> CaseFact:
    return CaseFact(
        id="TC_900_CSMS", name="", section="", profile="Core", functionality="Core", purpose="", file="",
        verdict=result.verdict, octt_verdict=result.octt_verdict, findings=result.findings, steps=result.executed,
        transcript=result.entries,
    )  # fmt: skip


def _seen(fact: CaseFact, entry: Entry) -> Seen:
    row, message = row_of(fact, entry), entry.message
    breaches = () if message is None else message.breaches
    return Seen(
        number=entry.number,
        at=entry.at,
        kind=row.kind,
        direction=row.direction,
        role=entry.role,
        step=entry.step,
        message=row.title if message is not None else "" if entry.note is None else entry.note.item,
        unique_id="" if message is None else message.unique_id,
        text=row.text,
        filled=entry.filled,
        latency=entry.latency,
        breaches=tuple(f"{breach.path}: {breach.text}" if breach.path else breach.text for breach in breaches),
    )
