"""What went wrong, grouped by cause: findings of many cases and broken rules that are one defect stand together.

Two findings have one cause when their keys are equal (docs/decisions/0016). A key is made of data: what was found, of
which message, which member, against which rule, in which shape. It decides no verdict, only what stands in one block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from csms_harness.evidence import Entry, Finding, What
from csms_harness.message import Message, MessageType, Side
from csms_harness.record.facts import BetweenFact, CaseFact, Facts
from csms_harness.report import pack
from csms_harness.report.cause_keys import HABIT, SILENT, Key, anywhere, breach_key, key_of, one_place, shape
from csms_harness.report.silences import actions_for_all, is_unknown, silent_cases
from csms_harness.report.wording import ATTENTION
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict

Place = CaseFact | BetweenFact
"""A case, or the time before one on the same lane."""


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
    """One defect: the cases it costs, the worst first, and the rules it breaks. Either may be empty, not both.

    ``messages`` are the types and actions of the messages in which it was seen, ``paths`` the members.
    """

    key: Key
    costs: tuple[Cost, ...] = ()
    rules: tuple[Broken, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()

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
    """The causes of all that did not pass: those that weigh first, the worst first, then the dearest."""
    cases = [case for verdict in ATTENTION for case in (*facts.cases, *facts.pack) if case.verdict is verdict]
    for_all = actions_for_all(facts)
    gathering = _Gathering(
        {name: _Transcript(place, for_all) for name, place in places(facts).items()}, silent_cases(facts)
    )
    for case in sorted(cases, key=lambda case: (not pack.weighs(case), bool(case.follows))):
        gathering.add_case(case)
    for rule in facts.rules:
        if rule.verdict in ATTENTION:
            gathering.add_rule(rule)
    found = gathering.causes()
    return tuple(sorted(found, key=lambda one: (not one.weighs, ATTENTION.index(one.verdict), -len(one.costs))))


def places(facts: Facts) -> dict[str, Place]:
    """Where something may have been seen, by the name a rule gives it."""
    named: dict[str, Place] = {case.id: case for case in (*facts.cases, *facts.pack)}
    return named | {one.id: one for one in facts.between}


@dataclass
class _Transcript:
    """A case, or the time before one, and its messages by their number.

    ``for_all`` are unknown actions that this Central System sends in place of any other.
    """

    place: Place
    for_all: frozenset[str]

    @cached_property
    def entries(self) -> dict[int | None, Entry]:
        return {entry.number: entry for entry in self.place.transcript}

    def message_of(self, finding: Finding) -> Message | None:
        """The message a finding points at; for a CALL that never came, what came in its place and cannot be read."""
        if finding.frame is not None or finding.what is not What.NO_CALL:
            return self.message(finding.frame)
        messages = (entry.message for entry in self.place.transcript if entry.step == finding.step)
        return next((one for one in messages if one is not None and self._is_torn(one, finding)), None)

    def message(self, number: int | None) -> Message | None:
        entry = self.entries.get(number)
        return None if entry is None else entry.message

    def _is_torn(self, message: Message, finding: Finding) -> bool:
        """Whether this is the CALL that is missing, in a frame that nobody can read or by a name that nobody knows."""
        if message.type is MessageType.UNREADABLE:
            return message.side is Side.CENTRAL_SYSTEM
        resembles = any(message.action.casefold().startswith(one.casefold()) for one in finding.actions)
        return is_unknown(message) and (resembles or message.action in self.for_all)


@dataclass
class _Gathering:
    """Causes while they grow, in the order in which they were met.

    ``silent`` are the cases that ran when no CALL came any more; ``members`` are causes by the member they are about:
    type, action, path; ``frames`` those of whole frames. ``keys`` are the causes of a case, which are also those of the
    cases that were not tried after it.
    """

    transcripts: dict[str, _Transcript]
    silent: frozenset[str]
    costs: dict[Key, list[Cost]] = field(default_factory=dict)
    rules: dict[Key, list[Broken]] = field(default_factory=dict)
    messages: dict[Key, dict[tuple[str, str], None]] = field(default_factory=dict)
    paths: dict[Key, dict[str, None]] = field(default_factory=dict)
    members: dict[tuple[str, str, str], Key] = field(default_factory=dict)
    frames: dict[tuple[str, int], Key] = field(default_factory=dict)
    keys: dict[str, tuple[Key, ...]] = field(default_factory=dict)

    def add_case(self, case: CaseFact) -> None:
        """Put a case under the cause of each finding that decided something; without any, under its reason."""
        found: dict[Key, Finding | None] = {}
        for finding in case.findings:
            if finding.decides is None:
                continue
            message = self.transcripts[case.id].message_of(finding)
            key = key_of(finding, message)
            if key[0] == What.NO_CALL and case.id in self.silent:
                key = SILENT
            found.setdefault(key, finding)
            action = finding.actions[0] if finding.actions else ""
            self._seen(key, message, finding.type, action)
            if finding.path:
                self.paths.setdefault(key, {})[anywhere(finding.path)] = None
                self.members.setdefault((finding.type, action, anywhere(finding.path)), key)
        if not found:
            found = dict.fromkeys(self.keys.get(case.follows) or [("reason", shape(case.reason))])
        self.keys[case.id] = tuple(found)
        for key, one in found.items():
            self.costs.setdefault(key, []).append(Cost(case, one))

    def add_rule(self, rule: RuleVerdict) -> None:
        """Put each breach of a rule under its cause; those not listed, or of frames not kept, go where most are."""
        found: dict[Key, list[RuleBreach]] = {}
        for breach in rule.breaches:
            if breach.case:
                found.setdefault(self._key_of_breach(rule, breach), []).append(breach)
        unkept = found.pop(breach_key(rule.rule, "", None), []) if len(found) > 1 else []
        most = max(found, key=lambda key: len(found[key]), default=None)
        for key, breaches in found.items():
            beside, more = (unkept, rule.more) if key == most else ([], 0)
            self.rules.setdefault(key, []).append(Broken(rule, (*breaches, *beside), more))
        if most is None:
            self.rules.setdefault(("rule", rule.id), []).append(Broken(rule, (), rule.more))

    def causes(self) -> Iterator[Cause]:
        """What was gathered."""
        for key in dict.fromkeys((*self.costs, *self.rules)):
            costs, rules = tuple(self.costs.get(key, ())), tuple(self.rules.get(key, ()))
            yield Cause(key, costs, rules, tuple(self.messages.get(key, ())), tuple(self.paths.get(key, ())))

    def _seen(self, key: Key, message: Message | None, kind: str, action: str) -> None:
        """Note a message of a cause; one that was not kept (a flood) cannot be named."""
        seen = (kind, action) if message is None else (str(message.type), message.action)
        if seen[0]:
            self.messages.setdefault(key, {})[seen] = None

    def _key_of_breach(self, rule: RuleVerdict, breach: RuleBreach) -> Key:
        """That of what is wrong with the same member of such a message, or with the same frame; else its own."""
        transcript = self.transcripts.get(breach.case)
        message = None if transcript is None else transcript.message(breach.frame)
        if breach.path:
            key = self._at_member(rule, breach, message)
        elif breach.frame is None:
            key = self._own_key(rule, breach, message)
        else:
            key = self.frames.setdefault((breach.case, breach.frame), self._own_key(rule, breach, message))
        self._seen(key, message, "", breach.action)
        if breach.path:
            self.paths.setdefault(key, {})[anywhere(breach.path)] = None
        return key

    def _at_member(self, rule: RuleVerdict, breach: RuleBreach, message: Message | None) -> Key:
        own = self._own_key(rule, breach, message)
        if own in self.costs or message is None:
            return own
        for (kind, action, path), key in self.members.items():
            if (kind, action) == (message.type, message.action) and one_place(path, anywhere(breach.path)):
                return key
        return self.members.setdefault((message.type, message.action, anywhere(breach.path)), own)

    def _own_key(self, rule: RuleVerdict, breach: RuleBreach, message: Message | None) -> Key:
        if rule.rule == HABIT[1]:
            return HABIT
        if rule.group != "wire":
            return "rule", rule.id, *((breach.action, anywhere(breach.path)) if breach.path else ())
        return breach_key(rule.rule, breach.path, message)
