"""Findings, and the one rule that makes a verdict of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from csms_harness.verdict import Verdict, worst


class Kind(StrEnum):
    """What a finding is about. Its verdict is in ``DECIDES``; what is not there never decides."""

    MISMATCH = "mismatch"
    BREACH = "breach"
    CALLERROR = "callerror"
    NO_ANSWER = "no-answer"
    LATE = "late"
    ABSENT_CALL = "absent-call"
    FORBIDDEN = "forbidden"
    DISCONNECT = "disconnect"
    REFUSED = "refused"
    TRIGGER = "trigger"
    PREREQUISITE = "prerequisite"
    INTERRUPTED = "interrupted"
    HARNESS = "harness"
    DISTURBANCE = "disturbance"
    EARLY = "early"
    OBSERVATION = "observation"
    COMPATIBILITY = "compatibility"
    BUDGET = "budget"
    CLEANUP = "cleanup"


DECIDES: dict[Kind, Verdict] = {
    Kind.MISMATCH: Verdict.FAIL,
    Kind.BREACH: Verdict.FAIL,
    Kind.CALLERROR: Verdict.FAIL,
    Kind.NO_ANSWER: Verdict.FAIL,
    Kind.LATE: Verdict.FAIL,
    Kind.ABSENT_CALL: Verdict.FAIL,
    Kind.FORBIDDEN: Verdict.FAIL,
    Kind.DISCONNECT: Verdict.FAIL,
    Kind.REFUSED: Verdict.INCONCLUSIVE,
    Kind.TRIGGER: Verdict.INCONCLUSIVE,
    Kind.PREREQUISITE: Verdict.INCONCLUSIVE,
    Kind.INTERRUPTED: Verdict.INCONCLUSIVE,
    Kind.HARNESS: Verdict.ERROR,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found at a step. ``decides`` is the verdict it forces, or None; ``frame`` a transcript number."""

    kind: Kind
    decides: Verdict | None
    step: str
    text: str
    required: str = ""
    observed: str = ""
    path: str = ""
    frame: int | None = None
    where: str = ""


@dataclass(slots=True)
class Judgement:
    """The findings of a case so far and the number of checks that judged the Central System."""

    findings: list[Finding] = field(default_factory=list)
    checks: int = 0

    def add(self, finding: Finding) -> None:
        """Write down a finding; findings are never taken back."""
        self.findings.append(finding)

    def verdict(self, *, octt: bool = False) -> Verdict:
        """The verdict by the specification, or by the habits of the official tool.

        A case in which nothing was found and nothing was checked has proven nothing: ERROR.
        """
        decided = worst(_decisions(self.findings, octt=octt))
        if decided is Verdict.PASS and self.checks == 0:
            return Verdict.ERROR
        return decided


def _decisions(findings: Iterable[Finding], *, octt: bool) -> Iterable[Verdict]:
    for finding in findings:
        if finding.decides is not None:
            yield finding.decides
        elif octt and finding.kind is Kind.COMPATIBILITY:
            yield Verdict.FAIL
