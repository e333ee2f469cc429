"""How much of a case goes on paper: all of a short transcript, the telling parts of a long one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from csms_harness.evidence import Entry, Finding
from csms_harness.record.facts import CaseFact
from csms_harness.report.rows import Row, row_of

AROUND: Final = 3
"""How many entries are shown before and after one that a finding points at."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Upper limits per case: transcript entries, findings; characters of a raw frame, of a text."""

    entries: int
    frame: int
    findings: int
    text: int


DETAILS: Final = (
    Detail(entries=120, frame=1500, findings=40, text=2000),
    Detail(entries=50, frame=500, findings=12, text=600),
    Detail(entries=20, frame=200, findings=5, text=250),
    Detail(entries=6, frame=80, findings=2, text=120),
)
"""From generous to terse; a page takes the first that keeps it small enough to be opened and sent."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries that were left out of an excerpt."""

    count: int


def frame_volume(cases: Iterable[CaseFact], detail: Detail) -> int:
    """How many characters of raw frames ``detail`` lets through; a page is never smaller than that."""
    return sum(min(_length(entry), detail.frame) for case in cases for entry in case.transcript[: detail.entries])


def _length(entry: Entry) -> int:
    return len(entry.message.text) if entry.message is not None else 0


def marks_of(findings: Sequence[Finding]) -> dict[int, str]:
    """Which transcript entries are marked: "fault" when a finding there decided, else "remark"."""
    marks: dict[int, str] = {}
    for found in findings:
        if found.frame is not None and marks.get(found.frame) != "fault":
            marks[found.frame] = "fault" if found.decides else "remark"
    return marks


def excerpt(case: CaseFact, limit: int) -> tuple[Row | Gap, ...]:
    """At most ``limit`` rows of the transcript, those around findings first, and the gaps between."""
    kept = range(len(case.transcript)) if len(case.transcript) <= limit else _telling_positions(case, limit)
    rows: list[Row | Gap] = []
    previous = -1
    for position in sorted(kept):
        if position > previous + 1:
            rows.append(Gap(position - previous - 1))
        rows.append(row_of(case, case.transcript[position]))
        previous = position
    if previous + 1 < len(case.transcript):
        rows.append(Gap(len(case.transcript) - previous - 1))
    return tuple(rows)


def _telling_positions(case: CaseFact, limit: int) -> set[int]:
    """Choose positions: the marked entries, then their surroundings, then the beginning of the case."""
    marks = marks_of(case.findings)
    last = len(case.transcript) - 1
    marked = [at for at, entry in enumerate(case.transcript) if entry.number in marks]
    around = (at + side * distance for distance in range(AROUND + 1) for at in marked for side in (-1, 1))
    chosen: dict[int, None] = {}
    for position in chain(around, range(last + 1)):
        if len(chosen) == limit:
            break
        if 0 <= position <= last:
            chosen[position] = None
    return set(chosen)
