"""Lengths of time as people write them, with their unit; one grammar for every file and option."""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)"
"""A number and its unit."""

_DURATION: Final = re.compile(PATTERN)
_UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


def parse_duration(text: str) -> float:
    """Seconds of ``500 ms``, ``30 s``, ``5 min`` or ``2 h``. Raises ValueError without a unit."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no duration; write a number with its unit, such as 30 s")
    return float(found.group(1)) * _UNITS[found.group(2)]
