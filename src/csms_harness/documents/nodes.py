"""The nodes of a YAML document: values that know their file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake
from csms_harness.documents.scalars import Scalar

Kind = Literal["mapping", "sequence", "scalar"]

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""The keys and members of what is no mapping: nine nodes of ten."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is being read, by the name that mistakes in it are told under."""

    name: str
    lines: tuple[str, ...]

    def mistake(self, where: Location, text: str, hint: str = "") -> Mistake:
        """A mistake with the line it stands in."""
        line = self.lines[where.line - 1] if 0 < where.line <= len(self.lines) else ""
        return Mistake(where, text, line, hint)


@dataclass(slots=True, eq=False)
class Node:
    """A mapping (``members``; ``keys`` is where each key stands), a sequence (``items``), a scalar (``value``)."""

    kind: Kind
    source: Source
    line: int
    column: int
    value: Scalar = None
    keys: Mapping[str, Node] = field(default_factory=dict)
    members: Mapping[str, Node] = field(default_factory=dict)
    items: tuple[Node, ...] = ()

    @property
    def where(self) -> Location:
        """The place of its first character."""
        return Location(self.source.name, self.line, self.column)

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes inside: the values of a mapping, the items of a sequence."""
        return (*self.members.values(), *self.items)

    def mistake(self, text: str, hint: str = "") -> Mistake:
        """A mistake that stands here."""
        return self.source.mistake(self.where, text, hint)

    def __str__(self) -> str:
        """What a person would call it: ``a mapping``, ``a list``, ``the number 3``, ``the text 'x'``."""
        if self.kind != "scalar":
            word = "mapping" if self.kind == "mapping" else "list"
            return f"a {word}" if self.children else f"an empty {word}"
        if isinstance(self.value, bool):
            return f"the boolean {str(self.value).lower()}"
        if isinstance(self.value, str):
            shown = self.value if len(self.value) <= 60 else f"{self.value[:59]}…"
            return f"the text '{shown}'" if shown.isprintable() else f"the text {shown!r}"
        return "nothing" if self.value is None else f"the number {self.value}"


def plain(node: Node) -> Any:
    """The node as dict, list and scalars."""
    if node.kind == "mapping":
        return {name: plain(member) for name, member in node.members.items()}
    return [plain(item) for item in node.items] if node.kind == "sequence" else node.value


def texts_of(node: Node) -> Iterator[Node]:
    """Every text inside a node, keys of mappings too."""
    if node.kind == "scalar" and isinstance(node.value, str):
        yield node
    yield from node.keys.values()
    for child in node.children:
        yield from texts_of(child)


def follow(node: Node, path: Iterable[str | int]) -> Node:
    """The node a path leads to, as far as it exists; what is no key or index there (union tags) is passed over."""
    for part in path:
        if isinstance(part, str) and part in node.members:
            node = node.members[part]
        elif isinstance(part, int) and part < len(node.items):
            node = node.items[part]
    return node


def locate(node: Node, path: Iterable[str | int]) -> Location:
    """Where the value stands that a path leads to (such as the ``loc`` of a pydantic error)."""
    return follow(node, path).where
