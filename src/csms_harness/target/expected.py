"""Known failures (expected.yaml): what the exit code forgives for a while. No report changes by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import read_yaml
from csms_harness.documents.validation import validate
from csms_harness.foreign import for_terminal
from csms_harness.record.facts import Facts
from csms_harness.target.pics import Part
from csms_harness.verdict import Verdict

_NOT_JUDGED: Final = frozenset({Verdict.NOT_APPLICABLE})


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a day is due, such as 2027-01-31") from None


class KnownFailure(Part):
    """One entry: a case or standing rule, its verdict of today, why, where it is tracked, and the last day of grace."""

    case: str
    expected: Literal["FAIL", "INCONCLUSIVE"]
    reason: str = Field(min_length=1)
    issue: str = Field(min_length=1)
    until: Annotated[date, BeforeValidator(_day)]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What known failures make of a run: forgiven ids, a sentence for each, and for each entry that broke."""

    forgiven: frozenset[str]
    notes: tuple[str, ...]
    broken: tuple[str, ...]


def read_expected(path: Path, known: Collection[str]) -> tuple[KnownFailure, ...]:
    """Read an expected.yaml; ``known`` are the ids of cases and rules. Raises Mistakes with every mistake in it."""
    root = read_yaml(path)
    if root.kind != "sequence":
        raise Mistakes([root.mistake(f"a list of known failures is due here, this is {root}", "begin with '- case: '")])
    entries, mistakes = _entries(root.items)
    mistakes += _unknown_or_twice(root.items, entries, known)
    if mistakes:
        raise Mistakes(mistakes)
    return tuple(entry for entry in entries if entry)


def _entries(items: Sequence[Node]) -> tuple[list[KnownFailure | None], list[Mistake]]:
    entries: list[KnownFailure | None] = []
    mistakes: list[Mistake] = []
    for item in items:
        try:
            entries.append(validate(KnownFailure, item))
        except Mistakes as found:
            entries.append(None)
            mistakes += found.mistakes
    return entries, mistakes


def _unknown_or_twice(
    items: Sequence[Node], entries: Sequence[KnownFailure | None], known: Collection[str]
) -> list[Mistake]:
    mistakes: list[Mistake] = []
    seen: set[str] = set()
    for item, entry in zip(items, entries, strict=True):
        if entry is None:
            continue
        if entry.case not in known:
            hint = did_you_mean(entry.case, known)
            mistakes.append(item.members["case"].mistake(f"no test case or rule is called {entry.case!r}", hint))
        if entry.case in seen:
            mistakes.append(item.members["case"].mistake(f"{entry.case} stands twice; one entry for each is enough"))
        seen.add(entry.case)
    return mistakes


def reckon(facts: Facts, known: Iterable[KnownFailure]) -> Reckoning:
    """Hold known failures against the verdicts of a run; what was not run is passed over."""
    verdicts = {case.id: case.verdict for case in (*facts.cases, *facts.pack)}
    verdicts |= {rule.id: rule.verdict for rule in facts.rules}
    judged = [(entry, verdicts[entry.case]) for entry in known if verdicts.get(entry.case) not in (None, *_NOT_JUDGED)]
    today = facts.run.finished.date()
    broken = {entry.case: text for entry, verdict in judged if (text := _broken(entry, verdict, today))}
    forgiven = [entry for entry, _ in judged if entry.case not in broken]
    return Reckoning(
        frozenset(entry.case for entry in forgiven),
        tuple(
            f"{entry.case}: {entry.expected}, as expected until {entry.until} ({_told(entry)})" for entry in forgiven
        ),
        tuple(broken.values()),
    )


def _broken(entry: KnownFailure, verdict: Verdict, today: date) -> str:
    """Say why an entry no longer forgives; empty when it does."""
    if verdict != entry.expected:
        advice = "take it off the list" if verdict is Verdict.PASS else "look at it"
        return f"{entry.case}: {verdict}, where {entry.expected} was expected ({_told(entry)}); {advice}."
    if today > entry.until:
        return f"{entry.case}: {verdict}, and its time was over on {entry.until} ({_told(entry)})."
    return ""


def _told(entry: KnownFailure) -> str:
    return for_terminal(f"{entry.reason}, {entry.issue}", 300)
