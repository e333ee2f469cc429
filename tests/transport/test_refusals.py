from __future__ import annotations

import asyncio
import socket
from base64 import b64encode
from pathlib import Path

import pytest

from csms_harness.transport.clock import now
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import Answer
from csms_harness.transport.sentences import refuse
from csms_harness.transport.websocket import Connection, Refusal, RefusalKind, open_connection

from .hostile import Behaviour, Peer, central_system, endpoint


async def refused(behave: Behaviour, **options: object) -> Refusal:
    async with central_system(behave) as url:
        result = await open_connection(endpoint(url, **options))
    assert isinstance(result, Refusal)
    return result


async def test_nothing_listening_is_a_tcp_refusal_that_names_the_port() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        result = await open_connection(endpoint(f"ws://127.0.0.1:{port}"))
    assert isinstance(result, Refusal)
    assert result.kind == RefusalKind.TCP_REFUSED
    assert f"nothing listens on port {port} of 127.0.0.1" in result.sentence


async def test_an_unknown_host_is_a_dns_refusal_that_names_the_host() -> None:
    result = await open_connection(endpoint("ws://no-such-host.invalid/"))
    assert isinstance(result, Refusal)
    assert (result.kind, "'no-such-host.invalid' is not known" in result.sentence) == (RefusalKind.NAME_UNKNOWN, True)


async def test_a_name_that_takes_too_long_to_resolve_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", hang)
    result = await open_connection(endpoint("ws://slow.example/", open_timeout=0.05))
    assert isinstance(result, Refusal)
    assert (result.kind, "was not resolved within 0.05 s" in result.sentence) == (RefusalKind.NAME_TIMEOUT, True)


async def test_a_dead_address_does_not_take_the_time_of_a_living_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect

    async def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*stream, ("192.0.2.1", port)), (*stream, ("127.0.0.1", port))]

    async def sock_connect(sock: socket.socket, address: tuple[str, int]) -> None:
        if address[0] == "192.0.2.1":
            await asyncio.Event().wait()
        await connect(sock, address)

    async with central_system(lambda peer: peer.answer("403 Forbidden")) as url:
        port = endpoint(url).port
        monkeypatch.setattr(loop, "getaddrinfo", resolve)
        monkeypatch.setattr(loop, "sock_connect", sock_connect)
        result = await open_connection(endpoint(url, open_timeout=0.4))
    assert isinstance(result, Refusal)
    assert result.http_status == 403


@pytest.mark.parametrize(
    ("status", "password", "kind", "words"),
    [
        ("401 Unauthorized", None, RefusalKind.HTTP_STATUS, "wants a password and none is configured"),
        (
            "401 Unauthorized",
            b"secret-0123456789",
            RefusalKind.HTTP_STATUS,
            "did not take the configured password of CP_01",
        ),
        ("403 Forbidden", None, RefusalKind.HTTP_STATUS, "forbids CP_01 to connect"),
        ("404 Not Found", None, RefusalKind.HTTP_STATUS, "does not know the Charge Point CP_01, or the path"),
        ("426 Upgrade Required", None, RefusalKind.HTTP_STATUS, "another protocol or WebSocket version (Upgrade: h2c)"),
        ("503 Service Unavailable", None, RefusalKind.HTTP_STATUS, "not available now"),
        ("500 Oops", None, RefusalKind.HTTP_STATUS, "look into the log of the CSMS"),
        ("200 OK", None, RefusalKind.HTTP_PLAIN, "a plain HTTP answer, there is no WebSocket"),
    ],
)
async def test_each_http_status_has_its_own_sentence(
    status: str, password: bytes | None, kind: RefusalKind, words: str
) -> None:
    async def behave(peer: Peer) -> None:
        await peer.answer(status, "Upgrade: h2c", body="because \x1b[31m I say so\n")

    result = await refused(behave, password=password)
    assert (result.kind, result.http_status) == (kind, int(status[:3]))
    assert f"answered HTTP {status}: " in result.sentence
    assert words in result.sentence
    assert result.body == "because [31m I say so"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            "403 Forbidden",
            '{"code":"X","message":"disabled by its owner"}',
            "in the CSMS; its answer says: disabled by its",
        ),
        ("502 Bad Gateway", "<html><body><h1>no upstream</h1></body></html>", "; its answer says: no upstream."),
        ("500 Internal Server Error", "Internal Server Error", "look into the log of the CSMS."),
        ("500 Internal Server Error", "", "look into the log of the CSMS."),
    ],
)
async def test_the_telling_part_of_a_body_stands_in_the_sentence(status: str, body: str, words: str) -> None:
    result = await refused(lambda peer: peer.answer(status, body=body))
    assert words in result.sentence


async def test_a_long_body_is_cut_to_200_characters() -> None:
    result = await refused(lambda peer: peer.answer("500 Oops", body="x" * 5000))
    assert len(result.body) == 200


async def test_a_refusal_never_shows_the_password_even_when_the_csms_echoes_it() -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        echo = peer.header("Authorization")
        body = f"{echo} is not s3cr3t-key"
        peer.write(f"HTTP/1.1 401 {echo}\r\nContent-Length: {len(body)}\r\n\r\n{body}")

    result = await refused(behave, password=b"s3cr3t-key")
    everything = repr(result)
    assert "s3cr3t-key" not in everything
    assert b64encode(b"CP_01:s3cr3t-key").decode() not in everything
    assert "•••" in result.body


async def test_a_redirect_is_reported_and_not_followed() -> None:
    requests = 0

    async def behave(peer: Peer) -> None:
        nonlocal requests
        requests += 1
        await peer.answer("301 Moved Permanently", "Location: /ocpp/CP_01")

    result = await refused(behave)
    assert (result.kind, result.http_status, requests) == (RefusalKind.HTTP_REDIRECT, 301, 1)
    assert "redirects to /ocpp/CP_01" in result.sentence


async def test_another_subprotocol_is_refused_by_name() -> None:
    result = await refused(lambda peer: peer.accept("ocpp2.0.1"))
    assert result.kind == RefusalKind.SUBPROTOCOL
    assert "answered the subprotocol 'ocpp2.0.1'" in result.sentence


async def test_an_offered_subprotocol_that_is_not_ocpp_1_6_is_refused_as_well() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept("ocpp1.5")
        await peer.read_to_end()

    result = await refused(behave, subprotocols=("ocpp1.6", "ocpp1.5"))
    assert (result.kind, "'ocpp1.5'" in result.sentence) == (RefusalKind.SUBPROTOCOL, True)


async def test_no_subprotocol_is_refused_and_the_connection_closed_with_a_close_frame() -> None:
    rest = b""

    async def behave(peer: Peer) -> None:
        nonlocal rest
        await peer.accept(None)
        rest = await peer.reader.readexactly(2)

    result = await refused(behave)
    assert (result.kind, "chose no subprotocol" in result.sentence) == (RefusalKind.SUBPROTOCOL, True)
    assert rest[0] == 0x88


@pytest.mark.parametrize("chosen", [None, "ocpp2.0.1", "ocpp1.5, ocpp1.6"])
async def test_who_wants_to_judge_the_subprotocol_is_handed_the_connection_whatever_was_agreed(
    chosen: str | None,
) -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept(chosen)
        await peer.read_to_end()

    async with central_system(behave) as url:
        result = await open_connection(endpoint(url), accept_any_subprotocol=True)
        assert isinstance(result, Connection)
        await result.close()
    named = [value for name, value in result.handshake.headers if name == "Sec-WebSocket-Protocol"]
    assert (result.handshake.subprotocol, named) == (chosen, [chosen] if chosen else [])


async def test_an_endpoint_may_offer_no_subprotocol_at_all() -> None:
    offered: list[str] = []

    async def behave(peer: Peer) -> None:
        await peer.accept("ocpp1.6")
        offered.append(peer.header("Sec-WebSocket-Protocol"))
        await peer.read_to_end()

    async with central_system(behave) as url:
        result = await open_connection(endpoint(url, subprotocols=()))
        assert isinstance(result, Connection)
        await result.close()
    assert offered == [""]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (("Retry-After: 120",), 120.0),
        (("Retry-After: Thu, 01 Jan 2026 00:00:30 GMT", "Date: Thu, 01 Jan 2026 00:00:00 GMT"), 30.0),
        (("retry-after: Thu, 01 Jan 2026 00:00:00 GMT", "Date: Thu, 01 Jan 2026 00:01:00 GMT"), 0.0),
        (("Retry-After: Thu, 01 Jan 2026 00:00:30 GMT",), None),
        (("Retry-After: soon", "Date: Thu, 01 Jan 2026 00:00:00 GMT"), None),
        (("Retry-After: -5",), None),
        ((), None),
    ],
)
async def test_a_refusal_tells_when_to_come_back_if_the_answer_did(
    headers: tuple[str, ...], seconds: float | None
) -> None:
    result = await refused(lambda peer: peer.answer("503 Service Unavailable", *headers))
    assert result.retry_after == seconds


async def test_a_refusal_keeps_the_headers_of_the_answer_without_the_password() -> None:
    async def behave(peer: Peer) -> None:
        await peer.answer("401 Unauthorized", 'WWW-Authenticate: Basic realm="ocpp"', "X-Echo: s3cr3t-key")

    result = await refused(behave, password=b"s3cr3t-key")
    assert ("WWW-Authenticate", 'Basic realm="ocpp"') in result.headers
    assert ("X-Echo", "•••") in result.headers


@pytest.mark.parametrize("kind", RefusalKind)
def test_each_kind_has_a_sentence_that_begins_with_the_address(kind: RefusalKind) -> None:
    result = refuse(kind, Endpoint("wss://csms.example/ocpp", "CP_01"), "because", Answer(503)).refusal
    assert result.kind is kind
    assert result.sentence.startswith("wss://csms.example/ocpp/CP_01: ")
    assert result.sentence.endswith(".")


@pytest.mark.parametrize("extension", ["permessage-deflate", "x-own; a=1, permessage-deflate"])
async def test_an_extension_that_was_not_offered_is_told_as_one(extension: str) -> None:
    result = await refused(lambda peer: peer.accept("ocpp1.6", None, f"Sec-WebSocket-Extensions: {extension}"))
    assert result.kind == RefusalKind.EXTENSION
    assert f"the WebSocket extension '{extension}', which was not offered" in result.sentence


@pytest.mark.parametrize(
    ("status", "headers", "passing"),
    [(503, (), True), (429, (), True), (502, (), True), (403, (), False), (500, (), False),
     (404, (("Retry-After", "2"),), True)],
)  # fmt: skip
def test_a_refusal_says_whether_it_may_be_otherwise_in_a_moment(
    status: int, headers: tuple[tuple[str, str], ...], passing: bool
) -> None:
    assert Refusal(RefusalKind.HTTP_STATUS, "no", status, headers).passing is passing
    assert Refusal(RefusalKind.TCP_REFUSED, "no").passing
    assert not Refusal(RefusalKind.CERTIFICATE, "no").passing


async def test_a_wrong_accept_header_is_no_websocket() -> None:
    result = await refused(lambda peer: peer.accept(key="wrong"))
    assert (result.kind, "Sec-WebSocket-Accept" in result.sentence) == (RefusalKind.HANDSHAKE_BROKEN, True)


async def test_a_hanging_csms_is_a_timeout_within_the_limit() -> None:
    begun = now()
    result = await refused(lambda peer: peer.hang(), open_timeout=0.1)
    assert result.kind == RefusalKind.ANSWER_TIMEOUT
    assert "connected, but no answer to the WebSocket handshake within 0.1 s" in result.sentence
    assert now() - begun < 1.0


async def test_a_slow_loris_is_told_from_a_silent_csms() -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        for byte in b"HTTP/1.1 101 Sw":
            peer.write(bytes([byte]))
            await asyncio.sleep(0)
        await peer.hang()

    result = await refused(behave, open_timeout=0.1)
    assert result.kind == RefusalKind.ANSWER_INCOMPLETE
    assert "not complete within 0.1 s (it begins 'HTTP/1.1 101 Sw')" in result.sentence


async def test_garbage_is_refused_at_once_and_shown() -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        peer.write(b"\x00\x01SSH-2.0-x")
        await peer.hang()

    result = await refused(behave, open_timeout=30.0)
    assert result.kind == RefusalKind.NOT_HTTP
    assert "not HTTP (it begins 'SSH-2.0-x')" in result.sentence


async def test_a_connection_closed_without_an_answer_is_no_websocket() -> None:
    result = await refused(lambda peer: peer.read_request(), open_timeout=0.3)
    assert (result.kind, "closed without an answer" in result.sentence) == (RefusalKind.NO_ANSWER, True)


async def test_a_reset_during_the_handshake_is_no_websocket() -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        peer.reset()

    assert (await refused(behave, open_timeout=0.3)).kind == RefusalKind.NO_ANSWER


async def test_headers_without_end_are_bounded() -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        peer.write("HTTP/1.1 101 Switching Protocols\r\n")
        while not peer.writer.transport.is_closing():
            peer.write("X-More: and more\r\n")
            await peer.writer.drain()
            await asyncio.sleep(0)

    result = await refused(behave)
    assert result.kind == RefusalKind.HANDSHAKE_BROKEN


async def test_a_url_that_cannot_be_used_is_said_at_once() -> None:
    for url, words in {
        "http://host/": "neither ws:// nor wss://",
        "ws://user:pw@host/": "contains a user name",
        "ws:///path": "names no host",
        "ws://host:port/": "is no URL",
        "ws://host/#part": "has a fragment",
    }.items():
        with pytest.raises(ValueError, match=words):
            endpoint(url)


async def test_a_ca_file_that_cannot_be_read_is_a_tls_refusal_that_names_it(tmp_path: Path) -> None:
    async with central_system(lambda peer: peer.hang()) as url:
        missing = tmp_path / "none.pem"
        result = await open_connection(endpoint(url.replace("ws:", "wss:"), ca_file=missing))
    assert isinstance(result, Refusal)
    assert (result.kind, str(missing) in result.sentence) == (RefusalKind.TRUST_STORE, True)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("404 Not Found\r\nContent-Length: 9999999999", "HTTP 404 Not Found"),
        ("503 Busy\r\nTransfer-Encoding: gzip", "HTTP 503 Busy"),
        ("999 What", "HTTP 999 What"),
    ],
)
async def test_a_refusal_whose_rest_cannot_be_read_is_told_by_its_status(answer: str, told: str) -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        peer.write(f"HTTP/1.1 {answer}\r\n\r\n")

    refusal = await refused(behave)
    assert refusal.kind is RefusalKind.HTTP_STATUS
    assert told in refusal.sentence


async def test_an_answer_that_is_no_good_http_is_told_with_what_is_wrong_about_it() -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_request()
        peer.write("HTTP/1.0 101 Switching Protocols\r\n\r\n")

    refusal = await refused(behave)
    assert refusal.kind is RefusalKind.HANDSHAKE_BROKEN
    assert "HTTP/1.0" in refusal.sentence
