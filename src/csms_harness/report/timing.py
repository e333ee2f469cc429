"""Measurements of a run: the wait for every answer, and what the Central System initiated. All in seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from operator import attrgetter
from typing import Final

from csms_harness.evidence import Sample
from csms_harness.record.facts import Facts

STALL_SHARE: Final = 0.05
"""A figure is marked when the harness itself came later by more than this share of it."""

ANY_RESPONSE: Final = "response"
"""The threshold that holds the longest wait for any response message."""


_SECONDS: Final = attrgetter("seconds")


@dataclass(frozen=True, slots=True)
class Spread:
    """How a set of durations lies. Percentiles are nearest-rank: each is a value that was really measured."""

    count: int
    minimum: float
    median: float
    p95: float
    p99: float
    maximum: float


@dataclass(frozen=True, slots=True)
class ActionTiming:
    """The waits for the answers to one action; ``spread`` is None when none was answered."""

    action: str
    spread: Spread | None
    late: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class InitiatedTiming:
    """The time from a trigger to the CALL it asked for; it holds a person or an API, so it judges nobody."""

    action: str
    adapter: str
    spread: Spread


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the performance measurement results; ``stalled`` when the harness itself disturbed it."""

    name: str
    description: str
    declared: float | None
    spread: Spread | None
    late: int
    unanswered: int
    stalled: bool

    @property
    def exceeded(self) -> bool:
        """Whether the longest wait is longer than the vendor declared."""
        return self.declared is not None and self.spread is not None and self.spread.maximum > self.declared


def spread_of(durations: Iterable[float]) -> Spread | None:
    """How ``durations`` lie; None when there are none."""
    ordered = sorted(durations)
    if not ordered:
        return None
    median, p95, p99 = (_nearest_rank(ordered, percent) for percent in (50, 95, 99))
    return Spread(len(ordered), ordered[0], median, p95, p99, ordered[-1])


def _nearest_rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[-(-percent * len(ordered) // 100) - 1]


def samples_of(facts: Facts, action: str | None = None) -> tuple[Sample, ...]:
    """Every sample of the run, or those of one action."""
    samples = chain.from_iterable([case.samples for case in facts.cases])
    return tuple(samples) if action is None else tuple([sample for sample in samples if sample.action == action])


def action_timings(facts: Facts) -> tuple[ActionTiming, ...]:
    """The waits per action, by alphabet."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples_of(facts):
        groups[sample.action].append(sample)
    return tuple(_action_timing(action, groups[action]) for action in sorted(groups))


def _action_timing(action: str, samples: Sequence[Sample]) -> ActionTiming:
    answered = [sample for sample in samples if sample.answered]
    return ActionTiming(
        action,
        spread_of([sample.seconds for sample in answered]),
        late=len([sample for sample in answered if sample.late]),
        unanswered=len(samples) - len(answered),
    )


def initiated_timings(facts: Facts) -> tuple[InitiatedTiming, ...]:
    """Return, per action and trigger adapter, how long the Central System took to send what was asked for."""
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for case in facts.cases:
        for initiated in case.initiated:
            kind = initiated.adapter.partition(" ")[0]
            groups[initiated.action, kind].append(initiated.seconds)
    spreads = ((key, spread_of(groups[key])) for key in sorted(groups))
    return tuple(InitiatedTiming(*key, spread) for key, spread in spreads if spread)


def response_figure(facts: Facts) -> Figure:
    """The longest wait for any response message, beside the declared response timeout."""
    return _figure(
        "OCPP response timeout",
        "The longest wait for any response message of the CSMS.",
        facts.pics.ocpp_response_timeout,
        samples_of(facts),
    )


def authorize_figure(facts: Facts) -> Figure:
    """The longest wait for an Authorize.conf, beside the declared response time."""
    return _figure(
        "Response time Authorize",
        "The longest wait for an Authorize.conf.",
        facts.pics.response_time_authorize,
        samples_of(facts, "Authorize"),
    )


def _figure(name: str, description: str, declared: float | None, samples: Sequence[Sample]) -> Figure:
    timing = _action_timing(name, samples)
    longest = max([sample for sample in samples if sample.answered], key=_SECONDS, default=None)
    stalled = longest is not None and _stall(longest) > STALL_SHARE * longest.seconds
    return Figure(name, description, declared, timing.spread, timing.late, timing.unanswered, stalled)


def client_stall(facts: Facts) -> Spread | None:
    """How much later than the answer the harness itself looked: its own health figure."""
    return spread_of([_stall(sample) for sample in samples_of(facts) if sample.answered])


def _stall(sample: Sample) -> float:
    return sample.resumed - sample.seconds if sample.resumed > sample.seconds else 0.0


def clocks(facts: Facts) -> tuple[str, ...]:
    """The clocks the samples were stamped by, by alphabet."""
    return tuple(sorted({sample.clock for case in facts.cases for sample in case.samples}))


def misdated(facts: Facts) -> tuple[int, int]:
    """For how many answers a stamp of the kernel was to be had and could not be believed, and of how many."""
    stamped = {one.charge_point for one in facts.connections if one.clock == "kernel"}
    clocks = [one.clock for case in facts.cases if case.lane in stamped for one in case.samples if one.answered]
    return clocks.count("user"), len(clocks)


def threshold_remarks(facts: Facts) -> tuple[str, ...]:
    """Say of each threshold of the run that does not hold, or that nothing was measured for, what is the matter."""
    broken = broken_thresholds(facts, facts.run.thresholds)
    unmeasured = unmeasured_thresholds(facts, facts.run.thresholds)
    return (*(f"Threshold broken. {text}" for text in broken), *(f"Threshold not met. {text}" for text in unmeasured))


def broken_thresholds(facts: Facts, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """Say, a sentence each, which longest waits are above their threshold.

    A threshold is named by an action, or :data:`ANY_RESPONSE` for every response; its value is in seconds.
    """
    broken = []
    for name, seconds in thresholds.items():
        spread = spread_of(one.seconds for one in samples_of(facts, None if name == ANY_RESPONSE else name))
        if spread and spread.maximum > seconds:
            broken.append(
                f"{name}: the longest wait was {milliseconds(spread.maximum)}, above {milliseconds(seconds)}."
            )
    return tuple(broken)


def unmeasured_thresholds(facts: Facts, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """Say, a sentence each, which thresholds nothing was measured for: nobody knows whether they hold."""
    return tuple(
        f"{name}: not measured, the run holds no {'wait' if name == ANY_RESPONSE else f'{name}.conf'}; "
        f"whether {milliseconds(seconds)} holds is not known."
        for name, seconds in thresholds.items()
        if not samples_of(facts, None if name == ANY_RESPONSE else name)
    )


def clock_text(seconds: float) -> str:
    """Write a duration as ``hh:mm:ss``, halves rounded up, as certificates print it."""
    whole = int(Decimal(repr(seconds)).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def milliseconds(seconds: float) -> str:
    """Write a duration in milliseconds, to the microsecond, with its unit."""
    return f"{milliseconds_number(seconds)} ms"


def milliseconds_number(seconds: float) -> str:
    """Write a duration in milliseconds, to the microsecond, without a unit."""
    return str((Decimal(repr(seconds)) * 1000).quantize(Decimal("0.001"), ROUND_HALF_UP))


def plain_seconds(seconds: float | None) -> str:
    """Write a declared duration as ``30 s``; "not declared" when there is none."""
    return "not declared" if seconds is None else f"{seconds:g} s"
