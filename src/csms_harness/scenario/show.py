"""A test case as people read it in the certification document: Charge Point left, Central System right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from csms_harness.scenario.model import (
    Absent,
    AllOf,
    AnyOf,
    Connect,
    Disconnect,
    ForEach,
    Library,
    Receive,
    Reference,
    Repeat,
    RunState,
    Send,
    State,
    Step,
    TestCase,
    Value,
    Wait,
)
from csms_harness.scenario.phrases import as_sentence, as_text, requirements

__all__ = ["as_sentence", "two_columns"]

WIDTH: Final = 100
"""The columns of the whole table."""

_LEFT: Final = 48
_RIGHT: Final = WIDTH - _LEFT - 3
_LABEL: Final = 13
_LONG: Final = re.compile(r"(?<!\S)(?=\S{42})\S+\.(?=\S)")  # so long a path may break before its last member


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines for the two sides, or one text across both; lines after the first are indented."""

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    across: str = ""


def two_columns(case: TestCase, library: Library) -> str:
    """The case as a table of two columns, 100 characters wide, its states written out with their path."""
    lines = [*_head(case), "", *_titles()]
    for row in _rows(case.steps, library.states, ()):
        lines += _lines(row)
    if case.after:
        lines += ["", *_paragraph("After", "always, without effect on the verdict"), *_titles()]
        for row in _rows(case.after, library.states, ()):
            lines += _lines(row)
    if case.readings:
        lines.append("")
        for number, reading in enumerate(case.readings, 1):
            lines += _paragraph(f"Reading {number}", reading)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(case: TestCase) -> Iterator[str]:
    yield from _paragraph(case.id, case.name)
    yield from _paragraph("Section", f"{case.section}, edition {case.edition}, feature profile {case.profile}")
    facts = {
        "Purpose": case.purpose,
        "Description": case.description,
        "Requires": ", ".join(case.requires),
        "Before": "; ".join(_before(case)),
        "Forbidden": ", ".join(f"{action}.req" for action in case.forbid),
    }
    for label, text in facts.items():
        if text:
            yield from _paragraph(label, text)


def _before(case: TestCase) -> Iterator[str]:
    yield case.before.start
    yield from (f"{name} = {as_text(value)}" for name, value in case.before.configuration.items())
    yield from (f"provisioned {as_text(item)}" for item in case.before.memory)
    yield from (_state_title(state) for state in case.before.states)


def _state_title(step: RunState) -> str:
    arguments = ", ".join(_assigned(step.arguments))
    return f"state {step.name}" + (f" with {arguments}" if arguments else "")


def _assigned(values: Mapping[str, Value]) -> list[str]:
    """``name = value`` for each leaf, with dotted paths."""
    lines = []
    for name, value in values.items():
        if isinstance(value, dict) and value:
            lines += [f"{name}.{line}" for line in _assigned(value)]
        else:
            lines.append(f"{name} {'left out' if value is None else f'= {as_text(value)}'}")
    return lines


def _rows(steps: Sequence[Step], states: Mapping[str, State], path: tuple[str, ...]) -> Iterator[_Row]:
    for step in steps:
        if step.when is not None:
            yield _Row(across=f"Only if {step.when} was saved:")
        if step.note:
            yield _Row(across=f"Note: {step.note}")
        yield from _step_rows(step, states, path)


def _step_rows(step: Step, states: Mapping[str, State], path: tuple[str, ...]) -> Iterator[_Row]:
    number = _number(step.numbers, path)
    match step:
        case Send():
            yield from _send(step, path)
        case Receive():
            yield from _receive(step, path)
        case RunState():
            yield from _state(step, states, path)
        case AnyOf(branches=branches) | AllOf(branches=branches):
            first = "any of these, whichever begins first" if isinstance(step, AnyOf) else "all of these, in any order"
            for index, branch in enumerate(branches):
                title = f"{number}{first}: " if index == 0 else "or: " if isinstance(step, AnyOf) else "and: "
                yield _Row(across=f"── {title}{branch.name}")
                yield from _rows(branch.steps, states, path)
            yield _Row(across="── end")
        case ForEach() | Repeat():
            yield _Row(across=f"── {number}{_loop(step)}")
            yield from _rows(step.steps, states, path)
            yield _Row(across="── end")
        case _:
            yield _plain(step, path)


def _loop(step: ForEach | Repeat) -> str:
    if isinstance(step, ForEach):
        return f"for each {step.name} of {as_text(step.values)}"
    text = f"{as_text(step.times)} times"
    if step.every is not None:
        text += f", every {as_text(step.every)}"
    return text if step.at_most is None else f"{text}, at most {as_text(step.at_most)}"


def _state(step: RunState, states: Mapping[str, State], path: tuple[str, ...]) -> Iterator[_Row]:
    state = states[step.name]
    yield _Row(across=f"{_number(step.numbers, path)}{_state_title(step)} (section {state.section})")
    own = "-".join(str(number) for number in step.numbers)
    inside = (*path, *([own] if own else []), step.name)
    yield from _rows((*state.before, *state.steps), states, inside)


def _number(numbers: Sequence[int], path: tuple[str, ...]) -> str:
    """``5 › Charging 3. ``, or nothing where the document has no number."""
    own = ", ".join(str(number) for number in numbers)
    text = " ".join((" › ".join(path), own)).strip()
    return f"{text}. " if own else f"{text}: " if text else ""


def _send(step: Send, path: tuple[str, ...]) -> Iterator[_Row]:
    request = f"{_number(step.numbers[:1], path)}{step.action}.req"
    yield _Row(left=(request, *_assigned(step.payload)))
    number = _number(step.numbers[1:], path)
    if step.expect_error is not None:
        checks = [f"expects {text}" for text in requirements(step.expect_error)]
        yield _Row(right=(f"{number}CALLERROR to {step.action}.req", *checks))
        return
    limits = [f"{word} {as_text(value)}" for word, value in (("within", step.within), ("budget", step.budget)) if value]
    yield _Row(right=(f"{number}{step.action}.conf", *_checks(step), *limits, *_saved(step.save)))


def _checks(step: Send | Receive) -> list[str]:
    return [
        *(f"expects {text}" for text in requirements(step.expect)),
        *(f"observes {text}" for text in requirements(step.observe)),
    ]


def _saved(names: Mapping[str, str]) -> list[str]:
    return [f"keeps {path} as ${name}" for name, path in names.items()]


def _receive(step: Receive, path: tuple[str, ...]) -> Iterator[_Row]:
    optional = " (optional)" if step.optional else ""
    request = f"{_number(step.numbers[:1], path)}{step.action}.req{optional}"
    asked = [f"asked for {text}" for text in _assigned(step.trigger or {})]
    meant = [f"only with {text}" for text in requirements(step.match)]
    limit = [] if step.within is None else [f"within {as_text(step.within)}"]
    yield _Row(right=(request, *asked, *meant, *_checks(step), *limit, *_saved(step.save)))
    yield _Row(left=_answer(step, _number(step.numbers[1:], path)))


def _answer(step: Receive, number: str) -> tuple[str, ...]:
    if step.reply_error is not None:
        return (f"{number}CALLERROR to {step.action}.req", *_assigned(step.reply_error))
    if step.reply is None or isinstance(step.reply, Reference):
        return (f"{number}{step.action}.conf", "as this Charge Point answers anyway")
    return (f"{number}{step.action}.conf", *_assigned(step.reply))


def _plain(step: Step, path: tuple[str, ...]) -> _Row:
    """A step that is no exchange of messages."""
    number = _number(step.numbers, path)
    match step:
        case Absent():
            meant = [f"only with {text}" for text in requirements(step.match)]
            return _Row(right=(f"{number}no {step.action}.req for {as_text(step.during)}", *meant))
        case Wait():
            limit = "" if step.at_most is None else f", at most {as_text(step.at_most)}"
            return _Row(left=(f"{number}waits {as_text(step.duration)}{limit}", step.because))
        case Connect():
            checks = tuple(f"expects {text}" for text in requirements(step.expect))
            return _Row(left=(f"{number}connects", *_saved(step.save)), right=checks)
    assert isinstance(step, Disconnect)  # every other verb is shown elsewhere
    how = "drops the connection" if step.drop else "closes the connection"
    return _Row(left=(f"{number}{how}", *_saved(step.save)))


def _titles() -> list[str]:
    return [_beside("Charge Point", "Central System"), f"{'─' * (_LEFT + 1)}┼{'─' * (_RIGHT + 1)}"]


def _beside(left: str, right: str) -> str:
    return f"{left:<{_LEFT}} │ {right}"


def _lines(row: _Row) -> list[str]:
    if row.across:
        return wrap(row.across, WIDTH, subsequent_indent="   ")
    left, right = _side(row.left, _LEFT), _side(row.right, _RIGHT)
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    return [_beside(one, other) for one, other in zip(left, right, strict=True)]


def _side(lines: Sequence[str], width: int) -> list[str]:
    wrapped = []
    for index, line in enumerate(lines):
        indent = "   " if index else ""
        breakable = _LONG.sub(r"\g<0> ", line)
        wrapped += wrap(breakable, width, initial_indent=indent, subsequent_indent=f"{indent}  ")
    return wrapped


def _paragraph(label: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=f"{label:<{_LABEL}} ", subsequent_indent=" " * (_LABEL + 1))
