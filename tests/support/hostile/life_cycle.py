"""When and how a connection ends, goes silent, or is not what it was."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from tests.support.hostile.frames import both, puts, says
from tests.support.hostile.situation import Deed, Script, Situation
from tests.support.hostile.wire import Wire, hang
from tests.transport.hostile import CLOSE, PONG, frame

GROUP: Final = "Life cycle"


def closes(code: int, reason: str | bytes = "") -> Deed:
    """Close with this code."""

    async def deed(wire: Wire, _unique_id: str) -> None:
        await wire.close(code, reason)

    return deed


async def _cuts(wire: Wire, _unique_id: str) -> None:
    raise ConnectionError("cut")


async def _resets(wire: Wire, _unique_id: str) -> None:
    wire.reset()
    raise ConnectionError("reset")


async def _close_and_stay(wire: Wire, _unique_id: str) -> None:
    await wire.say((1000).to_bytes(2, "big"), CLOSE)
    await hang(wire)


async def _half_open(wire: Wire, unique_id: str) -> None:
    wire.writer.write_eof()
    await hang(wire, unique_id)


async def _reads_nothing(wire: Wire, unique_id: str) -> None:
    wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await hang(wire, unique_id)


async def _talks_after_close(wire: Wire, _unique_id: str) -> None:
    await wire.put(frame(CLOSE, (1000).to_bytes(2, "big")))
    for _ in range(100):
        await wire.say('[2,"c1","ClearCache",{}]')
    await hang(wire)


async def _answers_late(wire: Wire, unique_id: str) -> None:
    await asyncio.sleep(1.5)
    await wire.say(f'[3,"{unique_id}",{{"idTagInfo":{{"status":"Accepted"}}}}]')


async def _drips(wire: Wire, unique_id: str) -> None:
    for sign in frame(1, f'[3,"{unique_id}",{{"idTagInfo":{{"status":"Accepted"}}}}]'):
        await wire.put(bytes([sign]))
        await asyncio.sleep(0.1)


def _at(action: str, name: str, about: str, deed: Deed, verdict: str, reason: str = "", **more: Any) -> Situation:
    return Situation(name, about, Script(on={action: deed}), verdict, reason, **more)


def _first(name: str, about: str, deed: Deed, verdict: str, reason: str = "", **more: Any) -> Situation:
    return Situation(name, about, Script(greeting=deed), verdict, reason, **more)


def _last(name: str, about: str, deed: Deed, **more: Any) -> Situation:
    return Situation(name, about, Script(closing=deed), "PASS", **more)


SITUATIONS: Final = (
    _first("close-1000", "closes with 1000 right after the handshake", closes(1000), "INCONCLUSIVE", "1000"),
    _first("close-1008", "closes with 1008 right after the handshake", closes(1008, "not you"), "INCONCLUSIVE", "1008"),
    _first("close-4001", "closes with 4001 right after the handshake", closes(4001, "unknown"), "INCONCLUSIVE", "4001"),
    _first(
        "cut-first",
        "cuts the TCP connection right after the handshake",
        _cuts,
        "INCONCLUSIVE",
        "without a WebSocket close frame",
    ),
    _first(
        "reset-first",
        "resets the TCP connection right after the handshake",
        _resets,
        "INCONCLUSIVE",
        "without a WebSocket close frame",
    ),
    _first("silent-first", "never says anything", hang, "INCONCLUSIVE", "no BootNotification.conf"),
    _first("deaf", "reads nothing after the handshake", _reads_nothing, "INCONCLUSIVE", "no BootNotification.conf"),
    _at("Authorize", "close-1001", "restarts (1001) in the middle of the case", closes(1001), "INCONCLUSIVE", "1001"),
    _at("Authorize", "close-1012", "restarts (1012) in the middle of the case", closes(1012), "INCONCLUSIVE", "1012"),
    _at("Authorize", "close-1002", "closes with 1002 in place of an answer", closes(1002), "FAIL", "1002"),
    _at("Authorize", "close-1011", "closes with 1011 in place of an answer", closes(1011, "oops"), "FAIL", "1011"),
    _at("Authorize", "close-3999", "closes with a code of its own", closes(3999), "FAIL", "3999"),
    _at(
        "Authorize",
        "close-1005",
        "closes with a code that may not be sent",
        closes(1005),
        "FAIL",
        "invalid status code",
    ),
    _at("Authorize", "close-0", "closes with code 0", closes(0), "FAIL", "invalid status code"),
    _at(
        "Authorize",
        "close-one-byte",
        "closes with half a code",
        puts(frame(CLOSE, b"\x03")),
        "FAIL",
        "broke the WebSocket protocol",
    ),
    _at("Authorize", "close-empty", "closes without a code", puts(frame(CLOSE)), "FAIL", "without a close code"),
    _at(
        "Authorize",
        "close-not-utf8",
        "closes with a reason that is not UTF-8",
        closes(4000, b"\xff\xfe"),
        "FAIL",
        "utf-8",
    ),
    _at(
        "Authorize",
        "close-escapes",
        "closes with a reason that paints the terminal",
        closes(4000, "\x1b[31m\x07\u202e"),
        "FAIL",
        "4000",
    ),
    _at("Authorize", "close-and-stay", "closes, and keeps the TCP connection", _close_and_stay, "FAIL", "1000"),
    _at("Authorize", "talks-after-close", "closes, and goes on talking", _talks_after_close, "FAIL", "1000"),
    _at(
        "Authorize",
        "cut",
        "cuts the TCP connection in place of an answer",
        _cuts,
        "FAIL",
        "without a WebSocket close frame",
    ),
    _at(
        "Authorize",
        "reset",
        "resets the TCP connection in place of an answer",
        _resets,
        "FAIL",
        "without a WebSocket close frame",
    ),
    _at(
        "Authorize",
        "half-open",
        "ends its side of the TCP connection",
        _half_open,
        "FAIL",
        "without a WebSocket close frame",
    ),
    _at("Authorize", "silent", "does not answer", hang, "FAIL", "no answer", waits=2),
    _at("Authorize", "late", "answers after the deadline", _answers_late, "FAIL", "Authorize", waits=2),
    _at("Authorize", "drips", "answers byte by byte, longer than the deadline", _drips, "FAIL", "Authorize", waits=4),
    _at("Authorize", "reads-nothing", "reads nothing any more", _reads_nothing, "FAIL", "Authorize", waits=2),
    _at("StartTransaction", "close-in-transaction", "closes within a transaction", closes(1011), "FAIL", "1011"),
    _at(
        "StopTransaction",
        "silent-at-the-end",
        "does not answer the StopTransaction after the scenario",
        hang,
        "PASS",
        waits=2,
    ),
    _at(
        "BootNotification",
        "pongs",
        "answers the BootNotification with PONGs alone",
        puts(frame(PONG, "p") * 20),
        "INCONCLUSIVE",
        "no BootNotification.conf",
    ),
    _at(
        "BootNotification",
        "boot-pending",
        "never accepts the boot",
        says('[3,"$ID",{"status":"Pending","currentTime":"2026-01-01T00:00:00Z","interval":1}]'),
        "INCONCLUSIVE",
        "Pending",
        waits=4,
        broken=("WIRE_009",),
    ),
    _at(
        "BootNotification",
        "boot-later",
        "asks to boot again in 2147483647 seconds",
        says('[3,"$ID",{"status":"Rejected","currentTime":"2026-01-01T00:00:00Z","interval":2147483647}]'),
        "INCONCLUSIVE",
        "Rejected",
        waits=4,
        broken=("WIRE_009",),
    ),
    _at(
        "BootNotification",
        "boot-negative",
        "asks for a Heartbeat every -1 seconds",
        says('[3,"$ID",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":-1}]'),
        "PASS",
        broken=("WIRE_009",),
    ),
    _at(
        "BootNotification",
        "boot-zero",
        "asks for a Heartbeat every 0 seconds",
        says('[3,"$ID",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":0}]'),
        "PASS",
        broken=("WIRE_009",),
    ),
    _at(
        "BootNotification",
        "boot-time",
        "lives in the year 9999",
        says('[3,"$ID",{"status":"Accepted","currentTime":"9999-12-31T23:59:59Z","interval":300}]'),
        "PASS",
        broken=("WIRE_009",),
    ),
    _at(
        "BootNotification",
        "boot-huge",
        "asks for a Heartbeat every 10^100 seconds",
        says('[3,"$ID",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":' + "1" + "0" * 100 + "}]"),
        "PASS",
        broken=("WIRE_001", "WIRE_009"),
    ),
    _last("closing-silent", "does not answer the close of the Charge Point", hang),
    _last("closing-cut", "cuts the TCP connection when it is closed", _cuts),
    _last("closing-talk", "answers the close with CALLs", both(*[says('[2,"c1","ClearCache",{}]')] * 50)),
)
