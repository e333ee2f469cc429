"""The outcomes of benchmarks as a small table on the screen, and as docs/performance.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill
from typing import Final

from benchmarks.figures import Figure, Outcome

_TIMES: Final = ("s", "ms", "µs")
"""Units of what is true for one machine only."""
_WIDTH: Final = 120
_HEAD: Final = """\
# Performance

Made by `make bench`; do not edit. Each part is a command of its own, such as `python -m benchmarks.judged_call`.

Variants that are compared take turns within one run, and the median counts: a ratio holds on another machine, and
on one with loud neighbours. A goal is told here and asserted nowhere.
"""
_ASIDE: Final = """\
## Times, as an aside

They are true for one machine and one moment: {machine}.
"""


def show(outcome: Outcome) -> None:
    """Print what one benchmark came to."""
    lines = [outcome.title, *_skipped(outcome)]
    lines += [f"  {_value(one):>16}  {_goal(one):<18} {one.what}" for one in outcome.figures]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def document(outcomes: Sequence[Outcome]) -> str:
    """All outcomes as a document: first what is true on every machine."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    every = [(outcome.title, one) for outcome in outcomes for one in outcome.figures]
    parts = [
        _HEAD,
        "## Ratios and sizes\n",
        "".join(_rows(one for one in every if one[1].unit not in _TIMES)),
        _ASIDE.format(machine=machine),
        "".join(_rows(one for one in every if one[1].unit in _TIMES)),
        "## What is measured, and how\n",
        *map(_how, outcomes),
    ]
    return "\n".join(parts)


def _rows(figures: Iterable[tuple[str, Figure]]) -> Iterator[str]:
    yield "| benchmark | figure | | goal |\n|---|---|---:|---|\n"
    for title, one in figures:
        yield f"| {title} | {one.what} | {_value(one)} | {_goal(one)} |\n"


def _how(outcome: Outcome) -> str:
    told = (f"**{outcome.title}.** {outcome.how}", *outcome.notes, *_skipped(outcome))
    return fill(" ".join(told), _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def _skipped(outcome: Outcome) -> list[str]:
    return [f"Skipped: {outcome.skipped}."] if outcome.skipped else []


def _value(figure: Figure) -> str:
    return _number(figure.value, figure.unit)


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    sign = "≤" if figure.better == "low" else "≥"
    return f"{sign} {_number(figure.goal, figure.unit)}, {'met' if figure.met else 'not met'}"


def _number(value: float, unit: str) -> str:
    text = f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{text} ×" if unit == "x" else f"{text} {unit}"
