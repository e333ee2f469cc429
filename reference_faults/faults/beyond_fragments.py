"""Faults below the messages: pings, pongs, and the fragments that a message comes in (RFC 6455, 5.4 and 5.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from websockets.frames import DATA_OPCODES, Frame, Opcode

from reference_csms.seams import Line, Pass, Seams
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.beyond_parts import clause_of
from reference_faults.faults.model import Fault

Which = Callable[[Ledger, Line, Frame], bool]
"""Whether a WebSocket frame is one of those that are treated wrongly."""

Deed = Callable[[Ledger, Line, Frame, Pass], None]
"""What is done with it."""

MANY: Final = 16
"""Fragments beyond which one that counts them gives up."""

SHORT: Final = 64
"""Bytes of application data beyond which a buffer that is too small overflows."""


def fragment_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _of_pings()
    yield from _of_fragments()


def _of_pings() -> Iterator[Fault]:
    pings = clause_of("OCPP-J 1.6, 3; RFC 6455, 5.5.2", "LINE_050")
    anywhere = ("LINE_050", "LINE_051", "LINE_052", "LINE_054")
    yield pings.made("pings-unanswered", "answers no ping", _meeting(_ping, _ignore), anywhere)
    yield pings.made("pings-close", "closes the connection on a ping", _meeting(_ping, _close), anywhere)
    yield pings.made(
        "pongs-empty", "answers a ping by a pong without its application data", _meeting(_ping, partial(_with, b""))
    )
    yield pings.made(
        "pongs-otherwise", "answers a ping by a pong with data of its own",
        _meeting(_ping, partial(_with, b"keepalive")), anywhere,
    )  # fmt: skip
    yield pings.made("empty-pings-unanswered", "answers no ping without data", _meeting(_empty_ping, _ignore))
    yield pings.made("long-pings-unanswered", "answers no ping with much data", _meeting(_long_ping, _ignore))
    yield pings.made("long-pings-close", "closes on a ping with much data", _meeting(_long_ping, _close))
    yield clause_of("OCPP-J 1.6, 3; RFC 6455, 5.5.2", "LINE_051").made(
        "pings-wait-for-a-call", "answers no ping while a CALL of its own is open", _meeting(_ping_in_a_call, _ignore)
    )
    unasked = clause_of("OCPP-J 1.6, 3; RFC 6455, 5.5.3", "LINE_052")
    yield unasked.made("pongs-close", "closes the connection on a pong it did not ask for", _meeting(_pong, _close))
    yield unasked.made("pongs-strike-dumb", "reads no more after a pong it did not ask for", _meeting(_pong, _dumb))


def _of_fragments() -> Iterator[Fault]:
    whole = clause_of("OCPP-J 1.6, 3; RFC 6455, 5.4", "LINE_053", "LINE_054")
    yield whole.made("fragments-close", "closes the connection on a fragment", _meeting(_first, _close))
    yield whole.made("fragments-lost", "looks over messages in fragments", _meeting(_fragment, _ignore))
    yield whole.made("fragments-apart", "reads each fragment as a message", _meeting(_fragment, _alone))
    yield whole.made("first-fragment-only", "reads the first fragment only", _meeting(_fragment, _cut))
    yield clause_of("OCPP-J 1.6, 3; RFC 6455, 5.6", "LINE_053").made(
        "fragments-no-text", "closes on a fragment that is no UTF-8 by itself", _meeting(_torn, _close)
    )
    yield clause_of("OCPP-J 1.6, 3; RFC 6455, 5.4", "LINE_053").made(
        "many-fragments-close", f"closes on a message of more than {MANY} fragments", _meeting(_too_many, _close)
    )
    yield clause_of("OCPP-J 1.6, 3; RFC 6455, 5.4", "LINE_053").made(
        "empty-fragment-closes", "closes on a fragment without data", _meeting(_empty, _close)
    )
    between = clause_of("OCPP-J 1.6, 3; RFC 6455, 5.4", "LINE_054")
    yield between.made("ping-between-lost", "answers no ping amid a message", _meeting(_ping_between, _ignore))
    yield between.made("ping-between-closes", "closes on a ping amid a message", _meeting(_ping_between, _close))
    yield between.made("ping-between-cuts", "forgets a message when a ping comes amid it", _meeting(_cut_off, _ignore))


def _meeting(which: Which, deed: Deed) -> Make:
    """Do it with each such frame; one that struck the Central System dumb leaves it so for this connection."""

    def make(ledger: Ledger) -> Seams:
        def framing(line: Line, frame: Frame, forward: Pass) -> None:
            _count(ledger, line, frame)
            if ledger.of(line).get("dumb"):
                return
            if not which(ledger, line, frame):
                forward(frame)
                return
            ledger.landed += 1
            deed(ledger, line, frame, forward)

        return Seams(framing=(framing,))

    return make


def _count(ledger: Ledger, line: Line, frame: Frame) -> None:
    """How many fragments a message had by now; 0 where none is under way."""
    memory = ledger.of(line)
    if frame.opcode in DATA_OPCODES:
        begun = 0 if frame.opcode is not Opcode.CONT else memory.get("fragments", 0)
        memory["former"], memory["fragments"] = begun, 0 if frame.fin else begun + 1
        memory["cut"] = frame.opcode is Opcode.CONT and memory.get("cut", False)
    elif frame.opcode is Opcode.PING:
        memory["cut"] = bool(memory.get("fragments"))


# -- which frames ---------------------------------------------------------------------------------------------


def _ping(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.PING


def _empty_ping(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.PING and not frame.data


def _long_ping(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.PING and len(frame.data) > SHORT


def _ping_in_a_call(_: Ledger, line: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.PING and any(one.ended_at is None for one in line.calls)


def _ping_between(ledger: Ledger, line: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.PING and bool(ledger.of(line).get("fragments"))


def _pong(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.PONG


def _first(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode in DATA_OPCODES and not frame.fin


def _fragment(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.CONT or (frame.opcode in DATA_OPCODES and not frame.fin)


def _torn(_: Ledger, __: Line, frame: Frame) -> bool:
    try:
        bytes(frame.data).decode()
    except UnicodeDecodeError:
        return frame.opcode in DATA_OPCODES
    return False


def _too_many(ledger: Ledger, line: Line, _: Frame) -> bool:
    return bool(ledger.of(line).get("fragments", 0) > MANY)


def _empty(_: Ledger, __: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.CONT and not frame.data


def _cut_off(ledger: Ledger, line: Line, frame: Frame) -> bool:
    return frame.opcode is Opcode.CONT and bool(ledger.of(line).get("cut"))


# -- what is done ---------------------------------------------------------------------------------------------


def _ignore(_: Ledger, __: Line, ___: Frame, ____: Pass) -> None:
    """Look over it."""


def _close(ledger: Ledger, line: Line, _: Frame, __: Pass) -> None:
    """Close, once."""
    if not ledger.of(line).get("closing"):
        ledger.of(line)["closing"] = asyncio.create_task(line.connection.close(1002, "on purpose"))


def _with(data: bytes, _: Ledger, __: Line, frame: Frame, forward: Pass) -> None:
    """Answer with other data."""
    forward(replace(frame, data=data))


def _dumb(ledger: Ledger, line: Line, _: Frame, __: Pass) -> None:
    """Read no more, as after an exception that ended the loop which reads."""
    ledger.of(line)["dumb"] = True


def _alone(_: Ledger, __: Line, frame: Frame, forward: Pass) -> None:
    """Take a fragment for a message; what is no UTF-8 is lost."""
    forward(Frame(Opcode.TEXT, bytes(frame.data).decode(errors="replace").encode()))


def _cut(_: Ledger, __: Line, frame: Frame, forward: Pass) -> None:
    """Take the begin of a message for all of it."""
    if frame.opcode is not Opcode.CONT:
        forward(replace(frame, fin=True))
