"""``state``: run a reusable state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.scenario.model import RunState, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.schema_parts import TEXT
from csms_harness.scenario.shapes import ANYTHING
from csms_harness.scenario.verbs.keys import WITH
from csms_harness.scenario.verbs.verb import Verb, Written


def _read(step: Written) -> Step:
    name = step.reading.text(step.operand, "state")
    return RunState(**step.common, name=name, arguments=step.object("with", ANYTHING))


def _rows(step: RunState, page: Page) -> Iterator[Row]:
    """What the state does, indented; each step is labelled with the way to it."""
    state = page.states[step.name]
    yield page.across(f"{page.label(step)}{page.state_title(step)} (section {state.section})")
    inside = page.in_state(step)
    yield from inside.rows((*state.before, *state.steps))


STATE: Final = Verb("state", "Run a reusable state.", RunState, TEXT, _read, _rows, keys=(WITH,))
