"""Changes of a payload, each a function from the right payload to a wrong one; the right one stays untouched.

Members are named by dotted paths, elements of arrays by their number: `idTagInfo.status`, `key.0`. Where a path
leads nowhere, nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from reference_csms.instants import format_instant, parse_instant
from reference_csms.wire.frames import Payload

Change = Callable[[Payload], Any]
Value = Callable[[Any], Any]


def put(path: str, value: Any) -> Change:
    """Set a member, present or not, if the object that holds it is there."""
    return _editing(path, lambda node, key: _set(node, key, value))


def drop(path: str) -> Change:
    """Leave a member out."""
    return _editing(path, _remove)


def alter(path: str, change: Value) -> Change:
    """Change the value of a member that is there."""
    return _editing(path, lambda node, key: _set(node, key, change(node[key])) if _has(node, key) else None)


def swap(path: str, right: Any, wrong: Any) -> Change:
    """Write one value instead of another."""
    return alter(path, lambda value: wrong if value == right else value)


def add(path: str, amount: int) -> Change:
    """Be off by so much."""
    return alter(path, lambda value: value + amount if isinstance(value, int | float) else value)


def moved(**by: int) -> Value:
    """A date-time so much later, or earlier."""

    def change(text: Any) -> Any:
        instant = parse_instant(text) if isinstance(text, str) else None
        return text if instant is None else format_instant(instant + timedelta(**by))

    return change


def an_hour_late(text: Any) -> Any:
    """A local time that is taken for UTC."""
    return moved(hours=1)(text)


def rename(path: str, name: str) -> Change:
    """Write a member under another name."""

    def edit(node: Any, key: Any) -> None:
        if _has(node, key):
            node[name] = node.pop(key)

    return _editing(path, edit)


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(payload: Payload) -> Any:
        for each in changes:
            payload = each(payload)
        return payload

    return change


def instead(value: Any) -> Change:
    """Put something else in the place of the whole payload."""
    return lambda _: deepcopy(value)


def _editing(path: str, edit: Callable[[Any, Any], object]) -> Change:
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]

    def change(payload: Payload) -> Any:
        copy = deepcopy(payload)
        node: Any = copy
        for part in way:
            if not _has(node, part):
                return payload
            node = node[part]
        edit(node, last)
        return copy

    return change


def _has(node: Any, key: Any) -> bool:
    if isinstance(node, list):
        return isinstance(key, int) and key < len(node)
    return isinstance(node, dict) and key in node


def _set(node: Any, key: Any, value: Any) -> None:
    if isinstance(node, dict) or _has(node, key):
        node[key] = deepcopy(value)


def _remove(node: Any, key: Any) -> None:
    if _has(node, key):
        del node[key]
