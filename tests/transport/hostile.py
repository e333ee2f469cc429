"""A Central System made of raw sockets, which does to a WebSocket client whatever a test wants."""

from __future__ import annotations

import asyncio
import ssl
import struct
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha1
from pathlib import Path
from typing import Any

from csms_harness.transport.websocket import Connection, Endpoint, open_connection

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LIMIT = 8.0
"""Seconds after which a test that waits for what never comes fails."""

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Peer:
    """The Central System's end of one TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.request = b""

    async def read_request(self) -> bytes:
        self.request = await self.reader.readuntil(b"\r\n\r\n")
        return self.request

    def header(self, name: str) -> str:
        for line in self.request.decode().split("\r\n"):
            if line.lower().startswith(f"{name.lower()}:"):
                return line.split(":", 1)[1].strip()
        return ""

    async def accept(self, subprotocol: str | None = "ocpp1.6", key: str | None = None, *headers: str) -> None:
        await self.read_request()
        digest = sha1((key or self.header("Sec-WebSocket-Key")).encode() + MAGIC).digest()
        chosen = f"Sec-WebSocket-Protocol: {subprotocol}\r\n" if subprotocol else ""
        chosen += "".join(f"{header}\r\n" for header in headers)
        self.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {b64encode(digest).decode()}\r\n{chosen}\r\n"
        )

    async def answer(self, status: str, *headers: str, body: str = "") -> None:
        await self.read_request()
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body.encode())}", "", body]
        self.write("\r\n".join(lines))
        await self.writer.drain()

    def write(self, data: str | bytes) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)

    async def hang(self) -> None:
        """Keep the connection open until the test is over."""
        await asyncio.Event().wait()

    async def read_to_end(self) -> bytes:
        return await self.reader.read()

    def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(1, 13, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Peer], Awaitable[Any]]


def frame(opcode: int, payload: str | bytes = b"", *, fin: bool = True, first_bits: int = 0) -> bytes:
    """A WebSocket frame as a server sends it (RFC 6455 5.2)."""
    data = payload.encode() if isinstance(payload, str) else payload
    head = bytes([(0x80 if fin else 0) | first_bits | opcode])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 2**16:
        return head + bytes([126]) + struct.pack(">H", len(data)) + data
    return head + bytes([127]) + struct.pack(">Q", len(data)) + data


@asynccontextmanager
async def central_system(
    behave: Behaviour, tls: ssl.SSLContext | None = None, *, limit: float = LIMIT
) -> AsyncIterator[str]:
    """The URL of a Central System on loopback that treats each connection by `behave`."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        if not listener.is_serving():  # it came while the block ended, and nobody is left to cancel it
            writer.close()
            return
        try:
            await behave(Peer(reader, writer))
            if not writer.transport.is_closing() and writer.transport.get_write_buffer_size():
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = listener.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(limit):
            yield f"{'ws' if tls is None else 'wss'}://127.0.0.1:{port}/ocpp"
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def endpoint(url: str, **options: Any) -> Endpoint:
    """An endpoint with limits as short as a test can bear."""
    limits = {"open_timeout": 2.0, "close_timeout": 0.05, "send_timeout": 0.15}
    return Endpoint(url, options.pop("identity", "CP_01"), **{**limits, **options})


async def connected(url: str, **options: Any) -> Connection:
    """An open connection, or the reason why there is none as the failure of the test."""
    result = await open_connection(endpoint(url, **options))
    assert isinstance(result, Connection), result
    return result


def write_ca(folder: Path, pem: bytes) -> Path:
    """A CA file for `Endpoint.ca_file`."""
    file = folder / "ca.pem"
    file.write_bytes(pem)
    return file
