"""A WebSocket connection in memory: one end for the simulated Charge Point, one for a Central System."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosedOK
from websockets.frames import Close

from csms_harness.transport.websocket import Closed, CloseSide, ConnectionLost, Handshake, Received

Data = str | bytes

TRAVEL = 0.001
"""Seconds that a message of the Central System is on its way: two events never happen at one moment."""


def _nobody() -> None:
    """Nobody waits for a message."""


@dataclass(slots=True)
class Letterbox:
    """Messages for a Charge Point and the moments of their arrival; whoever listens is told of each."""

    stirred: Callable[[], None] = _nobody
    messages: deque[tuple[float, Data]] = field(default_factory=deque)

    def put(self, at: float, data: Data) -> None:
        """A message arrived."""
        self.messages.append((at, data))
        self.stirred()


@dataclass(slots=True)
class Pipe:
    """What both ends share. ``ended`` is how the connection ended, once it has."""

    loop: asyncio.AbstractEventLoop
    to_charge_point: Letterbox = field(default_factory=Letterbox)
    to_central_system: asyncio.Queue[Data | None] = field(default_factory=asyncio.Queue)
    ended: Closed | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

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

    async def send(self, data: Data) -> float:
        """Write a message; the moment of writing. Raises ConnectionLost."""
        if self.pipe.ended is not None:
            raise ConnectionLost(self.pipe.ended)
        self.pipe.to_central_system.put_nowait(data)
        return self.pipe.loop.time()

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
        at, data = self.pipe.to_charge_point.messages.popleft()
        return Received(data, at, self.pipe.loop.time(), "user")

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
    subprotocol: str | None = "ocpp1.6"
    request: Any = None

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


async def _whole(message: Data | Iterable[Data] | AsyncIterable[Data]) -> Data:
    if isinstance(message, str | bytes):
        return message
    parts = [part async for part in message] if isinstance(message, AsyncIterable) else list(message)
    return b"".join(parts) if isinstance(parts[0], bytes) else "".join(parts)  # type: ignore[arg-type]
