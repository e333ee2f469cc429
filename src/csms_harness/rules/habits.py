"""What is legal, and no part of any case, but counted as a failure by the official test tool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from csms_harness.evidence import Role, What
from csms_harness.message import Side
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach

HABITS: Final = frozenset({"by_itself"})
"""The rules whose remarks are breaches by the habits of the official test tool."""


def by_itself(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_008: each action once that came unasked, with the first place at which it did.

    One that nobody knows may have been asked for by its right name, and breaks WIRE_006. Into which case a CALL falls
    that a timer sends, or into none, differs from run to run; that it comes does not.
    """
    ran = [case for case in cases if case.transcript]
    outside = _first((case.id, number, action) for case in ran for number, action in _between(case))
    within = _first((case.id, number, action) for case in ran for number, action in _unexpected(case))
    first = within | outside
    return len(ran), [first[action] for action in sorted(first)]


def _first(seen: Iterable[tuple[str, int | None, str]]) -> dict[str, RuleBreach]:
    first: dict[str, RuleBreach] = {}
    for case, number, action in seen:
        first.setdefault(action, RuleBreach(case, number, observed=action, remark=True))
    return first


def _between(case: Indexed) -> Iterator[tuple[int, str]]:
    """What came before the scenario, and belongs to no case."""
    for entry in case.calls[Side.CENTRAL_SYSTEM]:
        if entry.role is Role.BETWEEN and entry.message is not None and entry.message.action in ACTIONS:
            yield entry.number, entry.message.action


def _unexpected(case: Indexed) -> Iterator[tuple[int | None, str]]:
    """What came within a scenario and was no step of it; what was condemned as the CALL of a step did not come so."""
    condemned = {one.frame for one in case.findings if one.decides and one.what is not What.UNEXPECTED}
    for finding in case.findings:
        if finding.frame in condemned:
            continue
        if finding.what is What.UNEXPECTED and ACTIONS.issuperset(finding.actions):
            yield finding.frame, finding.actions[0]
