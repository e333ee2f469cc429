"""The same CALLs without a judge: by hand on ``websockets``, and by the Charge Point of the ``ocpp`` package."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from ocpp.v16 import ChargePoint, call
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol


async def by_hand(port: int, calls: int) -> None:
    """Encode, send, receive, decode, match the uniqueId; nothing is kept."""
    async with _connected(port) as connection:
        for number in range(calls):
            unique_id = str(number)
            await connection.send(json.dumps([2, unique_id, "Authorize", {"idTag": "TAG-001"}]))
            answer = json.loads(await connection.recv())
            if answer[1] != unique_id:
                raise RuntimeError(f"an answer to {answer[1]}, and not to {unique_id}")


async def by_ocpp(port: int, calls: int) -> None:
    """``ChargePoint.call`` with the settings of the package, its reader as a task beside it."""
    async with _connected(port) as connection:
        charge_point: Any = ChargePoint("CP_01", connection)  # type: ignore[no-untyped-call]
        reader = asyncio.create_task(charge_point.start())
        for _ in range(calls):
            await charge_point.call(call.Authorize(id_tag="TAG-001"))
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


def _connected(port: int) -> connect:
    return connect(
        f"ws://127.0.0.1:{port}/ocpp/CP_01",
        subprotocols=[Subprotocol("ocpp1.6")],
        compression=None,
        ping_interval=None,
    )
