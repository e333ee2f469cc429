"""What went wrong, grouped by cause: findings of many cases and broken rules that are one defect stand together.

Two findings have one cause when their keys are equal (docs/decisions/0016). A key is made of data: what was found, of
which message, which member, against which rule, in which shape. It decides no verdict, only what stands in one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from csms_harness.evidence import Finding, What
from csms_harness.message import Message
from csms_harness.ocppj.frames import Breach
from csms_harness.record.facts import BetweenFact, CaseFact, Facts
from csms_harness.report import pack
from csms_harness.report.wording import ATTENTION
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict

Key = tuple[str, ...]
Place = CaseFact | BetweenFact
"""A case, or the time before one on the same lane."""

_BY_DETAIL: Final = frozenset(
    {
        What.TRIGGER,
        What.SAID_NO,
        What.PROVISION,
        What.REFUSED,
        What.TURNED_AWAY,
        What.LOST,
        What.RESTARTED,
        What.BROKEN,
        What.STOPPED,
        What.UNFINISHED,
    }
)
"""What is the same in whatever step it happens: its cause is the reason that was given."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A case that a cause costs, and the finding by which it does; None when the case says only a reason."""

    case: CaseFact
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a cause breaks, with those of its breaches that are of this cause; ``more`` are not listed."""

    rule: RuleVerdict
    breaches: tuple[RuleBreach, ...]
    more: int = 0

    @property
    def count(self) -> int:
        """How often."""
        return len(self.breaches) + self.more

    @property
    def times(self) -> str:
        """How often, in words."""
        return "once" if self.count == 1 else f"{self.count} times"


@dataclass(frozen=True)
class Cause:
    """One defect: the cases it costs, the worst first, and the rules it breaks. Either may be empty, not both."""

    key: Key
    costs: tuple[Cost, ...] = ()
    rules: tuple[Broken, ...] = ()

    @cached_property
    def verdict(self) -> Verdict:
        """The worst that it comes to."""
        given = {cost.case.verdict for cost in self.costs} | {broken.rule.verdict for broken in self.rules}
        return next(verdict for verdict in ATTENTION if verdict in given)

    @cached_property
    def weighs(self) -> bool:
        """Whether any of it counts; a cause that only checks without weight met is a remark."""
        return bool(self.rules) or any(pack.weighs(cost.case) for cost in self.costs)


def causes(facts: Facts) -> tuple[Cause, ...]:
    """Return the causes of all that did not pass: those that weigh first, the worst first, then the dearest."""
    cases = [case for verdict in ATTENTION for case in (*facts.cases, *facts.pack) if case.verdict is verdict]
    gathering = _Gathering({name: _Transcript(place) for name, place in places(facts).items()})
    for case in sorted(cases, key=lambda case: (not pack.weighs(case), bool(case.follows))):
        gathering.add_case(case)
    for rule in facts.rules:
        if rule.verdict in ATTENTION:
            gathering.add_rule(rule)
    found = gathering.causes()
    return tuple(sorted(found, key=lambda one: (not one.weighs, ATTENTION.index(one.verdict), -len(one.costs))))


def places(facts: Facts) -> dict[str, Place]:
    """Return where something may have been seen, by the name a rule gives it."""
    named: dict[str, Place] = {case.id: case for case in (*facts.cases, *facts.pack)}
    return named | {one.id: one for one in facts.between}


@dataclass
class _Transcript:
    """A case, or the time before one, and its messages by their number."""

    case: Place

    @cached_property
    def messages(self) -> Mapping[int | None, Message]:
        return {entry.number: entry.message for entry in self.case.transcript if entry.message is not None}


@dataclass
class _Gathering:
    """Causes while they grow, in the order in which they were met.

    ``placed`` are the findings by their place; ``keys`` the causes of a case, which are also those of the cases
    that were not tried after it.
    """

    transcripts: Mapping[str, _Transcript]
    costs: dict[Key, list[Cost]] = field(default_factory=dict)
    rules: dict[Key, list[Broken]] = field(default_factory=dict)
    placed: dict[tuple[str, int, str], Key] = field(default_factory=dict)
    keys: dict[str, tuple[Key, ...]] = field(default_factory=dict)

    def add_case(self, case: CaseFact) -> None:
        """Put a case under the cause of each finding that decided something; without any, under its reason."""
        messages = self.transcripts[case.id].messages
        found: dict[Key, Finding | None] = {}
        for finding in case.findings:
            if finding.decides is None:
                continue
            key = key_of(finding, messages.get(finding.frame))
            found.setdefault(key, finding)
            if finding.frame is not None:
                self.placed.setdefault((case.id, finding.frame, finding.path), key)
        if not found:
            found = dict.fromkeys(self.keys.get(case.follows) or [("reason", shape(case.reason))])
        self.keys[case.id] = tuple(found)
        for key, one in found.items():
            self.costs.setdefault(key, []).append(Cost(case, one))

    def add_rule(self, rule: RuleVerdict) -> None:
        """Put each breach of a rule under its cause; those that are not listed go where most are."""
        found: dict[Key, list[RuleBreach]] = {}
        for breach in rule.breaches:
            if breach.case:
                found.setdefault(self._key_of_breach(rule, breach), []).append(breach)
        most = max(found, key=lambda key: len(found[key]), default=None)
        for key, breaches in found.items():
            more = rule.more if key == most else 0
            self.rules.setdefault(key, []).append(Broken(rule, tuple(breaches), more))
        if most is None:
            self.rules.setdefault(("rule", rule.id), []).append(Broken(rule, (), rule.more))

    def _key_of_breach(self, rule: RuleVerdict, breach: RuleBreach) -> Key:
        if breach.frame is not None and (breach.case, breach.frame, breach.path) in self.placed:
            return self.placed[breach.case, breach.frame, breach.path]
        if rule.group != "wire":
            return "rule", rule.id, breach.action, _anywhere(breach.path)
        transcript = self.transcripts.get(breach.case)
        message = None if transcript is None else transcript.messages.get(breach.frame)
        return _of_breach(rule.rule, breach.path, message)

    def causes(self) -> Iterator[Cause]:
        """What was gathered."""
        for key in dict.fromkeys((*self.costs, *self.rules)):
            yield Cause(key, tuple(self.costs.get(key, ())), tuple(self.rules.get(key, ())))


def key_of(finding: Finding, message: Message | None) -> Key:
    """By what the cause of a finding is known; ``message`` is the one it points at.

    What is wrong with a message as such goes before what a case missed in it: a member that breaks the schema is also
    not what the case requires, and an answer nobody can read is also no answer.
    """
    breach = None if message is None else _behind(finding, message)
    if breach is not None:
        return _of_breach(breach.rule, breach.path, message)
    action = finding.actions[0] if finding.actions else ""
    match finding.what:
        case What.BROKEN_RULE:
            return "breach", finding.rule, finding.type, action, _anywhere(finding.path)
        case What.WRONG_MEMBER | What.UNUSUAL_MEMBER:
            shapes = shape(finding.required), shape(finding.observed)
            return str(What.WRONG_MEMBER), finding.type, action, _anywhere(finding.path), *shapes
        case What.CALLERROR:
            return str(finding.what), action, "" if message is None else message.code
        case what if what in _BY_DETAIL:
            return str(what), finding.outcome, shape(finding.detail)
    return str(finding.what), finding.type, *finding.actions


def shape(text: str) -> str:
    """A text without what differs from case to case: words that hold a digit, addresses."""
    return " ".join("#" if _VARYING.search(word) else word for word in text.split())


_VARYING: Final = re.compile(r"[\d/]")


def _behind(finding: Finding, message: Message) -> Breach | None:
    """The breach of the message itself that a finding is about too, if there is one."""
    if finding.what is What.NO_ANSWER and finding.outcome:
        return next(iter(message.faults), None)
    if finding.what is What.WRONG_MEMBER:
        return next((breach for breach in message.faults if _one_place(breach.path, finding.path)), None)
    return None


def _one_place(path: str, other: str) -> bool:
    """Whether two paths name one member, or one of them what the other holds."""
    shorter, longer = sorted((path, other), key=len)
    return bool(shorter) and (longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}[")))


def _of_breach(rule: str, path: str, message: Message | None) -> Key:
    kind, action = ("", "") if message is None else (str(message.type), message.action)
    return "breach", rule, kind, action, _anywhere(path)


def _anywhere(path: str) -> str:
    """A path that means every element of a list."""
    return re.sub(r"\[\d+\]", "[]", path)
