"""When a line of a log was written, as far as it says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T _]+(\d\d):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?\s?(Z\b|UTC\b|[+-]\d\d:?\d\d\b)?"
)
_EPOCH: Final = re.compile(r"(?<![\d.])(1[5-9]\d{8}|2[0-4]\d{8})(?:\.(\d{1,9})|(\d{3}))?(?![\d])")
_CLOCK: Final = re.compile(r"(?<![\d:])(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?![\d:])")


def moment_in(text: str) -> tuple[datetime, bool] | None:
    """The first moment that a text names, and whether it says its zone; without one it is given as if it were UTC."""
    found = _ISO.search(text)
    if found is not None:
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        try:
            moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone))
        except ValueError:
            return None
        return moment + timedelta(seconds=_fraction(fraction)), zone is not None
    found = _EPOCH.search(text)
    if found is not None:
        whole, fraction, millis = found.groups()
        return datetime.fromtimestamp(int(whole) + _fraction(fraction or millis), UTC), True
    return None


def without_moments(text: str) -> str:
    """The text with all that tells a time taken out of it."""
    for pattern in (_ISO, _EPOCH, _CLOCK):
        text = pattern.sub(" ", text)
    return text


def _fraction(digits: str | None) -> float:
    return float(f"0.{digits}") if digits else 0.0


def _zone(text: str | None) -> timezone:
    if text is None or text in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if text[0] == "-" else ahead)
