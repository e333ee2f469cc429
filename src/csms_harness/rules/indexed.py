"""A case that was looked through once, so that each of many rules need not do it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from csms_harness.evidence import Entry, Finding, Initiated
from csms_harness.message import Message, MessageType, Side
from csms_harness.rules.exchanges import Exchange, readable
from csms_harness.rules.observed import datetimes
from csms_harness.rules.verdicts import Ran, RuleBreach

_CENTRAL_SYSTEM, _CALL, _CALLRESULT, _CALLERROR = (
    Side.CENTRAL_SYSTEM,
    MessageType.CALL,
    MessageType.CALLRESULT,
    MessageType.CALLERROR,
)


def indexed(cases: Iterable[Ran]) -> list[Indexed]:
    """The cases, each looked through."""
    return [Indexed(case) for case in cases]


@dataclass(slots=True)
class Indexed:
    """A case with what the rules look for in it.

    ``broken`` are the breaches of each wire rule by its name; ``looked_at`` counts what the wire rules look at, by the
    words of ``looks_at``; ``calls`` are the CALLs of each side, readable or not. Of the Central System are
    ``datetimes``, each valid one with its path, and ``skews``: the entries with a ``currentTime``, and by how many
    seconds it is off.
    """

    case: Ran
    broken: dict[str, list[RuleBreach]] = field(default_factory=lambda: defaultdict(list))
    looked_at: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    calls: dict[Side, list[Entry]] = field(default_factory=lambda: {side: [] for side in Side})
    datetimes: list[tuple[str, str]] = field(default_factory=list)
    skews: list[tuple[Entry, float]] = field(default_factory=list)
    _answers: dict[Side, dict[str, Entry]] = field(default_factory=lambda: {side: {} for side in Side})
    _exchanges: dict[Side, list[Exchange]] = field(default_factory=dict)
    _actions: dict[Side, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.case.transcript:
            message = entry.message
            if message is None:
                continue
            side, kind = message.side, message.type
            if message.breaches:
                self._note(entry, message)
            if kind is _CALL:
                self.calls[side].append(entry)
            elif kind is _CALLRESULT and readable(message):
                self._answers[side].setdefault(message.unique_id, entry)
            if side is _CENTRAL_SYSTEM:
                self._count(entry, message)

    def _note(self, entry: Entry, message: Message) -> None:
        for breach in message.breaches:
            if not breach.note:
                found = RuleBreach(self.id, entry.number, path=breach.path, observed=breach.text)
                self.broken[breach.rule].append(found)

    def _count(self, entry: Entry, message: Message) -> None:
        """Count a frame of the Central System as each rule counts it."""
        kind, counts = message.type, self.looked_at
        counts["frames"] += 1
        if kind is _CALL:
            counts["calls"] += 1
            counts["payloads"] += 1
        elif kind is _CALLRESULT:
            counts["payloads"] += bool(message.action)
        elif kind is _CALLERROR:
            counts["callerrors"] += 1
        for path, text, moment in datetimes(message):
            counts["datetimes"] += 1
            self.datetimes.append((path, text))
            if path == "currentTime" and (arrival := self.moment(entry)) is not None:
                counts["clocks"] += 1
                self.skews.append((entry, round((moment - arrival).total_seconds(), 3)))

    def exchanges(self, caller: Side, *actions: str) -> Sequence[Exchange]:
        """The CALLs of one side with their answers, of these actions or of all."""
        if caller not in self._exchanges:
            self._exchanges[caller] = self._paired(caller)
            self._actions[caller] = frozenset(one.action for one in self._exchanges[caller])
        if not actions:
            return self._exchanges[caller]
        if self._actions[caller].isdisjoint(actions):
            return ()
        return [one for one in self._exchanges[caller] if one.action in actions]

    def _paired(self, caller: Side) -> list[Exchange]:
        """Each CALL of one side with the first CALLRESULT to it."""
        (answers,) = (found for side, found in self._answers.items() if side is not caller)
        exchanges = []
        for entry in self.calls[caller]:
            message = entry.message
            if message is None or not readable(message):
                continue
            answer = answers.get(message.unique_id)
            theirs = entry if answer is None or caller is _CENTRAL_SYSTEM else answer
            payload = None if answer is None or answer.message is None else answer.message.payload
            exchanges.append(Exchange(self.case, message.action, message.payload, payload, theirs, entry.role))
        return exchanges

    # What a rule may look at without an index.

    @property
    def id(self) -> str:
        """Which case."""
        return self.case.id

    @property
    def lane(self) -> str:
        """Which Charge Point."""
        return self.case.lane

    @property
    def started(self) -> datetime | None:
        """When, by our wall clock."""
        return self.case.started

    @property
    def transcript(self) -> Sequence[Entry]:
        """What crossed the wire."""
        return self.case.transcript

    @property
    def findings(self) -> Sequence[Finding]:
        """What was found."""
        return self.case.findings

    @property
    def initiated(self) -> Sequence[Initiated]:
        """What was asked for."""
        return self.case.initiated

    @property
    def limits(self) -> Mapping[str, int | str]:
        """What the Charge Point can take."""
        return self.case.limits

    def moment(self, entry: Entry) -> datetime | None:
        """When an entry was, by our wall clock."""
        return self.case.moment(entry)
