"""Date-times as OCPP 1.6 section 3.14 wants them: ISO 8601 with a zone (``Z`` or an offset)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_FORM: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|z|[+-]\d\d:\d\d)?", re.ASCII)


def parse_datetime(text: str) -> datetime:
    """An aware date-time, cut to microseconds. Raises ValueError with one plain sentence.

    Accepts what RFC 3339 accepts: fractional seconds of any length, any offset, a leap second.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("not of the form 2026-01-31T12:00:00Z")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, zone = found.group(7), found.group(8)
    if zone is None:
        raise ValueError("no zone: Z or an offset such as +01:00 is required")
    leap = second == 60
    try:
        moment = datetime(  # noqa: DTZ001  the zone is put on below, when it is known to be valid
            year, month, day, hour, minute, 59 if leap else second, int((fraction or "0")[:6].ljust(6, "0"))
        )
        aware = moment.replace(tzinfo=_zone(zone)).astimezone(UTC)
        return aware + timedelta(seconds=1) if leap else aware
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no such moment: {error}") from None


def _zone(text: str) -> timezone:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(f"the offset {text} does not exist")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def format_datetime(moment: datetime, *, milliseconds: bool = True) -> str:
    """UTC with ``Z``, as a Charge Point writes it."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.replace("+00:00", "Z")


def has_fraction(text: str) -> bool:
    """Whether a valid date-time is written with a fraction of a second."""
    found = _FORM.fullmatch(text)
    return found is not None and found.group(7) is not None
