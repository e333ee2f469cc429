"""Thresholds of the user: the longest allowed wait for any response, or for the answer to one action."""

from __future__ import annotations

from typing import Final

from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.report.timing import ANY_RESPONSE
from csms_harness.target.options import named_duration

NAMES: Final = (ANY_RESPONSE, *CHARGE_POINT_ACTIONS)


def parse_threshold(text: str) -> tuple[str, float]:
    """``response=2s`` or ``Authorize=500ms`` as name and seconds. Raises ValueError with one sentence."""
    due = "response or an action of the Charge Point, such as Authorize"
    return named_duration("threshold", text, NAMES, due)
