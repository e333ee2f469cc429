"""What the frames of a run show about the Central System besides its verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from csms_harness.evidence import Entry
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocpp16.payloads import Direction, datetime_paths, values_at
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.datetimes import has_fraction, parse_datetime
from csms_harness.rules.verdicts import Ran

MOST_SKEW: Final = 300.0
"""Seconds by which two clocks may differ and still both be right enough to bill by."""


def milliseconds_in_timestamps(cases: Iterable[Ran]) -> bool | None:
    """Whether the Central System writes fractions of a second; None when it wrote no date-time at all."""
    texts = (text for case in cases for entry in case.transcript for _, text, _ in datetimes(entry.message))
    first = next(texts, None)
    return None if first is None else has_fraction(first) or any(map(has_fraction, texts))


def clock_skew(cases: Iterable[Ran]) -> tuple[float, float] | None:
    """Smallest and largest difference of ``currentTime`` to our clock at its arrival, in seconds; None without one."""
    skews = [skew for case in cases for _, skew in clock_skews(case)]
    return (min(skews), max(skews)) if skews else None


def clock_skews(case: Ran) -> Iterator[tuple[int, float]]:
    """Frame number and difference of each valid ``currentTime`` (BootNotification.conf, Heartbeat.conf), in seconds."""
    for entry in case.transcript:
        yield from skews(case, entry)


def skews(case: Ran, entry: Entry) -> Iterator[tuple[int, float]]:
    """The same for one entry of a transcript."""
    if entry.message is None or "currentTime" not in entry.message.payload:
        return
    arrival = case.moment(entry)
    for path, _, moment in datetimes(entry.message):
        if path == "currentTime" and arrival is not None:
            yield entry.number, round((moment - arrival).total_seconds(), 3)


def datetimes(message: Message | None) -> Iterator[tuple[str, str, datetime]]:
    """Every valid date-time in a message of the Central System: its path, as it is written, and what it means."""
    if message is None or message.side is not Side.CENTRAL_SYSTEM or message.action not in ACTIONS:
        return
    direction = _DIRECTIONS.get(message.type)
    for wanted in datetime_paths(message.action, direction) if direction is not None else ():
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
