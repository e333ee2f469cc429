"""The connections of a Charge Point: the present one, one that was left open beside it, and what comes over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from csms_harness.dialogue.outgoing import WHOLE, Framing
from csms_harness.engine.case import CaseRun
from csms_harness.engine.effects import SendFrame
from csms_harness.engine.events import (
    Connected,
    Event,
    FrameReceived,
    FrameSent,
    Lost,
    Parted,
    PongReceived,
    Refused,
    TlsProbed,
)
from csms_harness.evidence import Tried
from csms_harness.runner.chores import Chores
from csms_harness.runner.inbox import Inbox
from csms_harness.runner.world import Link, World
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.greeting import UNTRIED_BECAUSE
from csms_harness.transport.refusal import Refusal
from csms_harness.transport.suites import TlsProbe
from csms_harness.transport.websocket import Closed, CloseSide, ConnectionLost, Handshake, Received

MOST_ASTRAY: Final = 100
"""So many messages that came over a connection which was left for another are looked at."""


@dataclass(slots=True)
class Wires:
    """Opens and closes connections beside the case, and tells of each end by an event of its own.

    ``handshakes`` are those of all connections, each with its security profile.
    """

    world: World
    inbox: Inbox
    chores: Chores
    handshakes: list[tuple[int | None, Handshake]] = field(default_factory=list)
    _present: Link | None = None
    _former: Link | None = None
    _ending: Link | None = None

    def take(self, run: CaseRun | None = None) -> Event | None:
        """What there is to take now, for a case or for none; what came over the wire is taken last.

        It can wait, for it has its stamp.
        """
        event = self.inbox.take(run, self)
        if event is not None or self._present is None:
            return event
        received = self._present.take()
        if isinstance(received, Received):
            return _heard(received, self.world.now(), self._present)
        if received is None or self._present is self._ending:  # whose end is told by who ends it
            return None
        self._present = None
        return _lost(received, received.at)

    @property
    def holds_message(self) -> bool:
        """Whether a message waits in the present connection."""
        return self._present is not None and self._present.holds_message

    async def send(self, text: str, unique_id: str, framing: Framing) -> Event:
        """Write a message: when that was done, or why it could not be."""
        if self._present is None:
            return Lost(self.world.now(), "there is no connection")
        data = text.encode() if framing.binary else text
        try:
            return FrameSent(await self._present.send(data, framing.fragments, framing.pinged), unique_id)
        except ConnectionLost as lost:
            return _lost(lost.closed, self.world.now())

    def send_now(self, frame: SendFrame) -> FrameSent | None:
        """Write a usual message within this turn of the event loop; None where that cannot be, and nothing is done."""
        if self._present is None or frame.framing is not WHOLE:
            return None
        at = self._present.send_now(frame.text)
        return None if at is None else FrameSent(at, frame.unique_id)

    async def control(self, data: str, *, pong: bool) -> Event | None:
        """Write a ping or a pong; an event only where it could not be."""
        if self._present is None:
            return Lost(self.world.now(), "there is no connection")
        try:
            await self._present.control(data, pong=pong)
        except ConnectionLost as lost:
            return _lost(lost.closed, self.world.now())
        return None

    def open(self, endpoint: Endpoint, profile: int | None, *, beside: bool) -> None:
        """Connect; ``beside`` leaves the present connection open, whose frames nobody reads any more."""
        self.chores.begin(self._open(endpoint, profile, beside=beside))

    async def _open(self, endpoint: Endpoint, profile: int | None, *, beside: bool) -> None:
        if beside and self._present is not None:
            older, self._former, self._present = self._former, self._present, None
            if older is not None:
                await older.drop()
        try:
            opened = await self.world.connect(endpoint)
        except Exception as error:  # noqa: BLE001  whatever it is, the case is waiting for an end
            sentence = f"The connection could not be opened: {type(error).__name__}: {error}"
            self.inbox.put(self, Refused(self.world.now(), sentence))
            return
        if isinstance(opened, Refusal):
            self.inbox.put(self, _refused(opened, self.world.now()))
            return
        self._present = opened
        opened.listen(self.inbox.heard)
        self.handshakes.append((profile, opened.handshake))
        self.inbox.put(self, _connected(opened.handshake, endpoint, profile, self.world.now()))

    def end(self, *, drop: bool) -> None:
        """End the present connection, in order or without a word."""
        self.chores.begin(self._end(drop=drop))

    async def _end(self, *, drop: bool) -> None:
        self._ending = self._present
        try:
            if self._present is not None:
                await self._close(self._present, drop=drop)
        finally:
            self.inbox.put(self, Lost(self.world.now(), "the Charge Point closed the connection", ours=True))

    def part(self) -> None:
        """Close the connection that was left open; its end is no concern of the present one."""
        self.chores.begin(self._part())

    async def _part(self) -> None:
        former, self._former = self._former, None
        heard = () if former is None else tuple(_waiting(former))
        try:
            if former is not None:
                await former.close()
        finally:
            self.inbox.put(self, Parted(self.world.now(), heard))

    def probe(self, run: CaseRun, endpoint: Endpoint, *, weak: bool) -> None:
        """Try what TLS an address takes, on connections of their own; ``weak``: what it should not take."""
        self.chores.begin(self._probe(run, endpoint, weak=weak))

    async def _probe(self, run: CaseRun, endpoint: Endpoint, *, weak: bool) -> None:
        probe = self.world.probe_weak if weak else self.world.probe
        found = await probe(endpoint) if endpoint.secure else None
        self.inbox.put(run, _probed(found, endpoint, self.world.now()))

    async def close(self) -> None:
        """Close all connections."""
        for connection in (self._former, self._present):
            if connection is not None:
                await self._close(connection, drop=False)

    async def _close(self, connection: Link, *, drop: bool) -> None:
        if drop:
            await connection.drop()
        else:
            await connection.close()
        if self._present is connection:
            self._present = None


def _connected(handshake: Handshake, endpoint: Endpoint, profile: int | None, at: float) -> Connected:
    return Connected(
        at,
        handshake.subprotocol,
        handshake.http_status,
        endpoint.subprotocols,
        profile,
        endpoint.certified_name if endpoint.secure else "",
        handshake.tls_version or "",
        handshake.cipher or "",
        handshake.certificate,
    )


def _refused(refusal: Refusal, at: float) -> Refused:
    return Refused(
        at, refusal.sentence, refusal.kind, refusal.http_status, refusal.passing, refusal.retry_after, refusal.echoes
    )


def _probed(found: TlsProbe | Refusal | dict[str, str] | None, endpoint: Endpoint, at: float) -> TlsProbed:
    """What was found at an address; None for one without TLS."""
    if found is None:
        return TlsProbed(at, sentence=f"{endpoint.address} is no wss:// URL: there is no TLS.")
    if isinstance(found, Refusal):
        return TlsProbed(at, sentence=found.sentence, kind=found.kind)
    if isinstance(found, TlsProbe):
        suites, versions, why = (tuple(one.items()) for one in (found.suites, found.versions, found.why))
        return TlsProbed(at, suites, versions, why, found.certificates)
    untried = ((name, UNTRIED_BECAUSE) for name, became in found.items() if became == Tried.UNTRIED)
    return TlsProbed(at, why=tuple(untried), weak=tuple(found.items()))


def _waiting(connection: Link) -> Iterator[str]:
    """The texts that lie unread in a connection."""
    for _ in range(MOST_ASTRAY):
        received = connection.take()
        if not isinstance(received, Received):
            return
        if isinstance(received.data, str) and not received.pong:
            yield received.data


def _heard(received: Received, taken: float, over: Link) -> FrameReceived | PongReceived:
    """What came over the wire as an event, and when it was taken."""
    data = received.data
    if received.pong:
        return PongReceived(received.at, data if isinstance(data, str) else data.decode("utf-8", "replace"), over.pings)
    return FrameReceived(received.at, data, taken, received.clock)


def _lost(closed: Closed, at: float) -> Lost:
    """The end of a connection as an event, whether a read or a write met it."""
    return Lost(at, closed.sentence, closed.code, ours=closed.by is CloseSide.CHARGE_POINT)
