"""Several runs side by side: a row to each case and rule, a column to each run; and the trend over runs in time."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from csms_harness.foreign import cut, for_json, for_markdown, for_terminal
from csms_harness.record.facts import Facts
from csms_harness.report import summary, timing
from csms_harness.report.comparison import judged
from csms_harness.report.wording import counted, moment, sign_of
from csms_harness.verdict import Verdict

NOT_RUN: Final = "not run"
_NAME: Final = 40
_SHORT: Final = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "FAIL",
    Verdict.INCONCLUSIVE: "inconcl.",
    Verdict.NOT_APPLICABLE: "n/a",
    Verdict.ERROR: "ERROR",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A run: how it is called, where it lies, and what it came to."""

    name: str
    folder: str
    facts: Facts

    @property
    def result(self) -> str:
        """The run in one word."""
        return str(summary.overall(self.facts))

    @property
    def counts(self) -> dict[Verdict, int]:
        """How often each verdict was given."""
        return summary.verdict_counts(self.facts.cases)

    @property
    def slowest(self) -> float | None:
        """The longest wait for an answer, in seconds."""
        spread = timing.response_figure(self.facts).spread
        return None if spread is None else spread.maximum


@dataclass(frozen=True, slots=True)
class Line:
    """A case or standing rule with its verdict in each run, None where it was not run."""

    id: str
    name: str
    verdicts: tuple[Verdict | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs that have it do not agree."""
        return len({verdict for verdict in self.verdicts if verdict is not None}) > 1

    @property
    def turns(self) -> int:
        """How often the verdict changed from one run to the next that has it."""
        given = [verdict for verdict in self.verdicts if verdict is not None]
        return sum(one is not other for one, other in itertools.pairwise(given))


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Runs in the order in which they were named, and everything that got a verdict in one of them."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def differing(self) -> tuple[Line, ...]:
        """What the runs do not agree about."""
        return tuple(line for line in self.lines if line.differs)


def side_by_side(runs: Sequence[tuple[Path, Facts]]) -> SideBySide:
    """Put runs side by side; each is called by its product, or by its folder where that does not tell them apart."""
    products = [_product(facts) for _, facts in runs]
    apart = len(set(products)) == len(runs) and all(products)
    names = products if apart else [path.name or str(path) for path, _ in runs]
    if len(set(names)) < len(runs):
        names = [str(path) for path, _ in runs]
    columns = tuple(Column(name, str(path), facts) for name, (path, facts) in zip(names, runs, strict=True))
    verdicts = [judged(facts) for _, facts in runs]
    known = dict.fromkeys(subject for one in verdicts for subject in one)
    lines = tuple(
        Line(
            subject,
            next(one[subject][0] for one in reversed(verdicts) if subject in one),
            tuple(one[subject][1] if subject in one else None for one in verdicts),
        )
        for subject in known
    )
    return SideBySide(columns, lines)


def _product(facts: Facts) -> str:
    product = facts.pics.product
    return " ".join(filter(None, (product.designation, product.software_version)))


# -- several Central Systems or versions ------------------------------------------------------------------------


def matrix_text(runs: SideBySide) -> str:
    """The comparison for a terminal: what each run came to, then what they do not agree about."""
    heads = [for_terminal(column.name, _NAME) for column in runs.columns]
    totals = list(_totals(runs))
    width = max(8, *map(len, heads), *(len(value) for _, values in totals for value in values))
    lines = [
        f"{name:<16}" + "  ".join(f"{value:<{width}}" for value in values).rstrip()
        for name, values in (("", heads), *totals)
    ]
    lines += [""]
    for line in runs.differing:
        cells = "  ".join(f"{_word(verdict):<{width}}" for verdict in line.verdicts)
        lines.append(f"{for_terminal(line.id, 16):<16}{cells}  {for_terminal(line.name, 80)}".rstrip())
    lines.append(_agreement(runs))
    return "\n".join(lines) + "\n"


def matrix_markdown(runs: SideBySide) -> str:
    """The comparison for a pull request."""
    heads = [for_markdown(column.name, _NAME) for column in runs.columns]
    rows = [["", *heads], ["---"] * (len(heads) + 1), *([name, *values] for name, values in _totals(runs))]
    for line in runs.differing:
        name = f"{for_markdown(line.id, 80)} {for_markdown(line.name, 160)}"
        rows.append([name, *(_signed(verdict) for verdict in line.verdicts)])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"## {len(runs.columns)} runs side by side\n\n{table}\n\n{_agreement(runs)}\n"


def matrix_json(runs: SideBySide) -> str:
    """The comparison for machines: every case and rule."""
    document = {
        "runs": [_as_data(column) for column in runs.columns],
        "verdicts": [{"id": line.id, "name": line.name, "verdicts": line.verdicts} for line in runs.lines],
        "differing": [line.id for line in runs.differing],
    }
    return for_json(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def _totals(runs: SideBySide) -> Iterator[tuple[str, list[str]]]:
    yield "Result", [column.result for column in runs.columns]
    for verdict, word in _SHORT.items():
        if any(column.counts[verdict] for column in runs.columns):
            yield word, [str(column.counts[verdict]) for column in runs.columns]
    yield "slowest answer", [_wait(column.slowest) for column in runs.columns]


def _agreement(runs: SideBySide) -> str:
    same = len(runs.lines) - len(runs.differing)
    return f"{same} of {len(runs.lines)} cases and rules are judged alike wherever they were run."


# -- runs in time -------------------------------------------------------------------------------------------------


def trend_text(runs: SideBySide) -> str:
    """The trend for a terminal: a line to each run, then the cases whose verdict changed, newest on the right."""
    lines = []
    for column in runs.columns:
        counts = "  ".join(f"{_SHORT[verdict]} {number}" for verdict, number in column.counts.items() if number)
        when = moment(column.facts.run.started)
        took = f"{column.facts.run.seconds:.1f} s"
        product = for_terminal(_product(column.facts), _NAME)
        told = ", ".join(filter(None, (counts, took, f"slowest answer {_wait(column.slowest)}", product)))
        lines.append(f"{when}  {column.result:<12}  {told}  {for_terminal(column.folder, 80)}")
    changed = [line for line in runs.lines if line.differs]
    lines += [""] * bool(changed)
    for line in sorted(changed, key=lambda line: -line.turns):
        signs = " ".join(" " if verdict is None else sign_of(str(verdict)) for verdict in line.verdicts)
        lines.append(f"{signs}  {for_terminal(line.id, 16):<16} {for_terminal(line.name, 80)}{_flaky(line)}")
    runs_told, changed_told = counted(len(runs.columns), "run"), counted(len(changed), "verdict")
    lines.append(f"{runs_told}; {changed_told} changed in them.")
    return "\n".join(lines) + "\n"


def trend_markdown(runs: SideBySide) -> str:
    """The trend for a build summary."""
    rows = [["Run", "Result", "Passed", "Failed", "Inconclusive", "Seconds", "Slowest answer"], ["---"] * 7]
    for column in runs.columns:
        counts = column.counts
        numbers = [str(counts[one]) for one in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)]
        rows.append(
            [
                moment(column.facts.run.started),
                f"{sign_of(column.result)} {column.result}",
                *numbers,
                f"{column.facts.run.seconds:.1f}",
                _wait(column.slowest),
            ]
        )
    parts = ["\n".join(f"| {' | '.join(row)} |" for row in rows)]
    for line in (line for line in runs.lines if line.differs):
        signs = " ".join("·" if verdict is None else sign_of(str(verdict)) for verdict in line.verdicts)
        parts.append(f"- `{signs}` {for_markdown(line.id, 80)} {for_markdown(line.name, 160)}{_flaky(line)}")
    return f"## The last {len(runs.columns)} runs\n\n{parts[0]}\n\n" + "\n".join(parts[1:]) + "\n"


def trend_json(runs: SideBySide) -> str:
    """The trend for machines."""
    document = {
        "runs": [_as_data(column) for column in runs.columns],
        "changed": [
            {"id": line.id, "name": line.name, "verdicts": line.verdicts, "turns": line.turns}
            for line in runs.lines
            if line.differs
        ],
    }
    return for_json(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def _flaky(line: Line) -> str:
    return f"  ({line.turns} changes)" if line.turns > 1 else ""


def _as_data(column: Column) -> dict[str, object]:
    counts = Counter({str(verdict): number for verdict, number in column.counts.items() if number})
    product, run = column.facts.pics.product, column.facts.run
    return {
        "name": column.name,
        "folder": column.folder,
        "started": run.started.isoformat(),
        "seconds": run.seconds,
        "complete": run.complete,
        "toolVersion": run.tool_version,
        "product": product.designation,
        "softwareVersion": product.software_version,
        "result": column.result,
        "counts": dict(counts),
        "slowestAnswer": column.slowest,
    }


def _word(verdict: Verdict | None) -> str:
    return NOT_RUN if verdict is None else _SHORT[verdict]


def _signed(verdict: Verdict | None) -> str:
    return NOT_RUN if verdict is None else f"{sign_of(str(verdict))} {verdict}"


def _wait(seconds: float | None) -> str:
    return "–" if seconds is None else cut(timing.milliseconds(seconds), 20)
