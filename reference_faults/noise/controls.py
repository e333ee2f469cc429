"""Legal noise: pings and pongs as anybody may send them (RFC 6455, 5.5.2 and 5.5.3)."""

from __future__ import annotations

import asyncio
from typing import Final

from websockets.frames import Frame, Opcode

from reference_csms.seams import Line, Pass, Seams
from reference_faults.deviation import Ledger
from reference_faults.landing import Turn
from reference_faults.noise.making import noise_by, noise_made

LATE: Final = 1.5
"""Seconds until a pong: as soon as is practical, for one that is busy."""


def _late_pongs(ledger: Ledger) -> Seams:
    answering: set[asyncio.Task[None]] = set()

    async def answer(line: Line, data: bytes) -> None:
        await asyncio.sleep(LATE)
        if not line.is_over:
            await line.connection.pong(data)

    def framing(line: Line, frame: Frame, forward: Pass) -> None:
        if frame.opcode is not Opcode.PING:
            forward(frame)
            return
        ledger.landed += 1
        task = asyncio.create_task(answer(line, bytes(frame.data)))
        answering.add(task)
        task.add_done_callback(answering.discard)

    return Seams(framing=(framing,))


async def _pong_first(turn: Turn) -> None:
    await turn.line.connection.pong(b"here I am")
    turn.land()
    await turn.send()


CONTROLS: Final = (
    noise_made("late-pongs", f"answers a ping after {LATE:g} s", _late_pongs),
    noise_by("unasked-pongs", "sends a pong that nobody asked for before every frame", _pong_first),
)
"""Control frames, said in another way."""
