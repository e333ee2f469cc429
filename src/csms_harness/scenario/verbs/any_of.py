"""``any_of``: the first branch whose first message arrives is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.documents.nodes import Node
from csms_harness.scenario.model import AnyOf, Branch, Receive, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.schema_parts import STEPS, TEXT, list_schema, object_schema
from csms_harness.scenario.verbs.verb import Verb, Written


def _read(step: Written) -> Step:
    items = step.reading.items(step.operand, "'any_of'")
    if step.operand.kind == "sequence" and len(items) < 2:
        step.wrong(step.operand, "'any_of' needs at least two branches")
    branches = tuple(_branch(step, item) for item in items)
    names = [branch.name for branch in branches]
    for index, branch in enumerate(branches):
        if branch.name and branch.name in names[:index]:
            step.wrong(items[index], f"two branches have the name '{branch.name}'")
    own = [branch for branch in branches if branch.steps and not isinstance(branch.steps[0], Receive)]
    for branch in own[1:]:
        text = "only one branch of 'any_of' may begin with something else than 'receive'"
        step.reading.wrong_at(branch.steps[0].where, text)
    return AnyOf(**step.common, branches=branches)


def _branch(step: Written, node: Node) -> Branch:
    found = step.reading.members(node, "a branch of 'any_of'", ("name", "steps"))
    for name in ("name", "steps"):
        if name not in found and node.kind == "mapping":
            step.wrong(node, f"a branch of 'any_of' needs '{name}'")
    name = step.reading.text(found["name"], "name") if "name" in found else ""
    steps = step.read_steps(step.reading, found["steps"], "steps") if "steps" in found else ()
    return Branch(name, steps)


def _rows(step: AnyOf, page: Page) -> Iterator[Row]:
    for index, branch in enumerate(step.branches):
        title = "or: " if index else f"{page.label(step)}any of these, whichever begins first: "
        yield page.across(f"── {title}{branch.name}")
        yield from page.numbered_like(step).rows(branch.steps)
    yield page.across("── end")


_BRANCH: Final = object_schema({"name": TEXT, "steps": STEPS}, ["name", "steps"])

ANY_OF: Final = Verb(
    "any_of", "The first branch whose first message arrives is taken.", AnyOf,
    {**list_schema(_BRANCH), "minItems": 2}, _read, _rows,
)  # fmt: skip
