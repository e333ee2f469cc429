"""All benchmarks one after another, and docs/performance.md anew."""

from __future__ import annotations

from benchmarks import judged_call, memory, start, suite, timing, validation
from benchmarks.paper import document, show
from benchmarks.peer import ROOT


def main() -> None:
    """Measure, show each outcome as soon as it is known, and write the document."""
    outcomes = []
    for measure in (
        judged_call.measure, memory.measure, validation.measure, suite.measure, start.measure, timing.measure,
    ):  # fmt: skip
        outcomes.append(measure())
        show(outcomes[-1])
    (ROOT / "docs" / "performance.md").write_text(document(outcomes), "utf-8")


if __name__ == "__main__":
    main()
