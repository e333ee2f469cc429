from __future__ import annotations

import asyncio
import socket
from base64 import b64encode

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from csms_harness.transport import stamped
from csms_harness.transport.clock import now
from csms_harness.transport.websocket import Closed, ConnectionLost, Received

from .hostile import BINARY, CLOSE, PING, TEXT, Behaviour, Peer, central_system, connected, frame

CLOSE_1000 = frame(CLOSE, b"\x03\xe8")


def sends(*pieces: bytes) -> Behaviour:
    """A Central System that accepts, writes the pieces, and listens to the end."""

    async def behave(peer: Peer) -> None:
        await peer.accept()
        for piece in pieces:
            peer.write(piece)
            await peer.writer.drain()
        await peer.read_to_end()

    return behave


async def ending_of(*pieces: bytes, **options: object) -> Closed:
    async with central_system(sends(*pieces)) as url:
        connection = await connected(url, **options)
        while not isinstance(event := await connection.receive(), Closed):
            pass
        return event


async def test_the_request_carries_identity_subprotocol_user_agent_and_raw_password() -> None:
    seen: list[Peer] = []

    async def behave(peer: Peer) -> None:
        seen.append(peer)
        await peer.accept()
        await peer.read_to_end()

    key = bytes(range(16)) + b"\xff"
    async with central_system(behave) as url:
        connection = await connected(f"{url}/?site=1", identity="RDAM 1/한", password=key)
        await connection.close()
    peer = seen[0]
    assert peer.request.startswith(b"GET /ocpp/RDAM%201%2F%ED%95%9C?site=1 HTTP/1.1\r\n")
    assert peer.header("Sec-WebSocket-Protocol") == "ocpp1.6"
    assert peer.header("User-Agent").startswith("csms-harness/")
    assert peer.header("Sec-WebSocket-Extensions") == ""
    expected = b64encode("RDAM 1/한:".encode() + key).decode()
    assert peer.header("Authorization") == f"Basic {expected}"


@pytest.mark.parametrize("compression", ["deflate", None], ids=["taken", "left"])
async def test_compression_that_is_offered_may_be_taken_or_left(compression: str | None) -> None:
    seen: list[str] = []

    async def echo(peer: ServerConnection) -> None:
        assert peer.request is not None
        seen.append(peer.request.headers.get("Sec-WebSocket-Extensions", ""))
        async for message in peer:
            await peer.send(message)

    subprotocol = Subprotocol("ocpp1.6")
    async with serve(echo, "127.0.0.1", 0, subprotocols=[subprotocol], compression=compression) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        connection = await connected(f"ws://127.0.0.1:{port}/ocpp", compression=True)
        await connection.send("x" * 70_000)
        received = await connection.receive()
        assert isinstance(received, Received)
        assert received.data == "x" * 70_000
        await connection.close()
    assert seen[0].startswith("permessage-deflate")


async def test_another_user_than_the_identity_may_log_in() -> None:
    seen: list[str] = []

    async def behave(peer: Peer) -> None:
        await peer.accept()
        seen.append(peer.header("Authorization"))
        await peer.read_to_end()

    async with central_system(behave) as url:
        await (await connected(url, user="operator", password=b"key")).close()
    assert seen == [f"Basic {b64encode(b'operator:key').decode()}"]


async def test_a_proxy_in_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ws_proxy", "http://127.0.0.1:9")
    async with central_system(sends()) as url:
        await (await connected(url)).close()


async def test_the_handshake_tells_what_was_agreed() -> None:
    async with central_system(sends()) as url:
        connection = await connected(url)
        await connection.close()
    shown = connection.handshake
    assert (shown.subprotocol, shown.http_status, shown.tls_version) == ("ocpp1.6", 101, None)
    assert ("Upgrade", "websocket") in shown.headers
    assert shown.remote in url
    assert 0 < shown.seconds < 2


async def test_messages_keep_their_order_and_kind() -> None:
    pieces = frame(TEXT, "first") + frame(BINARY, b"\x00\xff") + frame(TEXT, "한국")
    async with central_system(sends(pieces)) as url:
        connection = await connected(url)
        events = [await connection.receive() for _ in range(3)]
        await connection.close()
    assert [event.data for event in events if isinstance(event, Received)] == ["first", b"\x00\xff", "한국"]


async def test_a_text_in_three_frames_with_a_ping_between_is_one_message_and_the_ping_is_answered() -> None:
    pong = asyncio.get_running_loop().create_future()

    async def behave(peer: Peer) -> None:
        await peer.accept()
        parts = [frame(TEXT, "[2,", fin=False), frame(PING, "p"), frame(0, '"a"', fin=False), frame(0, "]")]
        for part in parts:
            peer.write(part)
        pong.set_result(await peer.reader.readexactly(2))
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        event = await connection.receive()
        first_bytes = await pong
        await connection.close()
    assert isinstance(event, Received)
    assert event.data == '[2,"a"]'
    assert first_bytes[0] == 0x8A


async def test_a_message_goes_out_in_fragments_with_a_ping_between_and_the_pong_is_received() -> None:
    heard: list[str | bytes] = []

    async def behave(server: ServerConnection) -> None:
        async for message in server:
            heard.append(message)
            await server.send(f"{len(heard)}")

    async with serve(behave, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], ping_interval=None) as server:
        connection = await connected(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ocpp")
        text = "Ladesäule 充電 😀"
        await connection.send(text, 40, "amid")  # byte by byte, and empty ones at the end
        pong, first = await connection.receive(), await connection.receive()
        await connection.send(text.encode(), 2)
        second = await connection.receive()
        await connection.close()
    assert heard == [text, text.encode()]
    assert isinstance(pong, Received)
    assert (pong.pong, pong.data) == (True, b"amid")
    assert [one.data for one in (first, second) if isinstance(one, Received) and not one.pong] == ["1", "2"]


async def test_pongs_are_received_from_the_first_ping_on_and_pings_are_counted() -> None:
    async def behave(server: ServerConnection) -> None:
        await server.pong(b"unasked")
        await (await server.ping())
        await server.send("ready")
        await server.wait_closed()

    async with serve(behave, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], ping_interval=None) as server:
        connection = await connected(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ocpp")
        ready = await connection.receive()
        await connection.control("unasked", pong=True)
        await connection.control("are you there")
        pong = await connection.receive()
        pings = connection.pings
        await connection.close()
    assert isinstance(ready, Received)
    assert isinstance(pong, Received)
    assert (ready.data, pong.data, pong.pong, pings) == ("ready", b"are you there", True, 1)
    with pytest.raises(ConnectionLost):
        await connection.control("too late")


def test_a_message_is_cut_into_parts_of_about_the_same_size() -> None:
    assert stamped.in_parts(b"abcdefg", 3) == [b"abc", b"de", b"fg"]
    assert stamped.in_parts(b"ab", 4) == [b"a", b"b", b"", b""]
    assert stamped.in_parts(b"", 2) == [b"", b""]


async def test_a_cancelled_receive_loses_no_message() -> None:
    go = asyncio.Event()

    async def behave(peer: Peer) -> None:
        await peer.accept()
        await go.wait()
        peer.write(frame(TEXT, "still here"))
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        waiting = asyncio.create_task(connection.receive())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        go.set()
        event = await connection.receive()
        await connection.close()
    assert isinstance(event, Received)
    assert event.data == "still here"


async def test_what_is_sent_arrives_as_text_and_the_stamp_lies_around_the_write() -> None:
    arrived = asyncio.get_running_loop().create_future()

    async def behave(peer: Peer) -> None:
        await peer.accept()
        arrived.set_result(await peer.reader.readexactly(6 + 5))
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        before = now()
        at = await connection.send("hello")
        after = now()
        data = await arrived
        await connection.close()
    assert before <= at <= after
    assert data[0] == 0x81
    assert bytes(byte ^ data[2 + i % 4] for i, byte in enumerate(data[6:])) == b"hello"


async def test_text_without_a_utf8_form_is_refused_and_the_connection_lives_on() -> None:
    async with central_system(sends(frame(TEXT, "alive"))) as url:
        connection = await connected(url)
        with pytest.raises(ValueError, match="surrogates not allowed"):
            await connection.send("\ud800")
        assert isinstance(await connection.receive(), Received)
        await connection.close()


async def test_a_close_by_the_central_system_is_told_with_code_and_reason() -> None:
    ending = await ending_of(frame(TEXT, "last"), frame(CLOSE, b"\x03\xe9bye"))
    assert (ending.code, ending.reason, ending.by) == (1001, "bye", "central system")
    assert ending.sentence == "The Central System closed the connection with code 1001 (going away): bye."


async def test_a_close_that_echoes_a_secret_is_told_without_it() -> None:
    async with central_system(sends(frame(CLOSE, b"\x03\xf0no abcdefgh, no s3cr3t-key"))) as url:
        connection = await connected(f"{url}?token=abcdefgh", password=b"s3cr3t-key")
        ending = await connection.receive()
    assert isinstance(ending, Closed)
    assert (ending.reason, ending.sentence.endswith(": no •••, no •••.")) == ("no •••, no •••", True)


async def test_a_close_without_a_code_has_none() -> None:
    ending = await ending_of(frame(CLOSE))
    assert (ending.code, ending.by) == (None, "central system")


async def test_the_end_is_told_again_as_often_as_it_is_asked_for() -> None:
    async with central_system(sends(CLOSE_1000)) as url:
        connection = await connected(url)
        first = await connection.receive()
        assert isinstance(first, Closed)
        assert await connection.receive() == first
        assert await connection.close() == first
        with pytest.raises(ConnectionLost, match="closed the connection with code 1000") as lost:
            await connection.send("too late")
        assert lost.value.closed == first


async def test_closing_is_answered_and_both_agree_on_the_code() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        head = await peer.reader.readexactly(6)
        body = await peer.reader.readexactly(head[1] & 0x7F)
        peer.write(frame(CLOSE, bytes(byte ^ head[2 + i % 4] for i, byte in enumerate(body))))

    async with central_system(behave) as url:
        connection = await connected(url)
        ending = await connection.close(1001, "rebooting")
    assert (ending.code, ending.by) == (1001, "charge point")
    assert ending.sentence == ("The Charge Point closed the connection with code 1001 (going away): rebooting.")


async def test_an_unanswered_close_frame_is_said() -> None:
    async with central_system(_accept_and_hang) as url:
        connection = await connected(url)
        begun = now()
        ending = await connection.close()
    assert ending.by == "charge point"
    assert "did not answer the close frame" in ending.sentence
    assert now() - begun < 0.05 + 0.5


async def _accept_and_hang(peer: Peer) -> None:
    await peer.accept()
    await peer.hang()


async def test_messages_that_arrived_before_a_close_can_still_be_received() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        peer.write(frame(TEXT, "early"))
        await peer.reader.readexactly(1)

    async with central_system(behave) as url:
        connection = await connected(url)
        await connection.close()
        event = await connection.receive()
        assert isinstance(event, Received)
        assert event.data == "early"
        assert isinstance(await connection.receive(), Closed)


@pytest.mark.parametrize(
    ("piece", "code", "words"),
    [
        (frame(TEXT, b"\xff\xfe"), 1007, "a text message is not valid UTF-8, at byte 0"),
        (frame(TEXT, "x", first_bits=0x40), 1002, "reserved bits must be 0"),
        (frame(3, "x"), 1002, "invalid opcode"),
        (frame(0, "x"), 1002, "unexpected continuation frame"),
        (frame(PING, "x", fin=False), 1002, "fragmented control frame"),
        (frame(TEXT, "a", fin=False) + frame(TEXT, "b"), 1002, "expected a continuation frame"),
        (b"\x81\x81\0\0\0\0x", 1002, "incorrect masking"),
        (frame(CLOSE, b"\x03"), 1002, "close frame too short"),
        (frame(CLOSE, b"\x03\xec"), 1002, "invalid status code"),
        (b"\x81\x7f\x40\0\0\0\0\0\0\0", 1009, "frame with 4611686018427387904 bytes"),
        (frame(TEXT, "x" * 2000), 1009, "frame with 2000 bytes"),
    ],
)
async def test_a_breach_of_the_websocket_protocol_ends_the_connection_with_its_code(
    piece: bytes, code: int, words: str
) -> None:
    ending = await ending_of(piece, max_size=1000)
    assert (ending.code, ending.by) == (code, "charge point")
    assert ending.sentence.startswith("The Central System broke the WebSocket protocol (")
    assert words in ending.sentence


async def test_a_message_of_endless_empty_frames_ends_the_connection() -> None:
    """The library counts the bytes of a message, of which empty frames have none."""
    ending = await ending_of(frame(TEXT, fin=False), frame(0, fin=False) * stamped.FRAGMENTS)
    assert (ending.code, ending.by) == (1009, "charge point")
    assert f"a message in more than {stamped.FRAGMENTS} frames" in ending.sentence


async def test_a_flood_of_pings_ends_the_connection() -> None:
    ending = await ending_of(frame(PING) * (stamped.CONTROLS + 1))
    assert (ending.code, ending.by) == (1008, "charge point")
    assert f"more than {stamped.CONTROLS} PINGs and PONGs without a message" in ending.sentence


async def test_pings_between_messages_are_no_flood() -> None:
    pieces = [frame(PING) * stamped.CONTROLS, frame(TEXT, "a"), frame(PING) * stamped.CONTROLS, frame(TEXT, "b")]
    async with central_system(sends(*pieces)) as url:
        connection = await connected(url)
        events = [await connection.receive() for _ in range(2)]
        await connection.close()
    assert [event.data for event in events if isinstance(event, Received)] == ["a", "b"]


async def test_a_message_in_many_frames_is_taken_whole() -> None:
    pieces = [frame(TEXT, "a", fin=False), *([frame(0, "b", fin=False)] * 998), frame(0, "c")]
    async with central_system(sends(*pieces)) as url:
        connection = await connected(url)
        event = await connection.receive()
        await connection.close()
    assert isinstance(event, Received)
    assert event.data == "a" + "b" * 998 + "c"


async def test_a_message_of_exactly_max_size_is_taken() -> None:
    async with central_system(sends(frame(TEXT, "x" * 1000))) as url:
        connection = await connected(url, max_size=1000)
        event = await connection.receive()
        await connection.close()
    assert isinstance(event, Received)
    assert len(event.data) == 1000


async def test_a_reset_within_a_frame_is_a_loss_by_the_network() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        peer.write(frame(TEXT, "half")[:3])
        await peer.writer.drain()
        await peer.reader.readexactly(1)
        peer.reset()

    async with central_system(behave) as url:
        connection = await connected(url)
        await connection.send("go")
        ending = await connection.receive()
    assert isinstance(ending, Closed)
    assert (ending.code, ending.by) == (None, "network")
    assert "lost without a WebSocket close frame" in ending.sentence


async def test_the_end_of_the_tcp_stream_without_a_close_frame_is_a_loss_by_the_network() -> None:
    async with central_system(lambda peer: peer.accept()) as url:
        connection = await connected(url)
        ending = await connection.receive()
    assert isinstance(ending, Closed)
    assert (ending.code, ending.by) == (None, "network")


async def test_sending_to_a_peer_that_never_reads_is_bounded() -> None:
    async with central_system(_accept_and_hang) as url:
        connection = await connected(url)
        begun = now()
        with pytest.raises(ConnectionLost, match=r"took no bytes for 0\.15 s"):
            await connection.send("x" * 2**25)
        assert now() - begun < 3
        ending = await connection.receive()
    assert isinstance(ending, Closed)
    assert ending.by == "charge point"


async def test_closing_is_bounded_when_the_peer_never_reads() -> None:
    async with central_system(_accept_and_hang) as url:
        connection = await connected(url, send_timeout=30.0)
        blocked = asyncio.create_task(connection.send("x" * 2**25))
        await asyncio.sleep(0)
        begun = now()
        ending = await connection.close()
        assert now() - begun < 0.05 + 0.5
        assert ending.by == "charge point"
        with pytest.raises(ConnectionLost):
            await blocked


async def test_a_close_frame_with_a_tcp_connection_left_open_does_not_hold_the_charge_point() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        peer.write(CLOSE_1000)
        await peer.hang()

    async with central_system(behave) as url:
        connection = await connected(url)
        ending = await asyncio.wait_for(connection.receive(), 30)
    assert isinstance(ending, Closed)
    assert (ending.code, ending.by) == (1000, "central system")


async def test_pings_without_end_from_a_peer_that_reads_no_pong_end_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With small buffers on the way a few thousand pings are enough, however slow the machine is just now."""
    monkeypatch.setattr(stamped, "UNREAD", 2**16)

    async def behave(peer: Peer) -> None:
        peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await peer.accept()
        pings = frame(PING, b"p" * 125) * 500
        while not peer.writer.transport.is_closing():
            peer.write(pings)
            await peer.writer.drain()

    async with central_system(behave) as url:
        connection = await connected(url)
        connection._line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        ending = await connection.receive()
    assert isinstance(ending, Closed)
    assert "does not read what is sent to it" in ending.sentence


async def test_a_flood_is_held_back_by_tcp_and_then_read_in_order() -> None:
    count, size = 32, 2**20
    written = 0

    async def behave(peer: Peer) -> None:
        nonlocal written
        await peer.accept()
        peer.writer.transport.set_write_buffer_limits(0)
        for number in range(count):
            peer.write(frame(TEXT, str(number).ljust(size)))
            await peer.writer.drain()
            written += 1
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        seen, quiet = 0, 0
        while quiet < 300:
            await asyncio.sleep(0)
            seen, quiet = written, quiet + 1 if written == seen else 0
        assert written < count
        numbers = []
        for _ in range(count):
            event = await connection.receive()
            assert isinstance(event, Received)
            numbers.append(int(event.data))
        await connection.close()
    assert numbers == list(range(count))


async def test_closing_reads_past_a_full_queue_and_finds_the_close_frame() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        for _ in range(8):
            peer.write(frame(TEXT, "x" * 2**20))
        await peer.writer.drain()
        await peer.reader.readexactly(8)
        peer.write(CLOSE_1000)

    async with central_system(behave) as url:
        connection = await connected(url, close_timeout=2.0)
        await connection.receive()
        begun = now()
        ending = await connection.close()
    assert now() - begun < 2.0
    assert "did not answer" not in ending.sentence


async def test_dropping_resets_the_tcp_connection_without_a_close_frame() -> None:
    outcome = asyncio.get_running_loop().create_future()

    async def behave(peer: Peer) -> None:
        await peer.accept()
        try:
            outcome.set_result(await peer.read_to_end())
        except ConnectionResetError as error:
            outcome.set_result(error)

    async with central_system(behave) as url:
        connection = await connected(url)
        await connection.drop()
        ending = await connection.receive()
        seen = await outcome
    assert isinstance(seen, ConnectionResetError)
    assert isinstance(ending, Closed)
    assert (ending.code, ending.by) == (None, "charge point")
    assert "dropped the TCP connection" in ending.sentence
