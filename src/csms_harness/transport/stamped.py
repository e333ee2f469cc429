"""A WebSocket client connection in which every message carries the stamp of the read that completed it.

The message queue of the library knows no stamps, so this one keeps its own. It is bounded in bytes: above the
limit the socket is not read any more, and TCP tells the peer to wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.client import ClientProtocol
from websockets.frames import DATA_OPCODES, CloseCode, Frame, Opcode
from websockets.protocol import Event, State

from csms_harness.frozen import dataclass
from csms_harness.transport import clock
from csms_harness.transport.clock import ClockName
from csms_harness.transport.framing import least_size, lone_text, masked, masking_keys
from csms_harness.transport.stamping import StampingSocket

QUEUED = 2 * 2**20
"""Bytes of messages nobody took yet, above which reading pauses."""

UNREAD = 4 * 2**20
"""Bytes (pongs, mostly) a peer may leave unread, above which the connection is given up."""

FRAGMENTS = 10_000
"""Frames of which one message may be made; the library counts its bytes only, and a frame can be empty."""

CONTROLS = 10_000
"""PINGs and PONGs without a message between them; more is a flood that would only keep the machine busy."""

HEARD = 256

_END_OF_HEAD = b"\r\n\r\n"
_OPEN = State.OPEN
_PER_MESSAGE = 200  # what an empty message costs, so that a flood of them is bounded as well


@dataclass(frozen=True, slots=True)
class Received:
    """A complete message, and when its last byte arrived, in monotonic seconds.

    ``clock`` says who stamped the arrival. With ``pong`` it is no message, but the application data of a pong.
    """

    data: str | bytes
    at: float
    clock: ClockName = "user"
    pong: bool = False


class StampedConnection(ClientConnection):
    """A client connection with stamped arrivals, whose closing is bounded whoever began it and however."""

    def __init__(self, protocol: ClientProtocol, *, sock: StampingSocket, largest: int, **options: Any) -> None:
        super().__init__(protocol, **options)
        self.sock = sock
        self.heard = b""
        self.failure = ""
        self.lost_to: Exception | None = None
        self.ended_at: float | None = None
        self._parts, self._fragments, self._controls = bytearray(), 0, 0
        self._is_text = True
        self._largest = largest
        self._keys = masking_keys()
        self._unparsed = 0  # bytes that the library was given and has made no frame of
        self._arrivals: deque[Received] = deque()
        self.pings, self._has_pinged = 0, False
        self._queued = 0
        self._closing = False
        self._stirred = asyncio.Event()
        self.listener: Callable[[], None] = self._stirred.set
        self._closing_limit: asyncio.TimerHandle | None = None

    @property
    def lost(self) -> bool:
        """Whether the connection is gone; messages that came before may still wait."""
        return self.connection_lost_waiter.done()

    @property
    def holds_message(self) -> bool:
        """Whether a message waits."""
        return bool(self._arrivals)

    async def next_arrival(self) -> Received | None:
        """The next message in the order of arrival, or None once the connection is gone."""
        while not (self._arrivals or self.lost):
            self._stirred.clear()
            await self._stirred.wait()
        return self.take()

    def take(self) -> Received | None:
        """The next message in the order of arrival, or None when there is none now."""
        if not self._arrivals:
            return None
        arrival, queued = self._arrivals.popleft(), self._queued
        self._queued -= len(arrival.data) + _PER_MESSAGE
        if self._queued <= QUEUED // 2 < queued:
            self.transport.resume_reading()
        return arrival

    def write_now(self, data: bytes, *, text: bool) -> bool:
        """Write a whole message without waiting for the peer to read; False when the connection is not open.

        The way of the library, which waits even where there is nothing to wait for, costs a multiple of this.
        """
        if self.protocol.state is not _OPEN:
            return False
        if self.protocol.extensions:
            frame = Frame(Opcode.TEXT if text else Opcode.BINARY, data)
            self.transport.write(frame.serialize(mask=True, extensions=self.protocol.extensions))
        else:
            self.transport.write(masked(data, next(self._keys), text=text))
        return True

    def write_parts(self, data: bytes, *, text: bool, fragments: int, pinged: bytes | None) -> bool:
        """Write a message in so many fragments, and a ping behind the first; False when the connection is not open.

        Each is a write of its own, and what the peer does not read yet is kept: ``drain`` waits for it.
        """
        if self.protocol.state is not _OPEN:
            return False
        first, *others = in_parts(data, fragments)
        (self.protocol.send_text if text else self.protocol.send_binary)(first, fin=not others)
        self.send_data()
        if pinged is not None:
            self.write_control(pinged)
        for number, part in enumerate(others, 1):
            self.protocol.send_continuation(part, fin=number == len(others))
            self.send_data()
        return True

    def write_control(self, data: bytes, *, pong: bool = False) -> bool:
        """Write a ping, or a pong that nobody asked for; False when the connection is not open.

        From the first ping on, pongs are queued among the messages.
        """
        if self.protocol.state is not _OPEN:
            return False
        (self.protocol.send_pong if pong else self.protocol.send_ping)(data)
        self._has_pinged = self._has_pinged or not pong
        self.send_data()
        return True

    def stop_queueing(self) -> None:
        """Read on, so that the peer's close frame is found, and drop what no longer fits the queue."""
        self._closing = True
        self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Take the bytes of one read; an answer to the handshake that cannot become HTTP ends it at once."""
        text = lone_text(data) if self._between_messages and len(data) <= self._largest else None
        if text is not None:
            self._controls = 0
            self._queue(text)
            return
        if self.response is None:
            if not self.heard:  # bytes of an answer that is not whole yet stay unparsed, and the library reads all
                self._unparsed = -(data.find(_END_OF_HEAD) + len(_END_OF_HEAD))
            self.heard = (self.heard + data[:HEARD])[:HEARD]
            if not self.heard.startswith(b"HTTP/"[: len(self.heard)]):
                self.transport.abort()
                return
        self._unparsed += len(data)
        super().data_received(data)
        if self.transport.get_write_buffer_size() > UNREAD:
            self._give_up("the Central System does not read what is sent to it")
        if self.protocol.close_expected():
            self._bound_closing()

    @property
    def _between_messages(self) -> bool:
        """Whether the next byte begins a message: the library holds no part of a frame or a message."""
        held = self._unparsed or self._fragments or self.protocol.extensions
        return not held and self.protocol.state is _OPEN

    def process_event(self, event: Event) -> None:
        """Queue data frames with their stamp; leave the rest to the library."""
        if isinstance(event, Frame):
            self._unparsed -= least_size(event)
            if event.opcode in DATA_OPCODES:
                self._take(event)
                return
            if event.opcode is Opcode.CLOSE:
                self.ended_at = self.sock.received_at
            else:
                self._take_control(event)
        super().process_event(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake the one who waits for a message: none will come."""
        if self.ended_at is None:
            self.ended_at = clock.now()
        if self._closing_limit is not None:
            self._closing_limit.cancel()
        self.lost_to = exc
        super().connection_lost(exc)
        self.listener()

    def _take(self, frame: Frame) -> None:
        self._controls = 0
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._parts += frame.data
        self._fragments += 1
        if self._fragments > FRAGMENTS and not self.failure:
            self._fail(CloseCode.MESSAGE_TOO_BIG, f"a message in more than {FRAGMENTS} frames")
        if not frame.fin or self.failure:
            return
        data, self._parts, self._fragments = bytes(self._parts), bytearray(), 0
        try:
            self._queue(data.decode() if self._is_text else data)
        except UnicodeDecodeError as error:
            self._fail(CloseCode.INVALID_DATA, f"a text message is not valid UTF-8, at byte {error.start}")

    def _take_control(self, frame: Frame) -> None:
        self._controls += 1
        if self._controls > CONTROLS and not self.failure:
            self._fail(CloseCode.POLICY_VIOLATION, f"more than {CONTROLS} PINGs and PONGs without a message")
        if frame.opcode is Opcode.PING:
            self.pings += 1
        elif self._has_pinged:
            self._queue(bytes(frame.data), pong=True)

    def _queue(self, message: str | bytes, *, pong: bool = False) -> None:
        if self._closing and self._queued > QUEUED:
            return
        self._arrivals.append(Received(message, self.sock.received_at, self.sock.clock, pong))
        self._queued += len(message) + _PER_MESSAGE
        self.listener()
        if self._queued > QUEUED and not self._closing:
            self.transport.pause_reading()

    def _fail(self, code: CloseCode, why: str) -> None:
        self.failure = why
        self.protocol.fail(code, why)
        self.send_data()

    def _give_up(self, why: str) -> None:
        self.failure = why
        self.transport.abort()

    def _bound_closing(self) -> None:
        """Abort in the end: a peer may leave the TCP connection open for ever after a close frame."""
        if self._closing_limit is None and self.close_timeout is not None:
            self._closing_limit = self.loop.call_later(self.close_timeout, self.transport.abort)


def in_parts(data: bytes, number: int) -> list[bytes]:
    """A message in so many parts of about the same size; those beyond its bytes are empty."""
    size, longer = divmod(len(data), number)
    ends = [at * size + min(at, longer) for at in range(number + 1)]
    return [data[begin:end] for begin, end in pairwise(ends)]
