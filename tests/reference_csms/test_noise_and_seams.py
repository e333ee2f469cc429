"""Legal noise, and the seams by which anything else can be plugged in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reference_csms.instants import parse_instant
from reference_csms.noise import NOISES, UnknownNoiseError, seams_of
from reference_csms.running import running
from reference_csms.seams import Forward, Hook, Outgoing, Seams, changing_answers, changing_calls
from reference_csms.wire.conversation import Conversation
from reference_csms.wire.frames import Frame, Payload

from .client import BOOT, DEADLINE, Point, connected, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _raw_boot(noises: str, identity: str) -> str:
    """The text of BootNotification.conf under these noises."""
    async with running(private(noises=tuple(noises.split("+")))) as csms, connected(csms, identity) as point:
        await point.send(json.dumps([2, "b", "BootNotification", BOOT]))
        async with asyncio.timeout(DEADLINE):
            text = await point.connection.recv()
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("noises", "shows"),
    [
        ("no-milliseconds", lambda text: "." not in _time(text) and _time(text).endswith("Z")),
        ("offset-time", lambda text: _time(text).endswith("+02:00")),
        ("offset-time+no-milliseconds", lambda text: "." not in _time(text)),
        ("member-order", lambda text: list(json.loads(text)[2]) == ["status", "interval", "currentTime"]),
        ("whitespace", lambda text: "\n" in text),
        ("unicode-escapes", lambda text: "\\u0041\\u0063" in text and "Accepted" not in text),
        ("unicode-escapes+whitespace", lambda text: "\\u0041" in text and "\n" in text),
    ],
)
async def test_a_noise_changes_how_the_same_is_said(identity: str, noises: str, shows: Callable[[str], bool]) -> None:
    text = await _raw_boot(noises, identity)
    kind, unique_id, payload = json.loads(text)
    assert shows(text), text
    assert (kind, unique_id) == (3, "b")
    assert {name: payload[name] for name in ("interval", "status")} == {"interval": 300, "status": "Accepted"}
    assert parse_instant(payload["currentTime"]) is not None


def _time(text: str) -> str:
    current_time: str = json.loads(text)[2]["currentTime"]
    return current_time


async def test_without_milliseconds_is_a_setting_too(identity: str) -> None:
    async with running(private(milliseconds=False)) as csms, connected(csms, identity) as point:
        assert "." not in (await point.ask("Heartbeat"))["currentTime"]


async def test_a_chatty_central_system_asks_one_by_one_after_each_boot(identity: str) -> None:
    expected: list[tuple[str, Payload, Payload]] = [
        ("GetConfiguration", {}, {"configurationKey": []}),
        ("GetConfiguration", {"key": ["HeartbeatInterval", "MeterValueSampleInterval"]}, {}),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}, {"status": "Accepted"}),
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "30"}, {"status": "Rejected"}),
        (
            "TriggerMessage",
            {"requestedMessage": "StatusNotification", "connectorId": 1},
            {"status": "Accepted"},
        ),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "NotImplemented"}),
    ]
    settings = private(noises=("chatty",), heartbeat_interval=60)
    async with running(settings) as csms, connected(csms, identity) as point:
        for _ in range(2):
            await point.ask("BootNotification", BOOT)
            for action, wish, answer in expected:
                assert await point.taken(action, answer) == wish
        assert "currentTime" in await point.ask("Heartbeat")


async def test_an_unknown_noise_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNoiseError, match="--noise loud is not known; known are chatty"):
        seams_of(["whitespace", "loud"])


async def test_every_noise_says_what_it_does() -> None:
    assert all(noise.name == name and noise.what for name, noise in NOISES.items())


async def _with(extra: Seams, identity: str, use: Callable[[Point], Any]) -> Any:
    async with running(private(), extra=extra) as csms, connected(csms, identity) as point:
        return await use(point)


async def test_a_seam_changes_one_answer_only(identity: str) -> None:
    pending = changing_answers("BootNotification", lambda payload: payload | {"status": "Pending"})

    async def use(point: Point) -> None:
        assert (await point.ask("BootNotification", BOOT))["status"] == "Pending"
        assert "status" not in await point.ask("Heartbeat")
        assert (await point.call("BootNotification", {}))[0] == 4

    await _with(pending, identity, use)


async def test_a_seam_changes_one_call_only(identity: str) -> None:
    extra = changing_calls("UnlockConnector", lambda payload: {"connectorId": payload["connectorId"] + 7})
    async with (
        running(private(), extra=extra) as csms,
        operating(csms) as operator,
        connected(csms, identity) as point,
    ):
        unlocked = {"status": "Unlocked"}
        assert await operator.perform(point, "UnlockConnector", {"connectorId": 1}, unlocked) == {"connectorId": 8}
        assert await operator.perform(point, "ClearCache", {}, {"status": "Accepted"}) == {}


async def test_a_seam_sends_a_frame_twice_changed_or_not_at_all(identity: str) -> None:
    async def odd(conversation: Conversation, frame: Frame, forward: Forward) -> None:
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
    async def fail(conversation: Conversation, request: Payload, answer: Payload) -> None:
        raise RuntimeError("wrong on purpose")

    async def use(point: Point) -> None:
        await point.ask("BootNotification", BOOT)
        assert "currentTime" in await point.ask("Heartbeat")

    hook: Hook = fail
    await _with(Seams(after=(("BootNotification", hook),)), identity, use)
    assert "wrong on purpose" in caplog.text
