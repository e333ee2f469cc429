"""`--latency`: how long the Central System takes before it answers, by action of the Charge Point.

An answer is made up at once and held back, as by a slow network or a queue. Answers to one Charge Point keep
their order, so those behind a slow one are late as well.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress

from reference_csms.seams import Forward, Line, Seams
from reference_csms.settings import SettingsError
from reference_csms.wire.frames import CALL, Frame
from reference_csms.wire.payloads import FROM_CHARGE_POINT

EVERY = "*"
"""Stands for all actions that are not named."""

_ENTRY = re.compile(r"(?P<action>\*|\w+)=(?P<number>\d{1,6}(?:\.\d{1,6})?) ?(?P<unit>ms|s|min)")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0}


def parse_latencies(entries: Iterable[str]) -> dict[str, float]:
    """Read `ACTION=DURATION` (`Authorize=300ms`, `*=1.5s`) as action and seconds; raises SettingsError."""
    latencies: dict[str, float] = {}
    for entry in entries:
        found = _ENTRY.fullmatch(entry.strip())
        if found is None:
            raise SettingsError(f"--latency {entry}: write ACTION=DURATION with ms, s or min, such as Authorize=300ms.")
        action = found["action"]
        if action != EVERY and action not in FROM_CHARGE_POINT:
            raise SettingsError(f"--latency {entry}: {action} is no action of a Charge Point in OCPP 1.6.")
        latencies[action] = float(found["number"]) * _SECONDS[found["unit"]]
    return latencies


def latency_seams(entries: Iterable[str]) -> Seams:
    """Hold answers back for as long as these entries say; raises SettingsError."""
    latencies = parse_latencies(entries)

    async def step(line: Line, frame: Frame, forward: Forward) -> None:
        seconds = latencies.get(frame.action, latencies.get(EVERY, 0.0))
        if frame.kind != CALL and seconds:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await line.ended.wait()
        await forward(frame)

    return Seams(outgoing=(step,)) if latencies else Seams()
