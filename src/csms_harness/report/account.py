"""What was found in a case, told as plain lines: for build servers, and for the failure of a test."""

from __future__ import annotations

from typing import Final

from csms_harness.evidence import Finding
from csms_harness.record.facts import CaseFact
from csms_harness.report.telling import said_apart, says_more
from csms_harness.report.wording import counted, frame_of, sender, telling_order, transcript_name

FRAME: Final = 4000
"""Characters of a frame or a sentence that are told."""
FINDINGS: Final = 20
"""Findings of a case that are told."""


def account(case: CaseFact, *, written: bool = True) -> str:
    """Tell what was found, the deciding findings first: step, required, observed, frame.

    ``written`` says that the transcript of the case is on disk, so that it can be named.
    """
    findings = telling_order(case.findings)
    parts = [case.reason if says_more(case) else "", *(_finding(case, found) for found in findings[:FINDINGS])]
    if len(findings) > FINDINGS:
        parts.append(f"{counted(len(findings) - FINDINGS, 'more finding')}: see facts.json")
    if written:
        parts.append(f"transcript: {transcript_name(case)}")
    if case.reproduce:
        parts.append(f"run this case alone: {case.reproduce}")
    return "\n\n".join(filter(None, parts))


def _finding(case: CaseFact, found: Finding) -> str:
    lines = [f"{found.decides or 'remark'}: {found.text[:FRAME]}", f"  step: {found.step}"]
    if said_apart(found):
        lines += [f"  required: {found.required[:FRAME]}", f"  observed: {found.observed[:FRAME]}"]
    frame = frame_of(case, found)
    if frame:
        lines.append(f"  frame {frame.number} {sender(frame)}: {frame.text[:FRAME]}")
    if found.where:
        lines.append(f"  scenario: {found.where}")
    return "\n".join(lines)
