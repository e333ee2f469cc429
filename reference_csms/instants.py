"""Instants as OCPP writes them: RFC 3339 date-times that always name their zone (OCPP 1.6, 3.13)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def utc_now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime | None:
    """Read a date-time with zone as an instant in UTC; None when it is none.

    One that is in UTC before the year 1 or after the year 9999 is the first or the last instant of those years.
    """
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return _FIRST if instant.year == 1 else _LAST


def format_instant(instant: datetime, *, milliseconds: bool = True, zone: tzinfo = UTC) -> str:
    """Write an instant for the wire, with `Z` when the zone is UTC."""
    text = instant.astimezone(zone).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.replace("+00:00", "Z")
