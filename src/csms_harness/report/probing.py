"""What ``csms-harness probe`` measured, as rows of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from csms_harness.record.facts import Facts, PicsFact, ProbeFigure
from csms_harness.report.timing import milliseconds, plain_seconds

HEADING: Final = "Measured beside the run"
ABOUT: Final = "By csms-harness probe, apart from any case. These values change no verdict."
_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in words: the PICS value beside it, and the value; that of several samples as min to max."""

    name: str
    declared: str
    value: str
    samples: int
    about: str


def rows(facts: Facts) -> Iterator[Row]:
    """The figures of the probe of a run; none without one."""
    for figure in facts.probe.figures if facts.probe is not None else ():
        declared = plain_seconds(_declared(facts.pics, figure)) if figure.declared else "–"
        yield Row(figure.name, declared, value_of(figure), figure.samples, figure.about)


def _declared(pics: PicsFact, figure: ProbeFigure) -> float | None:
    values = {
        "ocpp_response_timeout": pics.ocpp_response_timeout,
        "response_time_authorize": pics.response_time_authorize,
    }
    return values.get(figure.declared)


def value_of(figure: ProbeFigure) -> str:
    """The value of a figure, of several samples how they lie."""
    if figure.minimum is None or figure.median is None or figure.maximum is None:
        return "not measured"
    if figure.samples == 1:
        return shown(figure.maximum)
    p95, p99 = figure.p95 or 0.0, figure.p99 or 0.0
    named = {"min": figure.minimum, "median": figure.median, "p95": p95, "p99": p99, "max": figure.maximum}
    return ", ".join(f"{name} {shown(seconds)}" for name, seconds in named.items())


def shown(seconds: float) -> str:
    """A length of time or an offset: milliseconds below a second."""
    if abs(seconds) >= _SECONDS:
        return f"{seconds:.1f} s"
    return milliseconds(seconds) if seconds >= 0 else f"-{milliseconds(-seconds)}"
