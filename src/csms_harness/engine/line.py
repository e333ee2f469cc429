"""The line to the Central System: what outlives a case on one lane. Pure state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from csms_harness.charge_point.model import ChargePoint
from csms_harness.dialogue.dialogue import Dialogue
from csms_harness.engine.events import Connected, Event, Lost, Refused
from csms_harness.ocppj.correlation import Correlation

_NO_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Link(StrEnum):
    """The state of the connection: the one place that knows it."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"


_CONNECTED = (Link.OPEN, Link.CLOSING)


@dataclass(slots=True)
class Line:
    """One Charge Point and its connection, kept from case to case.

    ``handshake`` is how the present connection was opened, ``refusal`` why the last attempt brought none. ``fresh``
    asks for a new connection before the next case; ``patient``: it is worth waiting for a registration that was not
    granted at once; ``heard`` counts frames of the Central System; ``epoch`` is the wall clock (UTC) at monotonic 0.
    """

    charge_point: ChargePoint
    epoch: datetime = _NO_EPOCH
    link: Link = Link.CLOSED
    handshake: Connected | None = None
    refusal: Refused | None = None
    fresh: bool = False
    patient: bool = True
    heard: int = 0
    dialogue: Dialogue = field(init=False)

    def __post_init__(self) -> None:
        self.dialogue = Dialogue(self.charge_point, self.utc)

    @property
    def connected(self) -> bool:
        """Whether frames can cross it."""
        return self.link in _CONNECTED

    def utc(self, at: float) -> datetime:
        """The wall clock at a moment."""
        return self.epoch + timedelta(seconds=at)

    def take(self, event: Event) -> None:
        """Follow what becomes of the connection; other events change nothing here."""
        match event:
            case Connected():
                self._opened(event)
            case Refused():
                self.link, self.refusal = Link.CLOSED, event
            case Lost():
                self._lost()

    def _opened(self, event: Connected) -> None:
        """A connection was accepted: a conversation of its own begins."""
        self.link, self.handshake, self.refusal, self.fresh = Link.OPEN, event, None, False
        prefix = f"{self.charge_point.identity[:20]}-{int(event.at * 1000) % 10**9}"
        self.dialogue = Dialogue(self.charge_point, self.utc, Correlation(prefix), last_call_at=event.at)

    def _lost(self) -> None:
        """The connection is gone, and with it all that was queued for it or not answered yet."""
        self.link, self.handshake = Link.CLOSED, None
        self.dialogue.forget()
        self.charge_point.cut()
