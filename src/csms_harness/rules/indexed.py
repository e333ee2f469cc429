"""A case that was looked through once, so that each of many rules need not do it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from csms_harness.evidence import Entry, Finding, Initiated
from csms_harness.message import MessageType, Side
from csms_harness.rules.exchanges import Exchange, exchanges
from csms_harness.rules.observed import datetimes, skews
from csms_harness.rules.verdicts import Ran, RuleBreach

_CENTRAL_SYSTEM, _CALL, _CALLRESULT, _CALLERROR = (
    Side.CENTRAL_SYSTEM,
    MessageType.CALL,
    MessageType.CALLRESULT,
    MessageType.CALLERROR,
)


@dataclass(slots=True)
class Indexed:
    """A case with what the rules look for in it.

    ``broken`` are the breaches of each wire rule by its name; ``looked_at`` counts what the wire rules look at, by the
    words of ``looks_at``; ``skews`` are frame numbers with the seconds by which ``currentTime`` is off.
    """

    case: Ran
    broken: dict[str, list[RuleBreach]] = field(default_factory=lambda: defaultdict(list))
    looked_at: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    skews: list[tuple[int, float]] = field(default_factory=list)
    _exchanges: dict[Side, list[Exchange]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.case.transcript:
            message = entry.message
            if message is None:
                continue
            for breach in message.breaches:
                if not breach.note:
                    found = RuleBreach(self.id, entry.number, path=breach.path, observed=breach.text)
                    self.broken[breach.rule].append(found)
            if message.side is _CENTRAL_SYSTEM:
                self._count(entry)

    def _count(self, entry: Entry) -> None:
        """Count a frame of the Central System as each rule counts it."""
        message, counts = entry.message, self.looked_at
        assert message is not None
        counts["frames"] += 1
        counts["calls"] += message.type is _CALL
        counts["payloads"] += message.type is _CALL or (message.type is _CALLRESULT and bool(message.action))
        counts["callerrors"] += message.type is _CALLERROR
        counts["datetimes"] += sum(1 for _ in datetimes(message))
        found = list(skews(self.case, entry))
        counts["clocks"] += len(found)
        self.skews += found

    def exchanges(self, caller: Side) -> Sequence[Exchange]:
        """The CALLs of one side with their answers."""
        if caller not in self._exchanges:
            self._exchanges[caller] = list(exchanges(self.case, caller))
        return self._exchanges[caller]

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
