"""What can be wrong about a connection, declared: the handshake, its end, and silence.

`Refusal` and `Subprotocol` decide how a handshake ends (`CentralSystem.admit`); the others are told by the frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference_csms.seams import Admission, Seams
from reference_csms.wire.frames import CALL
from reference_faults.deviation import Ledger, Make
from reference_faults.landing import Deed, Turn, doing


@dataclass(frozen=True, slots=True)
class Refusal:
    """The handshake ends with this HTTP status, from the `since`-th connection of a Charge Point on."""

    status: int
    since: int = 1


@dataclass(frozen=True, slots=True)
class Subprotocol:
    """The handshake agrees on this subprotocol, or on none."""

    name: str | None


@dataclass(frozen=True, slots=True)
class CloseAfter:
    """The connection ends after so many frames: closed with this code, or dropped without a word."""

    frames: int
    code: int | None


@dataclass(frozen=True, slots=True)
class CloseInstead:
    """The connection ends instead of a frame about this action: closed with this code, or dropped.

    `turns_away`: the code says no to whoever connected, or tells of a restart, before a case has begun. That keeps a
    Charge Point out as a refused handshake does, and no frame proves more.
    """

    action: str
    code: int | None
    turns_away: bool = False


@dataclass(frozen=True, slots=True)
class CloseOnceCalled:
    """The connection ends as soon as a CALL of the Central System went out, before it can be answered."""

    code: int | None


@dataclass(frozen=True, slots=True)
class SilentAfter:
    """Nothing is written any more after so many frames, from the `since`-th connection on."""

    frames: int
    since: int = 1


@dataclass(frozen=True, slots=True)
class Forgotten:
    """CALLs still go to the connection that a Charge Point had before its present one."""


@dataclass(frozen=True, slots=True)
class LateFarewell:
    """The end of a former connection, noticed late, closes the one that took its place."""


Session = Refusal | Subprotocol | CloseAfter | CloseInstead | CloseOnceCalled | SilentAfter | Forgotten | LateFarewell


def session_making(session: Session) -> Make:
    """What brings about a declared fault."""
    match session:
        case Refusal() | Subprotocol():
            return _admitting(session)
        case CloseAfter(frames, code):
            return doing(_closing_after(frames, code))
        case CloseInstead(action, code):
            return doing(_closing_instead(action, code))
        case CloseOnceCalled(code):
            return doing(_closing_once_called(code))
        case SilentAfter(frames, since):
            return doing(_silent_after(frames, since))
        case Forgotten():
            return doing(_to_the_former)
        case LateFarewell():
            return doing(_closing_the_new)


def _admitting(session: Refusal | Subprotocol) -> Make:
    def make(ledger: Ledger) -> Seams:
        def admit(charge_point_id: str, admission: Admission) -> Admission:
            ledger.memory[charge_point_id] = connection = ledger.memory.get(charge_point_id, 0) + 1
            decided = _decided(session, admission, connection)
            ledger.landed += decided != admission
            return decided

        return Seams(admission=(admit,))

    return make


def _decided(session: Refusal | Subprotocol, admission: Admission, connection: int) -> Admission:
    if isinstance(session, Subprotocol):
        return replace(admission, subprotocol=session.name)
    return replace(admission, status=session.status) if connection >= session.since else admission


async def end(turn: Turn, code: int | None) -> None:
    """End the connection of a turn: close it, or drop it when there is no code."""
    turn.land()
    if code is None:
        turn.line.connection.transport.abort()
    else:
        await turn.line.connection.close(code, "on purpose")


def _closing_after(frames: int, code: int | None) -> Deed:
    async def deed(turn: Turn) -> None:
        await turn.send()
        if _number(turn) == frames:
            await end(turn, code)

    return deed


def _closing_instead(action: str, code: int | None) -> Deed:
    async def deed(turn: Turn) -> None:
        await (end(turn, code) if turn.frame.action == action else turn.send())

    return deed


def _closing_once_called(code: int | None) -> Deed:
    async def deed(turn: Turn) -> None:
        await turn.send()
        if turn.frame.kind == CALL:
            await end(turn, code)

    return deed


def _silent_after(frames: int, since: int) -> Deed:
    async def deed(turn: Turn) -> None:
        if _connection(turn) < since or _number(turn) <= frames:
            await turn.send()

    return deed


async def _to_the_former(turn: Turn) -> None:
    if turn.frame.kind != CALL or _connection(turn) == 1:
        await turn.send()


async def _closing_the_new(turn: Turn) -> None:
    await turn.send()
    if _connection(turn) > 1 and _number(turn) == 1:
        await end(turn, 1000)


def _number(turn: Turn) -> int:
    """Which frame of its connection this is, counted from 1; asked once for each frame."""
    turn.connection_memory["frames"] = number = turn.connection_memory.get("frames", 0) + 1
    return int(number)


def _connection(turn: Turn) -> int:
    """Which connection of its Charge Point this is, counted from 1."""
    if "connection" not in turn.connection_memory:
        identity = turn.line.charge_point_id
        turn.memory[identity] = turn.connection_memory["connection"] = turn.memory.get(identity, 0) + 1
    return int(turn.connection_memory["connection"])
