"""Parts of requests that are written once: the section ``parts`` of a target file, put in where ``use`` names them.

What a request says itself goes before its parts, an earlier part before a later one; mappings such as ``headers`` are
laid over each other member by member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from csms_harness.documents.mistakes import Mistake, did_you_mean, one_of
from csms_harness.documents.nodes import Node
from csms_harness.triggers.requests import HttpEntry

PARTS, USE = "parts", "use"
_KNOWN: Final = frozenset(info.alias or name for name, info in HttpEntry.model_fields.items()) - {USE}


@dataclass(slots=True)
class Shared:
    """A target file with its parts put in, and what is wrong with them."""

    root: Node
    mistakes: list[Mistake] = field(default_factory=list)


def shared(root: Node) -> Shared:
    """Put the parts in. Raises nothing: every mistake is in the result."""
    work = _Work(root.members[PARTS].members if PARTS in root.members else {})
    work.look_at_parts()
    members = {name: work.section(name, node) for name, node in root.members.items()}
    return Shared(replace(root, members=members), work.mistakes)


@dataclass(slots=True)
class _Work:
    parts: Mapping[str, Node]
    mistakes: list[Mistake] = field(default_factory=list)

    def look_at_parts(self) -> None:
        for part in self.parts.values():
            for name in part.members:
                if name not in _KNOWN:
                    hint = did_you_mean(name, _KNOWN) or f"a part holds {one_of(sorted(_KNOWN))}"
                    self.mistakes.append(part.keys[name].mistake(f"unknown key '{name}' in a part", hint))

    def section(self, name: str, node: Node) -> Node:
        if name in ("triggers", "provision"):
            return _with(node, {key: self._entries(entries) for key, entries in node.members.items()})
        if name == "session" and "login" in node.members:
            return _with(node, {"login": self._several(node.members["login"], self._request)})
        return node

    def _entries(self, node: Node) -> Node:
        return self._several(node, self._entry)

    def _several(self, node: Node, each: Callable[[Node], Node]) -> Node:
        return replace(node, items=tuple(map(each, node.items))) if node.items else each(node)

    def _entry(self, node: Node) -> Node:
        changed = {
            name: self._request(node.members[name]) for name in ("http", "read", "remove") if name in node.members
        }
        return _with(node, changed)

    def _request(self, node: Node) -> Node:
        whole = node
        for part in self._used(node):
            whole = _laid_over(whole, part)
        steps = whole.members.get("prepare")
        if steps is None or not steps.items:
            return whole
        return _with(whole, {"prepare": replace(steps, items=tuple(map(self._request, steps.items)))})

    def _used(self, node: Node) -> Iterator[Node]:
        use = node.members.get(USE)
        for name in (use.items or (use,)) if use is not None else ():
            part = self.parts.get(str(name.value))
            if part is not None:
                yield part
            else:
                hint = did_you_mean(str(name.value), self.parts) or "write it under parts"
                self.mistakes.append(name.mistake(f"no part is called {name.value!r}", hint))


def _with(node: Node, changed: Mapping[str, Node]) -> Node:
    return replace(node, members={**node.members, **changed}) if changed else node


def _laid_over(own: Node, part: Node) -> Node:
    """The members of both; of two mappings of one name the members of both, and the own one wins."""
    if own.kind != "mapping" or part.kind != "mapping":
        return own
    members = dict(own.members)
    for name, node in part.members.items():
        members[name] = _laid_over(members[name], node) if name in members else node
    return replace(own, members=members, keys={**part.keys, **own.keys})
