"""Known failures held against the verdicts of a run: what is forgiven for a while, and which entry no longer holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from csms_harness.foreign import for_terminal
from csms_harness.record.facts import Facts, KnownFact
from csms_harness.report import pack
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

GRACE: Final = timedelta(days=90)
"""How long a failure that was written down by itself is forgiven."""

_FORGIVABLE: Final = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE})
_FILL_IN: Final = "say where it is tracked"
_HEAD: Final = "# Known failures: see docs/connect-your-csms.md. Say of each why it is so, and where it is tracked.\n"
_NOT_JUDGED: Final = frozenset({Verdict.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What known failures make of a run: what is forgiven and why, and a sentence for each entry that broke; by id."""

    forgiven: Mapping[str, str]
    unexpected: Mapping[str, str]

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each that is forgiven."""
        return tuple(self.forgiven.values())

    @property
    def broken(self) -> tuple[str, ...]:
        """A sentence for each entry that no longer forgives."""
        return tuple(self.unexpected.values())


def reckon(facts: Facts, known: Iterable[KnownFact] | None = None) -> Reckoning:
    """Hold known failures (those of the run by default) against its verdicts; what was not run is passed over."""
    verdicts = {case.id: case.verdict for case in (*facts.cases, *facts.pack)}
    rules = {rule.id: rule for rule in facts.rules}
    today = facts.run.finished.date()
    forgiven: dict[str, str] = {}
    unexpected: dict[str, str] = {}
    for entry in facts.run.known if known is None else known:
        if entry.within and not set(entry.within) & set(verdicts):
            continue
        rule = rules.get(entry.case)
        verdict = rule.verdict if rule is not None else verdicts.get(entry.case)
        if verdict is None or verdict in _NOT_JUDGED:
            continue
        if text := _broken(entry, verdict, today) or _elsewhere(entry, rule):
            unexpected[entry.case] = text
        else:
            where = f" in {', '.join(entry.within)}" if entry.within else ""
            text = f"{entry.case}: {entry.expected}{where}, as expected until {entry.until} ({_told(entry)})"
            forgiven[entry.case] = text
    return Reckoning(forgiven, unexpected)


def _broken(entry: KnownFact, verdict: Verdict, today: date) -> str:
    """Say why an entry no longer forgives; empty when it does."""
    if verdict != entry.expected:
        advice = "take it off the list" if verdict is Verdict.PASS else "look at it"
        return f"{entry.case}: {verdict}, where {entry.expected} was expected ({_told(entry)}); {advice}."
    if today > entry.until:
        return f"{entry.case}: {verdict}, and its time was over on {entry.until} ({_told(entry)})."
    return ""


def _elsewhere(entry: KnownFact, rule: RuleVerdict | None) -> str:
    """Say where a rule is broken besides, when it may be in some cases only."""
    if rule is None or not entry.within:
        return ""
    others = [breach.case for breach in rule.breaches if breach.case.rpartition(" ")[2] not in entry.within]
    others += [f"{rule.more} more places that are not listed"] if rule.more else []
    if not others:
        return ""
    where = ", ".join(dict.fromkeys(others))
    return for_terminal(f"{entry.case}: broken in {where} as well, where it was not expected ({_told(entry)}).", 600)


def known_yaml(facts: Facts) -> str:
    """A file of known failures with what a run found; who tracks each is left to fill in.

    What is known already stays as it is, unless it broke. ``facts`` are told: they hold the reason of each verdict.
    """
    reckoning = reckon(facts)
    until = facts.run.finished.date() + GRACE
    kept = [entry for entry in facts.run.known if entry.case not in reckoning.unexpected]
    listed = {entry.case for entry in kept}
    new = [
        KnownFact(case=case.id, expected=str(case.verdict), reason=case.reason, issue=_FILL_IN, until=until)
        for case in (*facts.cases, *pack.weighing(facts))
        if case.verdict in _FORGIVABLE and case.id not in listed
    ]
    new += [
        KnownFact(case=rule.id, expected="FAIL", reason=rule.title, issue=_FILL_IN, until=until, within=_places(rule))
        for rule in facts.rules
        if rule.verdict is Verdict.FAIL and rule.id not in listed
    ]
    return "".join((_HEAD, *(map(_as_yaml, (*kept, *new))))) if kept or new else f"{_HEAD}[]\n"


def _places(rule: RuleVerdict) -> tuple[str, ...]:
    """The cases in which a rule was broken; none where some are not listed, for then nobody knows them all."""
    found = dict.fromkeys(breach.case.rpartition(" ")[2] for breach in rule.breaches)
    return () if rule.more else tuple(found)


def _as_yaml(entry: KnownFact) -> str:
    def text(value: str) -> str:
        return json.dumps(for_terminal(value, 200))  # which YAML reads as well

    within = f"  in: [{', '.join(entry.within)}]\n" if entry.within else ""
    return (
        f"- case: {entry.case}\n  expected: {entry.expected}\n{within}  reason: {text(entry.reason or _FILL_IN)}\n"
        f"  issue: {text(entry.issue)}\n  until: {entry.until}\n"
    )


def _told(entry: KnownFact) -> str:
    return for_terminal(f"{entry.reason}, {entry.issue}", 300)
