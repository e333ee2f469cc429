"""``for_each`` and ``repeat``: the same steps again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.documents.nodes import Node
from csms_harness.scenario.model import ForEach, Repeat, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.reading import read_value
from csms_harness.scenario.schema_parts import NAME, NUMBER
from csms_harness.scenario.values import Reference, Value
from csms_harness.scenario.verbs.keys import AT_MOST, EACH_TIME, EVERY
from csms_harness.scenario.verbs.verb import Verb, Written

_NEEDS: Final = {"steps": "what is done each time"}


def _for_each(step: Written) -> Step:
    member = step.operand
    found = list(step.reading.members(member, "'for_each'").items())
    if len(found) != 1 and member.kind == "mapping":
        step.wrong(member, "'for_each' names exactly one value, such as {connectorId: [1, 2]}")
    name, values = found[0] if found else ("", None)
    if name:
        step.reading.new_name(member.keys[name])
    listed = [] if values is None else _list(step, values)
    return ForEach(**step.common, name=name, values=listed, steps=step.steps())


def _list(step: Written, node: Node) -> Value:
    value = read_value(step.reading, node)
    if isinstance(value, Reference) or (isinstance(value, list) and value):
        return value
    step.wrong(node, f"'for_each' goes through a list or a $name, not {node}")
    return []


def _for_each_rows(step: ForEach, page: Page) -> Iterator[Row]:
    yield page.across(f"── {page.label(step)}for each {step.name} of {page.text(step.values)}")
    yield from page.numbered_like(step).rows(step.steps)
    yield page.across("── end")


def _repeat(step: Written) -> Step:
    times = read_value(step.reading, step.operand)
    if not isinstance(times, Reference) and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        step.wrong(step.operand, f"'repeat' must be a whole number from 1 on or a $name, not {step.operand}")
    every, at_most = step.length("every"), step.length("at_most")
    return Repeat(**step.common, times=times, steps=step.steps(), every=every, at_most=at_most)


def _repeat_rows(step: Repeat, page: Page) -> Iterator[Row]:
    every = "" if step.every is None else f", every {page.text(step.every)}"
    limit = "" if step.at_most is None else f", at most {page.text(step.at_most)}"
    yield page.across(f"── {page.label(step)}{page.text(step.times)} times{every}{limit}")
    yield from page.numbered_like(step).rows(step.steps)
    yield page.across("── end")


FOR_EACH: Final = Verb(
    "for_each", "The steps once for each value: {connectorId: $charge_point.connector_ids}.", ForEach,
    {"type": "object", "minProperties": 1, "maxProperties": 1}, _for_each, _for_each_rows,
    keys=(EACH_TIME,), needs=_NEEDS,
)  # fmt: skip
REPEAT: Final = Verb(
    "repeat", "The steps so many times.", Repeat,
    {"anyOf": [NUMBER, NAME]}, _repeat, _repeat_rows,
    keys=(EVERY, AT_MOST, EACH_TIME), needs=_NEEDS,
)  # fmt: skip
