"""Opening a connection in stages, so that a failure is known by the stage it happened in."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from enum import Enum, auto
from functools import partial
from typing import Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.typing import Subprotocol

from csms_harness._version import __version__
from csms_harness.transport import tls
from csms_harness.transport.clock import now
from csms_harness.transport.diagnosis import Diagnosis, answer_of, status_of
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import RefusalKind, Refused
from csms_harness.transport.sentences import refuse
from csms_harness.transport.stamped import StampedConnection
from csms_harness.transport.stamping import StampingSocket

_TLS_SHARE = 0.6  # of the time left, so that a silent port can still be asked whether it speaks plain HTTP


class _Stage(Enum):
    NAME = auto()
    TCP = auto()
    TLS = auto()
    HTTP = auto()


_TOO_LATE: Final[Mapping[_Stage, RefusalKind]] = {
    _Stage.NAME: RefusalKind.NAME_TIMEOUT,
    _Stage.TCP: RefusalKind.TCP_TIMEOUT,
    _Stage.TLS: RefusalKind.TLS_TIMEOUT,
    _Stage.HTTP: RefusalKind.ANSWER_TIMEOUT,
}


class _ConnectOnce(connect):
    """Reports a redirect instead of following it."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _AnySubprotocol(ClientProtocol):
    """Takes whatever subprotocol the answer names, offered or not: it is judged where the handshake is."""

    def process_subprotocol(self, headers: Headers) -> Subprotocol | None:
        named = ", ".join(headers.get_all("Sec-WebSocket-Protocol"))
        return Subprotocol(named) if named else None


class Opening:
    """One attempt to reach a Central System: name, TCP, TLS, WebSocket."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._stage = _Stage.NAME
        self._deadline = now() + endpoint.open_timeout
        self._made: StampedConnection | None = None

    async def open(self) -> StampedConnection:
        """The open connection; raises Refused, within ``open_timeout`` whatever the peer does."""
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._open()
        except TimeoutError as error:
            raise self._late() from error

    async def _open(self) -> StampedConnection:
        addresses = await self._resolve()
        self._stage = _Stage.TCP
        sock = await self._connect(addresses)
        try:
            self._stage = _Stage.TLS if self.endpoint.secure else _Stage.HTTP
            context = tls.client_context(self.endpoint) if self.endpoint.secure else None
            return await self._upgrade(sock, context)
        except BaseException:
            sock.close()
            raise

    async def _resolve(self) -> list[tuple[int, Any]]:
        endpoint = self.endpoint
        where: dict[str, Any] = {"host": endpoint.host, "port": endpoint.port, "type": socket.SOCK_STREAM}
        try:
            try:
                found = socket.getaddrinfo(**where, flags=socket.AI_NUMERICHOST)  # an address needs no thread
            except socket.gaierror:
                found = await asyncio.get_running_loop().getaddrinfo(**where)
        except OSError as error:
            raise refuse(RefusalKind.NAME_UNKNOWN, endpoint, error.strerror or str(error)) from error
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
        if isinstance(error, ConnectionRefusedError):
            return refuse(RefusalKind.TCP_REFUSED, self.endpoint)
        why = error.strerror or str(error) or type(error).__name__
        return refuse(RefusalKind.TCP_FAILED, self.endpoint, why)

    async def _upgrade(self, sock: StampingSocket, context: ssl.SSLContext | None) -> StampedConnection:
        try:
            return cast(StampedConnection, await self._handshake(sock, context))
        except InvalidStatus as error:
            raise await self._diagnosis(context).said_no(answer_of(error.response)) from error
        except InvalidHandshake as error:
            raise await self._diagnosis(context).not_accepted(error) from error
        except ssl.SSLError as error:
            raise await self._diagnosis(context).no_tls(error) from error
        except OSError as error:
            raise await self._diagnosis(context).cut(error) from error

    def _diagnosis(self, context: ssl.SSLContext | None) -> Diagnosis:
        response = self._made.response if self._made else None
        answer = answer_of(response) if response else None
        in_http = self._reached() is _Stage.HTTP
        return Diagnosis(self.endpoint, context, self._deadline, self._heard(), answer, in_http=in_http)

    async def _handshake(self, sock: StampingSocket, context: ssl.SSLContext | None) -> ClientConnection:
        endpoint = self.endpoint
        secure: dict[str, Any] = {}
        if context is not None:
            limit = max(0.05, (self._deadline - now()) * _TLS_SHARE)
            secure = {"ssl": context, "server_hostname": endpoint.certified_name, "ssl_handshake_timeout": limit}
        return await _ConnectOnce(
            endpoint.address,
            sock=sock,
            create_connection=cast("type[ClientConnection]", partial(self._make, sock)),
            additional_headers=endpoint.headers,
            user_agent_header=f"csms-harness/{__version__}",
            compression=None,
            proxy=None,
            open_timeout=None,
            close_timeout=endpoint.close_timeout,
            ping_interval=None,
            **secure,
        )

    def _make(self, sock: StampingSocket, protocol: ClientProtocol, **options: Any) -> StampedConnection:
        endpoint = self.endpoint
        offered = [Subprotocol(name) for name in endpoint.subprotocols]
        extensions = [ClientPerMessageDeflateFactory()] if endpoint.compression else None
        generous = _AnySubprotocol(
            protocol.uri, subprotocols=offered or None, extensions=extensions, max_size=endpoint.max_size
        )
        self._made = StampedConnection(generous, sock=sock, largest=endpoint.max_size, **options)
        return self._made

    def _late(self) -> Refused:
        """The reason behind an opening that was not done in time: how far it came."""
        stage, heard = self._reached(), self._heard()
        status = status_of(heard)
        if status is not None:  # it said no; that the rest never came is not what matters
            return refuse(RefusalKind.HTTP_STATUS, self.endpoint, answer=status)
        if stage is _Stage.HTTP and heard:
            return refuse(RefusalKind.ANSWER_INCOMPLETE, self.endpoint, heard.decode("latin-1"))
        return refuse(_TOO_LATE[stage], self.endpoint)

    def _reached(self) -> _Stage:
        """The stage that was reached: the library does TLS and HTTP in one call."""
        return _Stage.HTTP if self._made is not None and hasattr(self._made, "transport") else self._stage

    def _heard(self) -> bytes:
        return self._made.heard if self._made is not None else b""
