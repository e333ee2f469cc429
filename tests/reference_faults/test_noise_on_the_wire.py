"""Legal noise on a real listener: how the same is said otherwise, and what is said unasked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from reference_csms.instants import parse_instant
from reference_csms.running import running
from reference_csms.wire.frames import Payload
from reference_faults.choosing import UnknownNameError, chosen
from tests.reference_csms.client import BOOT, DEADLINE, connected, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _raw_boot(noises: str, identity: str) -> str:
    """The text of BootNotification.conf under these noises."""
    async with running(private(), chosen(noises=noises.split("+")).seams) as csms, connected(csms, identity) as point:
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
    chatty = chosen(noises=["chatty"]).seams
    async with running(private(heartbeat_interval=60), chatty) as csms, connected(csms, identity) as point:
        for _ in range(2):
            await point.ask("BootNotification", BOOT)
            for action, wish, answer in expected:
                assert await point.taken(action, answer) == wish
        assert "currentTime" in await point.ask("Heartbeat")


async def test_an_unknown_noise_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="--noise loud is not known; known are chatty"):
        chosen(noises=["whitespace", "loud"])
