"""What can happen to a running case. Every event says when, in monotonic seconds; the journal keeps them all."""

from __future__ import annotations

from csms_harness.frozen import dataclass
from csms_harness.ocpp16.vocabulary import SUBPROTOCOL


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection was accepted: the subprotocol that the answer names, the HTTP status, and what was offered.

    ``profile`` is the security profile that it was opened under, where the target names profiles; ``host`` the name
    that the certificate must be made out to, ``certificate`` the one that was shown, in PEM; ``tls`` the version and
    ``suite`` the cipher suite.
    """

    at: float
    subprotocol: str | None = None
    status: int = 101
    offered: tuple[str, ...] = (SUBPROTOCOL,)
    profile: int | None = None
    host: str = ""
    tls: str = ""
    suite: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class TlsProbed:
    """TLS handshakes that offered one thing each, as pairs of its name and what became of it.

    ``why`` holds reasons by name, ``certificates`` those that were shown, in PEM; ``weak`` what became of weak offers;
    ``sentence`` says why nothing was found out, where nobody was there.
    """

    at: float
    suites: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    why: tuple[tuple[str, str], ...] = ()
    certificates: tuple[str, ...] = ()
    sentence: str = ""
    kind: str = ""
    weak: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """No connection was had: ``kind`` is the way it failed, ``sentence`` says why and what to do.

    ``passing`` when it may be otherwise in a moment (a restart, an overload); ``retry_after`` is the time in seconds
    after which the Central System wants to be asked again. ``echoes``: its answer says the password that was shown.
    """

    at: float
    sentence: str
    kind: str = ""
    status: int | None = None
    passing: bool = False
    retry_after: float | None = None
    echoes: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone: its close code, if there was one; ``ours`` when the Charge Point itself closed it."""

    at: float
    sentence: str
    code: int | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Parted:
    """The connection that was left open beside the present one is gone; ``heard`` is what had come over it since."""

    at: float
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """A WebSocket message; ``at`` is its arrival, ``resumed`` when the harness looked, ``clock`` who stamped it."""

    at: float
    data: str | bytes
    resumed: float | None = None
    clock: str = "user"


@dataclass(frozen=True, slots=True)
class FrameSent:
    """A frame of ours was written to the socket at this moment."""

    at: float
    unique_id: str


@dataclass(frozen=True, slots=True)
class PongReceived:
    """A WebSocket pong came with this application data.

    ``pings`` counts those that the Central System itself has sent over this connection.
    """

    at: float
    data: str
    pings: int = 0


@dataclass(frozen=True, slots=True)
class KeyMade:
    """The Charge Point has a new key pair: the certificate request for it, in PEM."""

    at: float
    csr: str


@dataclass(frozen=True, slots=True)
class TriggerBegan:
    """A trigger is at work: which adapter it is, and which members of the wish its entry does not hand over."""

    at: float
    ticket: int
    adapter: str = ""
    not_passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TriggerFinished:
    """A trigger ended: ``performed``, ``declined`` or ``failed``, in its own words.

    ``said`` is the begin of what the CSMS answered to it; ``doubtful``: by that it may have refused after all.
    """

    at: float
    ticket: int
    outcome: str
    text: str = ""
    adapter: str = ""
    said: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class TimePassed:
    """It is this late, and nothing else happened."""

    at: float


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The user wants to stop; the case cleans up and ends."""

    at: float


@dataclass(frozen=True, slots=True)
class GoOn:
    """Whoever looks at the case wants the next step, or with ``to_the_end`` all that are left."""

    at: float
    to_the_end: bool = False


@dataclass(frozen=True, slots=True)
class Stalled:
    """The harness itself stood still for so many seconds until this moment: no processor, or a stopped process."""

    at: float
    seconds: float


Event = (
    Connected
    | TlsProbed
    | Refused
    | Lost
    | Parted
    | FrameReceived
    | FrameSent
    | PongReceived
    | KeyMade
    | TriggerBegan
    | TriggerFinished
    | TimePassed
    | Interrupted
    | GoOn
    | Stalled
)
