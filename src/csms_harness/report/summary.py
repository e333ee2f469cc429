"""What a run comes to: the result of each functionality, the counts, one sentence, the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack
from csms_harness.report.timing import threshold_remarks
from csms_harness.report.wording import (
    DESCRIPTIONS,
    counted,
    functionality_name,
    group_of,
    in_certificate_order,
)
from csms_harness.verdict import Verdict


class Outcome(StrEnum):
    """The result of a functionality, as its row says it."""

    PASS = "Pass"
    FAIL = "Fail"
    INCONCLUSIVE = "Inconclusive"
    ERROR = "Error"
    INCOMPLETE = "Incomplete"
    PARTIAL = "Partial"
    NOT_SUPPORTED = "Not supported"
    NOT_DECLARED = "Not declared"
    NOT_RUN = "Not run"


class ExitCode(IntEnum):
    """The exit codes a run can end with once it has facts."""

    PASSED = 0
    FAILED = 1
    HARNESS_ERROR = 3
    UNDECIDED = 4
    NOTHING_SELECTED = 5
    THRESHOLD_BROKEN = 6
    CLAIM_OPEN = 8


_WORDS: Final = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.NOT_APPLICABLE: "not applicable",
    Verdict.ERROR: "with a harness error",
}


@dataclass(frozen=True, slots=True)
class FunctionalityResult:
    """One row of the test result summary. ``total`` counts the cases of the certification document.

    ``missing`` are cases that were selected and not run: without a scenario, or left when the run ended.
    """

    name: str
    group: str
    description: str
    declared: bool | None
    outcome: Outcome
    counts: Mapping[Verdict, int]
    run: int
    total: int
    missing: int = 0

    @property
    def open_claim(self) -> bool:
        """Whether the PICS claims this and not every case of it was run, so that nothing is proven yet."""
        return self.declared is True and (self.run < self.total or self.run == 0)

    @property
    def tally(self) -> str:
        """What became of the cases, in words: "30 passed, 1 failed, 3 not run"."""
        words = [f"{self.counts[verdict]} {word}" for verdict, word in _WORDS.items() if self.counts[verdict]]
        return ", ".join([*words, *([f"{self.not_run} not run"] if self.not_run else [])])

    @property
    def not_run(self) -> int:
        """How many cases of the document were not run."""
        return self.total - self.run


def verdict_counts(cases: tuple[CaseFact, ...]) -> dict[Verdict, int]:
    """How often each verdict was given; every verdict has an entry."""
    found = Counter(case.verdict for case in cases)
    return {verdict: found[verdict] for verdict in Verdict}


def functionality_results(facts: Facts) -> tuple[FunctionalityResult, ...]:
    """The test result summary, in the order of a certificate."""
    documented = {str(entry["id"]): functionality_name(str(entry["functionality"])) for entry in facts.catalogue}
    executed = {case.id: functionality_name(case.functionality) for case in facts.cases}
    declared = {functionality_name(name): claim for name, claim in facts.pics.functionalities.items()}
    totals = Counter(map(functionality_name, (documented | executed).values()))
    missing = Counter(documented[one] for one in _missing(facts) if one in documented)
    names = in_certificate_order({*totals, *declared})
    return tuple(
        _functionality(facts, name, totals[name], missing[name], declared=declared.get(name)) for name in names
    )


def _missing(facts: Facts) -> set[str]:
    """The cases that were meant to run and did not: what was not selected is none of them."""
    executed = {case.id for case in facts.cases}
    unwritten = {str(entry["id"]) for entry in facts.catalogue if not entry.get("implemented")}
    return (unwritten | set(facts.run.not_run)) - executed


def _functionality(facts: Facts, name: str, total: int, missing: int, *, declared: bool | None) -> FunctionalityResult:
    cases = tuple(case for case in facts.cases if functionality_name(case.functionality) == name)
    counts = verdict_counts(cases)
    part = Outcome.INCOMPLETE if missing else Outcome.PARTIAL
    outcome = _outcome(counts, declared=declared, passed=Outcome.PASS if len(cases) == total else part)
    return FunctionalityResult(
        name, group_of(name), DESCRIPTIONS.get(name, ""), declared, outcome, counts, len(cases), total, missing
    )


def _outcome(counts: Mapping[Verdict, int], *, declared: bool | None, passed: Outcome) -> Outcome:
    """Give the worst that happened; ``passed`` is what it is called when nothing did."""
    for verdict, outcome in (
        (Verdict.FAIL, Outcome.FAIL),
        (Verdict.ERROR, Outcome.ERROR),
        (Verdict.INCONCLUSIVE, Outcome.INCONCLUSIVE),
    ):
        if counts[verdict]:
            return outcome
    if counts[Verdict.PASS]:
        return passed
    if counts[Verdict.NOT_APPLICABLE] and declared is None:
        return Outcome.NOT_DECLARED
    if declared is False or counts[Verdict.NOT_APPLICABLE]:
        return Outcome.NOT_SUPPORTED
    return Outcome.NOT_RUN


def overall(facts: Facts) -> Outcome:
    """The run in one word: FAIL wins; "Pass" needs a run that left nothing half done, and no claim open."""
    counts = verdict_counts(facts.cases)
    broken_rules = {rule.verdict for rule in facts.rules}
    if counts[Verdict.FAIL] or Verdict.FAIL in broken_rules:
        return Outcome.FAIL
    if counts[Verdict.ERROR] or Verdict.ERROR in broken_rules:
        return Outcome.ERROR
    if not facts.run.complete:
        return Outcome.INCOMPLETE
    if counts[Verdict.INCONCLUSIVE]:
        return Outcome.INCONCLUSIVE
    if not counts[Verdict.PASS]:
        return Outcome.NOT_RUN
    rows = functionality_results(facts)
    if any(row.outcome is Outcome.INCOMPLETE or (row.open_claim and row.missing) for row in rows):
        return Outcome.INCOMPLETE
    return Outcome.PARTIAL if any(row.outcome is Outcome.PARTIAL or row.open_claim for row in rows) else Outcome.PASS


def open_claims(facts: Facts) -> tuple[FunctionalityResult, ...]:
    """What the PICS claims and was not run as a whole; nothing for a run of the cases beyond the document alone."""
    return tuple(row for row in functionality_results(facts) if row.open_claim) if facts.cases else ()


def headline(facts: Facts) -> str:
    """The run in one or two sentences."""
    counts = verdict_counts(facts.cases)
    none = not facts.cases and facts.pack
    passed = f"{counts[Verdict.PASS]} of {counted(len(facts.cases), 'case')} passed"
    parts = ["no case of the certification document was run" if none else passed]
    told = {verdict: word for verdict, word in _WORDS.items() if verdict is not Verdict.PASS}
    parts += [f"{counts[verdict]} {word}" for verdict, word in told.items() if counts[verdict]]
    broken = Counter(rule.group for rule in facts.rules if rule.verdict is Verdict.FAIL)
    parts += [f"{counted(broken['wire'], 'standing wire rule')} broken"] if broken["wire"] else []
    parts += [f"{counted(broken['beyond'], 'rule')} beyond the document broken"] if broken["beyond"] else []
    start = "INCOMPLETE: the run was interrupted. " if not facts.run.complete else ""
    told_parts = ", ".join(parts)
    return " ".join([f"{start}{told_parts[:1].upper()}{told_parts[1:]}.", *_told_claims(facts)])


def _told_claims(facts: Facts) -> Iterator[str]:
    """What the PICS claims and this run does not show, in a sentence."""
    # A name that is not ours is foreign: whoever shows a headline need not clean it.
    names = [row.name if row.name in DESCRIPTIONS else "another functionality" for row in open_claims(facts)]
    claims = [f"{name} ({row.run} of {row.total})" for name, row in zip(names, open_claims(facts), strict=True)]
    if claims:
        yield f"The PICS claims more than was run: {', '.join(claims)}."


def not_run_reasons(facts: Facts) -> dict[str, tuple[str, ...]]:
    """What was not run: reason to the ids of the cases, in the order of the document."""
    executed = {case.id for case in facts.cases}
    reasons = {
        str(entry["id"]): str(entry.get("reason") or "") or _why(entry.get("implemented")) for entry in facts.catalogue
    } | facts.run.not_run
    grouped: dict[str, tuple[str, ...]] = {}
    for case_id, reason in reasons.items():
        if case_id not in executed:
            grouped[reason] = (*grouped.get(reason, ()), case_id)
    return grouped


def _why(implemented: object) -> str:
    return "Not selected for this run." if implemented else "No scenario for this case yet."


def compatibility_remarks(facts: Facts) -> int:
    """How many findings concern only the habits of the official tool."""
    return sum(found.kind == "compatibility" for case in facts.cases for found in case.findings)


def exit_code(facts: Facts, forgiven: Collection[str] = ()) -> ExitCode:
    """The exit code of the run: FAIL wins, then the harness's own errors, then what stayed undecided.

    A standing rule counts like a case; of the cases beyond the document those of level must count. ``forgiven`` are
    the ids of cases and rules that do not count; the last words have the thresholds of the run, and the claims of
    the PICS that it did not look at as a whole.
    """
    judged = [case.verdict for case in (*facts.cases, *pack.weighing(facts)) if case.id not in forgiven]
    judged += [rule.verdict for rule in facts.rules if rule.id not in forgiven]
    if Verdict.FAIL in judged:
        return ExitCode.FAILED
    if Verdict.ERROR in judged:
        return ExitCode.HARNESS_ERROR
    if not facts.run.complete or Verdict.INCONCLUSIVE in judged:
        return ExitCode.UNDECIDED
    if not facts.cases and not facts.pack:
        return ExitCode.NOTHING_SELECTED
    if threshold_remarks(facts):
        return ExitCode.THRESHOLD_BROKEN
    return ExitCode.CLAIM_OPEN if open_claims(facts) else ExitCode.PASSED
