"""Whether a reported wait is that of the wire, however busy the harness is: against a capture of the same packets."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import ROUNDS, Figure, Outcome
from benchmarks.paper import show
from benchmarks.peer import peer
from csms_harness.transport.websocket import Connection, Endpoint, Received, open_connection
from tests.support.capture import CannotCapture, capturing, waits

TITLE: Final = "The truth of a reported wait"
CHARGE_POINTS = 100
CALLS = 10
DELAY = 0.05
WORK = 0.0005
"""Seconds that each answer costs the harness, so that the others have to wait for it."""


@dataclass(frozen=True, slots=True)
class _Errors:
    """How far from the truth, in seconds: 99 of 100 waits are nearer."""

    stamped: float
    awaited: float


@dataclass(frozen=True, slots=True)
class _Wait:
    """One answer: how long it took by the stamp, and by the clock of whoever awaited it."""

    local_port: int
    stamped: float
    awaited: float


def measure(charge_points: int = CHARGE_POINTS, rounds: int = ROUNDS) -> Outcome:
    """The error of the stamp and of awaiting, Charge Points sending all at once."""
    how = (
        f"{charge_points} Charge Points send at the same moment, {CALLS} times, {WORK * 1000:g} ms of work after each "
        "answer. The error is that of the 99th percentile against `tcpdump` on the loopback."
    )
    reason = _impossible()
    if reason:
        return Outcome(TITLE, how, skipped=reason)
    try:
        found = _measured(charge_points, rounds)
    except CannotCapture as error:
        return Outcome(TITLE, how, skipped=str(error))
    return Outcome(
        TITLE,
        how,
        (
            Figure("the error of awaiting, to that of the stamp", _times(found), goal=100, better="high"),
            Figure("the error of the stamp", median(one.stamped for one in found) * 1000, "ms", goal=0.05),
            Figure("the error of awaiting", median(one.awaited for one in found) * 1000, "ms"),
        ),
    )


def _impossible() -> str:
    if sys.platform != "linux":
        return "only Linux stamps what a socket receives"
    return "" if shutil.which("tcpdump") else "tcpdump is not installed, so nobody knows the truth"


def _times(found: Sequence[_Errors]) -> float:
    return median(one.awaited / one.stamped for one in found)


def _measured(charge_points: int, rounds: int) -> list[_Errors]:
    with peer(DELAY) as port, TemporaryDirectory(prefix="csms-harness-") as place:
        return [_round(port, Path(place) / f"{number}.pcap", charge_points) for number in range(rounds)]


def _round(port: int, file: Path, charge_points: int) -> _Errors:
    with capturing(port, file):
        measured = asyncio.run(_all(port, charge_points))
        true = waits(file, port, charge_points=charge_points, calls=CALLS)
    by_port: dict[int, list[_Wait]] = {local: [] for local in true}
    for wait in measured:
        by_port[wait.local_port].append(wait)
    pairs = [pair for local, those in by_port.items() for pair in zip(those, true[local], strict=True)]
    return _Errors(
        _p99([abs(wait.stamped - truth) for wait, truth in pairs]),
        _p99([abs(wait.awaited - truth) for wait, truth in pairs]),
    )


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]


async def _all(port: int, charge_points: int) -> list[_Wait]:
    connections = await asyncio.gather(*map(partial(_connected, port), range(charge_points)))
    found: list[_Wait] = []
    for _ in range(CALLS):
        found += await asyncio.gather(*map(_exchange, connections))
    await asyncio.gather(*(connection.close() for connection in connections))
    return found


async def _connected(port: int, number: int) -> Connection:
    opened = await open_connection(Endpoint(url=f"ws://127.0.0.1:{port}", identity=f"CP_{number:03}"))
    if not isinstance(opened, Connection):
        raise RuntimeError(opened.sentence)  # noqa: TRY004  a refusal is no wrong type
    return opened


async def _exchange(connection: Connection) -> _Wait:
    began = time.monotonic()
    written = await connection.send(json.dumps([2, "1", "Heartbeat", {}]))
    answer = await connection.receive()
    resumed = time.monotonic()
    if not isinstance(answer, Received):
        raise RuntimeError(answer.sentence)  # noqa: TRY004  an end is no wrong type
    while time.monotonic() < resumed + WORK:
        pass
    local_port: int = connection._line.transport.get_extra_info("sockname")[1]  # noqa: SLF001  only the capture needs it
    return _Wait(local_port, answer.at - written, resumed - began)


if __name__ == "__main__":
    show(measure())
