"""The words and signs every report shares: verdicts, functionalities, directions, times of day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from csms_harness.evidence import Finding, Kind
from csms_harness.foreign import slug
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES, FeatureProfile
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.report.rows import Row, row_of
from csms_harness.verdict import Verdict, worst

PRODUCT_TYPE: Final = "Charging Station Management System"

ATTENTION: Final = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)
"""The verdicts somebody has to act on, in the order they are shown."""

SIGNS: Final = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.ERROR: "!",
}
"""A sign beside every verdict, so that no status is told by colour alone."""

_OUTCOME_SIGNS: Final = {"pass": "✓", "fail": "✗", "inconclusive": "?", "error": "!", "incomplete": "…", "partial": "…"}

WHO_ACTS: Final = {
    Verdict.FAIL: "the vendor of the CSMS",
    Verdict.INCONCLUSIVE: "the operator of this test",
    Verdict.ERROR: "the makers of this harness",
}

DESCRIPTIONS: Final = {
    "Core": "Booting, authorization, configuration, transactions and remote control of Charge Points.",
    "Firmware Management": "Updating the firmware of Charge Points from afar; fetching their diagnostics.",
    "Smart Charging": "Steering charging power with charging profiles, alone and stacked.",
    "Reservation": "Reserving a connector of a Charge Point, and giving it free again.",
    "Local Authorization List Management": "Keeping the list by which Charge Points authorize on their own.",
    "Remote Trigger": "Asking a Charge Point to send a message now: afresh, or once more.",
    "Security": "Security profiles, certificates, signed firmware, security events and logs.",
}
"""What a functionality is about, in our words."""


def sign_of(word: str) -> str:
    """The sign beside a verdict or the result of a functionality."""
    return _OUTCOME_SIGNS.get(word.lower(), "–")


def group_of(name: str) -> str:
    """The heading under which a functionality stands on the certificate; Core needs none."""
    return {"Core": "", "Security": "Beyond the optional features"}.get(name, "Optional features")


def functionality_name(name: str) -> str:
    """The row of the certificate for a functionality or feature profile name."""
    try:
        return FUNCTIONALITY_NAMES[FeatureProfile(name)]
    except ValueError:
        return name


def in_certificate_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sort functionality names as a certificate does; names it does not know come last, by alphabet."""
    known = tuple(FUNCTIONALITY_NAMES.values())
    given = set(names)
    return tuple(name for name in known if name in given) + tuple(sorted(given.difference(known)))


def sender(row: Row) -> str:
    """Say who sent a frame to whom; empty when the entry is no frame."""
    return {
        "CP": "Charge Point → Central System",
        "CS": "Central System → Charge Point",
        "": "",
    }[row.direction]


def frame_of(case: CaseFact, finding: Finding) -> Row | None:
    """The row of the transcript that a finding points at."""
    return next((row_of(case, entry) for entry in case.transcript if entry.number == finding.frame), None)


def by_specification(case: CaseFact) -> Verdict:
    """The verdict of a case by the specification alone, whoever decided it in its run."""
    if case.verdict is not Verdict.FAIL or all(found.kind is not Kind.COMPATIBILITY for found in case.findings):
        return case.verdict
    return worst(found.decides for found in case.findings if found.decides is not None)


def departures(case: CaseFact) -> dict[int, tuple[str, ...]]:
    """Return, per transcript entry, its departures from standing wire rules: what the entry itself says, and more."""
    return {
        entry.number: tuple(_departure(breach) for breach in entry.message.breaches)
        for entry in case.transcript
        if entry.message is not None and entry.message.breaches
    }


def _departure(breach: Breach) -> str:
    kind = "note" if breach.note else f"breach of the rule on {breach.rule.replace('_', ' ')}"
    return f"{kind}: {breach.path}: {breach.text}" if breach.path else f"{kind}: {breach.text}"


def telling_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: those that decide first, the worst verdict first, otherwise as they happened."""
    severity = list(Verdict)
    return tuple(sorted(findings, key=lambda found: -severity.index(found.decides) if found.decides else 1))


def transcript_name(case: CaseFact) -> str:
    """The path of a case's transcript, relative to the folder of the run."""
    return f"transcripts/{slug(case.id)}.jsonl"


def moment(at: datetime) -> str:
    """Write a moment in UTC, to the second; a moment without a zone is taken as UTC."""
    zoned = at if at.tzinfo else at.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def counted(number: int, noun: str) -> str:
    """A number and its word: "1 case", "2 cases"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
