"""Thresholds of the user: the longest allowed wait for any response, or for the answer to one action."""

from __future__ import annotations

from typing import Final

from csms_harness.documents.durations import parse_duration
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.report.timing import ANY_RESPONSE

NAMES: Final = (ANY_RESPONSE, *CHARGE_POINT_ACTIONS)


def parse_threshold(text: str) -> tuple[str, float]:
    """``response=2s`` or ``Authorize=500ms`` as name and seconds. Raises ValueError with one sentence."""
    name, equals, length = text.partition("=")
    if not equals or name not in NAMES:
        hint = did_you_mean(name, NAMES)
        due = "NAME=DURATION with NAME response or an action of the Charge Point, such as Authorize"
        raise ValueError(f"--threshold {text}: write {due}. {hint}".strip())
    try:
        seconds = parse_duration(length)
    except ValueError as error:
        raise ValueError(f"--threshold {text}: {error}") from None
    if seconds <= 0:
        raise ValueError(f"--threshold {text}: a threshold must be longer than 0 s")
    return name, seconds
