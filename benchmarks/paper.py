"""The outcomes of benchmarks as a small table on the screen, and as docs/performance.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from benchmarks.figures import Figure, Outcome

_HEAD: Final = """\
# Performance

Made by `make bench`; do not edit. Each part is a command of its own, such as `python -m benchmarks.judged_call`.

Variants that are compared take turns within one run, and the median counts: a ratio holds on another machine, and
on one with loud neighbours. A goal is told here and asserted nowhere.
"""
_ASIDE: Final = """\
## Absolute numbers, as an aside

They are true for one machine and one moment: {machine}.
"""


def show(outcome: Outcome) -> None:
    """Print what one benchmark came to."""
    lines = [outcome.title, *_skipped(outcome)]
    lines += [f"  {_value(one):>16}  {_goal(one):<18} {one.what}" for one in outcome.figures]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def document(outcomes: Sequence[Outcome]) -> str:
    """All outcomes as a document: ratios first."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    parts = [
        _HEAD,
        "## Ratios\n",
        "".join(_rows(outcomes, ratios=True)),
        _ASIDE.format(machine=machine),
        "".join(_rows(outcomes, ratios=False)),
        "## What is measured, and how\n",
        *map(_how, outcomes),
    ]
    return "\n".join(parts)


def _rows(outcomes: Iterable[Outcome], *, ratios: bool) -> Iterator[str]:
    yield "| | | | goal |\n|---|---|---:|---|\n"
    for outcome in outcomes:
        for one in outcome.figures:
            if (one.unit == "x") is ratios:
                yield f"| {outcome.title} | {one.what} | {_value(one)} | {_goal(one)} |\n"


def _how(outcome: Outcome) -> str:
    told = (f"**{outcome.title}.** {outcome.how}", *outcome.notes, *_skipped(outcome))
    return " ".join(told) + "\n"


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
