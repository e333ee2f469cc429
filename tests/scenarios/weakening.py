"""Cases that demand one thing less: each single requirement of a matcher, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from csms_harness.scenario.library import Library, State, TestCase
from csms_harness.scenario.matchers import Asked, Both, Equals, Matcher, Members, Operand, Predicates, Requirement, When
from csms_harness.scenario.model import AnyOf, Connect, ForEach, Probe, Receive, Repeat, RunState, Send, Step
from csms_harness.scenario.predicates import PREDICATES
from csms_harness.scenario.walk import all_steps


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
        case Send() | Receive() | Connect() | Probe():
            for less, requirement in _weaker(step.expect, ""):
                yield replace(step, expect=less), requirement
            if isinstance(step, Connect):
                nothing = Members({}, step.where)
                for less, requirement in _weaker(step.refusal, ""):
                    yield replace(step, refusal=less or nothing), requirement
        case ForEach() | Repeat():
            for weakening in weaker_steps(step.steps):
                yield replace(step, steps=weakening.steps), weakening
        case AnyOf():
            for position, branch in enumerate(step.branches):
                for weakening in weaker_steps(branch.steps):
                    less_of_it = replace(branch, steps=weakening.steps)
                    branches = (*step.branches[:position], less_of_it, *step.branches[position + 1 :])
                    yield replace(step, branches=branches), weakening


def _weaker(matcher: Matcher | None, path: str) -> Iterator[tuple[Matcher | None, _Requirement]]:
    match matcher:
        case Equals(value) | Asked(value):
            yield None, _Requirement(path, f"is {value}")
        case Members(members):
            for name, inner in members.items():
                for less, requirement in _weaker(inner, f"{path}.{name}" if path else name):
                    yield _put(matcher, members, name, less), requirement
        case Predicates(requirements):
            for one in requirements:
                if PREDICATES[one.word].is_check:
                    yield from _weaker_predicate(matcher, one, path)
        case Both(first, second):
            for less, requirement in _weaker(first, path):
                yield second if less is None else Both(less, second), requirement
            for less, requirement in _weaker(second, path):
                yield first if less is None else Both(first, less), requirement
        case When(condition, then, otherwise):
            nothing = Members({}, matcher.where)
            for less, requirement in _weaker(then, path):
                yield When(condition, less or nothing, otherwise, matcher.where), requirement
            for less, requirement in _weaker(otherwise, path):
                yield When(condition, then, less, matcher.where), requirement


def _weaker_predicate(
    matcher: Predicates, one: Requirement, path: str
) -> Iterator[tuple[Matcher | None, _Requirement]]:
    rest = tuple(other for other in matcher.requirements if other is not one)
    left = Predicates(rest, matcher.where) if any(PREDICATES[other.word].is_check for other in rest) else None
    yield left, _Requirement(path, one.word)
    if PREDICATES[one.word].view is not None:  # what is seen in the member is named behind it
        for weaker, requirement in _weaker(cast(Matcher, one.operand), path):
            left_of_it = weaker or Members({}, matcher.where)
            all_of_it = tuple(
                replace(one, operand=left_of_it) if other is one else other for other in matcher.requirements
            )
            yield Predicates(all_of_it, matcher.where), requirement
        return
    for operand, words in _weaker_operands(one.operand, matcher):
        all_of_them = tuple(replace(one, operand=operand) if other is one else other for other in matcher.requirements)
        yield Predicates(all_of_them, matcher.where), _Requirement(path, f"{one.word} {words}")


def _weaker_operands(operand: Operand, around: Matcher) -> Iterator[tuple[Operand, str]]:
    """An operand that is a matcher, or a list of them, one requirement less each time."""
    if isinstance(operand, Members):
        for less, requirement in _weaker(operand, ""):
            yield less or Members({}, around.where), f"{requirement.path} {requirement.words}"
    elif isinstance(operand, list):
        for position, item in enumerate(operand):
            for left, words in _weaker_operands(item, around):
                yield [*operand[:position], left, *operand[position + 1 :]], words


def _put(matcher: Members, members: Mapping[str, Matcher], name: str, less: Matcher | None) -> Matcher | None:
    left = {other: inner for other, inner in members.items() if other != name}
    if less is not None:
        left[name] = less
    return Members(left, matcher.where) if left else None
