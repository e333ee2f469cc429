"""docs/robustness.md: the table of situation, verdict and reason, made of real runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tests.support.hostile.drive import MEMORY, Result
from tests.support.hostile.situation import Situation
from tests.support.hostile.table import GROUPS, SITUATIONS, place

INTRODUCTION: Final = """# What a hostile Central System comes to

{count} ways in which a Central System, or whatever listens in its place, can be hostile, and what a run says of each.
Beside the hostile lane an honest one is at work in every run: its verdict does not change. Every run ends within its
deadlines, writes all its reports, and holds no more than {most} MiB. No exit code is 3.

Made by `make robustness` from real runs with a deadline of 1 s. The situations are data: tests/support/hostile. A
standing rule in the last column is broken beside the verdict of the case, or in its place.
"""

WEIGHED: Final = """## Memory

Where much is said, the situation is played once more with all objects of the run counted by `tracemalloc`, from its
beginning until its last report is written, at their peak ([decision 0065](decisions/0065-objects-are-weighed.md)).
{most} MiB are allowed. Of {count} such situations the heaviest are {heaviest}.

Any other run may take that much of the system beyond a run in which nothing is wrong. `python -m
tests.support.hostile.drive FOLDER` measures it again, the names of situations behind FOLDER only these: `objects` and
`grown` in FOLDER/results.json, in KiB.
"""

MEASURED: Final = """## What else was measured

On two cores, by commands that measure it again.

- `make pauses`: twenty runs of the whole document against the reference CSMS, by turns on one
  lane and on eight, with deadlines of 1 s, each stopped (SIGSTOP) five times for 0.5, 1.6 or 5 s at random moments. No
  case failed; what a stop spoilt is INCONCLUSIVE.
- `make floods`: each flood beside seven honest lanes, at the default deadlines. The seven pass; the
  process peaks at 97 MiB at most (150 are allowed), the run folder takes 4.1 MiB (20), and no turn of the event loop
  takes more than 46 ms of processor time (50), so no lane holds up another for longer. The table is in
  [decision 0022](decisions/0022-what-a-flood-may-cost.md).
- `make kills`: a run of all cases killed (SIGKILL) 100 times at random moments, each time reported and gone on with by
  `run --resume`. No file was corrupt, and nothing that was earned was lost.
"""

_LONGEST: Final = 200
_SHOWN: Final = 2
_ROW: Final = re.compile(r"^\| (.*) \| (.*) \| (.*) \|$")
_NOISE: Final = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1"),
    (re.compile(r"port \d+"), "port 9000"),
    (re.compile(r"observed \d+ frames, \d+ bytes"), "observed more"),
    (re.compile(r"; [^;]* tests that$"), ""),
    (re.compile(r"; the harness itself was late by [^(]*?(?= \()"), ""),
)
"""What is different in every run."""


def page(results: Mapping[str, Result]) -> str:
    """The whole page."""
    return "\n".join(_page(results)) + "\n"


def _page(results: Mapping[str, Result]) -> Iterator[str]:
    yield INTRODUCTION.format(count=len(SITUATIONS), most=MEMORY // 1024)
    for group, found in GROUPS.items():
        yield from (f"## {group}", "", "| the Central System | verdict | reason |", "|---|---|---|")
        yield from (_row(one, results[place(group, one)]) for one in found)
        yield ""
    yield _weighed(results)
    yield MEASURED.rstrip()


def _weighed(results: Mapping[str, Result]) -> str:
    weights = sorted((results[name].objects, one.about) for name, one in SITUATIONS.items() if one.weighs)[::-1]
    told = [f"{about} ({objects / 1024:.1f} MiB)" for objects, about in weights[:_SHOWN]]
    return WEIGHED.format(count=len(weights), heaviest=" and ".join(told), most=MEMORY // 1024)


def _row(one: Situation, result: Result) -> str:
    reason = result.reason
    for pattern, text in _NOISE:
        reason = pattern.sub(text, reason)
    reason = reason if len(reason) <= _LONGEST or not _kept(one, reason) else f"{reason[: _LONGEST - 1]}…"
    rules = f"{', '.join(result.broken)} broken" if result.broken else ""
    told = "; ".join(part for part in (_escaped(reason), rules) if part)
    return f"| {one.about} | {result.verdict} | {told or '–'} |"


def _kept(one: Situation, reason: str) -> bool:
    """Whether what has to be said is said before the cut."""
    return re.search(one.reason, reason[: _LONGEST - 1]) is not None


def _escaped(text: str) -> str:
    visible = "".join(sign if sign.isprintable() else "?" for sign in text)
    return re.sub(r"([|<>`*_\[\]])", r"\\\1", visible)


def rows(text: str) -> dict[str, tuple[str, str, str]]:
    """The rows of the page, by the name of the situation: what it is, verdict, reason."""
    found, group = [], ""
    for line in text.splitlines():
        group = line.removeprefix("## ") if line.startswith("## ") else group
        row = _ROW.match(line)
        if row is not None and row[2] not in ("verdict", "---") and not line.startswith("|---"):
            found.append((row[1], row[2], re.sub(r"\\(.)", r"\1", row[3])))
    return dict(zip(SITUATIONS, found, strict=True)) if len(found) == len(SITUATIONS) else {}
