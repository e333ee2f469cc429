"""The standing rules over a whole run: how often each was looked at, and what broke it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from csms_harness.message import Message, MessageType, Side
from csms_harness.rules.beyond import CHECKS
from csms_harness.rules.observed import clock_skews, datetimes
from csms_harness.rules.verdicts import Ran, RuleBreach, RuleVerdict
from csms_harness.scenario.model import Rule
from csms_harness.verdict import Verdict

MOST_SKEW: Final = 300.0
"""Seconds by which two clocks may differ and still both be right enough to bill by."""

SHOWN: Final = 50
"""So many breaches of a rule are listed; the transcripts hold them all."""


def rule_verdicts(rules: Sequence[Rule], cases: Sequence[Ran]) -> tuple[RuleVerdict, ...]:
    """Each rule with its verdict: FAIL when it was broken, PASS when it held, NOT APPLICABLE when nothing was seen."""
    return tuple(_rule_verdict(rule, cases) for rule in rules)


def _rule_verdict(rule: Rule, cases: Sequence[Ran]) -> RuleVerdict:
    looked_at, broken = CHECKS[rule.rule](cases) if rule.group == "beyond" else _on_the_wire(rule, cases)
    return RuleVerdict(
        id=rule.id,
        title=rule.title,
        clause=rule.clause,
        verdict=Verdict.FAIL if broken else Verdict.PASS if looked_at else Verdict.NOT_APPLICABLE,
        looked_at=looked_at,
        group="beyond" if rule.group == "beyond" else "wire",
        breaches=tuple(broken[:SHOWN]),
        rule=rule.rule,
        more=max(0, len(broken) - SHOWN),
    )


def _on_the_wire(rule: Rule, cases: Sequence[Ran]) -> tuple[int, list[RuleBreach]]:
    broken = _skewed(cases) if rule.rule == "clock" else _broken(rule, cases)
    return sum(_LOOKED_AT[rule.looks_at](case) for case in cases), list(broken)


def _broken(rule: Rule, cases: Iterable[Ran]) -> Iterator[RuleBreach]:
    for case in cases:
        for entry in case.transcript:
            for breach in entry.message.breaches if entry.message is not None else ():
                if breach.rule == rule.rule and not breach.note:
                    yield RuleBreach(case.id, entry.number, path=breach.path, observed=breach.text)


def _skewed(cases: Iterable[Ran]) -> Iterator[RuleBreach]:
    for case in cases:
        for number, skew in clock_skews(case):
            if abs(skew) > MOST_SKEW:
                yield RuleBreach(case.id, number, path="currentTime", observed=f"{skew:.0f}")


def _theirs(case: Ran) -> Iterator[Message]:
    for entry in case.transcript:
        if entry.message is not None and entry.message.side is Side.CENTRAL_SYSTEM:
            yield entry.message


def _count(*types: MessageType) -> Callable[[Ran], int]:
    return lambda case: sum(message.type in types for message in _theirs(case))


_LOOKED_AT: Final[dict[str, Callable[[Ran], int]]] = {
    "frames": _count(*MessageType),
    "calls": _count(MessageType.CALL),
    "payloads": lambda case: sum(
        message.type is MessageType.CALL or (message.type is MessageType.CALLRESULT and bool(message.action))
        for message in _theirs(case)
    ),
    "callerrors": _count(MessageType.CALLERROR),
    "datetimes": lambda case: sum(1 for message in _theirs(case) for _ in datetimes(message)),
    "clocks": lambda case: sum(1 for _ in clock_skews(case)),
}
