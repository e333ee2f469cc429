"""The frames that each FAIL rests on, as parts of the PDF: it proves them where nothing else was sent along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from csms_harness.evidence import Entry, Finding
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack, wording
from csms_harness.report.causes import Place, places
from csms_harness.report.rows import row_of
from csms_harness.report.telling import said_apart
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

CASES: Final = 40
"""So many cases that failed are told with their frames."""
FINDINGS: Final = 3
"""So many findings of a case, and breaches of a rule."""
FRAME: Final = 3000
"""Characters of a frame that are shown."""
_PIECE: Final = 500
"""Characters that are handed over at a time: a longer text would be cut like a sentence."""

Part = dict[str, Any]


def proofs(facts: Facts) -> Iterator[Part]:
    """A heading and its frames for each case that failed and each rule that is broken; nothing without one."""
    failed = [case for case in (*facts.cases, *pack.weighing(facts)) if case.verdict is Verdict.FAIL]
    broken = [rule for rule in facts.rules if rule.verdict is Verdict.FAIL]
    if not failed and not broken:
        return
    yield {"kind": "heading", "level": 1, "text": "What each FAIL rests on"}
    for case in failed[:CASES]:
        yield {"kind": "heading", "level": 2, "text": f"{case.id} {case.name}"}
        yield from _of_case(case)
    yield from _more(len(failed) - CASES, "more failed case")
    where = places(facts)
    for rule in broken:
        yield {"kind": "heading", "level": 2, "text": f"{rule.id} {rule.title}"}
        yield from _of_rule(rule, where)


def _of_case(case: CaseFact) -> Iterator[Part]:
    findings = [one for one in wording.telling_order(case.findings) if one.decides is Verdict.FAIL] or case.findings
    for found in findings[:FINDINGS]:
        yield {"kind": "text", "text": _sentence(found)}
        yield from _exchange(case, found.frame)
    yield from _more(len(findings) - FINDINGS, "more finding")


def _sentence(found: Finding) -> str:
    apart = f"Required {found.required}, observed {found.observed}." if said_apart(found) else ""
    return " ".join(filter(None, (f"At {found.step}:" if found.step else "", found.text, apart)))


def _of_rule(rule: RuleVerdict, where: dict[str, Place]) -> Iterator[Part]:
    for breach in rule.breaches[:FINDINGS]:
        yield {"kind": "text", "text": breach.text}
        if (place := where.get(breach.case)) is not None:
            yield from _exchange(place, breach.frame)
    yield from _more(len(rule.breaches) + rule.more - FINDINGS, "more breach", "es")


def _exchange(place: Place, number: int | None) -> Iterator[Part]:
    """A frame, and before an answer the CALL that it belongs to."""
    at = next((at for at, entry in enumerate(place.transcript) if entry.number == number), None)
    if at is None:
        return
    for entry in (*_asked(place.transcript[:at], place.transcript[at]), place.transcript[at]):
        row = row_of(place, entry)
        pieces = [row.text[begin : begin + _PIECE] for begin in range(0, min(len(row.text), FRAME), _PIECE)]
        sender = f", {wording.sender(row)}" if row.direction else ""
        about = f"Frame {row.number} at {row.at:.3f} s{sender}"
        yield {"kind": "frame", "about": about, "pieces": [*pieces, *(["…"] if len(row.text) > FRAME else [])]}


def _asked(before: Sequence[Entry], entry: Entry) -> Sequence[Entry]:
    """The CALL of an answer; nothing for what is none."""
    if entry.message is None or not entry.message.is_answer:
        return ()
    wanted = entry.message.unique_id
    calls = (one for one in reversed(before) if one.message is not None and not one.message.is_answer)
    return [one for one in calls if one.message is not None and one.message.unique_id == wanted][:1]


def _more(number: int, what: str, plural: str = "s") -> Iterator[Part]:
    if number > 0:
        yield {"kind": "note", "text": f"{number} {what}{plural if number > 1 else ''}: see certificate.html."}
