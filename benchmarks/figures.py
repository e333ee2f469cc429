"""What a benchmark hands back: figures and their goals. Variants are compared within one run only."""

from __future__ import annotations

import gc
import resource
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

ROUNDS = 5
"""So many interleaved rounds; the median counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its unit (``x`` is a ratio), and the goal that it should reach, if there is one."""

    what: str
    value: float
    unit: str = "x"
    goal: float | None = None
    better: Literal["low", "high"] = "low"

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "low" else self.value >= self.goal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one benchmark came to. ``notes`` are sentences for the reader; ``skipped`` says why there are no figures."""

    title: str
    how: str
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: str = ""


def interleaved(variants: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Every variant once in each round, so that all of them have the same neighbours on the machine."""
    found: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, measure in variants.items():
            gc.collect()
            found[name].append(measure())
    return found


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of each round."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def cpu_of_children() -> float:
    """Seconds of CPU that the child processes took which have ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
