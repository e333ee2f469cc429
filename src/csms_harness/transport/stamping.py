"""A TCP socket that knows when its bytes arrived and when they left.

A stamp taken where a coroutine resumes is late by everything the event loop does first. The kernel stamps
each segment when it arrives (SO_TIMESTAMPNS) and hands the stamp over as ancillary data of recvmsg. The stock
loop of asyncio reads through ``recv`` and ``recv_into`` and writes through ``send`` and ``sendmsg``, also under TLS,
so this subclass needs no change anywhere above it.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

from csms_harness.transport import clock
from csms_harness.transport.clock import STEP, ClockName, RealtimeScale

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Python names this option only from some version on; the number is the same on every 64-bit Linux.
SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)
AT_ONCE = 2**11
"""Bytes that are read in one turn of the event loop at most: a flood of tiny frames must starve no other lane."""

SLACK = STEP / 1e9
"""Seconds by which a kernel stamp may lie outside the time in which it can have been taken: two clocks never agree."""

_TIMESPEC = struct.Struct("@ll")


class StampingSocket(socket.socket):
    """A socket that stamps on the monotonic clock.

    ``received_at`` is the arrival of the last byte the latest read returned, stamped by ``clock``: frames that
    came in one read share it, and a frame that took several reads has that of its last byte. A stamp of the kernel
    that lies before an earlier one, before the socket was made, or after the read is void: the moment of the read
    counts. ``sent_at`` is taken right before the latest system call that wrote.
    """

    def __init__(
        self,
        family: int = socket.AF_INET,
        type: int = socket.SOCK_STREAM,  # noqa: A002 - the name socket.socket gives it
        proto: int = 0,
        fileno: int | None = None,
    ) -> None:
        super().__init__(family, type, proto, fileno)
        self.received_at = self.sent_at = clock.now()
        self.clock: ClockName = "user"
        self._scale = RealtimeScale()
        self._earliest = self.received_at
        self._room = socket.CMSG_SPACE(_TIMESPEC.size) if _ask_for_stamps(self) else 0

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Read like ``socket.recv``, no more than ``AT_ONCE``, and stamp."""
        bufsize = min(bufsize, AT_ONCE)
        if not self._room:
            data = super().recv(bufsize, flags)
            self._stamp([])
            return data
        data, ancillary, _, _ = self.recvmsg(bufsize, self._room, flags)
        self._stamp(ancillary)
        return data

    def recv_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> int:
        """Read like ``socket.recv_into``, no more than ``AT_ONCE``, and stamp."""
        nbytes = min(nbytes or memoryview(buffer).nbytes, AT_ONCE)
        if not self._room:
            count = super().recv_into(buffer, nbytes, flags)
            self._stamp([])
            return count
        window = memoryview(buffer)[:nbytes]
        count, ancillary, _, _ = self.recvmsg_into([window], self._room, flags)
        self._stamp(ancillary)
        return count

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Stamp, then write like ``socket.send``."""
        self.sent_at = clock.now()
        return super().send(data, flags)

    def sendmsg(self, *arguments: Any) -> int:
        """Stamp, then write like ``socket.sendmsg``, asyncio's way from Python 3.12 on."""
        self.sent_at = clock.now()
        return super().sendmsg(*arguments)

    def _stamp(self, ancillary: list[tuple[int, int, bytes]]) -> None:
        kernel, read = self._kernel_stamp(ancillary), clock.now()
        if kernel is None or not self._earliest - SLACK <= kernel <= read + SLACK:
            self.clock, self.received_at = "user", read
            return
        self.clock, self.received_at = "kernel", min(max(kernel, self._earliest), read)
        self._earliest = self.received_at

    def _kernel_stamp(self, ancillary: list[tuple[int, int, bytes]]) -> float | None:
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(data) >= _TIMESPEC.size:
                seconds, nanoseconds = _TIMESPEC.unpack_from(data)
                return self._scale.monotonic(seconds * 1_000_000_000 + nanoseconds)
        return None


def _ask_for_stamps(sock: socket.socket) -> bool:
    """Switch the kernel's receive stamps on; False where there are none."""
    if sys.platform != "linux" or _TIMESPEC.size != 16:
        return False
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    except OSError:
        return False
    return True
