"""What is legal, and no part of any case, but counted as a failure by the official test tool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from csms_harness.evidence import Role
from csms_harness.message import MessageType, Side
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach

HABITS: Final = frozenset({"by_itself"})
"""The rules whose remarks are breaches by the habits of the official test tool."""


def by_itself(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_008: each action once that came before a scenario, unasked, with the first place at which it did."""
    first: dict[str, RuleBreach] = {}
    ran = [case for case in cases if case.transcript]
    for case in ran:
        for entry in case.transcript:
            message = entry.message
            if message is None or entry.role is not Role.BETWEEN or message.side is not Side.CENTRAL_SYSTEM:
                continue
            if message.type is MessageType.CALL:
                found = RuleBreach(case.id, entry.number, observed=message.action, remark=True)
                first.setdefault(message.action, found)
    return len(ran), [first[action] for action in sorted(first)]
