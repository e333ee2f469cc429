"""The seams by which anything can be plugged in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from reference_csms.running import running
from reference_csms.seams import Forward, Hook, Line, Outgoing, Pass, Seams
from reference_csms.wire.frames import Frame, Payload
from reference_faults.changing import changing_answers, changing_calls

from .client import BOOT, DEADLINE, Point, connected, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_without_milliseconds_is_a_setting_too(identity: str) -> None:
    async with running(private(milliseconds=False)) as csms, connected(csms, identity) as point:
        assert "." not in (await point.ask("Heartbeat"))["currentTime"]


async def _with(seams: Seams, identity: str, use: Callable[[Point], Any]) -> Any:
    async with running(private(), seams) as csms, connected(csms, identity) as point:
        return await use(point)


async def test_a_seam_changes_one_answer_only(identity: str) -> None:
    pending = changing_answers("BootNotification", lambda payload: payload | {"status": "Pending"})

    async def use(point: Point) -> None:
        assert (await point.ask("BootNotification", BOOT))["status"] == "Pending"
        assert "status" not in await point.ask("Heartbeat")
        assert (await point.call("BootNotification", {}))[0] == 4

    await _with(pending, identity, use)


async def test_a_seam_numbers_transactions_and_the_central_system_knows_them_by_that(identity: str) -> None:
    """An id that only stood on the wire would leave the transaction open, and the idTag busy."""

    async def use(point: Point) -> None:
        first = await point.start("TAG-001", 1)
        assert (first["transactionId"], first["idTagInfo"]["status"]) == (2**31 - 2, "Accepted")
        stop = {"transactionId": first["transactionId"], "meterStop": 5, "timestamp": "2026-01-01T00:00:00Z"}
        await point.ask("StopTransaction", stop)
        second = await point.start("TAG-001", 2)
        assert (second["transactionId"], second["idTagInfo"]["status"]) == (2**31 - 3, "Accepted")

    numbers = count(1)
    await _with(Seams(numbering=lambda: 2**31 - 1 - next(numbers)), identity, use)


async def test_a_seam_changes_one_call_only(identity: str) -> None:
    seams = changing_calls("UnlockConnector", lambda payload: {"connectorId": payload["connectorId"] + 7})
    async with (
        running(private(), seams) as csms,
        operating(csms) as operator,
        connected(csms, identity) as point,
    ):
        unlocked = {"status": "Unlocked"}
        assert await operator.perform(point, "UnlockConnector", {"connectorId": 1}, unlocked) == {"connectorId": 8}
        assert await operator.perform(point, "ClearCache", {}, {"status": "Accepted"}) == {}


async def test_a_seam_sends_a_frame_twice_changed_or_not_at_all(identity: str) -> None:
    async def odd(line: Line, frame: Frame, forward: Forward) -> None:
        if frame.action == "Heartbeat":
            await forward(frame)
            await forward(replace(frame, message=[3, "another", {}]))
        elif frame.action != "Authorize":
            await forward(frame)

    async def use(point: Point) -> None:
        await point.send('[2,"a","Authorize",{"idTag":"X"}]')
        await point.send('[2,"h","Heartbeat",{}]')
        assert (await point.receive())[:2] == [3, "h"]
        assert await point.receive() == [3, "another", {}]

    outgoing: Outgoing = odd
    await _with(Seams(outgoing=(outgoing,)), identity, use)


async def test_a_seam_that_fails_does_not_end_the_conversation(identity: str, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(line: Line, request: Payload, answer: Payload) -> None:
        raise RuntimeError("wrong on purpose")

    async def use(point: Point) -> None:
        await point.ask("BootNotification", BOOT)
        assert "currentTime" in await point.ask("Heartbeat")

    hook: Hook = fail
    await _with(Seams(after=(("BootNotification", hook),)), identity, use)
    assert "wrong on purpose" in caplog.text


async def test_a_seam_sees_each_websocket_frame_before_anything_is_made_of_it(identity: str) -> None:
    seen: list[tuple[str, bool]] = []

    def framing(_: Line, frame: WebSocketFrame, forward: Pass) -> None:
        seen.append((frame.opcode.name, frame.fin))
        forward(replace(frame, data=b"other") if frame.opcode is Opcode.PING else frame)

    async def use(point: Point) -> None:
        text = json.dumps([2, "parts", "Heartbeat", {}])
        await point.connection.send([text[:7], text[7:]])
        async with asyncio.timeout(DEADLINE):
            answer = json.loads(await point.connection.recv())
        pong = asyncio.ensure_future(await point.connection.ping(b"asked"))
        await point.connection.pong(b"unasked")
        await point.ask("Heartbeat")
        assert answer[:2] == [3, "parts"]
        assert not pong.done()  # its pong had other data
        pong.cancel()

    await _with(Seams(framing=(framing,)), identity, use)
    names = ["TEXT", "CONT", "CONT", "PING", "PONG", "TEXT"]  # the library ends a message with an empty fragment
    assert [name for name, _ in seen[:6]] == names
    assert [fin for _, fin in seen[:3]] == [False, False, True]
