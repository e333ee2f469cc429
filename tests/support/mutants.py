"""Mutants of the reference CSMS, made by the schemas: one member of one frame is otherwise, all else is right.

`python -m tests.support.mutants` (`make mutants`) tells which of them the case and all rules let pass. Such a member is
free by the certification document, or a check is missing. Each mutant is two cases in memory.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from csms_harness.matrix.trial import BYSTANDER, run_trial, virtual_cases
from csms_harness.ocpp16.members import Member, members
from csms_harness.ocpp16.payloads import Direction
from csms_harness.resources import folder
from csms_harness.scenario.load import load_library
from csms_harness.target.target import read_target
from csms_harness.verdict import Verdict
from reference_csms.seams import Forward, Line, Seams
from reference_csms.wire.frames import CALL, CALLERROR, Frame
from reference_faults.edits import Change, add, alter, drop, moved, put

LIBRARY = load_library(folder("scenarios"))
TARGET = read_target(folder("targets") / "reference.yaml")
AFTER = "TC_003_CSMS"
"""Runs after the case: what comes late is seen, and what the CSMS says of idTags elsewhere."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """The ``number``-th frame of the CSMS in a case, and what is done to it."""

    case: str
    number: int
    message: str
    what: str
    change: Change


def frames(case: str) -> list[Frame]:
    """What the CSMS sends in a case when it does everything right."""
    seen: list[Frame] = []

    def keep(frame: Frame) -> Frame:
        seen.append(deepcopy(frame))
        return frame

    run_trial(LIBRARY, TARGET, _changing(keep), [case])
    return seen


def mutants(case: str) -> Iterator[Mutant]:
    """Each member of each frame with each neighbour of its value: all of them fit the schema, or are left out."""
    for number, frame in enumerate(frames(case)):
        if frame.kind == CALLERROR:
            continue
        direction = Direction.REQUEST if frame.kind == CALL else Direction.CONFIRMATION
        known = {one.path: one for one in members(frame.action, direction)}
        for path, value in _leaves(frame.message[-1]):
            member = known.get(re.sub(r"\.\d+", "[]", path))
            for what, change in _neighbours(path, value, member):
                yield Mutant(case, number, f"{frame.action}.{direction}", what, change)


def survives(mutant: Mutant) -> bool:
    """Whether the case passes and no rule breaks, in it or in a case that comes after it."""
    count = itertools.count()

    def change(frame: Frame) -> Frame:
        return frame.with_payload(mutant.change(frame.message[-1])) if next(count) == mutant.number else frame

    result = run_trial(LIBRARY, TARGET, _changing(change), tuple(dict.fromkeys((mutant.case, AFTER))))
    passed = all(one.verdict is Verdict.PASS for one in result.cases if one.id == mutant.case)
    return passed and not any(one.verdict is Verdict.FAIL for one in result.rules)


def _changing(change: Any) -> Seams:
    async def step(line: Line, frame: Frame, forward: Forward) -> None:
        await forward(frame if line.charge_point_id == BYSTANDER else change(frame))

    return Seams(outgoing=(step,))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict | list):
        yield path, value
        return
    for name, held in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(held, f"{path}.{name}" if path else str(name))


def _neighbours(path: str, value: Any, member: Member | None) -> Iterator[tuple[str, Change]]:
    name = re.sub(r"\.\d+", "[]", path)
    yield f"{name} left out", drop(path)
    if isinstance(value, bool):
        yield f"{name} turned round", put(path, not value)
    elif isinstance(value, int | float):
        yield f"{name} one more", add(path, 1)
        yield f"{name} one less", add(path, -1)
    elif member is not None and member.values:
        yield from ((f"{name} {other}", put(path, other)) for other in member.values if other != value)
    elif member is not None and member.moment:
        yield f"{name} a day late", alter(path, moved(days=1))
        yield f"{name} a day early", alter(path, moved(days=-1))
    else:
        yield f"{name} another text", alter(path, lambda text: f"{text[:-1]}{'y' if text.endswith('x') else 'x'}")


def main() -> None:
    """Run a sample of all mutants and tell how many of them survive, by message and member."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--share", type=float, default=1.0, help="so much of all mutants, chosen by chance")
    parser.add_argument("cases", nargs="*", help="ids of cases; all of the document without one")
    asked = parser.parse_args()
    every = [one for case in asked.cases or virtual_cases(LIBRARY) for one in mutants(case)]
    chosen = random.sample(every, round(len(every) * asked.share))
    alive = [one for one in chosen if survives(one)]
    for (message, what), times in sorted(Counter((one.message, one.what) for one in alive).items()):
        cases = sorted({one.case for one in alive if (one.message, one.what) == (message, what)})
        sys.stdout.write(f"{message} {what}: {times} in {', '.join(cases[:6])}{' …' if len(cases) > 6 else ''}\n")
    sys.stdout.write(f"{len(chosen)} of {len(every)} mutants, {len(alive)} survive\n")


if __name__ == "__main__":
    main()
