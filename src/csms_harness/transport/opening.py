"""Opening a connection in stages, so that a failure is known by the stage it happened in."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from enum import Enum, auto
from functools import partial
from typing import Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus, NegotiationError
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.http11 import Response
from websockets.typing import Subprotocol

from csms_harness._version import __version__
from csms_harness.transport import tls
from csms_harness.transport.certifying import detail_of, kind_of, own_certificate
from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.examining import Seen, look, old_version
from csms_harness.transport.greeting import chosen, name_of, unusual
from csms_harness.transport.refusal import Answer, RefusalKind, Refused
from csms_harness.transport.sentences import refuse, refuse_status
from csms_harness.transport.stamped import StampedConnection
from csms_harness.transport.stamping import StampingSocket

_TLS_SHARE = 0.6  # of the time left, so that a silent port can still be asked whether it speaks plain HTTP
_TLS_RECORDS: Final = (b"\x15\x03", b"\x16\x03")  # how an alert and a handshake begin


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


_STATUS_LINE: Final = re.compile(rb"HTTP/[\d.]+ ([4-9]\d\d)(?: ([^\r\n]*))?\r?\n")


def _status_of(heard: bytes) -> Answer | None:
    """The refusal that the first line of an answer tells, if it is one."""
    found = _STATUS_LINE.match(heard)
    return None if found is None else Answer(int(found[1]), (found[2] or b"").decode("latin-1"))


def _why(error: InvalidHandshake) -> str:
    """What is wrong with an answer, in the words of whoever read it."""
    return str(error.__cause__ or "") or str(error) if isinstance(error, InvalidMessage) else str(error)


class _ConnectOnce(connect):
    """Reports a redirect instead of following it."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _AnySubprotocol(ClientProtocol):
    """Takes whatever subprotocol the answer names, offered or not: it is judged where the handshake is."""

    def process_subprotocol(self, headers: Headers) -> Subprotocol | None:
        named = ", ".join(headers.get_all("Sec-WebSocket-Protocol"))
        return Subprotocol(named) if named else None


def answer_of(response: Response) -> Answer:
    """What the library's record of an HTTP answer says."""
    body = (response.body or b"").decode(errors="replace")
    return Answer(response.status_code, response.reason_phrase or "", tuple(response.headers.raw_items()), body)


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
            raise refuse_status(self.endpoint, answer_of(error.response)) from error
        except InvalidHandshake as error:
            raise await self._not_accepted(error, context) from error
        except ssl.SSLError as error:
            raise await self._no_tls(error) from error
        except OSError as error:
            raise await self._cut(error, context) from error

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
        self._made = StampedConnection(generous, sock=sock, **options)
        return self._made

    async def _not_accepted(self, error: InvalidHandshake, context: ssl.SSLContext | None) -> Refused:
        """The reason behind an answer that is no accepted WebSocket handshake."""
        heard = self._heard()
        if isinstance(error, InvalidMessage) and not heard.startswith(b"HTTP/"):
            return await self._no_http(heard, context)
        response = self._made.response if self._made else None
        answer = answer_of(response) if response else None
        extensions = "" if answer is None else answer.field("Sec-WebSocket-Extensions")
        if extensions and isinstance(error, NegotiationError):  # nothing else is negotiated by the library here
            return refuse(RefusalKind.EXTENSION, self.endpoint, extensions, answer)
        status = _status_of(heard) if answer is None else None
        if status is not None:  # what follows the first line could not be read, and is not what matters
            return refuse(RefusalKind.HTTP_STATUS, self.endpoint, answer=status)
        return refuse(RefusalKind.HANDSHAKE_BROKEN, self.endpoint, _why(error), answer)

    async def _no_http(self, heard: bytes, context: ssl.SSLContext | None) -> Refused:
        if heard[:2] in _TLS_RECORDS and context is None:
            return refuse(RefusalKind.TLS_WANTED, self.endpoint)
        if heard:
            return refuse(RefusalKind.NOT_HTTP, self.endpoint, heard.decode("latin-1"))
        if context is None:
            wanted = await tls.speaks_tls(*self._probed(), self._probe_limit())
            return refuse(RefusalKind.TLS_WANTED if wanted else RefusalKind.NO_ANSWER, self.endpoint)
        # Under TLS 1.3 the client believes in the handshake before its certificate is judged.
        alert = await tls.alert_of(self.endpoint, context, self._probe_limit())
        if alert:
            return await self._no_tls(alert)
        seen = await look(self.endpoint, self._probe_limit())
        return self._about_own(seen, "closed without a word") or refuse(RefusalKind.NO_ANSWER, self.endpoint)

    async def _cut(self, error: OSError, context: ssl.SSLContext | None) -> Refused:
        """The reason behind a connection that broke without a word."""
        if context is None or self._reached() is _Stage.HTTP:
            return await self._no_http(self._heard(), context)
        if await tls.speaks_http(*self._probed(), self._probe_limit()):
            return refuse(RefusalKind.TLS_ABSENT, self.endpoint)
        alert = await tls.alert_of(self.endpoint, context, self._probe_limit())
        if alert is not None:
            return await self._no_tls(alert)
        if isinstance(error, ConnectionAbortedError):  # what asyncio makes of a handshake that takes too long
            return refuse(RefusalKind.TLS_TIMEOUT, self.endpoint)
        return await self._broken_off(error.strerror or "closed without a word")

    async def _broken_off(self, detail: str, otherwise: RefusalKind = RefusalKind.TLS_BROKEN_OFF) -> Refused:
        """A handshake that failed. Many a server says little or nothing of why, and a second look tells more."""
        seen = await look(self.endpoint, self._probe_limit())
        about = self._about_own(seen, detail)
        if about is not None:
            return about
        if seen.shook:
            return refuse(otherwise, self.endpoint, detail)
        old = await old_version(self.endpoint, self._probe_limit())
        if old:
            return refuse(RefusalKind.TLS_OLD, self.endpoint, old)
        return await self._greeted(detail) or refuse(otherwise, self.endpoint, detail)

    async def _greeted(self, detail: str) -> Refused | None:
        """A refusal because of the suites or the name that were offered, where others would be answered."""
        offered = tls.offered_numbers(self.endpoint)
        if await chosen(self.endpoint, offered, self._probe_limit()) is not None:
            return None
        spoken = await chosen(self.endpoint, unusual(offered), self._probe_limit())
        if spoken is not None:
            return refuse(RefusalKind.TLS_SUITES, self.endpoint, f"{detail}; it would speak {name_of(spoken)}")
        if await chosen(self.endpoint, offered, self._probe_limit(), named=False) is not None:
            return refuse(RefusalKind.TLS_NAME, self.endpoint, detail)
        return None

    def _about_own(self, seen: Seen, detail: str) -> Refused | None:
        """A refusal because of the client certificate, where the Central System asked for one."""
        if not seen.asked:
            return None
        own = self.endpoint.client_certificate
        if own is None:
            return refuse(RefusalKind.CLIENT_CERTIFICATE_WANTED, self.endpoint, detail)
        told = "; ".join(part for part in (detail, own_certificate(own)) if part)
        return refuse(RefusalKind.CLIENT_CERTIFICATE_REFUSED, self.endpoint, told)

    async def _no_tls(self, error: ssl.SSLError) -> Refused:
        if isinstance(error, ssl.SSLCertVerificationError):
            seen = await look(self.endpoint, self._probe_limit())
            message, code = error.verify_message.removesuffix(". "), error.verify_code
            detail = detail_of(code, message, seen.chain, utc_now())
            return refuse(kind_of(code, seen.chain), self.endpoint, detail, verify_code=code)
        if tls.speaks_plain_text(error):
            http = await tls.speaks_http(*self._probed(), self._probe_limit())
            return refuse(RefusalKind.TLS_ABSENT if http else RefusalKind.TLS_NEITHER, self.endpoint)
        return await self._broken_off(tls.reason_of(error), RefusalKind.TLS_FAILED)

    def _late(self) -> Refused:
        """The reason behind an opening that was not done in time: how far it came."""
        stage, heard = self._reached(), self._heard()
        status = _status_of(heard)
        if status is not None:  # it said no; that the rest never came is not what matters
            return refuse(RefusalKind.HTTP_STATUS, self.endpoint, answer=status)
        if stage is _Stage.HTTP and heard:
            return refuse(RefusalKind.ANSWER_INCOMPLETE, self.endpoint, heard.decode("latin-1"))
        return refuse(_TOO_LATE[stage], self.endpoint)

    def _reached(self) -> _Stage:
        """The stage that was reached: the library does TLS and HTTP in one call."""
        return _Stage.HTTP if self._made is not None and hasattr(self._made, "transport") else self._stage

    def _probed(self) -> tuple[str, int]:
        return self.endpoint.host, self.endpoint.port

    def _probe_limit(self) -> float:
        # Half of what is left: a probe must never be what makes the attempt run out of time.
        return min(tls.PROBE_LIMIT, max(0.0, self._deadline - now()) / 2)

    def _heard(self) -> bytes:
        return self._made.heard if self._made is not None else b""
