"""A case on paper: two columns, Charge Point left, Central System right; and how values are told there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from csms_harness.scenario.given import in_english
from csms_harness.scenario.library import State
from csms_harness.scenario.matchers import Asked, Both, Matcher, Members, Predicates, When
from csms_harness.scenario.model import RunState, Step
from csms_harness.scenario.values import Duration, Instant, Reference, Value
from csms_harness.scenario.words import in_words


@dataclass(frozen=True, slots=True)
class Row:
    """Lines for the two sides, or one text across both; lines after the first are indented, states by ``depth``."""

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    across: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class English:
    """Tells values and matchers as people say them; a name by its value where ``values`` has one."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def value(self, value: Value) -> str:
        """A value: ``Accepted``, ``the configured connector``, ``now + 30 min``, ``[1, 2]``."""
        match value:
            case Reference(name) if name in self.values:
                return self.value(self.values[name])
            case Reference(name):
                return in_english(name)
            case Instant():
                return self._instant(value)
            case Duration(seconds):
                return as_duration(seconds)
            case str():
                return value if value.strip() == value and value else json.dumps(value, ensure_ascii=False)
            case Mapping():
                return "{" + ", ".join(f"{name}: {self.value(item)}" for name, item in value.items()) + "}"
            case Sequence():
                return "[" + ", ".join(self.value(item) for item in value) + "]"
        return "left out" if value is None else json.dumps(value, default=str)

    def inside(self, values: Mapping[str, Value]) -> English:
        """How values are told where these names stand for them, which are told as they are here."""
        known = {name: None if self.is_left_out(value) else self.value(value) for name, value in values.items()}
        return replace(self, values={**self.values, **known})

    def is_left_out(self, value: Value) -> bool:
        """Whether a member with this value is left out."""
        return (self.values.get(value.name, ...) if isinstance(value, Reference) else value) is None

    def length(self, value: Value) -> str:
        """A length of time: ``5 min``."""
        return self.value(value)

    def matcher(self, matcher: Matcher) -> str:
        """A matcher in a few words, with the default of a member that may be absent."""
        default = matcher.operand("absent_means") if isinstance(matcher, Predicates) else None
        told = "" if default is None else f" (absent means {self.value(cast(Value, default))})"
        return in_words(matcher, self) + told

    def _instant(self, value: Instant) -> str:
        if isinstance(value.offset, Reference):
            return f"now {'-' if value.before else '+'} {self.value(value.offset)}"
        if value.offset == 0:
            return "now"
        return f"now {'+' if value.offset > 0 else '-'} {as_duration(abs(value.offset))}"

    def requirements(self, matcher: Matcher | None, path: str = "") -> Iterator[str]:
        """Each single requirement with its path: ``idTagInfo.status = Accepted``, ``interval at least 1``.

        What only repeats the trigger is left to ``echoes``.
        """
        match matcher:
            case Members(members):
                for name, inner in members.items():
                    yield from self.requirements(inner, f"{path}.{name}" if path else name)
            case Predicates():
                yield f"{path} {self.matcher(matcher)}".lstrip()
            case Both(first, second):
                yield from self.requirements(first, path)
                yield from self.requirements(second, path)
            case When(condition, then, otherwise):
                yield from self._conditional(condition, then, otherwise, path)
            case Asked() if _is_echo(matcher, path):
                return
            case None:
                return
            case _:
                yield f"{path} = {self.matcher(matcher)}".lstrip()

    def _conditional(self, condition: Matcher, then: Matcher, other: Matcher | None, path: str) -> Iterator[str]:
        yield f"if {' and '.join(self._all(condition, path))}: {', '.join(self._all(then, path))}"
        if other is not None:
            yield f"otherwise: {', '.join(self._all(other, path))}"

    def _all(self, matcher: Matcher, path: str) -> Iterator[str]:
        yield from (f"{echo} as asked for" for echo in echoes(matcher, path))
        yield from self.requirements(matcher, path)


def _is_echo(asked: Asked, path: str) -> bool:
    return asked.value.name == ".".join(filter(None, ("asked", path)))


def echoes(matcher: Matcher | None, path: str = "") -> Iterator[str]:
    """The path of each member that must be what the trigger asks for at the same place."""
    match matcher:
        case Members(members):
            for name, inner in members.items():
                yield from echoes(inner, f"{path}.{name}" if path else name)
        case Both(first, second):
            yield from echoes(first, path)
            yield from echoes(second, path)
        case Asked() if _is_echo(matcher, path):
            yield path


def as_duration(seconds: float) -> str:
    """Seconds in the largest unit that leaves no fraction: ``500 ms``, ``30 s``, ``5 min``, ``2 h``."""
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s" if seconds >= 1 or seconds == 0 else f"{seconds * 1000:g} ms"


@dataclass(frozen=True, slots=True)
class Page:
    """Where on paper a step stands: inside which states (``path``), and with whose ``numbers`` if it has none."""

    states: Mapping[str, State]
    english: English
    rows_of: Callable[[Step, Page], Iterator[Row]]
    path: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    depth: int = 0

    def rows(self, steps: Iterable[Step]) -> Iterator[Row]:
        """The rows of these steps, each behind its stage direction."""
        for step in steps:
            if step.note:
                yield self.across(f"Note: {step.note}")
            yield from self.rows_of(step, self)

    def in_state(self, step: RunState) -> Page:
        """The page inside a state that is run here."""
        own = "-".join(str(number) for number in step.numbers or self.numbers)
        path = (*self.path, *([own] if own else []), step.name)
        english = self.english.inside({**self.states[step.name].parameters, **step.arguments})
        return replace(self, english=english, path=path, numbers=(), depth=self.depth + 1)

    def numbered_like(self, step: Step) -> Page:
        """The page for steps inside this one, which stand under its numbers when they have none."""
        return replace(self, numbers=step.numbers or self.numbers)

    # -- rows -----------------------------------------------------------------------------------------

    def left(self, *lines: str) -> Row:
        """What the Charge Point does."""
        return Row(left=lines, depth=self.depth)

    def right(self, *lines: str) -> Row:
        """What the Central System does."""
        return Row(right=lines, depth=self.depth)

    def both(self, left: Iterable[str], right: Iterable[str]) -> Row:
        """What both do."""
        return Row(left=tuple(left), right=tuple(right), depth=self.depth)

    def across(self, text: str) -> Row:
        """A text across both columns."""
        return Row(across=text, depth=self.depth)

    # -- words ----------------------------------------------------------------------------------------

    def label(self, step: Step) -> str:
        """``5 › Charging 3. ``, or nothing where the document has no number."""
        return self._label(step.numbers or self.numbers)

    def labels(self, step: Step) -> tuple[str, str]:
        """The labels of a request and of its answer."""
        numbers = step.numbers or self.numbers
        return self._label(numbers[:1]), self._label(numbers[1:])

    def _label(self, numbers: Sequence[int]) -> str:
        own = ", ".join(str(number) for number in numbers)
        text = " ".join((" › ".join(self.path), own)).strip()
        return f"{text}. " if own else f"{text}: " if text else ""

    def text(self, value: Value) -> str:
        """A value in words."""
        return self.english.value(value)

    def demands(self, verb: str, matcher: Matcher | None) -> list[str]:
        """Each requirement as a line; those that echo what was asked for in one."""
        asked = ", ".join(echoes(matcher))
        first = [f"{verb} as asked for: {asked}"] if asked else []
        return [*first, *(f"{verb} {line}" for line in self.english.requirements(matcher))]

    def assigned(self, values: Mapping[str, Value]) -> list[str]:
        """``name = value`` for each leaf, with dotted paths."""
        lines = []
        for name, value in values.items():
            if isinstance(value, Mapping) and value:
                lines += [f"{name}.{line}" for line in self.assigned(value)]
            elif self.english.is_left_out(value):
                lines.append(f"{name} left out")
            else:
                lines.append(f"{name} = {self.text(value)}")
        return lines

    def saved(self, names: Mapping[str, str]) -> list[str]:
        """What a step keeps, and under which name."""
        return [f"keeps {path} as ${name}" for name, path in names.items()]

    def state_title(self, step: RunState) -> str:
        """``state Charging with idTag = the second configured idTag``."""
        arguments = ", ".join(self.assigned(step.arguments))
        return f"state {step.name}" + (f" with {arguments}" if arguments else "")
