"""The reported waits are those of the wire, however busy the harness is when an answer arrives."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from csms_harness.report.timing import spread_of
from csms_harness.transport.websocket import Connection, Endpoint, Received, open_connection
from tests.support.capture import CannotCapture, capturing, waits

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps what a socket receives"),
    pytest.mark.skipif(not shutil.which("tcpdump"), reason="tcpdump is not installed, so nobody knows the truth"),
]

DELAY = 0.05
WORK = 0.001
CHARGE_POINTS = 30
CALLS = 10
NEAR = 0.0002
TIMES_NEARER = 20
TRIES = 3


@dataclass(frozen=True, slots=True)
class Wait:
    """One answer: how long it took by the stamp, and by the clock of whoever awaited it; seconds."""

    local_port: int
    stamped: float
    awaited: float


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a Central System that answers after a known delay."""
    command = [sys.executable, "-m", "tests.support.delayed_csms", str(DELAY)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate("")


async def measure(port: int) -> list[Wait]:
    """Let many Charge Points send at the same moment, again and again; each reply costs the harness some work."""
    connections = await asyncio.gather(*(_connected(port, number) for number in range(CHARGE_POINTS)))
    found: list[Wait] = []
    for _ in range(CALLS):
        found += await asyncio.gather(*map(_exchange, connections))
    await asyncio.gather(*(connection.close() for connection in connections))
    return found


async def _connected(port: int, number: int) -> Connection:
    opened = await open_connection(Endpoint(url=f"ws://127.0.0.1:{port}", identity=f"CP_{number:02}"))
    assert isinstance(opened, Connection), opened
    return opened


async def _exchange(connection: Connection) -> Wait:
    began = time.monotonic()
    written = await connection.send(json.dumps([2, "1", "Heartbeat", {}]))
    answer = await connection.receive()
    resumed = time.monotonic()
    assert isinstance(answer, Received)
    assert answer.clock == "kernel"
    while time.monotonic() < resumed + WORK:
        pass
    local_port = connection._line.transport.get_extra_info("sockname")[1]
    return Wait(local_port, answer.at - written, resumed - began)


def p99(seconds: Iterator[float] | list[float]) -> float:
    spread = spread_of(seconds)
    assert spread is not None
    return spread.p99


def test_the_reported_p99_is_that_of_the_wire_and_that_of_awaiting_is_not(port: int, tmp_path: Path) -> None:
    told = []
    for attempt in range(TRIES):
        try:
            with capturing(port, tmp_path / f"{attempt}.pcap"):
                measured = asyncio.run(measure(port))
                true = waits(tmp_path / f"{attempt}.pcap", port, charge_points=CHARGE_POINTS, calls=CALLS)
        except CannotCapture as error:
            pytest.skip(str(error))
        truth = p99([wait for those in true.values() for wait in those])
        stamped = abs(p99([wait.stamped for wait in measured]) - truth)
        awaited = abs(p99([wait.awaited for wait in measured]) - truth)
        told.append(
            f"p99 {truth * 1000:.3f} ms, stamped {stamped * 1e6:.0f} µs off, awaited {awaited * 1e6:.0f} µs off"
        )
        if stamped <= NEAR and awaited >= TIMES_NEARER * stamped:
            return
    pytest.fail("; ".join(told))


def test_every_single_wait_is_near_that_of_the_wire(port: int, tmp_path: Path) -> None:
    try:
        with capturing(port, tmp_path / "each.pcap"):
            measured = asyncio.run(measure(port))
            true = waits(tmp_path / "each.pcap", port, charge_points=CHARGE_POINTS, calls=CALLS)
    except CannotCapture as error:
        pytest.skip(str(error))
    by_port: dict[int, list[float]] = {}
    for wait in measured:
        by_port.setdefault(wait.local_port, []).append(wait.stamped)
    errors = sorted(
        abs(ours - theirs) for local, those in by_port.items() for ours, theirs in zip(those, true[local], strict=True)
    )
    assert len(errors) == CHARGE_POINTS * CALLS
    assert errors[len(errors) * 9 // 10] <= NEAR
