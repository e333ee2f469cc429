"""Lengths of time as people write them, with their unit; one grammar for every file and option."""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)"
"""A number and its unit."""

SCHEMA: Final = {"type": "string", "pattern": rf"^\s*{PATTERN}\s*$", "examples": ["30 s", "500 ms"]}
"""What an editor is told of a duration."""

_DURATION: Final = re.compile(PATTERN)
_SHOWN: Final = 60
_LONGEST: Final = 10 * 365 * 24 * 3600.0
"""Ten years: longer than any test, and far from what a clock can hold."""
_UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


def parse_duration(text: str) -> float:
    """Seconds of ``500 ms``, ``30 s``, ``5 min`` or ``2 h``. Raises ValueError without a unit, and beyond ten years."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{_shown(text)} is no duration; write a number with ms, s, min or h, such as 30 s")
    seconds = float(found.group(1)) * _UNITS[found.group(2)]
    if seconds > _LONGEST:
        raise ValueError(f"{_shown(text)} is longer than ten years; write a shorter duration, such as 30 s")
    return seconds


def _shown(text: str) -> str:
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"
