"""Walking through what was read: every step, every reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from csms_harness.scenario.matchers import Asked, Both, Equals, Members, Predicates, Requirement, When
from csms_harness.scenario.model import AnyOf, ForEach, Repeat, Step
from csms_harness.scenario.values import Instant, Reference

_INSIDE: Final = frozenset({"branches", "steps", "where"})


def references_in(value: Any) -> Iterator[Reference]:
    """Every reference in a value, a matcher or an instant."""
    match value:
        case Reference():
            yield value
        case Instant(inner) | Equals(inner) | Asked(inner) | Members(inner) | Predicates(inner):
            yield from references_in(inner)
        case Requirement(operand=operand):
            yield from references_in(operand)
        case Both(first, second):
            yield from references_in((first, second))
        case When(condition, then, otherwise):
            yield from references_in((condition, then, otherwise))
        case Mapping():
            for item in value.values():
                yield from references_in(item)
        case list() | tuple():
            for item in value:
                yield from references_in(item)


def references_of(step: Step, *skipped: str) -> Iterator[Reference]:
    """Every reference a step itself makes, inner steps left out."""
    for field in fields(step):
        if field.name not in _INSIDE and field.name not in skipped:
            yield from references_in(getattr(step, field.name))


def inner_steps(step: Step) -> tuple[tuple[Step, ...], ...]:
    """The lists of steps inside a step: its branches, or what it repeats."""
    match step:
        case AnyOf(branches=branches):
            return tuple(branch.steps for branch in branches)
        case ForEach(steps=steps) | Repeat(steps=steps):
            return (steps,)
    return ()


def all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """Every step, inner steps too, in the order of the file."""
    for step in steps:
        yield step
        for inner in inner_steps(step):
            yield from all_steps(inner)
