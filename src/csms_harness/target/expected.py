"""Known failures (expected.yaml): what the exit code forgives for a while. No report changes by them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import read_yaml
from csms_harness.documents.validation import validate
from csms_harness.record.facts import KnownFact
from csms_harness.target.pics import Part

_RULES: Final = ("WIRE_", "RULE_")


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a day is due, such as 2027-01-31") from None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class KnownFailure(Part):
    """One entry: a case or standing rule, its verdict of today, why, where it is tracked, and the last day of grace.

    ``in`` narrows a rule to some cases: broken anywhere else, it is not forgiven.
    """

    case: str
    expected: Literal["FAIL", "INCONCLUSIVE"]
    reason: str = Field(min_length=1)
    issue: str = Field(min_length=1)
    until: Annotated[date, BeforeValidator(_day)]
    within: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(default=(), alias="in")

    def fact(self) -> KnownFact:
        """As a fact of the run."""
        return KnownFact(**self.model_dump())


def read_expected(path: Path, known: Collection[str]) -> tuple[KnownFailure, ...]:
    """Read an expected.yaml; ``known`` are the ids of cases and rules. Raises Mistakes with every mistake in it."""
    root = read_yaml(path)
    if root.kind != "sequence":
        raise Mistakes([root.mistake(f"a list of known failures is due here, this is {root}", "begin with '- case: '")])
    entries, mistakes = _entries(root.items)
    mistakes += _unknown_or_twice(root.items, entries, known)
    if mistakes:
        raise Mistakes(mistakes)
    return tuple(entry for entry in entries if entry)


def _entries(items: Sequence[Node]) -> tuple[list[KnownFailure | None], list[Mistake]]:
    entries: list[KnownFailure | None] = []
    mistakes: list[Mistake] = []
    for item in items:
        try:
            entries.append(validate(KnownFailure, item))
        except Mistakes as found:
            entries.append(None)
            mistakes += found.mistakes
    return entries, mistakes


def _unknown_or_twice(
    items: Sequence[Node], entries: Sequence[KnownFailure | None], known: Collection[str]
) -> list[Mistake]:
    mistakes: list[Mistake] = []
    seen: set[str] = set()
    for item, entry in zip(items, entries, strict=True):
        if entry is None:
            mistakes += _unknown_case(item, known)
            continue
        if entry.case not in known:
            hint = did_you_mean(entry.case, known)
            mistakes.append(item.members["case"].mistake(f"no test case or rule is called {entry.case!r}", hint))
        mistakes += _narrowing(item, entry, known)
        if entry.case in seen:
            mistakes.append(item.members["case"].mistake(f"{entry.case} stands twice; one entry for each is enough"))
        seen.add(entry.case)
    return mistakes


def _unknown_case(item: Node, known: Collection[str]) -> Iterator[Mistake]:
    """The case of an entry that is wrong in other ways as well."""
    named = item.members.get("case")
    if named is not None and isinstance(named.value, str) and named.value not in known:
        yield named.mistake(f"no test case or rule is called {named.value!r}", did_you_mean(named.value, known))


def _narrowing(item: Node, entry: KnownFailure, known: Collection[str]) -> Iterator[Mistake]:
    """What is wrong with the cases to which a rule is narrowed."""
    if "in" in item.members and not entry.case.startswith(_RULES):
        text = f"'in' narrows a rule, such as WIRE_006, to some cases; {entry.case} is a case"
        yield item.keys["in"].mistake(text)
        return
    node = item.members.get("in")
    for name, place in zip(entry.within, () if node is None else node.items or (node,), strict=False):
        if name not in known:
            yield place.mistake(f"no test case is called {name!r}", did_you_mean(name, known))
