"""``$names``: what they mean at a moment of a running case. Pure: the moment is an input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from csms_harness.documents.durations import parse_duration
from csms_harness.ocppj.datetimes import format_datetime, parse_datetime
from csms_harness.scenario.values import Duration, Instant, Reference, Value


class UndefinedName(LookupError):
    """A ``$name`` that has no value now; the text is one sentence with its place."""


@dataclass(slots=True)
class Scope:
    """The names a case can see: ``given`` by dotted name (``config.connector_id``), ``saved`` by bare name."""

    given: Mapping[str, Any]
    saved: dict[str, Any] = field(default_factory=dict)
    parent: Scope | None = None

    def inner(self, given: Mapping[str, Any], names: Mapping[str, Any]) -> Scope:
        """A scope for a state: its own parameters in front, everything else as outside."""
        return Scope(given, dict(names), self)

    def has(self, name: str) -> bool:
        """Whether the name has a value."""
        return self.find(name) is not _MISSING

    def value(self, reference: Reference) -> Any:
        """The value of a name. Raises UndefinedName."""
        found = self._named(reference.name)
        if found is _MISSING:
            found = self.find(reference.name)
        if found is _MISSING:
            raise UndefinedName(f"{reference.where}: {reference} has no value here")
        return found

    def find(self, name: str) -> Any:
        """The value of a name, or the mark of a missing one. A dotted path leads into the value of a bare name."""
        found = self._named(name)
        if found is not _MISSING:
            return found
        bare, _, path = name.partition(".")
        try:
            return value_at(self._named(bare), path) if path else _MISSING
        except KeyError:
            return _MISSING

    def _named(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.saved:
                return scope.saved[name]
            found = scope.given.get(name, _MISSING)
            if found is not _MISSING:
                return found
            scope = scope.parent
        return _MISSING

    def save(self, name: str, value: Any) -> None:
        """Keep a value under a bare name, here and for every caller."""
        self.saved[name] = value
        if self.parent is not None:
            self.parent.save(name, value)


_MISSING: Final = object()


def resolve(value: Value, scope: Scope, now: datetime) -> Any:
    """The value with every name and instant replaced; members that are null are left out of objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, Reference):
        return scope.value(value)
    if isinstance(value, Instant):
        return format_datetime(now + timedelta(seconds=_offset(value, scope)))
    if isinstance(value, Mapping):
        resolved = {name: resolve(item, scope, now) for name, item in value.items()}
        return {name: item for name, item in resolved.items() if item is not None}
    if isinstance(value, list | tuple):
        return [resolve(item, scope, now) for item in value]
    return value


def _offset(instant: Instant, scope: Scope) -> float:
    if isinstance(instant.offset, Reference):
        return seconds(instant.offset, scope) * (-1 if instant.before else 1)
    return instant.offset


def seconds(value: Value, scope: Scope) -> float:
    """A length of time in seconds: a Duration, a number, a duration text, or a name that holds one.

    Raises UndefinedName, or ValueError when the name holds something else.
    """
    if isinstance(value, Reference):
        held = scope.value(value)
        try:
            return seconds(held, scope)
        except ValueError:
            raise ValueError(f"{value.where}: {value} is {held!r}, which is no length of time") from None
    if isinstance(value, Duration):
        return value.seconds
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return float(value) if value.strip().isdigit() else parse_duration(value)
    raise ValueError(f"{value!r} is no length of time")


def seconds_until(value: Value, scope: Scope, now: datetime) -> float:
    """Like ``seconds``; a name that holds a date-time means "until that moment", never less than 0."""
    held = scope.value(value) if isinstance(value, Reference) else value
    if isinstance(held, str):
        try:
            return max(0.0, (parse_datetime(held) - now).total_seconds())
        except ValueError:
            pass
    return seconds(value, scope)


def value_at(data: Any, path: str) -> Any:
    """The value a dotted path (``idTagInfo.status``, ``list[0].idTag``) leads to. Raises KeyError."""
    node = data
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(node, Mapping) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            raise KeyError(path)
    return node
