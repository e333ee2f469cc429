"""Faults of a Central System whose Charge Point connects again while its former connection is not known to be dead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final
from weakref import WeakKeyDictionary

from reference_csms.seams import Forward, Line, Seams
from reference_csms.wire.frames import CALL, Frame
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.model import Clause, Fault, Group

_CLAUSE: Final = Clause(Group.BEYOND, "OCPP-J 1.6, 3 and 5.4", ("LINE_002",))

Treat = Callable[[Frame, Forward], Awaitable[None]]
"""What is done with a frame on the second connection."""


def second_connection_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield _CLAUSE.made("first-connection-wins", "closes a second connection while the first one is open", _closing)
    yield _CLAUSE.made(
        "second-connection-mute", "answers nothing on a second connection while the first one is open", _treating(_drop)
    )
    yield _CLAUSE.made(
        "calls-to-the-first-connection", "sends its CALLs over the first connection that is open",
        _treating(_drop_calls), ("LINE_003", "LINE_004"),
    )  # fmt: skip
    yield _RETURN.made(
        "quick-return-loses-the-route", "sends no CALLs to a Charge Point that came back at once",
        _treating(_drop_calls, _is_quick),
    )  # fmt: skip
    yield _RETURN.made(
        "quick-return-mute", "says nothing to a Charge Point that came back at once", _treating(_drop, _is_quick)
    )


HASTE: Final = 1.0
"""Seconds after the end of a connection in which a quick return of its Charge Point is met."""

_RETURN: Final = Clause(Group.BEYOND, "OCPP-J 1.6, 3 and 5.4", ("FIELD_020",))


def _closing(ledger: Ledger) -> Seams:
    def opened(line: Line) -> None:
        if _is_second(ledger, line):
            ledger.landed += 1
            ledger.memory["closing"] = asyncio.create_task(line.connection.close(1008, "duplicate client"))

    return Seams(opened=(opened,))


def _treating(treat: Treat, is_meant: Callable[[Ledger, Line], bool] | None = None) -> Make:
    def make(ledger: Ledger) -> Seams:
        second: WeakKeyDictionary[Line, bool] = WeakKeyDictionary()

        def opened(line: Line) -> None:
            second[line] = (is_meant or _is_second)(ledger, line)

        async def outgoing(line: Line, frame: Frame, forward: Forward) -> None:
            if not second.get(line):
                await forward(frame)
                return
            ledger.landed += 1
            await treat(frame, forward)

        return Seams(opened=(opened,), outgoing=(outgoing,))

    return make


def _is_second(ledger: Ledger, line: Line) -> bool:
    """Whether an earlier connection of this Charge Point has not ended yet; the newest one is remembered."""
    former: Line | None = ledger.memory.get(line.charge_point_id)
    ledger.memory[line.charge_point_id] = line
    return former is not None and not former.is_over


def _is_quick(ledger: Ledger, line: Line) -> bool:
    """Whether the former connection of this Charge Point has only just ended; the end of this one is noted too."""
    now = asyncio.get_running_loop().time()
    ended: dict[str, float] = ledger.memory.setdefault("ended", {})
    watching: set[asyncio.Task[None]] = ledger.memory.setdefault("watching", set())

    async def note_end() -> None:
        await line.ended.wait()
        ended[line.charge_point_id] = asyncio.get_running_loop().time()

    task = asyncio.create_task(note_end())
    watching.add(task)
    task.add_done_callback(watching.discard)
    return now - ended.get(line.charge_point_id, -HASTE) < HASTE


async def _drop(_frame: Frame, _forward: Forward) -> None:
    """Say nothing."""


async def _drop_calls(frame: Frame, forward: Forward) -> None:
    """The CALL goes where nobody reads it."""
    if frame.kind != CALL:
        await forward(frame)
