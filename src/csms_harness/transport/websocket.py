"""The connection of one Charge Point to a Central System.

Nothing the peer does raises out of ``receive``, and nothing it does makes ``send`` or ``close`` wait without limit:
the library has no limit of its own for a peer that stops reading.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from websockets.exceptions import ConnectionClosed
from websockets.frames import CLOSE_CODE_EXPLANATIONS, CloseCode

from csms_harness.foreign import excerpt
from csms_harness.ocpp16.vocabulary import SUBPROTOCOL
from csms_harness.transport.clock import ClockName, now
from csms_harness.transport.diagnosis import answer_of
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.opening import Opening
from csms_harness.transport.refusal import Headers, Refusal, RefusalKind, Refused
from csms_harness.transport.sentences import refuse
from csms_harness.transport.stamped import Received, StampedConnection

__all__ = [
    "CloseSide",
    "Closed",
    "Connection",
    "ConnectionLost",
    "Endpoint",
    "Handshake",
    "Received",
    "Refusal",
    "RefusalKind",
    "open_connection",
]


class CloseSide(StrEnum):
    """Who ended a connection; the network where it broke without a word of either."""

    CENTRAL_SYSTEM = "central system"
    CHARGE_POINT = "charge point"
    NETWORK = "network"


AT_ONCE = 2**12
"""Characters that always have room in the buffers of a peer that has kept up so far."""

_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Handshake:
    """What the opening of a connection showed; ``seconds`` runs from the name look-up to the answer.

    ``subprotocol`` is what the answer names, whether it was offered or not, ``headers`` are those of the answer;
    ``certificate`` is that of the Central System, in PEM.
    """

    subprotocol: str | None
    tls_version: str | None
    cipher: str | None
    http_status: int
    remote: str
    clock: ClockName
    seconds: float
    headers: Headers = ()
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a connection: close code and reason (RFC 6455 7.1.5), who began it, when, and one sentence.

    ``code`` is None where no close frame, or one without a code, was seen. ``reason`` is the peer's own text.
    """

    code: int | None
    reason: str
    by: CloseSide
    at: float
    sentence: str


class ConnectionLost(Exception):
    """A message could not be sent; ``closed`` tells how the connection ended."""

    def __init__(self, closed: Closed) -> None:
        super().__init__(closed.sentence)
        self.closed = closed


class Connection:
    """An accepted OCPP-J connection. One coroutine receives at a time; sending is possible beside it."""

    def __init__(self, line: StampedConnection, endpoint: Endpoint, handshake: Handshake) -> None:
        self.handshake = handshake
        self._line = line
        self._endpoint = endpoint
        self._dropped = False

    async def send(self, text: str | bytes, fragments: int = 1, pinged: str | None = None) -> float:
        """Send one message, str as a text frame, bytes as a binary one; monotonic seconds of the write.

        It goes out in so many ``fragments``; ``pinged`` is the application data of a ping behind the first of them.

        Raises ConnectionLost when the connection is gone, or when the Central System took nothing for
        ``send_timeout``, which ends the connection. Raises ValueError for text that has no UTF-8 form.
        """
        data = text.encode() if isinstance(text, str) else text
        begun, line = now(), self._line
        is_text = isinstance(text, str)
        if fragments == 1 and pinged is None:
            written = not line.paused and line.write_now(data, text=is_text)
        else:
            ping = None if pinged is None else pinged.encode()
            written = line.write_parts(data, text=is_text, fragments=fragments, pinged=ping)
        if written and not line.paused:
            return line.sock.sent_at if line.sock.sent_at >= begun else now()
        try:
            async with asyncio.timeout(self._endpoint.send_timeout):
                await (line.drain() if written else line.send(data, text=is_text))
        except TimeoutError:
            limit = f"{self._endpoint.send_timeout:g} s"
            self._line.failure = f"the Central System took no bytes for {limit} while a message was sent"
            self._line.transport.abort()
            raise ConnectionLost(await self._ended()) from None
        except ConnectionClosed:
            raise ConnectionLost(await self._ended()) from None
        if self._line.lost:
            # Waiting for the peer to read ended because the connection did, not because it read.
            raise ConnectionLost(await self._ended())
        return line.sock.sent_at if line.sock.sent_at >= begun else now()

    def send_now(self, text: str) -> float | None:
        """Write a text message as one frame where nobody has to be waited for: monotonic seconds of the write.

        None when it was not written: the connection is gone, the Central System does not read, or the message is long.
        """
        begun, line = now(), self._line
        if line.paused or len(text) > AT_ONCE or not line.write_now(text.encode(), text=True):
            return None
        return line.sock.sent_at if line.sock.sent_at >= begun else now()

    async def control(self, data: str, *, pong: bool = False) -> float:
        """Send a ping with this application data, or a pong that nobody asked for; monotonic seconds of the write.

        Raises ConnectionLost when the connection is gone. After the first ping each pong is received like a message.
        """
        if not self._line.write_control(data.encode(), pong=pong):
            raise ConnectionLost(await self._ended())
        return now()

    @property
    def pings(self) -> int:
        """How many pings the Central System has sent; each was answered."""
        return self._line.pings

    async def receive(self) -> Received | Closed:
        """The next message in the order of arrival, or how the connection ended; waits as long as need be.

        Never raises for anything the peer does. After the end it returns the same Closed again. It may be
        cancelled at any time without losing a message.
        """
        return await self._line.next_arrival() or await self._ended()

    def listen(self, stirred: Callable[[], None]) -> None:
        """Have ``stirred`` called when something may be taken, in the place of waiting in ``receive``."""
        self._line.listener = stirred

    @property
    def holds_message(self) -> bool:
        """Whether a message waits to be taken."""
        return self._line.holds_message

    def take(self) -> Received | Closed | None:
        """What ``receive`` would return, or None when it would wait."""
        received = self._line.take()
        return self._how_it_ended() if received is None and self._line.lost else received

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        """Close with a close frame; the TCP connection is gone within ``close_timeout`` in any case.

        Messages that arrived before can still be received afterwards.
        """
        line = self._line
        line.stop_queueing()
        try:
            async with asyncio.timeout(self._endpoint.close_timeout):
                await line.close(code, reason)
        except TimeoutError:
            pass
        finally:
            line.transport.abort()
        return await self._ended()

    async def drop(self) -> None:
        """Reset the TCP connection without a close frame, as in a loss of power."""
        if not self._line.lost:
            self._dropped = True
            self._line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self._line.transport.abort()
        await self._line.wait_closed()

    async def _ended(self) -> Closed:
        await self._line.wait_closed()
        return self._how_it_ended()

    def _how_it_ended(self) -> Closed:
        at = self._line.ended_at if self._line.ended_at is not None else now()
        closed, hide = _closed(self._line, at, dropped=self._dropped), self._endpoint.without_secrets
        return replace(closed, reason=hide(closed.reason), sentence=hide(closed.sentence))


def _closed(line: StampedConnection, at: float, *, dropped: bool) -> Closed:
    protocol = line.protocol
    sent, received = protocol.close_sent, protocol.close_rcvd
    broken = line.failure or _breach(protocol.parser_exc)
    if dropped:
        what = "The Charge Point dropped the TCP connection without a close frame."
        return Closed(None, "", CloseSide.CHARGE_POINT, at, what)
    if received is not None and protocol.close_rcvd_then_sent is not False and not broken:
        code = None if received.code == CloseCode.NO_STATUS_RCVD else int(received.code)
        words = _words(code, received.reason)
        return Closed(code, received.reason, CloseSide.CENTRAL_SYSTEM, at, f"The Central System closed {words}.")
    if sent is not None:
        return _closed_here(int(sent.code), sent.reason, broken, at, answered=received is not None)
    if line.failure:
        what = f"The Charge Point gave the connection up: {line.failure}."
        return Closed(None, "", CloseSide.CHARGE_POINT, at, what)
    cause = excerpt(str(line.lost_to or "")) or "the Central System ended it"
    lost = f"The TCP connection was lost without a WebSocket close frame ({cause})."
    return Closed(None, "", CloseSide.NETWORK, at, lost)


def _breach(error: Exception | None) -> str:
    # The end of the TCP stream also ends the parser, but breaks no rule of the WebSocket protocol.
    return "" if error is None or isinstance(error, EOFError) else excerpt(str(error))


def _closed_here(code: int, reason: str, broken: str, at: float, *, answered: bool) -> Closed:
    if broken:
        broke = f"The Central System broke the WebSocket protocol ({broken})"
        what = f"{broke}; the Charge Point closed {_words(code)}."
    else:
        unanswered = "" if answered else "; the Central System did not answer the close frame"
        what = f"The Charge Point closed {_words(code, reason)}{unanswered}."
    return Closed(code, reason, CloseSide.CHARGE_POINT, at, what)


def _words(code: int | None, reason: str = "") -> str:
    if code is None:
        return "the connection without a close code"
    known = {int(number): meaning for number, meaning in CLOSE_CODE_EXPLANATIONS.items()}
    meaning = f" ({known[code]})" if code in known else ""
    said = f": {excerpt(reason)}" if reason else ""
    return f"the connection with code {code}{meaning}{said}"


async def open_connection(endpoint: Endpoint, *, accept_any_subprotocol: bool = False) -> Connection | Refusal:
    """Connect, or say why not, within ``open_timeout`` (a refused subprotocol: plus ``close_timeout``).

    Only a handshake answered with the subprotocol ocpp1.6 gives a Connection (OCPP-J 3.1.2). With
    ``accept_any_subprotocol`` every accepted handshake does; ``Connection.handshake`` tells what was agreed.
    """
    begun = now()
    try:
        line = await Opening(endpoint).open()
    except Refused as refused:
        return refused.refusal
    connection = Connection(line, endpoint, _handshake(line, begun))
    if accept_any_subprotocol or line.subprotocol == SUBPROTOCOL:
        return connection
    await connection.close()
    answer = answer_of(line.response) if line.response else None
    return refuse(RefusalKind.SUBPROTOCOL, endpoint, answer=answer).refusal


def _handshake(line: StampedConnection, begun: float) -> Handshake:
    tls = line.transport.get_extra_info("ssl_object")
    suite = tls.cipher() if tls is not None else None
    host, port = (line.remote_address or ("unknown", 0))[:2]
    return Handshake(
        subprotocol=line.subprotocol,
        tls_version=tls.version() if tls is not None else None,
        cipher=suite[0] if suite else None,
        http_status=line.response.status_code if line.response else 0,
        remote=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        clock=line.sock.clock,
        seconds=now() - begun,
        headers=tuple(line.response.headers.raw_items()) if line.response else (),
        certificate=_shown(tls),
    )


def _shown(tls: ssl.SSLObject | None) -> str:
    found = tls.getpeercert(binary_form=True) if tls is not None else None
    return ssl.DER_cert_to_PEM_cert(found) if found else ""
