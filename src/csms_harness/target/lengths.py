"""The lengths of time in a target's ``config``, checked when they are read."""

from __future__ import annotations

from typing import Any, Final

from csms_harness.documents.durations import parse_duration

LONGER_THAN: Final = {"offline_for": 120.0, "retrieve_offset": 0.0}
"""Lengths of time of ``config`` that are checked when they are read, and what each has to exceed, in seconds."""


def checked_lengths(config: dict[str, Any]) -> dict[str, Any]:
    """The ``config`` of a target, if its lengths of time are some. Raises ValueError with one sentence."""
    for name, least in LONGER_THAN.items():
        value = config.get(name, least + 1)
        try:
            length = parse_duration(value) if isinstance(value, str) else float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name} is {value!r}, which is no length of time; write one such as 4 h") from None
        if not length > least:
            raise ValueError(f"{name} is {value}, but has to be longer than {least:g} s")
    return config
