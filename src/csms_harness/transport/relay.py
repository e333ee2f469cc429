"""A proxy between Charge Points and their Central System: what one side sends, the other gets, and somebody is told.

The handshake is that of the Central System: its subprotocol, or its refusal. Frames pass whole and as they are;
compression, pings, and how a message is cut into pieces are a matter of each connection.
"""

from __future__ import annotations

import asyncio
import binascii
import logging
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, ProtocolError
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from csms_harness.message import Side
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import Refusal
from csms_harness.transport.websocket import Closed, CloseSide, Connection, ConnectionLost, open_connection

LARGEST: Final = 16 * 2**20
"""Bytes of a message that is passed on; a longer one ends its connection."""
_SILENT: Final = logging.getLogger(f"{__name__}.silent")
"""What the library has to say of those who speak no WebSocket is of no use to whoever records."""
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_PASSED_ON: Final = frozenset({"www-authenticate", "retry-after", "content-type"})
"""Header fields of a refusal that a Charge Point acts on."""


class Tap(Protocol):
    """Who is told what passes, in the order in which it does. ``charge_point`` is an identity."""

    def connected(self, charge_point: str, subprotocol: str) -> None:
        """A Charge Point was let in."""

    def refused(self, charge_point: str, sentence: str) -> None:
        """It was not."""

    def passed(self, charge_point: str, side: Side, data: str | bytes) -> None:
        """A message of this side is passed on."""

    def closed(self, charge_point: str, sentence: str) -> None:
        """A connection has ended."""


@dataclass(slots=True)
class Relay:
    """Takes Charge Points below ``path``, and connects each to the place of ``upstream`` as what it says it is."""

    upstream: Endpoint
    tap: Tap
    path: str = ""
    _waiting: dict[ServerConnection, tuple[str, Connection]] = field(default_factory=dict)

    @asynccontextmanager
    async def listening(
        self, host: str, port: int, credentials: tuple[Path, Path | None] | None = None
    ) -> AsyncIterator[int]:
        """Listen while the block lasts; gives the port. Raises OSError.

        With ``credentials``, a certificate and its key in PEM, Charge Points come over TLS. They need to show no
        certificate, for the proxy could not pass it on: it shows that of ``upstream``.
        """
        quiet: dict[str, Any] = {"compression": None, "ping_interval": None, "max_size": LARGEST, "server_header": None}
        quiet["logger"] = _SILENT
        if credentials is not None:
            quiet["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            quiet["ssl"].load_cert_chain(*credentials, password="")
        async with serve(
            self._serve, host, port, process_request=self._open, select_subprotocol=self._subprotocol, **quiet
        ) as server:
            try:
                yield next(iter(server.sockets)).getsockname()[1]
            finally:
                for _, connection in self._waiting.values():
                    await connection.drop()

    async def _open(self, charge_point: ServerConnection, request: Request) -> Response | None:
        """Ask the Central System before the Charge Point is answered: its answer is passed on."""
        parts = urlsplit(request.path)
        below, _, last = parts.path.rpartition("/")
        identity = unquote(last)
        if not identity or not (below == self.path or below.startswith(f"{self.path}/")):
            sentence = f"nothing is served under {parts.path}; a Charge Point connects to {self.path}/IDENTITY"
            return _refusal(HTTPStatus.NOT_FOUND, sentence)
        try:
            endpoint = self._endpoint(identity, below.removeprefix(self.path), parts.query, request.headers)
        except ValueError as error:
            self.tap.refused(identity, str(error))
            return _refusal(HTTPStatus.BAD_REQUEST, str(error))
        opened = await open_connection(endpoint, accept_any_subprotocol=True)
        if isinstance(opened, Refusal):
            self.tap.refused(identity, opened.sentence)
            return _passed_on(opened)
        self._waiting[charge_point] = identity, opened
        return None

    def _endpoint(self, identity: str, below: str, query: str, headers: Headers) -> Endpoint:
        base = urlsplit(self.upstream.url)
        url = base._replace(path=base.path.rstrip("/") + below, query=query or base.query).geturl()
        user, password = _credentials(headers.get("Authorization", ""))
        offered = [one.strip() for value in headers.get_all("Sec-WebSocket-Protocol") for one in value.split(",")]
        return replace(
            self.upstream,
            url=url,
            identity=identity,
            user=user,
            password=password,
            subprotocols=tuple(one for one in offered if one),
            max_size=LARGEST,
        )

    def _subprotocol(self, charge_point: ServerConnection, _: object) -> Subprotocol | None:
        chosen = self._waiting[charge_point][1].handshake.subprotocol
        return Subprotocol(chosen) if chosen else None

    async def _serve(self, charge_point: ServerConnection) -> None:
        identity, central_system = self._waiting.pop(charge_point)
        self.tap.connected(identity, central_system.handshake.subprotocol or "")
        line = _Line(identity, charge_point, central_system, self.tap)
        both = [asyncio.create_task(work) for work in (line.up(), line.down())]
        try:
            await asyncio.wait(both)
        finally:
            for task in both:
                task.cancel()
            await central_system.drop()
            self.tap.closed(identity, line.ended or "The proxy was stopped.")


@dataclass(slots=True)
class _Line:
    """The two connections of one Charge Point; ``ended`` says which ended first, and how."""

    identity: str
    charge_point: ServerConnection
    central_system: Connection
    tap: Tap
    ended: str = ""

    async def up(self) -> None:
        """What the Charge Point says, until its end, which is passed on."""
        with suppress(ConnectionClosed, ConnectionLost):
            async for data in self.charge_point:
                self.tap.passed(self.identity, Side.CHARGE_POINT, data)
                await self.central_system.send(data)
        code, reason = self.charge_point.close_code, self.charge_point.close_reason or ""
        if code == CloseCode.ABNORMAL_CLOSURE:
            self.ended = self.ended or "The connection of the Charge Point was lost without a close frame."
            await self.central_system.drop()
        else:
            self.ended = self.ended or f"The Charge Point closed the connection with code {code}."
            told = None if code == CloseCode.NO_STATUS_RCVD else code
            await self.central_system.close(told or CloseCode.NORMAL_CLOSURE, reason)

    async def down(self) -> None:
        """What the Central System says, until its end, which is passed on."""
        while not isinstance(received := await self.central_system.receive(), Closed):
            self.tap.passed(self.identity, Side.CENTRAL_SYSTEM, received.data)
            with suppress(ConnectionClosed):
                await self.charge_point.send(received.data)
        self.ended = self.ended or received.sentence
        if received.by is CloseSide.NETWORK:
            self.charge_point.transport.abort()
        else:
            with suppress(ProtocolError):
                await self.charge_point.close(received.code or CloseCode.NORMAL_CLOSURE, received.reason)


def _credentials(header: str) -> tuple[str | None, bytes | None]:
    """User and password of Basic authentication; None for what is none."""
    scheme, _, encoded = header.partition(" ")
    try:
        user, colon, password = b64decode(encoded.strip(), validate=True).partition(b":")
        return (user.decode(), password) if scheme.casefold() == "basic" and colon else (None, None)
    except (binascii.Error, UnicodeDecodeError):
        return None, None


def _passed_on(refusal: Refusal) -> Response:
    """The answer of the Central System; one of the proxy's own where there was none."""
    fields = [(name, value) for name, value in refusal.headers if name.casefold() in _PASSED_ON]
    status = refusal.http_status if refusal.http_status is not None and refusal.http_status >= 300 else None
    return _refusal(HTTPStatus.BAD_GATEWAY if status is None else status, refusal.body or refusal.sentence, fields)


def _refusal(status: int, text: str, fields: list[tuple[str, str]] | None = None) -> Response:
    body = text.encode()
    known = next((one.phrase for one in HTTPStatus if one == status), "Refused")
    headers = Headers([("Connection", "close"), ("Content-Length", str(len(body))), *(fields or ())])
    return Response(int(status), known, headers, body)
