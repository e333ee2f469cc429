"""What can be wrong with the control API, through which a Central System is made to act."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any, Final

from tests.support.hostile.frames import says
from tests.support.hostile.life_cycle import closes
from tests.support.hostile.situation import ASKED, Deed, Script, Situation
from tests.support.hostile.wire import Wire, hang

GROUP: Final = "Trigger API"
_BOMB: Final = gzip.compress(b"\0" * 50_000_000)


def replies(head: str, body: bytes | str = b"", *, length: int | None = None) -> Deed:
    """This answer of HTTP, with the length of the body unless another is given."""
    data = body.encode() if isinstance(body, str) else body

    async def deed(wire: Wire, _unique_id: str) -> None:
        lines = f"HTTP/1.1 {head}\r\nContent-Length: {len(data) if length is None else length}\r\n\r\n"
        await wire.put(lines.encode("latin-1") + data)

    return deed


def raw(data: bytes) -> Deed:
    """These bytes, then the end."""

    async def deed(wire: Wire, _unique_id: str) -> None:
        await wire.put(data)

    return deed


async def _cuts(wire: Wire, _unique_id: str) -> None:
    wire.reset()


async def _closes(_wire: Wire, _unique_id: str) -> None:
    return


async def _endless(wire: Wire, _unique_id: str) -> None:
    await wire.put(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        await wire.put(b"x" * 4096)


async def _endless_head(wire: Wire, _unique_id: str) -> None:
    await wire.put(b"HTTP/1.1 200 OK\r\n")
    while True:
        await wire.put(b"X-More: " + b"x" * 1000 + b"\r\n")


async def _endless_chunks(wire: Wire, _unique_id: str) -> None:
    await wire.put(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await wire.put(b"1\r\nx\r\n" * 1000)


async def _drips(wire: Wire, _unique_id: str) -> None:
    await wire.put(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        await wire.put(b"x")
        await asyncio.sleep(0.05)


def _api(name: str, about: str, deed: Deed, reason: str = "", verdict: str = "INCONCLUSIVE", **more: Any) -> Situation:
    return Situation(name, about, Script(api=deed), verdict, reason, case=ASKED, **more)


def _brings(name: str, about: str, deed: Deed, verdict: str, reason: str = "", **more: Any) -> Situation:
    return Situation(name, about, Script(on={"ClearCache": deed}), verdict, reason, case=ASKED, **more)


_DEEP: Final = "[" * 100_000

SITUATIONS: Final = (
    _api("api-400", "HTTP 400", replies("400 Bad Request", "no such Charge Point"), "HTTP 400"),
    _api("api-401", "HTTP 401", replies("401 Unauthorized", "who are you?"), "HTTP 401"),
    _api(
        "api-404", "HTTP 404 with a page of HTML", replies("404 Not Found", "<html>" + "<p>no</p>" * 10_000), "HTTP 404"
    ),
    _api("api-500", "HTTP 500 with escapes", replies("500 Oops", "\x1b[31m\x07"), "HTTP 500"),
    _api("api-301", "a redirect", replies("301 Moved\r\nLocation: http://203.0.113.1/"), "http://203.0.113.1/"),
    _api("api-429", "HTTP 429 that asks to wait a year", replies("429 Slow\r\nRetry-After: 31536000"), "HTTP 429"),
    _api(
        "api-503-nan",
        "HTTP 503 with a Retry-After of 400 digits",
        replies("503 Busy\r\nRetry-After: " + "9" * 400),
        "HTTP 503",
    ),
    _api(
        "api-no",
        "HTTP 200 whose body says no",
        replies("200 OK", '{"success": false, "error": "offline"}'),
        "offline",
        waits=2,
    ),
    _api(
        "api-yes",
        "HTTP 200, and nothing comes of it",
        replies("200 OK", '{"status": "Accepted"}'),
        "ClearCache",
        "FAIL",
        waits=2,
    ),
    _api(
        "api-deep",
        "HTTP 200 with JSON a hundred thousand deep",
        replies("200 OK", _DEEP),
        "ClearCache",
        "FAIL",
        waits=2,
    ),
    _api("api-silent", "no answer", hang, "no answer", waits=2),
    _api("api-drips", "an answer that drips", _drips, "no answer", waits=2),
    _api("api-cut", "resets the connection", _cuts, "broke off"),
    _api("api-closed", "closes without a word", _closes, "failed"),
    _api("api-short", "a body shorter than it was announced", replies("200 OK", "x", length=100), "failed"),
    _api("api-no-http", "no HTTP at all", raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "failed"),
    _api(
        "api-bad-length",
        "a Content-Length that is no number",
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
        "failed",
    ),
    _api("api-bomb", "50 MB in 50 KB of gzip", replies("200 OK\r\nContent-Encoding: gzip", _BOMB), "gzip"),
    _api("api-endless", "a body that never ends", _endless, "ClearCache", "FAIL", waits=2),
    _api("api-endless-chunks", "chunks of one byte that never end", _endless_chunks, "no answer", waits=2),
    _api("api-endless-head", "header fields that never end", _endless_head, "failed"),
    _brings("asked-silent", "takes the wish, and sends nothing", hang, "FAIL", "ClearCache", waits=2),
    _brings(
        "asked-other",
        "sends another CALL than it was asked for",
        says('[2,"c1","Reset",{"type":"Soft"}]'),
        "INCONCLUSIVE",
        "another CALL disturbed",
        waits=2,
    ),
    _brings(
        "asked-wrong",
        "sends the CALL with a member that does not exist",
        says('[2,"c1","ClearCache",{"all":true}]'),
        "FAIL",
        "all",
        broken=("WIRE_006",),
    ),
    _brings(
        "asked-empty-id",
        "sends the CALL with an empty uniqueId",
        says('[2,"","ClearCache",{}]'),
        "FAIL",
        "uniqueId is empty",
        broken=("WIRE_003",),
    ),
    _brings(
        "asked-long-id",
        "sends the CALL with a uniqueId of 1000 signs",
        says(f'[2,"{"i" * 1000}","ClearCache",{{}}]'),
        "FAIL",
        "1000 characters",
        broken=("WIRE_003",),
    ),
    _brings("asked-closes", "closes in place of the CALL", closes(1011), "FAIL", "1011"),
    _brings(
        "asked-garbage",
        "sends unreadable text in place of the CALL",
        says("ClearCache!"),
        "FAIL",
        "ClearCache",
        waits=2,
        broken=("WIRE_001",),
    ),
)
