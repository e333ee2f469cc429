"""Cases that demand one thing less: each single requirement of a matcher, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from csms_harness.scenario.model import (
    AllOf,
    AnyOf,
    Connect,
    Equals,
    ForEach,
    Library,
    Matcher,
    Members,
    Predicates,
    Receive,
    Repeat,
    RunState,
    Send,
    State,
    Step,
    TestCase,
)
from csms_harness.scenario.walk import all_steps

MODIFIERS: Final = frozenset({"tolerance", "absent_means"})
"""Words that demand nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Weakening:
    """A requirement (the path of the member it is about, and its words), and what is left without it."""

    path: str
    words: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return f"{self.path or 'payload'} {self.words}".strip()


def weaker_steps(steps: Sequence[Step]) -> Iterator[Weakening]:
    """These steps, one requirement less each time; inner steps too, states not."""
    for position, step in enumerate(steps):
        for less, requirement in _weaker_step(step):
            around = (*steps[:position], less, *steps[position + 1 :])
            yield Weakening(requirement.path, requirement.words, around)


def weaker_states(case: TestCase, library: Library) -> Iterator[tuple[State, Weakening]]:
    """The states that a case runs as steps, and the states those run first, one requirement less each time."""
    for state in _states_of([step for step in all_steps(case.steps) if isinstance(step, RunState)], library):
        for weakening in weaker_steps(state.steps):
            yield state, weakening


def with_state(library: Library, state: State, weakening: Weakening) -> Library:
    """The library with that state weakened."""
    return replace(library, states={**library.states, state.name: replace(state, steps=weakening.steps)})


def _states_of(calls: Sequence[RunState], library: Library) -> Iterator[State]:
    for call in calls:
        state = library.states[call.name]
        yield state
        yield from _states_of(state.before, library)


@dataclass(frozen=True, slots=True)
class _Requirement:
    path: str
    words: str


def _weaker_step(step: Step) -> Iterator[tuple[Step, _Requirement | Weakening]]:
    match step:
        case Send() | Receive() | Connect():
            for less, requirement in _weaker(step.expect, ""):
                yield replace(step, expect=less), requirement
        case ForEach() | Repeat():
            for weakening in weaker_steps(step.steps):
                yield replace(step, steps=weakening.steps), weakening
        case AnyOf() | AllOf():
            for position, branch in enumerate(step.branches):
                for weakening in weaker_steps(branch.steps):
                    less_of_it = replace(branch, steps=weakening.steps)
                    branches = (*step.branches[:position], less_of_it, *step.branches[position + 1 :])
                    yield replace(step, branches=branches), weakening


def _weaker(matcher: Matcher | None, path: str) -> Iterator[tuple[Matcher | None, _Requirement]]:
    match matcher:
        case Equals(value):
            yield None, _Requirement(path, f"is {value}")
        case Members(members):
            for name, inner in members.items():
                for less, requirement in _weaker(inner, f"{path}.{name}" if path else name):
                    yield _put(matcher, members, name, less), requirement
        case Predicates(operands):
            for word in operands.keys() - MODIFIERS:
                yield from _weaker_predicate(matcher, operands, word, path)


def _weaker_predicate(
    matcher: Predicates, operands: Mapping[str, object], word: str, path: str
) -> Iterator[tuple[Matcher | None, _Requirement]]:
    rest = {other: held for other, held in operands.items() if other != word}
    yield Predicates(rest, matcher.where) if rest.keys() - MODIFIERS else None, _Requirement(path, word)
    operand = operands[word]
    if isinstance(operand, Members):
        for less, requirement in _weaker(operand, ""):
            held = less if less is not None else Members({}, matcher.where)
            words = f"{word} {requirement.path} {requirement.words}"
            yield Predicates({**operands, word: held}, matcher.where), _Requirement(path, words)


def _put(matcher: Members, members: Mapping[str, Matcher], name: str, less: Matcher | None) -> Matcher | None:
    left = {other: inner for other, inner in members.items() if other != name}
    if less is not None:
        left[name] = less
    return Members(left, matcher.where) if left else None
