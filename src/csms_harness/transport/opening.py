"""Opening a connection in stages, so that a failure is known by the stage it happened in."""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import partial
from typing import Any, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus, NegotiationError
from websockets.typing import Subprotocol

from csms_harness._version import __version__
from csms_harness.transport import tls
from csms_harness.transport.clock import now
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import (
    Refused,
    excerpt,
    refuse,
    refused_by_bytes,
    refused_by_status,
    refused_by_subprotocol,
    refused_by_timeout,
)
from csms_harness.transport.stamped import StampedConnection, answered_subprotocol
from csms_harness.transport.stamping import StampingSocket

_TLS_SHARE = 0.6  # of the time left, so that a silent port can still be asked whether it speaks plain HTTP


class _ConnectOnce(connect):
    """Reports a redirect instead of following it."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Opening:
    """One attempt to reach a Central System: name, TCP, TLS, WebSocket."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._stage = "dns"
        self._sock: StampingSocket | None = None
        self._made: StampedConnection | None = None

    async def open(self) -> StampedConnection:
        """The open connection; raises Refused, within `open_timeout` whatever the peer does."""
        self._deadline = now() + self.endpoint.open_timeout
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._open()
        except TimeoutError as error:
            raise refused_by_timeout(self.endpoint, self._reached(), self._heard()) from error

    async def _open(self) -> StampedConnection:
        addresses = await self._resolve()
        self._stage = "tcp"
        sock = await self._connect(addresses)
        try:
            self._stage = "tls" if self.endpoint.secure else "http"
            return await self._upgrade(sock, self._context())
        except BaseException:
            sock.close()
            raise

    async def _resolve(self) -> list[tuple[int, Any]]:
        endpoint = self.endpoint
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
        except OSError as error:
            why = f"the host name {endpoint.host!r} is not known ({error.strerror or error}); check the name"
            raise refuse("dns", endpoint, why) from error
        return [(family, address) for family, _, _, _, address in found]

    async def _connect(self, addresses: list[tuple[int, Any]]) -> StampingSocket:
        """Try each address in turn, each with a share of the time, so a dead one does not take it all."""
        failure: OSError = OSError("no address")
        for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = max(0.0, self._deadline - now()) / left
            try:
                return await self._connect_to(family, address, None if left == 1 else share)
            except OSError as error:
                failure = error
        raise self._unreachable(failure) from failure

    async def _connect_to(self, family: int, address: Any, limit: float | None) -> StampingSocket:
        # asyncio switches Nagle's algorithm off only where the protocol number says TCP; with it, a CALL that
        # follows a CALLRESULT waits 40 ms for a delayed ACK, and every latency after it is wrong.
        sock = StampingSocket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        sock.setblocking(False)
        try:
            async with asyncio.timeout(limit):
                await asyncio.get_running_loop().sock_connect(sock, address)
        except BaseException:
            sock.close()
            raise
        return sock

    def _unreachable(self, error: OSError) -> Refused:
        where = f"port {self.endpoint.port} of {self.endpoint.host}"
        if isinstance(error, ConnectionRefusedError):
            what = f"nothing listens on {where}; start the CSMS or correct the port"
            return refuse("tcp", self.endpoint, what)
        why = error.strerror or str(error) or type(error).__name__
        what = f"no TCP connection to {where} ({why}); check host, port and network"
        return refuse("tcp", self.endpoint, what)

    def _context(self) -> ssl.SSLContext | None:
        if not self.endpoint.secure:
            return None
        try:
            return tls.client_context(self.endpoint.ca_file)
        except OSError as error:
            why = error.strerror or str(error)
            what = f"the CA file {self.endpoint.ca_file} cannot be used ({why}); give a PEM file"
            raise refuse("tls", self.endpoint, what) from error

    async def _upgrade(self, sock: StampingSocket, context: ssl.SSLContext | None) -> StampedConnection:
        try:
            return cast(StampedConnection, await self._handshake(sock, context))
        except InvalidStatus as error:
            raise refused_by_status(self.endpoint, error.response) from error
        except InvalidHandshake as error:
            raise await self._not_accepted(error, context) from error
        except ssl.SSLError as error:
            raise self._no_tls(error) from error
        except OSError as error:
            raise await self._cut(error, context) from error

    async def _handshake(self, sock: StampingSocket, context: ssl.SSLContext | None) -> ClientConnection:
        endpoint = self.endpoint
        secure: dict[str, Any] = {}
        if context is not None:
            limit = max(0.05, (self._deadline - now()) * _TLS_SHARE)
            secure = {"ssl": context, "server_hostname": endpoint.host, "ssl_handshake_timeout": limit}
        return await _ConnectOnce(
            endpoint.address,
            sock=sock,
            create_connection=cast("type[ClientConnection]", partial(self._make, sock)),
            subprotocols=[Subprotocol(name) for name in endpoint.subprotocols],
            additional_headers=endpoint.headers,
            user_agent_header=f"csms-harness/{__version__}",
            compression=None,
            proxy=None,
            open_timeout=None,
            close_timeout=endpoint.close_timeout,
            ping_interval=endpoint.ping_interval,
            ping_timeout=endpoint.ping_interval,
            max_size=endpoint.max_size,
            **secure,
        )

    def _make(self, sock: StampingSocket, *arguments: Any, **options: Any) -> StampedConnection:
        self._made = StampedConnection(*arguments, sock=sock, **options)
        return self._made

    async def _not_accepted(self, error: InvalidHandshake, context: ssl.SSLContext | None) -> Refused:
        """The reason behind an answer that is no accepted WebSocket handshake."""
        answered = answered_subprotocol(self._made.response if self._made else None)
        if isinstance(error, NegotiationError) and answered is not None:
            return refused_by_subprotocol(self.endpoint, answered)
        heard = self._heard()
        if isinstance(error, InvalidMessage) and not heard.startswith(b"HTTP/"):
            return await self._no_http(heard, context)
        why = f"the answer is no correct WebSocket handshake ({excerpt(str(error))}); look into the CSMS"
        return refuse("not-websocket", self.endpoint, why)

    async def _no_http(self, heard: bytes, context: ssl.SSLContext | None) -> Refused:
        endpoint = self.endpoint
        if context is not None:
            alert = None if heard else await tls.alert_of(*self._probed(), context, self._probe_limit())
            return self._no_tls(alert) if alert else refused_by_bytes(endpoint, heard)
        greeted = heard[:2] in (b"\x15\x03", b"\x16\x03")
        if greeted or (not heard and await tls.speaks_tls(*self._probed(), self._probe_limit())):
            return refuse("tls", endpoint, f"port {endpoint.port} speaks TLS; use wss:// in the URL")
        return refused_by_bytes(endpoint, heard)

    async def _cut(self, error: OSError, context: ssl.SSLContext | None) -> Refused:
        """The reason behind a connection that broke without a word."""
        if context is None or self._reached() == "http":
            return await self._no_http(self._heard(), context)
        endpoint = self.endpoint
        if await tls.speaks_http(*self._probed(), self._probe_limit()):
            return self._plain()
        alert = await tls.alert_of(*self._probed(), context, self._probe_limit())
        if alert is not None:
            return self._no_tls(alert)
        why = excerpt(str(error)) or "closed without a word"
        what = f"the TLS handshake broke off ({why}); check that the port speaks TLS 1.2 or 1.3"
        return refuse("tls", endpoint, what)

    def _no_tls(self, error: ssl.SSLError) -> Refused:
        if isinstance(error, ssl.SSLCertVerificationError):
            why = f"the certificate of the CSMS is not accepted ({error.verify_message})"
            hint = "name the file with its CA as ca_file, or correct the certificate"
            return refuse("tls", self.endpoint, f"{why.replace('. )', ')')}; {hint}")
        if tls.speaks_plain_text(error):
            return self._plain()
        why = f"the TLS handshake failed ({tls.reason_of(error)})"
        hint = "compare TLS versions, suites and certificates with the CSMS"
        return refuse("tls", self.endpoint, f"{why}; {hint}")

    def _plain(self) -> Refused:
        return refuse("tls", self.endpoint, f"port {self.endpoint.port} speaks no TLS; use ws:// in the URL")

    def _reached(self) -> str:
        """The stage that was reached: the library does TLS and HTTP in one call."""
        return "http" if self._made is not None and hasattr(self._made, "transport") else self._stage

    def _probed(self) -> tuple[str, int]:
        return self.endpoint.host, self.endpoint.port

    def _probe_limit(self) -> float:
        # Half of what is left: a probe must never be what makes the attempt run out of time.
        return min(tls.PROBE_LIMIT, max(0.0, self._deadline - now()) / 2)

    def _heard(self) -> bytes:
        return self._made.heard if self._made is not None else b""
