"""Reading members of a payload that may hold any JSON at all: the wanted kind of value, or None."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.ocppj.frames import Payload


def member(payload: Any, *path: str) -> Any:
    """The value that the names lead to; None where one of them leads nowhere."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


def whole(value: Any) -> int | None:
    """A whole number; ``1.0`` is one (draft-06 of JSON schema says so), ``true`` is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def text(value: Any) -> str | None:
    """A string."""
    return value if isinstance(value, str) else None


def objects(value: Any) -> list[Payload]:
    """The objects of an array; what else stands in it is passed over."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def moment(value: Any) -> datetime | None:
    """A date-time with its zone (section 3.14)."""
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None


def same_id(one: str, other: str) -> bool:
    """Whether two identifiers are equal; CiString types do not distinguish case (section 7.14 and others)."""
    return one.casefold() == other.casefold()
