"""Instants as OCPP writes them: RFC 3339 date-times that always name their zone (OCPP 1.6, 3.13)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def utc_now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime | None:
    """Read a date-time with zone as an instant in UTC; None when it is none."""
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_instant(instant: datetime, *, milliseconds: bool = True, zone: tzinfo = UTC) -> str:
    """Write an instant for the wire, with `Z` when the zone is UTC."""
    text = instant.astimezone(zone).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.replace("+00:00", "Z")
