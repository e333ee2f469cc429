"""A comparison of two runs as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from csms_harness.foreign import for_json, for_markdown, for_terminal
from csms_harness.report.comparison import Comparison, Direction, LatencyChange, VerdictChange
from csms_harness.report.timing import milliseconds
from csms_harness.report.wording import sign_of
from csms_harness.verdict import Verdict

NOTHING = "No verdict changed, and no wait worth telling."


def comparison_text(comparison: Comparison) -> str:
    """The comparison for a terminal, what got worse first."""
    lines = [f"note    {for_terminal(remark)}" for remark in comparison.remarks]
    for change in _worse_first(comparison.verdicts):
        named = f"{for_terminal(change.id, 80)}  {_verdict(change.before)} → {_verdict(change.after)}"
        lines.append(f"{change.direction:<7} {named}  {for_terminal(change.name, 160)}")
        lines += [f"        {for_terminal(change.reason, 400)}"] if change.reason else []
    for wait in comparison.latencies:
        speed = "slower" if wait.direction is Direction.WORSE else "faster"
        lines.append(f"{speed:<7} {for_terminal(wait.action, 80)}, {wait.figure} wait: {_wait(wait)}")
    if not comparison.verdicts and not comparison.latencies:
        lines.append(NOTHING)
    return "\n".join(lines) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison for a pull request."""
    return "\n\n".join(_sections(comparison)) + "\n"


def _sections(comparison: Comparison) -> Iterator[str]:
    yield "## Two runs compared"
    if comparison.remarks:
        yield "\n".join(f"- {for_markdown(remark)}" for remark in comparison.remarks)
    if comparison.verdicts:
        rows = [
            f"| {change.direction} | {for_markdown(change.id, 80)} {for_markdown(change.name, 160)} | "
            f"{_verdict(change.before)} | {_verdict(change.after)} | {for_markdown(change.reason, 300)} |"
            for change in _worse_first(comparison.verdicts)
        ]
        yield "\n".join(("|  | Case | Before | After | Reason |", "| --- | --- | --- | --- | --- |", *rows))
    if comparison.latencies:
        rows = [
            f"| {for_markdown(wait.action, 80)} | {wait.figure} | {milliseconds(wait.before)} | "
            f"{milliseconds(wait.after)} | {wait.ratio:.2f} |"
            for wait in comparison.latencies
        ]
        yield "\n".join(("| Action | Wait | Before | After | Ratio |", "| --- | --- | --: | --: | --: |", *rows))
    if not comparison.verdicts and not comparison.latencies:
        yield NOTHING


def comparison_json(comparison: Comparison) -> str:
    """The comparison for machines; durations in seconds."""
    document = {
        "worse": comparison.worse,
        "remarks": comparison.remarks,
        "verdicts": [
            {
                "id": change.id,
                "name": change.name,
                "before": change.before,
                "after": change.after,
                "direction": change.direction,
                "reason": change.reason,
            }
            for change in comparison.verdicts
        ],
        "latencies": [
            {
                "action": wait.action,
                "figure": wait.figure,
                "before": wait.before,
                "after": wait.after,
                "ratio": round(wait.ratio, 3),
            }
            for wait in comparison.latencies
        ],
    }
    return for_json(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def _worse_first(changes: tuple[VerdictChange, ...]) -> list[VerdictChange]:
    return sorted(changes, key=lambda change: change.direction is Direction.BETTER)


def _verdict(verdict: Verdict | None) -> str:
    return "not run" if verdict is None else f"{sign_of(verdict)} {verdict}"


def _wait(wait: LatencyChange) -> str:
    return f"{milliseconds(wait.before)} → {milliseconds(wait.after)} ({wait.ratio:.2f} times)"
