"""What the frames of a run show about the Central System besides its verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

from csms_harness.ocpp16.payloads import Direction, datetime_paths, values_at
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.datetimes import has_fraction, parse_datetime
from csms_harness.record.facts import CaseFact, EntryFact


def milliseconds_in_timestamps(cases: Iterable[CaseFact]) -> bool | None:
    """Whether the Central System writes fractions of a second; None when it wrote no date-time at all."""
    seen = [has_fraction(text) for case in cases for entry in case.transcript for _, text in datetimes(entry)]
    return any(seen) if seen else None


def clock_skew(cases: Iterable[CaseFact]) -> tuple[float, float] | None:
    """Smallest and largest difference of ``currentTime`` to our clock at its arrival, in seconds; None without one."""
    skews = [skew for case in cases for _, skew in clock_skews(case)]
    return (min(skews), max(skews)) if skews else None


def clock_skews(case: CaseFact) -> Iterator[tuple[int, float]]:
    """Frame number and difference of each valid ``currentTime`` (BootNotification.conf, Heartbeat.conf), in seconds."""
    if case.started is None:
        return
    for entry in case.transcript:
        for path, text in datetimes(entry):
            if path == "currentTime":
                arrival = case.started + timedelta(seconds=entry.at)
                yield entry.number, round((parse_datetime(text) - arrival).total_seconds(), 3)


def datetimes(entry: EntryFact) -> Iterator[tuple[str, str]]:
    """Every valid date-time in a frame of the Central System, with its path."""
    action, _, kind = entry.message.partition(".")
    if entry.kind != "frame" or entry.direction != "CS" or action not in ACTIONS or kind not in ("req", "conf"):
        return
    try:
        payload = json.loads(entry.text)[3 if kind == "req" else 2]
    except (ValueError, IndexError, TypeError, KeyError, RecursionError):
        return
    for wanted in datetime_paths(action, Direction(kind)):
        for path, value in values_at(payload, wanted):
            if isinstance(value, str) and _valid(value):
                yield path, value


def _valid(text: str) -> bool:
    try:
        parse_datetime(text)
    except ValueError:
        return False
    return True
