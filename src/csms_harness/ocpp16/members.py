"""What a payload may hold, member by member: read out of its JSON schema, which nobody writes down a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from csms_harness.ocpp16.payloads import Direction, schema


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a payload.

    ``path`` is dotted, each list on the way with ``[]``: ``meterValue[].sampledValue[].unit``. ``type`` is that of
    JSON; ``values`` are those of an enumeration, ``longest`` the number of characters of a text, ``moment`` a
    date-time, ``filled`` a list that may not be empty.
    """

    path: str
    type: str
    required: bool
    values: tuple[str, ...] = ()
    longest: int | None = None
    moment: bool = False
    filled: bool = False

    @property
    def inside(self) -> str:
        """The path of the object that holds it; empty for a member of the payload itself."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Its own name, without where it is and whether it is a list."""
        return self.path.rpartition(".")[2].removesuffix("[]")


@cache
def members(action: str, direction: Direction) -> tuple[Member, ...]:
    """All members of a payload, those of objects in lists too. Raises KeyError for an action that nobody knows."""
    document = schema(action, direction)
    return tuple(_members(document, document, ""))


def _members(node: Mapping[str, Any], root: Mapping[str, Any], inside: str) -> Iterator[Member]:
    needed = node.get("required", ())
    for name, written in node.get("properties", {}).items():
        child = _resolved(written, root)
        path = f"{inside}.{name}" if inside else name
        yield Member(
            path,
            child.get("type", "string"),
            name in needed,
            tuple(child.get("enum", ())),
            child.get("maxLength"),
            child.get("format") == "date-time",
            child.get("minItems", 0) > 0,
        )
        items = child.get("items")
        held, where = (child, path) if items is None else (_resolved(items, root), f"{path}[]")
        yield from _members(held, root, where)


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        target: Any = root
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node
