"""The standing rules over a whole run: how often each was looked at, and what broke it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from csms_harness.record.facts import CaseFact, EntryFact, RuleFact
from csms_harness.rules.beyond import CHECKS
from csms_harness.rules.observed import clock_skews, datetimes
from csms_harness.scenario.model import Rule
from csms_harness.verdict import Verdict

MOST_SKEW: Final = 300.0
"""Seconds by which two clocks may differ and still both be right enough to bill by."""

SHOWN: Final = 50
"""So many breaches of a rule are listed; the transcripts hold them all."""


def rule_facts(rules: Sequence[Rule], cases: Sequence[CaseFact]) -> tuple[RuleFact, ...]:
    """Each rule with its verdict: FAIL when it was broken, PASS when it held, NOT APPLICABLE when nothing was seen."""
    return tuple(_rule_fact(rule, cases) for rule in rules)


def _rule_fact(rule: Rule, cases: Sequence[CaseFact]) -> RuleFact:
    looked_at, broken = CHECKS[rule.rule](cases) if rule.group == "beyond" else _on_the_wire(rule, cases)
    verdict = Verdict.FAIL if broken else Verdict.PASS if looked_at else Verdict.NOT_APPLICABLE
    more = (f"and {len(broken) - SHOWN} more",) if len(broken) > SHOWN else ()
    return RuleFact(
        id=rule.id,
        title=rule.title,
        clause=rule.clause,
        verdict=verdict,
        looked_at=looked_at,
        group="beyond" if rule.group == "beyond" else "wire",
        breaches=(*broken[:SHOWN], *more),
    )


def _on_the_wire(rule: Rule, cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    broken = _skewed(cases) if rule.rule == "clock" else _broken(rule, cases)
    return sum(_LOOKED_AT[rule.looks_at](case) for case in cases), list(broken)


def _broken(rule: Rule, cases: Iterable[CaseFact]) -> Iterator[str]:
    for case in cases:
        for breach in case.breaches:
            if breach.rule == rule.rule and not breach.note:
                yield f"{case.id} frame {breach.frame}: {breach.text}"


def _skewed(cases: Iterable[CaseFact]) -> Iterator[str]:
    for case in cases:
        for number, skew in clock_skews(case):
            if abs(skew) > MOST_SKEW:
                side = "ahead of" if skew > 0 else "behind"
                yield f"{case.id} frame {number}: currentTime is {abs(skew):.0f} s {side} the clock of this machine"


def _frames(case: CaseFact, wanted: Callable[[EntryFact], bool]) -> int:
    return sum(entry.kind == "frame" and entry.direction == "CS" and wanted(entry) for entry in case.transcript)


_LOOKED_AT: Final[dict[str, Callable[[CaseFact], int]]] = {
    "frames": lambda case: _frames(case, lambda _: True),
    "calls": lambda case: _frames(case, lambda entry: entry.message.endswith(".req")),
    "payloads": lambda case: _frames(case, lambda entry: entry.message.endswith((".req", ".conf"))),
    "callerrors": lambda case: _frames(case, lambda entry: entry.message.startswith("CALLERROR")),
    "datetimes": lambda case: sum(1 for entry in case.transcript for _ in datetimes(entry)),
    "clocks": lambda case: sum(1 for _ in clock_skews(case)),
}
