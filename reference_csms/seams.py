"""Where the Central System can be made to behave otherwise, without a condition in its own code.

Every frame on its way out runs through a chain of `Outgoing` functions: each may change it, forward it late,
twice or not at all. Hooks run after a CALL of the Charge Point was answered, or before one of ours is queued.
A Deviation names a set of these; noise is declared as Deviations, and so is everything wrong on purpose.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from reference_csms.wire.frames import CALL, CALLRESULT, Encoded, Frame, Payload

if TYPE_CHECKING:
    from reference_csms.central_system import CentralSystem
    from reference_csms.wire.conversation import Conversation

SWITCHING_PROTOCOLS = 101
SUBPROTOCOL = "ocpp1.6"


@dataclass(frozen=True, slots=True)
class Admission:
    """How a handshake ends: the HTTP status, and the subprotocol of the connection if it is 101."""

    status: int = SWITCHING_PROTOCOLS
    subprotocol: str | None = SUBPROTOCOL


Forward = Callable[[Frame], Awaitable[None]]
Outgoing = Callable[["Conversation", Frame, Forward], Awaitable[None]]
Hook = Callable[["Conversation", Payload, Payload], Awaitable[None]]
Ordered = Callable[["Conversation", str, Payload], Awaitable[None]]
Admit = Callable[["CentralSystem", str, Admission], Admission]
Name = Callable[["CentralSystem", str], str]


@dataclass(frozen=True, slots=True)
class Seams:
    """What is plugged in.

    `outgoing`: frame functions, outermost first; `after`: (action, hook) pairs, run when a CALL was answered;
    `ordered`: run before a CALL that the operator ordered is queued; `admission`: how handshakes end;
    `naming`: the uniqueId of our CALLs, made of a fresh one.
    """

    outgoing: tuple[Outgoing, ...] = ()
    after: tuple[tuple[str, Hook], ...] = ()
    ordered: tuple[Ordered, ...] = ()
    admission: tuple[Admit, ...] = ()
    naming: tuple[Name, ...] = ()

    def __add__(self, other: Seams) -> Seams:
        return Seams(
            self.outgoing + other.outgoing,
            self.after + other.after,
            self.ordered + other.ordered,
            self.admission + other.admission,
            self.naming + other.naming,
        )

    def chain(self, conversation: Conversation, last: Forward) -> Forward:
        """The way of a frame through all functions to `last`, which writes it."""
        return reduce(lambda inner, step: lambda frame: step(conversation, frame, inner), reversed(self.outgoing), last)

    def hooks(self, action: str) -> list[Hook]:
        """What runs after a CALL with this action was answered."""
        return [hook for name, hook in self.after if name == action]

    def admitted(self, csms: CentralSystem, charge_point_id: str) -> Admission:
        """How the handshake of a Charge Point ends that may connect."""
        return reduce(lambda admission, admit: admit(csms, charge_point_id, admission), self.admission, Admission())

    def named(self, csms: CentralSystem, unique_id: str) -> str:
        """The uniqueId of a CALL, made of a fresh one."""
        return reduce(lambda name, rename: rename(csms, name), self.naming, unique_id)


@dataclass(frozen=True, slots=True)
class Deviation:
    """A named way to behave otherwise: what happens, in one sentence, and where it is plugged in."""

    name: str
    what: str
    seams: Seams


def changing_messages(change: Callable[[list[Any]], list[Any]]) -> Seams:
    """Change the OCPP-J array of every frame."""

    async def step(_: Conversation, frame: Frame, forward: Forward) -> None:
        await forward(replace(frame, message=change(frame.message)))

    return Seams(outgoing=(step,))


def changing_text(change: Callable[[Encoded], Encoded]) -> Seams:
    """Change the text of every frame, after whatever else shapes it."""

    async def step(_: Conversation, frame: Frame, forward: Forward) -> None:
        encode = frame.encode
        await forward(replace(frame, encode=lambda message: change(encode(message))))

    return Seams(outgoing=(step,))


def changing_answers(action: str, change: Callable[[Payload], Payload]) -> Seams:
    """Change the payload of every CALLRESULT to this action."""
    return _changing_payloads(CALLRESULT, action, change)


def changing_calls(action: str, change: Callable[[Payload], Payload]) -> Seams:
    """Change the payload of every CALL with this action that the Central System sends."""
    return _changing_payloads(CALL, action, change)


def _changing_payloads(kind: int, action: str, change: Callable[[Payload], Payload]) -> Seams:
    async def step(_: Conversation, frame: Frame, forward: Forward) -> None:
        if (frame.kind, frame.action) == (kind, action) and frame.payload is not None:
            frame = frame.with_payload(change(frame.payload))
        await forward(frame)

    return Seams(outgoing=(step,))
