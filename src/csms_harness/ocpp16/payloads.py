"""Payload against the OCPP 1.6 JSON schema of its action and direction.

The schema files are those of the ``ocpp`` package, read as data. ``jsonschema-rs`` judges them, because it
is right on ``multipleOf 0.1``; date-times are judged by a rule of our own (section 3.14), because a schema
only says that there is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain, islice
from typing import Any, Final

import jsonschema_rs

from csms_harness.ocpp16.violations import violations
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.breach import MAX_BREACHES, MAX_SHOWN, Breach
from csms_harness.ocppj.datetimes import NoDatetime, parse_datetime
from csms_harness.ocppj.frames import Payload

_LATER_DRAFTS: Final = ("draft-06", "draft-07")


class Direction(StrEnum):
    """Whether a payload belongs to a ``.req`` or to a ``.conf``."""

    REQUEST = "req"
    CONFIRMATION = "conf"


@cache
def _schemas() -> Traversable:
    return files("ocpp") / "v16" / "schemas"


@cache
def schema(action: str, direction: Direction) -> dict[str, Any]:
    """The JSON schema of one payload. Raises KeyError for an action that OCPP 1.6 does not know."""
    if action not in ACTIONS:
        raise KeyError(action)
    name = f"{action}{'Response' if direction is Direction.CONFIRMATION else ''}.json"
    text = (_schemas() / name).read_text(encoding="utf-8-sig")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(action: str, direction: Direction) -> jsonschema_rs.Draft4Validator | jsonschema_rs.Draft6Validator:
    document = schema(action, direction)
    later = any(draft in document.get("$schema", "") for draft in _LATER_DRAFTS)
    kind = jsonschema_rs.Draft6Validator if later else jsonschema_rs.Draft4Validator
    return kind(document, validate_formats=False)


@cache
def datetime_paths(action: str, direction: Direction) -> tuple[tuple[str, ...], ...]:
    """Where the payload holds date-times; ``*`` stands for every element of an array."""
    document = schema(action, direction)
    return tuple(_formats(document, document, "date-time", ()))


def _formats(node: Any, root: Any, wanted: str, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if "$ref" in node:
        target = root
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        yield from _formats(target, root, wanted, path)
        return
    if node.get("format") == wanted:
        yield path
    for name, child in node.get("properties", {}).items():
        yield from _formats(child, root, wanted, (*path, name))
    if isinstance(node.get("items"), dict):
        yield from _formats(node["items"], root, wanted, (*path, "*"))


def judge_payload(action: str, direction: Direction, payload: Payload) -> tuple[Breach, ...]:
    """Every departure of the payload from its schema and of its date-times from section 3.14; empty when right.

    A CALL whose action OCPP 1.6 does not know is one breach; for the answer to such a CALL, which is ours, there is no
    schema, and whether there may be one is not asked here. Never raises on what a payload holds; stops at
    ``MAX_BREACHES``, so that a hostile payload cannot fill the memory with them.
    """
    if action not in ACTIONS:
        if direction is Direction.CONFIRMATION:
            return ()
        return (Breach("schema", f"{action[:MAX_SHOWN]!r} is no action of OCPP 1.6", keyword="action"),)
    wrong = (*_schema_breaches(action, direction, payload), *_datetime_breaches(action, direction, payload))
    return wrong[:MAX_BREACHES]


def _schema_breaches(action: str, direction: Direction, payload: Payload) -> list[Breach]:
    validator = _validator(action, direction)
    judged: Any = payload
    try:
        if validator.is_valid(payload):  # a fraction of what it takes to list errors
            return []
        errors = list(islice(validator.iter_errors(judged), MAX_BREACHES))
    except (UnicodeEncodeError, ValueError, TypeError, OverflowError):
        judged = _plain(payload)
        errors = list(islice(validator.iter_errors(judged), MAX_BREACHES))
    return list(islice(chain.from_iterable(violations(error, judged) for error in errors), MAX_BREACHES))


def _plain(value: Any) -> Any:
    """The value without what no validator takes: lone surrogates and numbers beyond any range."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Decimal):
        return f"a number of {len(value.as_tuple().digits)} digits"
    if isinstance(value, dict):
        return {_plain(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _datetime_breaches(action: str, direction: Direction, payload: Payload) -> list[Breach]:
    breaches: list[Breach] = []
    for wanted in datetime_paths(action, direction):
        if wanted[0] not in payload:
            continue
        for path, value in values_at(payload, wanted):
            if isinstance(value, str) and len(breaches) < MAX_BREACHES:
                try:
                    parse_datetime(value)
                except NoDatetime as error:
                    breaches.append(Breach("datetime", f"{value[:60]!r}: {error}", path, keyword=error.lack))
    return breaches


def values_at(payload: Any, path: tuple[str, ...], name: str = "") -> Iterable[tuple[str, Any]]:
    """Each value that a path with ``*`` leads to, with its dotted name; ``name`` is where the payload itself stands."""
    node = payload
    for place, head in enumerate(path):
        if isinstance(node, dict):
            if head not in node:
                return ()
            node = node[head]
        elif head == "*" and isinstance(node, list):
            inside, name = path[place + 1 :], _dotted(name, path[:place])
            return chain.from_iterable(values_at(item, inside, f"{name}[{at}]") for at, item in enumerate(node))
        else:
            return ()
    return ((_dotted(name, path), node),)


def _dotted(name: str, path: tuple[str, ...]) -> str:
    return ".".join((name, *path) if name else path)
