"""What GitHub shows beside the steps of a job: an annotation for each cause, in the words of its workflow commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.foreign import for_terminal
from csms_harness.record.facts import Facts
from csms_harness.report.blocks import Block, blocks, breaks, costs_in_short
from csms_harness.report.known import Reckoning
from csms_harness.verdict import Verdict

MOST: Final = 10
"""So many annotations of each level GitHub shows of a step."""
_LONGEST: Final = 1000


def github_annotations(facts: Facts, reckoning: Reckoning) -> Iterator[str]:
    """A line for each cause that is not forgiven; the facts have their sentences."""
    found: dict[str, list[str]] = {"error": [], "warning": []}
    for text in reckoning.broken:
        found["error"].append(_line("error", "Known failures", text))
    for block in blocks(facts):
        touched = {case.id for case in block.cases} | {broken.rule.id for broken in block.rules}
        if not touched or touched - set(reckoning.forgiven):
            level = "error" if block.word in (Verdict.FAIL, Verdict.ERROR) else "warning"
            found[level].append(_line(level, _title(block), _text(block)))
    for lines in found.values():
        yield from lines[:MOST]


def _title(block: Block) -> str:
    lost = ", ".join(filter(None, (costs_in_short(block), breaks(block))))
    return f"{block.word}: {lost}" if lost else block.word


def _text(block: Block) -> str:
    apart = f"required {block.required}, observed {block.observed}" if block.required or block.observed else ""
    return "\n".join(filter(None, (block.title, apart, *block.breaches[:3], block.place)))


def _line(level: str, title: str, text: str) -> str:
    return f"::{level} title={_escaped(title, ':,')}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """Foreign text as GitHub reads it, which takes the first line end for the end of the command."""
    lines = "\n".join(for_terminal(line, _LONGEST) for line in text.split("\n"))
    for sign in ("%", "\n", "\r", *more):
        lines = lines.replace(sign, f"%{ord(sign):02X}")
    return lines
