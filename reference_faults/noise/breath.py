"""Legal noise: a Central System that needs a moment, after a connection or a transaction has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from reference_csms.seams import Admission, Line, Seams
from reference_csms.wire.frames import CALL, CALLRESULT
from reference_faults.deviation import Ledger
from reference_faults.landing import Turn
from reference_faults.noise.making import noise_by, noise_made

UNREADY: Final = 2.5
"""Seconds after the end of a connection in which its Charge Point is not let in: less than a restart takes."""

LATE_END: Final = 0.14
"""Seconds after the answer to StopTransaction.req in which the idTag still counts as charging."""

HANG_UP: Final = 0.02
"""Seconds between the answer to Reset.req and the close."""

SERVICE_UNAVAILABLE: Final = 503


def _out_of_breath(ledger: Ledger) -> Seams:
    ended: dict[str, float] = {}
    watching: set[asyncio.Task[None]] = set()

    async def note_end(line: Line) -> None:
        await line.ended.wait()
        ended[line.charge_point_id] = asyncio.get_running_loop().time()

    def opened(line: Line) -> None:
        task = asyncio.create_task(note_end(line))
        watching.add(task)
        task.add_done_callback(watching.discard)

    def admit(charge_point_id: str, admission: Admission) -> Admission:
        since = ended.get(charge_point_id)
        if since is None or asyncio.get_running_loop().time() >= since + UNREADY:
            return admission
        ledger.landed += 1
        return Admission(SERVICE_UNAVAILABLE)

    return Seams(opened=(opened,), admission=(admit,))


async def _ending_late(turn: Turn) -> None:
    """Answer StopTransaction.req at once, and take the transaction for a running one a moment longer."""
    frame, now = turn.frame, asyncio.get_running_loop().time()
    busy = turn.memory.setdefault("busy", {})
    answer = frame.payload if frame.kind == CALLRESULT else None
    if answer is not None and frame.action == "StartTransaction" and now < busy.get(turn.line.charge_point_id, 0.0):
        info = answer["idTagInfo"]
        if info["status"] == "Accepted":
            frame = frame.with_payload(answer | {"idTagInfo": info | {"status": "ConcurrentTx"}})
    await turn.send(frame)
    if answer is not None and frame.action == "StopTransaction":
        busy[turn.line.charge_point_id] = asyncio.get_running_loop().time() + LATE_END


async def _hanging_up(turn: Turn) -> None:
    """Close the connection itself, as soon as a Charge Point has agreed to restart."""
    await turn.send()
    if (turn.frame.kind, turn.frame.action) == (CALL, "Reset"):
        turn.land()
        _spawn(turn, _close_when_agreed(turn.line, turn.frame.message[1]))


def _spawn(turn: Turn, work: Coroutine[Any, Any, None]) -> None:
    tasks: set[asyncio.Task[None]] = turn.memory.setdefault("tasks", set())
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _close_when_agreed(line: Line, unique_id: str) -> None:
    while not line.is_over:
        call = next((one for one in line.calls if one.unique_id == unique_id), None)
        if call is not None and isinstance(call.answer, dict):
            if call.answer.get("status") == "Accepted":
                await asyncio.sleep(HANG_UP)
                await line.connection.close(1000, "restart")
            return
        await asyncio.sleep(HANG_UP / 2)


BREATH: Final = (
    noise_by("hangs-up-on-reset", "closes the connection itself when a Charge Point agrees to restart", _hanging_up),
    noise_made("out-of-breath", f"lets a Charge Point in again {UNREADY:g} s after its connection", _out_of_breath),
    noise_by("late-ends", f"ends a transaction {LATE_END * 1000:g} ms after it has answered its stop", _ending_late),
)
"""What must not be hurried."""
