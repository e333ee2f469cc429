"""Two runs side by side: which verdicts changed, and which waits became longer or shorter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from csms_harness.record.facts import Facts
from csms_harness.report.timing import Spread, action_timings
from csms_harness.verdict import Verdict

LISTED: Final = 2.0
"""A wait is listed when it changed by this factor, unless the user says otherwise."""

NOISE: Final = 0.005
"""Seconds by which two waits may differ without being told apart: a busy machine makes as much."""

_BADNESS: Final = (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.ERROR)


class Direction(StrEnum):
    """Which way something went."""

    WORSE = "worse"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A case or standing rule whose verdict changed; None where it was not run."""

    id: str
    name: str
    before: Verdict | None
    after: Verdict | None
    reason: str

    @property
    def direction(self) -> Direction:
        """Worse, also when a case is no longer run, or a new one does not pass."""
        if self.after is None:
            return Direction.WORSE
        before = _BADNESS.index(self.before or Verdict.PASS)
        return Direction.WORSE if _BADNESS.index(self.after) > before else Direction.BETTER


@dataclass(frozen=True, slots=True)
class LatencyChange:
    """The wait for the answers to an action, in seconds; ``figure`` is ``median`` or ``longest``."""

    action: str
    figure: str
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """How many times longer the wait became."""
        return self.after / self.before

    @property
    def direction(self) -> Direction:
        """Worse when it became longer."""
        return Direction.WORSE if self.after > self.before else Direction.BETTER


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different in the second run; ``remarks`` say why the two may not be comparable."""

    verdicts: tuple[VerdictChange, ...]
    latencies: tuple[LatencyChange, ...]
    remarks: tuple[str, ...]
    latencies_count: bool = False

    @property
    def worse(self) -> bool:
        """Whether a verdict got worse, or a wait longer than the user allows."""
        verdicts = any(change.direction is Direction.WORSE for change in self.verdicts)
        return verdicts or (self.latencies_count and any(wait.direction is Direction.WORSE for wait in self.latencies))


def compare(before: Facts, after: Facts, slower: float | None = None) -> Comparison:
    """Compare two runs. With ``slower`` a wait that became longer by this factor counts as worse."""
    return Comparison(
        tuple(_verdicts(before, after)),
        tuple(_latencies(before, after, slower or LISTED)),
        tuple(_remarks(before, after)),
        slower is not None,
    )


def _verdicts(before: Facts, after: Facts) -> Iterator[VerdictChange]:
    old, new = judged(before), judged(after)
    for subject in dict.fromkeys((*new, *old)):
        then, now = old.get(subject), new.get(subject)
        changed = (then and then[1]) is not (now and now[1])
        unremarkable = then is None and now is not None and now[1] in (Verdict.PASS, Verdict.NOT_APPLICABLE)
        told = now or then
        if changed and told and not unremarkable:
            yield VerdictChange(subject, told[0], then and then[1], now and now[1], told[2] if now else "")


def judged(facts: Facts) -> Mapping[str, tuple[str, Verdict, str]]:
    """Everything with a verdict by its id: name, verdict, reason."""
    cases = {case.id: (case.name, case.verdict, case.reason) for case in (*facts.cases, *facts.pack)}
    return cases | {
        rule.id: (rule.title, rule.verdict, next((breach.text for breach in rule.breaches), "")) for rule in facts.rules
    }


def _latencies(before: Facts, after: Facts, factor: float) -> Iterator[LatencyChange]:
    old = {timing.action: timing.spread for timing in action_timings(before)}
    for timing in action_timings(after):
        then, now = old.get(timing.action), timing.spread
        if then is None or now is None:
            continue
        for change in _figures(timing.action, then, now):
            differs = abs(change.after - change.before) >= NOISE and change.before > 0
            if differs and not 1 / factor < change.ratio < factor:
                yield change


def _figures(action: str, then: Spread, now: Spread) -> Iterator[LatencyChange]:
    yield LatencyChange(action, "median", then.median, now.median)
    yield LatencyChange(action, "longest", then.maximum, now.maximum)


def _remarks(before: Facts, after: Facts) -> Iterator[str]:
    old, new = before.run, after.run
    for what, then, now in (
        ("product", before.pics.product.designation, after.pics.product.designation),
        ("software version", before.pics.product.software_version, after.pics.product.software_version),
        ("tool version", old.tool_version, new.tool_version),
        ("scenario digest", old.scenario_digest[:19], new.scenario_digest[:19]),
        ("strictness", old.strictness, new.strictness),
    ):
        if then != now:
            yield f"The {what} differs: {then or 'not stated'}, then {now or 'not stated'}."
    yield from (
        f"The {which} run is INCOMPLETE." for which, run in (("first", old), ("second", new)) if not run.complete
    )
