"""What can be wrong with the answer to a handshake."""

from __future__ import annotations

import asyncio
from typing import Final

from tests.support.hostile.situation import Door, Script, Situation
from tests.support.hostile.wire import Wire, hang

GROUP: Final = "Handshake"
_UP = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
_OCPP = "Sec-WebSocket-Protocol: ocpp1.6\r\n"
_GOOD = f"{_UP}Sec-WebSocket-Accept: $KEY\r\n{_OCPP}"
_UPGRADED = "HTTP/1.1 101 Switching Protocols\r\n"


def answers(text: str, *, goes_on: bool = False, before: bytes = b"", stays: bool = False) -> Door:
    """Answer with this text, in which ``$KEY`` is the right Sec-WebSocket-Accept; then close, unless it ``stays``."""

    async def door(wire: Wire) -> bool:
        await wire.put(before + text.replace("$KEY", wire.key).encode("latin-1"))
        if stays:
            await hang(wire)
        return goes_on

    return door


def status(line: str, *headers: str, body: str = "") -> Door:
    """An HTTP answer that is none to a WebSocket handshake."""
    lines = [f"HTTP/1.1 {line}", *headers, f"Content-Length: {len(body)}", "", body]
    return answers("\r\n".join(lines))


def upgrade(headers: str, *, goes_on: bool = False, line: str = _UPGRADED) -> Door:
    """An answer with status 101 and these header lines."""
    return answers(f"{line}{headers}\r\n", goes_on=goes_on)


async def _resets(wire: Wire) -> bool:
    wire.reset()
    return False


async def _says_nothing(_wire: Wire) -> bool:
    return False


async def _silent(wire: Wire) -> bool:
    await hang(wire)
    return False


async def _drips(wire: Wire) -> bool:
    for sign in _UPGRADED + _GOOD:
        await wire.put(sign.encode())
        await asyncio.sleep(0.1)
    return False


async def _endless_header(wire: Wire) -> bool:
    await wire.put(_UPGRADED.encode())
    while True:
        await wire.put(b"X-More: " + b"x" * 1000 + b"\r\n")


async def _endless_line(wire: Wire) -> bool:
    await wire.put(b"HTTP/1.1 101 ")
    while True:
        await wire.put(b"x" * 4096)


async def _endless_body(wire: Wire) -> bool:
    await wire.put(b"HTTP/1.1 404 Not Found\r\nContent-Length: 9999999999\r\n\r\n")
    while True:
        await wire.put(b"x" * 4096)


def _one(name: str, about: str, door: Door, verdict: str, reason: str = "") -> Situation:
    return Situation(name, about, Script(door=door), verdict, reason)


_HTML = "<html><head><title>Sign in</title></head><body>" + "<p>who are you?</p>" * 50 + "</body></html>"

SITUATIONS: Final = (
    _one("http-400", "HTTP 400", status("400 Bad Request"), "INCONCLUSIVE", "HTTP 400"),
    _one(
        "http-401",
        "HTTP 401",
        status("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"'),
        "INCONCLUSIVE",
        "wants a password",
    ),
    _one("http-403", "HTTP 403", status("403 Forbidden"), "INCONCLUSIVE", "forbids BENT"),
    _one("http-404", "HTTP 404", status("404 Not Found"), "INCONCLUSIVE", "does not know the Charge Point BENT"),
    _one("http-426", "HTTP 426", status("426 Upgrade Required", "Upgrade: h2c"), "INCONCLUSIVE", "h2c"),
    _one(
        "http-500",
        "HTTP 500 with a page of HTML",
        status("500 Oops", "Content-Type: text/html", body=_HTML),
        "INCONCLUSIVE",
        "HTTP 500",
    ),
    _one(
        "http-503",
        "HTTP 503 that asks to wait a year",
        status("503 Busy", "Retry-After: 31536000"),
        "INCONCLUSIVE",
        "HTTP 503",
    ),
    _one(
        "http-503-words",
        "HTTP 503 with a Retry-After that is no time",
        status("503 Busy", "Retry-After: soon"),
        "INCONCLUSIVE",
        "HTTP 503",
    ),
    _one(
        "http-200", "a page in place of a WebSocket", status("200 OK", body=_HTML), "INCONCLUSIVE", "plain HTTP answer"
    ),
    _one(
        "http-301",
        "a redirect to another host",
        status("301 Moved", "Location: ws://203.0.113.1/ocpp"),
        "INCONCLUSIVE",
        "redirects to ws://203.0.113.1/ocpp",
    ),
    _one("http-302-nowhere", "a redirect to nowhere", status("302 Found"), "INCONCLUSIVE", "redirects to nowhere"),
    _one(
        "http-302-escapes",
        "a redirect to an address full of escapes",
        status("302 Found", "Location: \x1b[31m\x07red"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one("http-999", "a status that does not exist", status("999 What"), "INCONCLUSIVE", "HTTP 999"),
    _one(
        "http-100",
        "HTTP 100, and nothing after it",
        answers("HTTP/1.1 100 Continue\r\n\r\n", stays=True),
        "INCONCLUSIVE",
        "HTTP 100",
    ),
    _one("http-endless-body", "HTTP 404 with a body that never ends", _endless_body, "INCONCLUSIVE", "HTTP 404"),
    _one("http-0.9", "an answer of HTTP 0.9", answers("<html>hello</html>"), "INCONCLUSIVE", "not HTTP"),
    _one(
        "http-1.0",
        "an upgrade in HTTP 1.0",
        upgrade(_GOOD, line="HTTP/1.0 101 Switching Protocols\r\n"),
        "INCONCLUSIVE",
        "HTTP/1.0",
    ),
    _one(
        "http-2",
        "an upgrade in HTTP 2",
        upgrade(_GOOD, line="HTTP/2 101 Switching Protocols\r\n"),
        "INCONCLUSIVE",
        "HTTP/2",
    ),
    _one(
        "http-endless-line",
        "a status line that never ends",
        _endless_line,
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one(
        "http-endless-headers",
        "header fields that never end",
        _endless_header,
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one("http-drips", "a good answer, one byte each 100 ms", _drips, "INCONCLUSIVE", "not complete"),
    _one(
        "half-a-head",
        "half an answer, then silence",
        answers("HTTP/1.1 101 Switching Protocols\r\nUpgr", stays=True),
        "INCONCLUSIVE",
        "not complete",
    ),
    _one(
        "half-a-head-closed",
        "half an answer, then the end",
        answers("HTTP/1.1 101 Switching Protocols\r\nUpgr"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one("silent", "accepts TCP and says nothing", _silent, "INCONCLUSIVE", "no answer to the WebSocket handshake"),
    _one("closed", "closes without a word", _says_nothing, "INCONCLUSIVE", "closed without an answer"),
    _one("reset", "resets the TCP connection", _resets, "INCONCLUSIVE", "closed without an answer"),
    _one("ssh", "speaks SSH", answers("SSH-2.0-OpenSSH_9.6\r\n"), "INCONCLUSIVE", "not HTTP"),
    _one("tls-alert", "speaks TLS", answers("\x15\x03\x01\x00\x02\x02\x46"), "INCONCLUSIVE", "wss://"),
    _one("zeroes", "a kilobyte of zeroes", answers("\0" * 1024), "INCONCLUSIVE", "not HTTP"),
    _one(
        "wrong-key",
        "the Sec-WebSocket-Accept of another key",
        upgrade(f"{_UP}Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n{_OCPP}"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one("no-key", "no Sec-WebSocket-Accept", upgrade(_UP + _OCPP), "INCONCLUSIVE", "no correct WebSocket handshake"),
    _one(
        "two-keys",
        "two Sec-WebSocket-Accept",
        upgrade(f"{_GOOD}Sec-WebSocket-Accept: $KEY\r\n"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one(
        "no-upgrade",
        "no Upgrade",
        upgrade(f"Connection: Upgrade\r\nSec-WebSocket-Accept: $KEY\r\n{_OCPP}"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one(
        "no-connection",
        "no Connection",
        upgrade(f"Upgrade: websocket\r\nSec-WebSocket-Accept: $KEY\r\n{_OCPP}"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one(
        "extension",
        "compression that nobody offered",
        upgrade(f"{_GOOD}Sec-WebSocket-Extensions: permessage-deflate\r\n"),
        "INCONCLUSIVE",
        "permessage-deflate",
    ),
    _one(
        "no-subprotocol",
        "no subprotocol",
        upgrade(f"{_UP}Sec-WebSocket-Accept: $KEY\r\n", goes_on=True),
        "INCONCLUSIVE",
        "chose no subprotocol",
    ),
    _one(
        "other-subprotocol",
        "the subprotocol ocpp2.0.1",
        upgrade(f"{_UP}Sec-WebSocket-Accept: $KEY\r\nSec-WebSocket-Protocol: ocpp2.0.1\r\n", goes_on=True),
        "INCONCLUSIVE",
        "ocpp2.0.1",
    ),
    _one(
        "two-subprotocols",
        "two subprotocols",
        upgrade(f"{_GOOD}Sec-WebSocket-Protocol: ocpp2.0.1\r\n", goes_on=True),
        "INCONCLUSIVE",
        "",
    ),
    _one(
        "strange-header",
        "a header field with signs that no header may hold",
        upgrade(f"{_GOOD}X\x00: \x1b[2J\r\n"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
    _one(
        "bare-newlines",
        "a head whose lines end with LF alone",
        answers((_UPGRADED + _GOOD).replace("\r\n", "\n") + "\n"),
        "INCONCLUSIVE",
        "no correct WebSocket handshake",
    ),
)
