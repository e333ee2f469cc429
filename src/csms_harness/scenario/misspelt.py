"""Names behind ``$config.`` that look like a slip of the pen: close to one that is known, and known to nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from csms_harness.documents.location import Location
from csms_harness.scenario.given import CONFIGURED_NAMES
from csms_harness.scenario.library import State, TestCase
from csms_harness.scenario.model import Step
from csms_harness.scenario.values import Reference
from csms_harness.scenario.walk import all_steps, references_in, references_of

_CLOSE: Final = 0.85
"""A target may configure names of its own, so only what is as close as this to another name is taken for that name."""

Document = TestCase | State


def misspelt(
    own: Iterable[Document], others: Iterable[Document], given: Collection[str]
) -> Iterator[tuple[Location, str]]:
    """Where the documents of a user name what nobody knows, and a sentence; ``given`` are names of target files."""
    known = {*CONFIGURED_NAMES, *given, *(name for one in others for name, _ in _configured(one))}
    families = {_family(name) for name in known}
    for document in own:
        for name, where in _configured(document):
            close = get_close_matches(name, known, n=1, cutoff=_CLOSE)
            if name not in known and _family(name) not in families and close:
                yield where, f"$config.{name} is known to no target and no other scenario; did you mean '{close[0]}'?"


def _family(name: str) -> str:
    """A name without its number: ``valid_id_tag_3`` is one of several."""
    return re.sub(r"_?\d+$", "", name)


def _configured(document: Document) -> Iterator[tuple[str, Location]]:
    for reference in _references(document):
        group, _, name = reference.name.partition(".")
        if group in ("config", "other_case") and name:
            yield name, reference.where


def _references(document: Document) -> Iterator[Reference]:
    steps: tuple[Step, ...]
    if isinstance(document, State):
        yield from references_in(document.parameters)
        steps = (*document.before, *document.steps)
    else:
        yield from references_in((document.before.configuration, document.before.memory))
        steps = (*document.before.states, *document.steps, *document.after)
    for step in all_steps(steps):
        yield from references_of(step)
