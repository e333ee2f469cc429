"""The date-times in the messages of a Central System, and how far its clock may be from ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from csms_harness.message import Message, MessageType
from csms_harness.ocpp16.payloads import Direction, datetime_paths, values_at
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.datetimes import parse_datetime

MOST_SKEW: Final = 300.0
"""Seconds by which two clocks may differ and still both be right enough to bill by."""


def datetimes(message: Message) -> Iterator[tuple[str, str, datetime]]:
    """Every valid date-time in a message of the Central System: its path, as it is written, and what it means."""
    direction = _DIRECTIONS.get(message.type)
    if direction is None or message.action not in ACTIONS:
        return
    for wanted in datetime_paths(message.action, direction):
        for path, value in values_at(message.payload, wanted):
            if isinstance(value, str) and (moment := moment_of(value)) is not None:
                yield path, value, moment


_DIRECTIONS = {MessageType.CALL: Direction.REQUEST, MessageType.CALLRESULT: Direction.CONFIRMATION}


def moment_of(value: object) -> datetime | None:
    """What a date-time means; None where there is none."""
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
