"""Where something can be plugged into the Central System, without a condition in its own code.

Every message on its way out runs through a chain of `Outgoing` functions: each may change it, forward it late,
twice or not at all; every message that comes in, as it is, through a chain of `Incoming` ones, and the WebSocket
frames that it is made of through one of `Framing` ones. Hooks run when a conversation begins, after a CALL of the
Charge Point was answered, and before a CALL that the operator ordered is queued. How a handshake ends and what a CALL
is called can be decided otherwise too. The Central System itself plugs nothing in.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame as WireFrame

from reference_csms.calls import CallRecord
from reference_csms.wire.frames import Frame, Payload

SWITCHING_PROTOCOLS = 101
SUBPROTOCOL = "ocpp1.6"

NO_PASSWORD, WRONG_PASSWORD, SUBPROTOCOLS = "no password", "wrong password", "subprotocols"
LOWER_PROFILE, OTHERS_CERTIFICATE = "lower profile", "other's certificate"
"""What may be wrong with a request: it shows no password, another one, or offers no subprotocol that is spoken; it
comes under a lower security profile than is in force, or with a client certificate that is not made out to it."""


@dataclass(frozen=True, slots=True)
class Admission:
    """How a handshake ends: the HTTP status, and the subprotocol of the connection if it is 101.

    `offered` are the subprotocols that the Charge Point speaks, `compressed` says that it offers to compress messages;
    `because` is what was found wrong with the request, `sentence` and `challenge` go into the answer then;
    `credentials` are the user and the password that it shows.
    """

    status: int = SWITCHING_PROTOCOLS
    subprotocol: str | None = SUBPROTOCOL
    because: str = ""
    sentence: str = ""
    challenge: str | None = None
    offered: tuple[str, ...] = ()
    compressed: bool = False
    credentials: bytes = field(default=b"", repr=False)


class Line(Protocol):
    """The line to a connected Charge Point: as much of a conversation as what is plugged in may use."""

    @property
    def charge_point_id(self) -> str:
        """Whose line it is."""

    @property
    def connection(self) -> ServerConnection:
        """The WebSocket."""

    @property
    def ended(self) -> asyncio.Event:
        """Set once the connection has ended."""

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended, though what was received may still be answered."""

    @property
    def is_full(self) -> bool:
        """Whether so many CALLs wait that no more are taken."""

    @property
    def calls(self) -> Sequence[CallRecord]:
        """The last CALLs to this Charge Point, oldest first, and what became of each."""

    def queue(self, action: str, payload: Payload) -> CallRecord:
        """Have a payload that is prepared sent as a CALL."""

    async def volunteer(self, action: str, payload: Payload) -> None:
        """Send a CALL that nobody asked for, and return when it has ended."""

    async def write(self, frame: Frame) -> None:
        """Put a frame on the wire as it is."""


Forward = Callable[[Frame], Awaitable[None]]
Outgoing = Callable[[Line, Frame, Forward], Awaitable[None]]
Take = Callable[[str | bytes], Awaitable[None]]
Incoming = Callable[[Line, str | bytes, Take], Awaitable[None]]
Opened = Callable[[Line], None]
Pass = Callable[[WireFrame], None]
Framing = Callable[["Line", WireFrame, Pass], None]
Hook = Callable[[Line, Payload, Payload], Awaitable[None]]
Ordered = Callable[[Line, str, Payload], Awaitable[None]]
Admit = Callable[[str, Admission], Admission]
Name = Callable[[str], str]
Number = Callable[[], int]
Secure = Callable[[ssl.SSLContext, int], ssl.SSLContext]


@dataclass(frozen=True, slots=True)
class Seams:
    """What is plugged in.

    `outgoing`: frame functions, outermost first; `incoming`: those for what comes in; `framing`: those for the
    WebSocket frames that it is made of, pings and pongs among them; `opened`: run when a conversation begins; `after`:
    (action, hook) pairs, run when a CALL was answered; `ordered`: run before a CALL that the operator ordered is
    queued; `admission`: how the handshake of an identity ends; `naming`: the uniqueId of our CALLs, made of a fresh
    one; `numbering`: the transactionId of the next transaction, which the database counts when nothing is plugged in;
    `securing`: what a listener of a security profile speaks over TLS.
    """

    outgoing: tuple[Outgoing, ...] = ()
    incoming: tuple[Incoming, ...] = ()
    opened: tuple[Opened, ...] = ()
    after: tuple[tuple[str, Hook], ...] = ()
    ordered: tuple[Ordered, ...] = ()
    admission: tuple[Admit, ...] = ()
    naming: tuple[Name, ...] = ()
    numbering: Number | None = None
    securing: tuple[Secure, ...] = ()
    framing: tuple[Framing, ...] = ()

    def __add__(self, other: Seams) -> Seams:
        return Seams(
            self.outgoing + other.outgoing,
            self.incoming + other.incoming,
            self.opened + other.opened,
            self.after + other.after,
            self.ordered + other.ordered,
            self.admission + other.admission,
            self.naming + other.naming,
            other.numbering or self.numbering,
            self.securing + other.securing,
            self.framing + other.framing,
        )

    def chain(self, line: Line, last: Forward) -> Forward:
        """The way of a frame through all functions to `last`, which writes it."""
        return reduce(lambda inner, step: lambda frame: step(line, frame, inner), reversed(self.outgoing), last)

    def taking(self, line: Line, last: Take) -> Take:
        """The way of what comes in through all functions to `last`, which reads it."""
        return reduce(lambda inner, step: lambda data: step(line, data, inner), reversed(self.incoming), last)

    def framed(self, line: Line, last: Pass) -> Pass:
        """The way of a WebSocket frame that comes in through all functions to `last`, which acts on it."""
        return reduce(lambda inner, step: lambda frame: step(line, frame, inner), reversed(self.framing), last)

    def hooks(self, action: str) -> list[Hook]:
        """What runs after a CALL with this action was answered."""
        return [hook for name, hook in self.after if name == action]

    def admitted(self, charge_point_id: str, admission: Admission) -> Admission:
        """How the handshake of a Charge Point ends, of which the Central System itself decides this."""
        return reduce(lambda decided, admit: admit(charge_point_id, decided), self.admission, admission)

    def secured(self, context: ssl.SSLContext, profile: int) -> ssl.SSLContext:
        """What a listener speaks over TLS, of which the Central System itself decides this."""
        return reduce(lambda decided, secure: secure(decided, profile), self.securing, context)

    def named(self, unique_id: str) -> str:
        """The uniqueId of a CALL, made of a fresh one."""
        return reduce(lambda name, rename: rename(name), self.naming, unique_id)
