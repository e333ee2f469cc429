"""A WebSocket connection in memory: one end for the simulated Charge Point, one for a Central System."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosedOK
from websockets.frames import DATA_OPCODES, Close, CloseCode, Frame, Opcode

from csms_harness.ocpp16.vocabulary import SUBPROTOCOL
from csms_harness.transport.stamped import in_parts
from csms_harness.transport.websocket import Closed, CloseSide, ConnectionLost, Handshake, Received

Data = str | bytes

TRAVEL = 0.001
"""Seconds that a message of the Central System is on its way: two events never happen at one moment."""


def _nobody() -> None:
    """Nobody waits for a message."""


@dataclass(slots=True)
class Letterbox:
    """Messages and pongs for a Charge Point as they arrived; whoever listens is told of each."""

    stirred: Callable[[], None] = _nobody
    messages: deque[Received] = field(default_factory=deque)

    def put(self, at: float, data: Data, *, pong: bool = False) -> None:
        """A message or a pong arrived."""
        self.messages.append(Received(data, at, pong=pong))
        self.stirred()


class Frames:
    """Control frames and fragments on their way to a Central System: as much of ``websockets``' Protocol as one needs.

    ``recv_frame`` may be replaced by what is plugged in.
    """

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._parts, self._is_text = pipe, bytearray(), True

    def recv_frame(self, frame: Frame) -> None:
        """Answer a ping, look over a pong, put fragments together."""
        pipe = self._pipe
        if pipe.ended is not None:
            return
        if frame.opcode is Opcode.PING:
            pipe.loop.call_later(TRAVEL, self._pong, bytes(frame.data))
        elif frame.opcode in DATA_OPCODES:
            self._take(frame)

    def _pong(self, data: bytes) -> None:
        self._pipe.to_charge_point.put(self._pipe.loop.time(), data, pong=True)

    def _take(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            self._parts, self._is_text = bytearray(), frame.opcode is Opcode.TEXT
        self._parts += frame.data
        if not frame.fin:
            return
        try:
            message = self._parts.decode() if self._is_text else bytes(self._parts)
        except UnicodeDecodeError:
            self._pipe.end(CloseSide.CENTRAL_SYSTEM, CloseCode.INVALID_DATA, "no UTF-8")
        else:
            self._pipe.to_central_system.put_nowait(message)


@dataclass(slots=True)
class Pipe:
    """What both ends share. ``ended`` is how the connection ended, once it has."""

    loop: asyncio.AbstractEventLoop
    to_charge_point: Letterbox = field(default_factory=Letterbox)
    to_central_system: asyncio.Queue[Data | None] = field(default_factory=asyncio.Queue)
    ended: Closed | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    frames: Frames = field(init=False)

    def __post_init__(self) -> None:
        self.frames = Frames(self)

    def end(self, by: CloseSide, code: int | None, reason: str) -> Closed:
        """End the connection; the first end counts."""
        if self.ended is None:
            words = f" with {code} {reason}".rstrip() if code is not None else " without a close frame"
            sentence = f"The {by.title()} ended the connection{words}."
            self.ended = Closed(code, reason, by, self.loop.time(), sentence)
            self.to_charge_point.stirred()
            self.to_central_system.put_nowait(None)
            self.over.set()
        return self.ended


@dataclass(slots=True)
class ChargePointEnd:
    """The end a lane uses."""

    pipe: Pipe
    handshake: Handshake

    async def send(self, data: Data, fragments: int = 1, pinged: str | None = None) -> float:
        """Write a message; the moment of writing. Raises ConnectionLost."""
        if self.pipe.ended is not None:
            raise ConnectionLost(self.pipe.ended)
        if fragments == 1:
            self.pipe.to_central_system.put_nowait(data)
            if pinged is not None:
                await self.control(pinged)
            return self.pipe.loop.time()
        frames = in_frames(data, fragments)
        self.pipe.frames.recv_frame(frames[0])
        if pinged is not None:
            self.pipe.frames.recv_frame(Frame(Opcode.PING, pinged.encode()))
        for frame in frames[1:]:
            self.pipe.frames.recv_frame(frame)
        return self.pipe.loop.time()

    def send_now(self, text: str) -> float | None:
        """Write a text message; None when the connection is gone."""
        if self.pipe.ended is not None:
            return None
        self.pipe.to_central_system.put_nowait(text)
        return self.pipe.loop.time()

    async def control(self, data: str, *, pong: bool = False) -> float:
        """Write a ping or a pong. Raises ConnectionLost."""
        if self.pipe.ended is not None:
            raise ConnectionLost(self.pipe.ended)
        self.pipe.frames.recv_frame(Frame(Opcode.PONG if pong else Opcode.PING, data.encode()))
        return self.pipe.loop.time()

    @property
    def pings(self) -> int:
        """How many pings the Central System has sent: they are not counted here."""
        return 0

    def listen(self, stirred: Callable[[], None]) -> None:
        """Have this called when something may be taken."""
        self.pipe.to_charge_point.stirred = stirred

    @property
    def holds_message(self) -> bool:
        """Whether a message waits."""
        return bool(self.pipe.to_charge_point.messages)

    def take(self) -> Received | Closed | None:
        """The next message, or how the connection ended; None when there is neither yet."""
        if not self.holds_message:
            return self.pipe.ended
        return self.pipe.to_charge_point.messages.popleft()

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        """Close in order."""
        return self.pipe.end(CloseSide.CHARGE_POINT, code, reason)

    async def drop(self) -> None:
        """End without a close frame."""
        self.pipe.end(CloseSide.CHARGE_POINT, None, "")


@dataclass(slots=True)
class CentralSystemEnd:
    """The end a Central System uses: as much of ``websockets``' ServerConnection as one needs."""

    pipe: Pipe
    subprotocol: str | None = SUBPROTOCOL
    request: Any = None

    @property
    def protocol(self) -> Frames:
        """Where control frames and fragments come in."""
        return self.pipe.frames

    async def pong(self, data: Data = b"") -> None:
        """A pong that nobody asked for, or one that is late."""
        self.pipe.to_charge_point.put(self.pipe.loop.time(), data, pong=True)

    @property
    def transport(self) -> CentralSystemEnd:
        """What can be aborted: this."""
        return self

    def abort(self) -> None:
        """End without a close frame."""
        self.pipe.end(CloseSide.CENTRAL_SYSTEM, None, "")

    async def send(self, message: Data | Iterable[Data] | AsyncIterable[Data], text: bool | None = None) -> None:
        """Write a message; fragments are put together, as every WebSocket library does."""
        if self.pipe.ended is not None:
            raise ConnectionClosedOK(Close(1000, ""), Close(1000, ""), rcvd_then_sent=True)
        whole = await _whole(message)
        if text is True and isinstance(whole, bytes):
            whole = whole.decode()
        if text is False and isinstance(whole, str):
            whole = whole.encode()
        await asyncio.sleep(TRAVEL)
        self.pipe.to_charge_point.put(self.pipe.loop.time(), whole)

    async def ping(self, data: Data | None = None) -> asyncio.Future[float]:  # noqa: ARG002  the library's signature
        """A ping, answered at once."""
        answered: asyncio.Future[float] = self.pipe.loop.create_future()
        answered.set_result(0.0)
        return answered

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close in order."""
        self.pipe.end(CloseSide.CENTRAL_SYSTEM, code, reason)

    async def wait_closed(self) -> None:
        """Wait for the end."""
        await self.pipe.over.wait()

    def __aiter__(self) -> AsyncIterator[Data]:
        return self._messages()

    async def _messages(self) -> AsyncIterator[Data]:
        while (message := await self.pipe.to_central_system.get()) is not None:
            yield message


def in_frames(data: Data, number: int) -> list[Frame]:
    """A message in so many frames."""
    first = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
    parts = in_parts(data.encode() if isinstance(data, str) else data, number)
    last = len(parts) - 1
    return [Frame(Opcode.CONT if at else first, part, fin=at == last) for at, part in enumerate(parts)]


async def _whole(message: Data | Iterable[Data] | AsyncIterable[Data]) -> Data:
    if isinstance(message, str | bytes):
        return message
    parts = [part async for part in message] if isinstance(message, AsyncIterable) else list(message)
    return b"".join(parts) if isinstance(parts[0], bytes) else "".join(parts)  # type: ignore[arg-type]
