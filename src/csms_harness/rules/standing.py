"""The standing rules over a whole run: how often each was looked at, and what broke it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from csms_harness.rules.beyond import CHECKS
from csms_harness.rules.clock import clock
from csms_harness.rules.habits import HABITS
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.scenario.library import Rule
from csms_harness.verdict import Verdict

SHOWN: Final = 50
"""So many breaches and so many remarks of a rule are listed; the transcripts hold them all."""


def rule_verdicts(rules: Sequence[Rule], cases: Sequence[Indexed], *, octt: bool = False) -> tuple[RuleVerdict, ...]:
    """Each rule with its verdict: FAIL when it was broken, PASS when it held, NOT APPLICABLE when nothing was seen.

    A remark breaks no rule; with ``octt`` that of a habit does.
    """
    return tuple(_rule_verdict(rule, cases, octt=octt) for rule in rules)


def _rule_verdict(rule: Rule, cases: Sequence[Indexed], *, octt: bool) -> RuleVerdict:
    looked_at, found = CHECKS[rule.rule](cases) if rule.group == "beyond" else _on_the_wire(rule, cases)
    if octt and rule.rule in HABITS:
        found = [replace(one, remark=False) for one in found]
    broken = [one for one in found if not one.remark]
    remarks = [one for one in found if one.remark]
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
        remarks=tuple(remarks[:SHOWN]),
        more_remarks=max(0, len(remarks) - SHOWN),
    )


def _on_the_wire(rule: Rule, cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    found = clock(cases) if rule.rule == "clock" else [one for case in cases for one in case.broken[rule.rule]]
    return sum(case.looked_at[rule.looks_at] for case in cases), found
