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


def _closing(ledger: Ledger) -> Seams:
    def opened(line: Line) -> None:
        if _is_second(ledger, line):
            ledger.landed += 1
            ledger.memory["closing"] = asyncio.create_task(line.connection.close(1008, "duplicate client"))

    return Seams(opened=(opened,))


def _treating(treat: Treat) -> Make:
    def make(ledger: Ledger) -> Seams:
        second: WeakKeyDictionary[Line, bool] = WeakKeyDictionary()

        def opened(line: Line) -> None:
            second[line] = _is_second(ledger, line)

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


async def _drop(_frame: Frame, _forward: Forward) -> None:
    """Say nothing."""


async def _drop_calls(frame: Frame, forward: Forward) -> None:
    """The CALL goes where nobody reads it."""
    if frame.kind != CALL:
        await forward(frame)
