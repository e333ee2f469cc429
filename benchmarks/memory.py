"""How much memory one more judged CALL takes: what stays until the end, and the most at any moment."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass

from benchmarks.figures import Figure, Outcome
from benchmarks.harness import campaign_of, judged
from benchmarks.paper import show
from benchmarks.peer import peer

CALLS = 1000
_KIB = 1024


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What a run holds when its last report is written, and the most it held until then."""

    kept: int
    most: int


def measure(calls: int = CALLS) -> Outcome:
    """The growth from N CALLs in a run to 2 N. Every allocation is counted: no noise, and one round is enough."""
    with peer() as port:
        _bytes(port, calls // 10 + 1)  # what is only imported or compiled once
        once, twice = _bytes(port, calls), _bytes(port, 2 * calls)
    return Outcome(
        "Memory of a judged CALL",
        f"`tracemalloc`: from {calls} to {2 * calls} CALLs in a run, which keeps its facts until the last report is "
        "written.",
        (
            Figure(
                "the most at any moment, reports included", (twice.most - once.most) / calls / _KIB, "KiB", goal=4.0
            ),
            Figure("kept until the end", (twice.kept - once.kept) / calls / _KIB, "KiB"),
        ),
    )


def _bytes(port: int, calls: int) -> _Bytes:
    with campaign_of(calls, port) as campaign:
        gc.collect()
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            facts = judged(campaign)
            gc.collect()
            kept, most = tracemalloc.get_traced_memory()
            del facts
        finally:
            tracemalloc.stop()
    return _Bytes(kept - before, most - before)


if __name__ == "__main__":
    show(measure())
