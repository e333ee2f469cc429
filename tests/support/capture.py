"""What really happened on the wire: tcpdump on the loopback, and the waits in its capture."""

from __future__ import annotations

import signal
import struct
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.children import mortal

NANOSECOND_PCAP = 0xA1B23C4D
ETHERNET_HEADER = 14
PATIENCE = 5.0


class CannotCapture(RuntimeError):
    """tcpdump may not, or does not, capture here; the text is its own word."""


@contextmanager
def capturing(port: int, file: Path) -> Iterator[None]:
    """Capture the segments of a TCP port into a file while the block runs. Raises CannotCapture."""
    command = ["tcpdump", "-i", "lo", "-n", "-U", "--immediate-mode", "--time-stamp-precision=nano", "-s", "256"]
    command += ["-w", str(file), f"tcp port {port}"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=mortal)
    assert process.stderr is not None
    told = ""
    try:
        while "listening on" not in told:
            line = process.stderr.readline()
            if not line:
                raise CannotCapture(f"tcpdump: {told.strip() or 'it said nothing'}")
            told += line
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def waits(file: Path, port: int, *, charge_points: int, calls: int) -> dict[int, list[float]]:
    """The waits per local port of the Charge Point, in seconds, from each request segment to its answer.

    On each connection one CALL is open at a time, the handshake comes before the first and the close frames after
    the last. Waits until the capture holds them all.
    """
    end = time.monotonic() + PATIENCE
    while True:
        found = {local: those[1 : calls + 1] for local, those in _waits(file, port).items()}
        count = sum(map(len, found.values()))
        if count == charge_points * calls:
            return found
        if time.monotonic() > end:
            raise CannotCapture(f"the capture holds {count} of {charge_points * calls} answers")
        time.sleep(0.05)  # another process writes the file, and there is no event for it


def _waits(file: Path, port: int) -> dict[int, list[float]]:
    asked: dict[int, list[int]] = defaultdict(list)
    answered: dict[int, list[int]] = defaultdict(list)
    for at, source, destination in _segments(file.read_bytes()):
        (answered[destination] if source == port else asked[source]).append(at)
    return {
        local: [(answer - request) / 1e9 for request, answer in zip(asked[local], answered[local], strict=False)]
        for local in asked
    }


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Nanoseconds, source and destination port of every TCP segment with a payload (IPv4 over Ethernet frames)."""
    (magic,) = struct.unpack_from("=I", data)
    assert magic == NANOSECOND_PCAP
    at = 24
    while at + 16 <= len(data):
        seconds, nanoseconds, captured, _ = struct.unpack_from("=IIII", data, at)
        packet = data[at + 16 : at + 16 + captured]
        at += 16 + captured
        if len(packet) < captured:
            return
        ip = packet[ETHERNET_HEADER:]
        header, length = (ip[0] & 15) * 4, int.from_bytes(ip[2:4], "big")
        source, destination = struct.unpack_from("!HH", ip, header)
        if length > header + (ip[header + 12] >> 4) * 4:
            yield seconds * 10**9 + nanoseconds, source, destination
