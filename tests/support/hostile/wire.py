"""The server's end of one connection: raw bytes, WebSocket frames as a server writes them, and good answers."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any, Final

from tests.transport.hostile import CLOSE, MAGIC, PING, PONG, TEXT, Peer, frame

_SHORT, _LONG, _MASK = 126, 127, 0x7F


class Wire(Peer):
    """One connection, from its first byte. ``request`` is the head of the HTTP request."""

    def shake(self) -> None:
        """Accept the handshake that was asked for."""
        self.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {self.key}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
        )

    @property
    def key(self) -> str:
        """The right Sec-WebSocket-Accept (RFC 6455 4.2.2)."""
        return b64encode(sha1(self.header("Sec-WebSocket-Key").encode() + MAGIC).digest()).decode()

    async def message(self) -> tuple[int, bytes]:
        """The next frame of the Charge Point: opcode and payload. Raises IncompleteReadError at the end."""
        first, second = await self.reader.readexactly(2)
        length = second & _MASK
        if length >= _SHORT:
            length = int.from_bytes(await self.reader.readexactly(2 if length < _LONG else 8), "big")
        mask = await self.reader.readexactly(4)
        masked = await self.reader.readexactly(length)
        wide = (mask * (length // 4 + 1))[:length]
        data = int.from_bytes(masked, "big") ^ int.from_bytes(wide, "big")
        return first & 0x0F, data.to_bytes(length, "big")

    async def say(self, text: str | bytes, opcode: int = TEXT) -> None:
        """Send one whole message."""
        await self.put(frame(opcode, text))

    async def put(self, data: bytes) -> None:
        """Send raw bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def close(self, code: int, reason: str | bytes = b"") -> None:
        """Send a close frame, and wait until the other side is gone."""
        words = reason.encode() if isinstance(reason, str) else reason
        await self.say(code.to_bytes(2, "big") + words, CLOSE)
        await self.reader.read()

    async def answer_well(self, opcode: int, data: bytes) -> tuple[str, str] | None:
        """Answer what is no CALL; a CALL is returned: its uniqueId and its action."""
        if opcode == PING:
            await self.say(data, PONG)
        if opcode == CLOSE:
            await self.say(data, CLOSE)
            raise ConnectionError("closed")
        content: list[Any] = json.loads(data) if opcode == TEXT else [0]
        return (content[1], content[2]) if content[0] == 2 else None

    async def confirm(self, unique_id: str, action: str) -> None:
        """The answer of a good Central System."""
        await self.say(json.dumps([3, unique_id, good(action)]))


def good(action: str) -> Mapping[str, Any]:
    """The payload with which a good Central System answers."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    timed: dict[str, Mapping[str, Any]] = {
        "BootNotification": {"status": "Accepted", "currentTime": now, "interval": 300},
        "Heartbeat": {"currentTime": now},
    }
    return timed.get(action, _GOOD.get(action, {}))


_GOOD: Final[Mapping[str, Mapping[str, Any]]] = {
    "Authorize": {"idTagInfo": {"status": "Accepted"}},
    "StartTransaction": {"transactionId": 7, "idTagInfo": {"status": "Accepted"}},
    "StopTransaction": {"idTagInfo": {"status": "Accepted"}},
}


async def hang(_wire: Wire, _unique_id: str = "") -> None:
    """Say nothing any more."""
    await asyncio.Event().wait()
