"""What a case asks of its surroundings: configured values, the time it takes, what must be triggered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from csms_harness.scenario.given import ALIKE
from csms_harness.scenario.library import Library, State, TestCase
from csms_harness.scenario.model import Absent, AnyOf, Disconnect, ForEach, Receive, Repeat, RunState, Step, Wait
from csms_harness.scenario.state_calls import state_calls
from csms_harness.scenario.values import Duration, Reference, Value
from csms_harness.scenario.walk import all_steps, references_in, references_of

BOOTED: Final = "Booted"
"""The state that a case runs first when it starts booted and the Charge Point is not."""

_CONNECTORS: Final = 3


def needs(case: TestCase, states: Mapping[str, State]) -> set[str]:
    """The names behind ``$config.`` that a case uses, through its states too."""
    names = _configured((case.before.configuration, case.before.memory))
    names |= _of_steps((*case.before.states, *case.steps, *case.after))
    for call in _calls(case, states):
        names |= _of_state(call, states)
    return names


def config_names(library: Library) -> frozenset[str]:
    """The names behind ``$config.`` that any case of a library uses."""
    cases = (*library.cases.values(), *library.pack.values())
    return frozenset(name for case in cases for name in needs(case, library.states))


def _of_state(call: RunState, states: Mapping[str, State]) -> set[str]:
    state = states[call.name]
    defaults = {name: value for name, value in state.parameters.items() if name not in call.arguments}
    return _configured(defaults) | _configured(call.arguments) | _of_steps((*state.before, *state.steps))


def _of_steps(steps: tuple[Step, ...]) -> set[str]:
    return {name for step in all_steps(steps) for name in _configured_of(step)}


def _configured_of(step: Step) -> Iterator[str]:
    yield from _members(reference.name for reference in references_of(step))


def _configured(value: Value) -> set[str]:
    return set(_members(reference.name for reference in references_in(value)))


def _members(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        group, _, member = name.partition(".")
        if member and group in ("config", *ALIKE):
            yield member


def _calls(case: TestCase, states: Mapping[str, State]) -> Iterator[RunState]:
    """Every run of a known state on the way, through states too; each way of running one only once."""
    waiting = list(state_calls(case))
    if case.before.start == "booted":
        waiting.append(RunState(where=case.where, name=BOOTED))
    seen: list[tuple[str, frozenset[str]]] = []
    while waiting:
        call = waiting.pop()
        key = (call.name, frozenset(call.arguments))
        if call.name in states and key not in seen:
            seen.append(key)
            yield call
            waiting.extend(state_calls(states[call.name]))


def triggered_actions(case: TestCase, states: Mapping[str, State]) -> set[str]:
    """The actions that the Central System has to be made to send."""
    return {step.action for step in triggers_of(case, states)}


def triggers_of(case: TestCase, states: Mapping[str, State]) -> Iterator[Receive]:
    """Every step for which the Central System has to be made to send something, in states too."""
    bodies = [(*case.steps, *case.after), *(states[call.name].steps for call in _calls(case, states))]
    steps = (step for body in bodies for step in all_steps(body))
    yield from (step for step in steps if isinstance(step, Receive) and step.trigger is not None)


_PATIENCE: Final = 1.0
"""Seconds that a limit with a name usually is: the patience of a target."""


def waits(case: TestCase, library: Library, restart: float = 2.0) -> float:
    """Roughly how many seconds a case waits on purpose, as far as its text tells; a restart takes so many."""
    return _waits((*case.before.states, *case.steps, *case.after), library.states, restart, ())


def _waits(steps: tuple[Step, ...], states: Mapping[str, State], restart: float, inside: tuple[str, ...]) -> float:
    return sum(_wait(step, states, restart, inside) for step in steps)


def _wait(step: Step, states: Mapping[str, State], restart: float, inside: tuple[str, ...]) -> float:
    match step:
        case Wait(duration=duration, at_most=most):
            return _seconds(duration, most)
        case Disconnect():
            return restart
        case Absent(during=during):
            return _seconds(during, None)
        case RunState(name=name) if name in states and name not in inside:
            state = states[name]
            return _waits((*state.before, *state.steps), states, restart, (*inside, name))
        case AnyOf(branches=branches):
            return max((_waits(branch.steps, states, restart, inside) for branch in branches), default=0.0)
        case ForEach(values=values, steps=inner):
            times = len(values) if isinstance(values, list) else _CONNECTORS
            return times * _waits(inner, states, restart, inside)
        case Repeat(times=times, every=every, at_most=most, steps=inner):
            once = _waits(inner, states, restart, inside) + _seconds(every, most)
            return once * (times if isinstance(times, int) else 1)
    return 0.0


def _seconds(value: Value, most: Value) -> float:
    """Seconds of a literal duration, cut to its limit; a name counts as its limit, or as nothing."""
    limit = most.seconds if isinstance(most, Duration) else _PATIENCE if isinstance(most, Reference) else None
    if isinstance(value, Duration):
        return value.seconds if limit is None else min(value.seconds, limit)
    return limit or 0.0
