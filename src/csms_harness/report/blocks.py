"""What is said of a cause, whatever the format: one headline, one example, the cases it costs, the rules it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from csms_harness.evidence import Finding, Kind, What
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack
from csms_harness.report.cause_keys import ACTION, HABIT, INTEGRAL, MISSING, NULL, RESPELT, SILENT, TOO_MUCH
from csms_harness.report.causes import Broken, Cause, Cost, Place, causes, places
from csms_harness.report.many import (
    of_many,
    of_members,
    of_members_missing,
    of_members_too_much,
    of_unknown_actions,
)
from csms_harness.report.rows import Row, row_of
from csms_harness.report.telling import said_apart, told_finding
from csms_harness.report.wording import ATTENTION, counted
from csms_harness.verdict import Verdict

_COSTS: Final = {Verdict.FAIL: "fails", Verdict.ERROR: "breaks off", Verdict.INCONCLUSIVE: "leaves open"}
"""What a cause does to cases, by their verdict."""


@dataclass(frozen=True, slots=True)
class Block:
    """A cause in words. ``required`` and ``observed`` are empty where the title says both.

    ``place`` names the case, step and frame of the example, ``frame`` is that frame where it says more than
    ``observed``. ``costs`` are what happens to cases, and their ids; ``rules`` the broken rules with how often,
    ``breaches`` the first sentences about them.
    """

    verdict: Verdict
    word: str
    title: str
    required: str
    observed: str
    place: str
    frame: Row | None
    costs: tuple[tuple[str, tuple[CaseFact, ...]], ...]
    rules: tuple[Broken, ...]
    breaches: tuple[str, ...]
    reproduce: str

    @property
    def cases(self) -> tuple[CaseFact, ...]:
        """All cases it costs."""
        return tuple(case for _, cases in self.costs for case in cases)


def blocks(facts: Facts) -> tuple[Block, ...]:
    """A block to each cause; the facts have their sentences."""
    cases = places(facts)
    return tuple(_block(cause, cases) for cause in causes(facts))


def _block(cause: Cause, cases: dict[str, Place]) -> Block:
    example = next(iter(cause.costs), None)
    finding = None if example is None else example.finding
    place, frame = _placed(example.case, finding) if example else _first_breach(cause, cases)
    told = _from_rule(cause, frame, cases) if example is None else finding
    if cause.key == HABIT and cause.rules:
        told = None  # the rule tells each action
    if finding is not None and finding.what is What.NO_CALL and cause.key[0] == "envelope" and cause.rules:
        place, frame = _first_breach(cause, cases)  # what came in place of the CALL says more than that it is missing
        told = _from_rule(cause, frame, cases) or finding
    apart = told is not None and said_apart(told)
    return Block(
        cause.verdict,
        str(cause.verdict) if cause.weighs else pack.REMARK,
        _title(cause, example, told),
        told.required if told and apart else "",
        told.observed if told and apart else "",
        place,
        None if frame is not None and told is not None and apart and frame.text == told.observed else frame,
        tuple(_costs(cause.costs)),
        cause.rules,
        tuple(breach.text for broken in cause.rules for breach in broken.breaches) if told is None else (),
        "" if example is None else example.case.reproduce,
    )


def _title(cause: Cause, example: Cost | None, told: Finding | None) -> str:
    if told is not None:
        if cause.key[-1] == ACTION:
            return of_unknown_actions(cause.messages)
        if cause.key[-1] == TOO_MUCH and len(cause.paths) > 1:
            return of_members_too_much(told, cause.paths)
        if cause.key[-1] == MISSING and len(cause.paths) > 1:
            return of_members_missing(told, cause.paths)
        if cause.key[-1] in (NULL, INTEGRAL, RESPELT) and len(cause.messages) * len(cause.paths) > 1:
            return of_members(cause.key[-1], cause.messages, cause.paths)
        several = len(cause.messages) > 1 and (cause.key == SILENT or cause.key[0] == "envelope")
        return of_many(told, cause.messages) if several else told.text
    return cause.rules[0].rule.title if example is None or cause.rules else example.case.reason


def _placed(case: CaseFact, finding: Finding | None) -> tuple[str, Row | None]:
    if finding is None:
        return case.id, None
    frame = _frame(case, finding.frame)
    return ", ".join(filter(None, (case.id, finding.step, _numbered(frame)))), frame


def _numbered(frame: Row | None) -> str:
    if frame is None:
        return ""
    return f"frame {frame.number}{_SENDERS[frame.direction]}"


_SENDERS: Final = {"CS": " from the CSMS", "CP": " from the Charge Point", "": ""}


def _frame(case: Place, number: int | None) -> Row | None:
    return next((row_of(case, entry) for entry in case.transcript if entry.number == number), None)


def _first_breach(cause: Cause, cases: dict[str, Place]) -> tuple[str, Row | None]:
    breach = next((breach for broken in cause.rules for breach in broken.breaches), None)
    if breach is None:
        return "", None
    case = cases.get(breach.case)
    frame = None if case is None else _frame(case, breach.frame)
    return ", ".join(filter(None, (breach.case, _numbered(frame)))), frame


def _from_rule(cause: Cause, frame: Row | None, cases: dict[str, Place]) -> Finding | None:
    """A broken wire rule told as a case would tell it; None where the rule has to say it itself."""
    broken = cause.rules[0]
    breach = next(iter(broken.breaches), None)
    if (
        frame is None
        or breach is None
        or not breach.observed
        or broken.rule.group != "wire"
        or broken.rule.rule == "clock"
    ):
        return None
    entry = next(entry for entry in cases[breach.case].transcript if entry.number == frame.number)
    if entry.message is None:
        return None
    return told_finding(
        Finding(
            Kind.BREACH, broken.rule.verdict, "", What.BROKEN_RULE, (entry.message.action,), entry.message.type,
            breach.path, observed=breach.observed, rule=broken.rule.rule, frame=breach.frame,
        )
    )  # fmt: skip


def _costs(costs: tuple[Cost, ...]) -> Iterator[tuple[str, tuple[CaseFact, ...]]]:
    for verdict in ATTENTION:
        found = tuple(cost.case for cost in costs if cost.case.verdict is verdict and pack.weighs(cost.case))
        if found:
            yield _COSTS[verdict], found
    light = tuple(cost.case for cost in costs if not pack.weighs(cost.case))
    if light:
        yield pack.REMARK, light


def breaks(block: Block) -> str:
    """The broken rules of a block: ``WIRE_006 18 times, RULE_002 once``; empty without any."""
    return ", ".join(f"{broken.rule.id} {broken.times}" for broken in block.rules)


def costs_in_short(block: Block) -> str:
    """What a block costs in numbers: ``fails 11 cases, leaves open 2 cases``; empty when no case is lost."""
    return ", ".join(f"{word} {counted(len(cases), 'case')}" for word, cases in block.costs)


__all__ = ["Block", "blocks", "breaks", "costs_in_short"]
