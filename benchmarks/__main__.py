"""All benchmarks one after another, and docs/performance.md anew."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from benchmarks import judged_call, memory, start, suite, timing, validation
from benchmarks.figures import Outcome
from benchmarks.paper import document, show
from benchmarks.peer import ROOT

ALL: Final[tuple[Callable[[], Outcome], ...]] = (
    judged_call.measure,
    memory.measure,
    validation.measure,
    suite.measure,
    start.measure,
    timing.measure,
)


def main() -> None:
    """Measure, show each outcome as soon as it is known, and write the document."""
    outcomes = []
    for measure in ALL:
        # Each in a process of its own: none pays for the heap that another left behind.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            outcomes.append(process.submit(measure).result())
        show(outcomes[-1])
    (ROOT / "docs" / "performance.md").write_text(document(outcomes), "utf-8")


if __name__ == "__main__":
    main()
