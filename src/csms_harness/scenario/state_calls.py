"""Which states are run: they must exist, take what they are given, and never run themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.scenario.library import State, TestCase
from csms_harness.scenario.model import RunState
from csms_harness.scenario.walk import all_steps

Tell = Callable[[Location, str, str], None]


def state_calls(document: TestCase | State) -> Iterator[RunState]:
    """Every run of a state that is written in a case or state, ``before`` and ``after`` too."""
    if isinstance(document, State):
        yield from document.before
        steps = document.steps
    else:
        yield from document.before.states
        steps = (*document.steps, *document.after)
    yield from (step for step in all_steps(steps) if isinstance(step, RunState))


def check_state_calls(document: TestCase | State, states: Mapping[str, State], tell: Tell) -> None:
    """Tell unknown states and unknown parameters."""
    for call in state_calls(document):
        if not call.name:
            continue
        if call.name not in states:
            hint = did_you_mean(call.name, states)
            tell(call.where, f"there is no state '{call.name}'", hint)
            continue
        known = states[call.name].parameters
        for name in call.arguments:
            if name not in known:
                tell(call.where, f"the state {call.name} has no parameter '{name}'", did_you_mean(name, known))


def check_recursion(new: Mapping[str, State], states: Mapping[str, State], tell: Tell) -> None:
    """Tell every state among the new ones that runs itself, on whatever way."""
    for state in new.values():
        for call in state_calls(state):
            way = _way(call.name, state.name, states, ())
            if way is not None:
                tell(call.where, f"the state {state.name} runs itself: {' → '.join((state.name, *way))}", "")


def _way(start: str, goal: str, states: Mapping[str, State], seen: tuple[str, ...]) -> tuple[str, ...] | None:
    """The states from one to another, or None when no way leads there."""
    if start == goal:
        return (*seen, goal)
    if start in seen or start not in states:
        return None
    calls = (_way(call.name, goal, states, (*seen, start)) for call in state_calls(states[start]))
    return next((way for way in calls if way is not None), None)
