"""The line to the Central System: what outlives a case on one lane. Pure state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from csms_harness.charge_point.model import ChargePoint
from csms_harness.charge_point.records import Standing
from csms_harness.dialogue.dialogue import Dialogue
from csms_harness.engine.events import Connected, Event, KeyMade, Lost, Parted, Refused, TlsProbed
from csms_harness.ocppj.correlation import Correlation

_NO_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Link(StrEnum):
    """The state of the connection: the one place that knows it."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"


CLOSED = "closed"
"""The kind of a refusal by a close frame right after the handshake."""

_CONNECTED = (Link.OPEN, Link.CLOSING)


@dataclass(slots=True)
class Owed:
    """What the cases of a line took and could not give back.

    ``takers`` and ``beginners`` are the cases that made something stand, and that began a transaction which is still
    open; no name is an earlier run. ``asked_back`` counts how often it was tried to give something back;
    ``ended_again`` was tried once. ``known`` are the actions that the Central System has sent so far.
    """

    takers: dict[Standing, str] = field(default_factory=dict)
    beginners: dict[int, str] = field(default_factory=dict)
    asked_back: Counter[Standing] = field(default_factory=Counter)
    ended_again: set[int] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def awaits(self, action: str, payload: Mapping[str, Any]) -> bool:
        """Whether this CALL takes back what stands: it was asked for, and comes late."""
        return any(
            one.action == action and all(payload.get(name) == value for name, value in one.fields.items())
            for one in self.takers
        )

    def remember(self, standing: Collection[Standing], case: str) -> None:
        """These stand now; those that are new were taken by this case."""
        self.takers = {one: self.takers.get(one, case) for one in standing}
        self.asked_back = Counter({one: self.asked_back[one] for one in self.takers})

    def remember_open(self, unended: Collection[int], case: str) -> None:
        """These transactions are open now; those that are new were begun by this case."""
        self.beginners = {number: self.beginners.get(number, case) for number in unended}
        self.ended_again &= self.beginners.keys()


@dataclass(slots=True)
class Line:
    """One Charge Point and its connection, kept from case to case.

    ``handshake`` is how the present connection was opened, ``refusal`` why the last attempt brought none. ``fresh``
    asks for a new connection before the next case; ``patient``: it is worth waiting for a registration that was not
    granted at once; ``former``: an earlier connection was left open beside this one, ``astray``: what
    came over it meanwhile; ``owed`` is what could not be
    given back; ``heard`` counts frames of the Central System, ``answered`` says whether one of them came over the
    present connection. ``ended_at`` is when the last connection ended, ``unsettled_at`` when the last case that leaves
    the Central System something to tidy up did; ``kept_out``: a refusal lasted longer than our patience, and nothing
    was heard since. ``probed`` is what was found out last about TLS; ``tried`` what the opening under way does
    otherwise than a Charge Point does. ``epoch`` is the wall clock (UTC) at monotonic 0.
    """

    charge_point: ChargePoint
    epoch: datetime = _NO_EPOCH
    link: Link = Link.CLOSED
    handshake: Connected | None = None
    refusal: Refused | None = None
    fresh: bool = False
    patient: bool = True
    former: bool = False
    astray: tuple[str, ...] = ()
    heard: int = 0
    owed: Owed = field(default_factory=Owed)
    answered: bool = False
    ended_at: float | None = None
    unsettled_at: float | None = None
    kept_out: bool = False
    probed: TlsProbed | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)
    dialogue: Dialogue = field(init=False)
    _told: tuple[float, datetime] = field(init=False)

    def __post_init__(self) -> None:
        self._told = 0.0, self.epoch
        self.dialogue = Dialogue(self.charge_point, self.utc)

    @property
    def connected(self) -> bool:
        """Whether frames can cross it."""
        return self.link in _CONNECTED

    def begin(self, epoch: datetime) -> None:
        """A case begins, and with it a wall clock: ``epoch`` is what it showed at monotonic 0."""
        self.epoch, self._told = epoch, (0.0, epoch)

    def utc(self, at: float) -> datetime:
        """The wall clock at a moment; of each it is asked several times in a row."""
        if at != self._told[0]:
            self._told = at, self.epoch + timedelta(seconds=at)
        return self._told[1]

    def secure(self, profile: int | None) -> None:
        """Connect under this security profile from now on, unless the Central System has raised it further."""
        charge_point = self.charge_point
        raised = charge_point.raised_to
        charge_point.security_profile = raised if profile is None else max(profile, raised or 0)
        charge_point.configuration.set("SecurityProfile", str(charge_point.security_profile or 0))
        opened = self.handshake
        if opened is not None and opened.profile != charge_point.security_profile:
            self.fresh = True

    @property
    def agreed(self) -> bool:
        """Whether the handshake chose one of the subprotocols that were offered."""
        return self.handshake is not None and self.handshake.subprotocol in self.handshake.offered

    @property
    def outdated(self) -> bool:
        """Whether the Central System has raised the security profile since this connection was opened."""
        opened, raised = self.handshake, self.charge_point.raised_to
        return opened is not None and opened.profile is not None and raised is not None and opened.profile < raised

    @property
    def let_in(self) -> bool:
        """Whether the Central System ever spoke to this Charge Point."""
        return self.heard > 0

    def hear(self) -> None:
        """A frame of the Central System came."""
        self.heard += 1
        self.answered, self.kept_out = True, False

    def turned_away(self, event: Lost, *, passing: bool) -> Refused:
        """The handshake was accepted, and the connection closed before anything was said: a refusal all the same."""
        self._lost()
        self.refusal = Refused(event.at, event.sentence, CLOSED, passing=passing)
        return self.refusal

    def take(self, event: Event) -> None:
        """Follow what becomes of the connection; other events change nothing here."""
        match event:
            case Connected():
                self._opened(event)
            case Refused():
                self.link, self.refusal = Link.CLOSED, event
            case Lost():
                if self.connected:
                    self.ended_at = event.at
                self._lost()
            case Parted():
                self.former, self.ended_at, self.astray = False, event.at, event.heard
            case TlsProbed():
                self.probed = event
            case KeyMade(csr=csr):
                self.charge_point.csr = csr

    def _opened(self, event: Connected) -> None:
        """A connection was accepted: a conversation of its own begins."""
        self.link, self.handshake, self.refusal, self.fresh = Link.OPEN, event, None, False
        self.answered = False
        self.charge_point.proven_chain = self.charge_point.certificate_chain
        self.charge_point.host = event.host or self.charge_point.host
        prefix = f"{self.charge_point.identity[:20]}-{int(event.at * 1000) % 10**9}"
        self.dialogue = Dialogue(self.charge_point, self.utc, Correlation(prefix), last_call_at=event.at)

    def _lost(self) -> None:
        """The connection is gone, and with it all that was queued for it or not answered yet."""
        self.link, self.handshake = Link.CLOSED, None
        self.dialogue.forget()
        self.charge_point.cut()
