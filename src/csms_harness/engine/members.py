"""Members of a payload, by their paths: whether they are there, and what a step saves of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csms_harness.ocppj.frames import Payload
from csms_harness.scenario.references import Scope, value_at


def holds(data: Any, path: str) -> bool:
    """Whether a path leads to a value."""
    try:
        value_at(data, path)
    except KeyError:
        return False
    return True


def save(names: Mapping[str, str], data: Payload, scope: Scope) -> None:
    """Keep the values that a step saves; a member that is not there saves nothing."""
    for name, path in names.items():
        try:
            scope.save(name, value_at(data, path))
        except KeyError:
            continue
