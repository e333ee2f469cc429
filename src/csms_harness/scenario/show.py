"""What is shown to people: a test case or state as the document's two columns, a standing rule as a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

from csms_harness.scenario.library import Library, Rule, State, TestCase
from csms_harness.scenario.model import Step
from csms_harness.scenario.page import English, Page, Row
from csms_harness.scenario.verbs import verb_of

WIDTH: Final = 100
"""The columns of the whole table."""

_LEFT: Final = 48
_RIGHT: Final = WIDTH - _LEFT - 3
_LABEL: Final = 13


def two_columns(case: TestCase, library: Library, values: Mapping[str, Any] | None = None) -> str:
    """The case as a table of two columns, 100 characters wide, its states written out with their path.

    ``values`` are what names stand for (``config.connector_id``); a name without one is told in words.
    """
    page = _page(library, values)
    lines = [*_head(case, page), ""]
    if case.before.states:
        lines += [
            *_paragraph("Before", "what fails here leaves the case INCONCLUSIVE"),
            *_table(case.before.states, page),
        ]
        lines += ["", *_paragraph("Scenario", "what the case judges")]
    lines += _table(case.steps, page)
    if case.after:
        lines += ["", *_paragraph("After", "always, without effect on the verdict"), *_table(case.after, page)]
    if case.readings:
        lines.append("")
        for number, reading in enumerate(case.readings, 1):
            lines += _paragraph(f"Reading {number}", reading)
    return _text(lines)


def state_table(state: State, library: Library, values: Mapping[str, Any] | None = None) -> str:
    """A reusable state as such a table."""
    page = _page(library, values)
    parameters = "; ".join(page.assigned(state.parameters))
    lines = [*_paragraph("State", state.name), *_paragraph("Section", f"{state.section}, edition {state.edition}")]
    lines += _paragraph("Parameters", parameters) if parameters else []
    return _text([*lines, "", *_table((*state.before, *state.steps), page)])


def pack_table(cases: Iterable[TestCase]) -> str:
    """Cases beyond the document as a Markdown table: id, level, what is checked, its clause, who reported it."""
    lines = ["| check | level | what is checked | clause | reported in |", "|---|---|---|---|---|"]
    for case in cases:
        threads = ", ".join(case.reported) or "–"
        lines.append(f"| {case.id} | {case.level} | {case.name}. {case.purpose} | {case.section} | {threads} |")
    return "\n".join(lines)


def rule_text(rule: Rule) -> str:
    """A standing rule: what it demands, by which clause, and why."""
    held = "every frame of the run" if rule.group == "wire" else "the run as a whole"
    facts = {rule.id: rule.title, "Clause": rule.clause, "Purpose": rule.purpose, "Held against": held}
    return _text([line for label, text in facts.items() for line in _paragraph(label, text)])


def _text(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _page(library: Library, values: Mapping[str, Any] | None) -> Page:
    return Page(library.states, English(values or {}), _rows)


def _rows(step: Step, page: Page) -> Iterator[Row]:
    return verb_of(step).rows(step, page)


def _head(case: TestCase, page: Page) -> Iterator[str]:
    yield from _paragraph(case.id, case.name)
    if case.level:
        yield from _paragraph("Level", case.level)
        yield from _paragraph("Clause", case.section)
    else:
        place = f"{case.section}, edition {case.edition}" if case.section else "of your own"
        yield from _paragraph("Section", f"{place}, feature profile {case.profile}")
    facts = {
        "Purpose": case.purpose,
        "Description": case.description,
        "Requires": ", ".join(case.requires),
        "Starts": "; ".join(_start(case, page)),
        "Forbidden": ", ".join(f"{action}.req" for action in case.forbid),
        "Reported": ", ".join(case.reported),
    }
    for label, text in facts.items():
        if text:
            yield from _paragraph(label, text)


def _start(case: TestCase, page: Page) -> Iterator[str]:
    yield case.before.start
    yield from (f"{name} = {page.text(value)}" for name, value in case.before.configuration.items())
    yield from (f"provisioned {page.text(item)}" for item in case.before.memory)


def _table(steps: Sequence[Step], page: Page) -> list[str]:
    return [*_titles(), *(line for row in page.rows(steps) for line in _lines(row))]


def _titles() -> list[str]:
    return [_beside("Charge Point", "Central System"), f"{'─' * (_LEFT + 1)}┼{'─' * (_RIGHT + 1)}"]


def _beside(left: str, right: str) -> str:
    return f"{left:<{_LEFT}} │ {right}"


def _lines(row: Row) -> list[str]:
    indent = "  " * row.depth
    if row.across:
        return wrap(row.across, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}   ")
    left, right = (_side(side, width, indent) for side, width in ((row.left, _LEFT), (row.right, _RIGHT)))
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    return [_beside(one, other) for one, other in zip(left, right, strict=True)]


def _side(lines: Sequence[str], width: int, outside: str) -> list[str]:
    wrapped: list[str] = []
    for index, line in enumerate(lines):
        indent = f"{outside}   " if index else outside
        more = f"{indent}  "
        wrapped += wrap(_breakable(line, width - len(more)), width, initial_indent=indent, subsequent_indent=more)
    return wrapped


def _breakable(line: str, room: int) -> str:
    """The line with a blank in each word that fits nowhere: before the last member of its path."""
    words = (word if len(word) <= room else ". ".join(word.rsplit(".", 1)) for word in line.split(" "))
    return " ".join(words)


def _paragraph(label: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=f"{label:<{_LABEL}} ", subsequent_indent=" " * (_LABEL + 1))
