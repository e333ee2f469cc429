"""Date-times as OCPP 1.6 section 3.14 wants them: ISO 8601 with a zone (``Z`` or an offset)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final


class NoDatetime(ValueError):
    """Why a text is none, in one plain sentence; ``lack`` is ``form``, ``zone`` or ``moment`` (there is no such)."""

    def __init__(self, text: str, lack: str) -> None:
        super().__init__(text)
        self.lack = lack


_FORM: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|z|[+-]\d\d:\d\d)?", re.ASCII)


def parse_datetime(text: str) -> datetime:
    """An aware date-time in UTC, cut to microseconds. Raises NoDatetime.

    Accepts what RFC 3339 accepts, which is the format date-time of the JSON schemas: fractional seconds of any length,
    any offset, a leap second. What is in UTC before the year 1 or after the year 9999 is the first or the last moment.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise NoDatetime("not of the form 2026-01-31T12:00:00Z", "form")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, zone = found.group(7), found.group(8)
    if zone is None:
        raise NoDatetime("no zone: Z or an offset such as +01:00 is required", "zone")
    leap = second == 60
    try:
        moment = datetime(
            year, month, day, hour, minute, 59 if leap else second,
            int((fraction or "0")[:6].ljust(6, "0")), tzinfo=UTC,
        )  # fmt: skip
        offset = _offset(zone)
    except ValueError as error:
        raise NoDatetime(f"no such moment: {error}", "moment") from None
    return _moved(moment, timedelta(seconds=leap) - offset)


_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return _FIRST if by < timedelta() else _LAST


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(f"the offset {text} does not exist")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


def format_datetime(moment: datetime, *, milliseconds: bool = True) -> str:
    """UTC with ``Z``, as a Charge Point writes it."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.replace("+00:00", "Z")


def has_fraction(text: str) -> bool:
    """Whether a valid date-time is written with a fraction of a second."""
    found = _FORM.fullmatch(text)
    return found is not None and found.group(7) is not None
