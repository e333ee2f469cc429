from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from csms_harness.transport import stamping
from csms_harness.transport.clock import RealtimeScale, now
from csms_harness.transport.stamping import StampingSocket
from csms_harness.transport.websocket import Received

from .hostile import TEXT, Peer, central_system, connected, frame, write_ca

TOLERANCE = 0.002
"""Seconds: two looks at two clocks, on a machine that others use as well."""


@contextmanager
def busy_neighbour(answer: Callable[[ServerConnection], None], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The URL of a Central System in its own thread: it works while the test's event loop does not."""
    offered = [Subprotocol("ocpp1.6")]
    with serve(answer, "127.0.0.1", 0, subprotocols=offered, ssl=tls) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        port = listener.socket.getsockname()[1]
        try:
            yield f"{'ws' if tls is None else 'wss'}://127.0.0.1:{port}"
        finally:
            listener.shutdown()
            thread.join()


class Answer:
    """Answers one message, and remembers when exactly."""

    def __init__(self) -> None:
        self.before = self.after = 0.0
        self.written = threading.Event()

    def __call__(self, peer: ServerConnection) -> None:
        peer.recv()
        self.before = now()
        peer.send("answer")
        self.after = now()
        self.written.set()
        for _ in peer:
            pass


async def answer_while_busy(url: str, answer: Answer, **options: object) -> tuple[Received, float]:
    """The answer, received by a client that stood still from its request to long after the answer."""
    connection = await connected(url, **options)
    await connection.send("request")
    answer.written.wait(2)
    while now() < answer.after + 5 * TOLERANCE:
        pass
    free_again = now()
    event = await connection.receive()
    await connection.close()
    assert isinstance(event, Received)
    return event, free_again


@pytest.mark.parametrize("secure", [False, True])
async def test_a_busy_client_still_learns_when_the_answer_arrived(secure: bool, tmp_path: Path) -> None:
    context, options = None, {}
    if secure:
        ca = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("127.0.0.1").configure_cert(context)
        options = {"ca_file": write_ca(tmp_path, ca.cert_pem.bytes())}
    answer = Answer()
    with busy_neighbour(answer, context) as url:
        event, free_again = await answer_while_busy(url, answer, **options)
    if event.clock == "user":
        pytest.skip("this system has no kernel receive stamps for TCP")
    assert answer.before - TOLERANCE <= event.at <= answer.after + TOLERANCE < free_again


async def test_without_kernel_stamps_the_time_of_the_read_counts_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stamping, "_ask_for_stamps", lambda _: False)
    answer = Answer()
    with busy_neighbour(answer) as url:
        event, free_again = await answer_while_busy(url, answer)
    assert event.clock == "user"
    assert free_again <= event.at <= now()


async def test_a_message_that_waits_in_the_queue_keeps_its_arrival_time() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        peer.write(frame(TEXT, "early"))
        await peer.reader.readexactly(6 + 1)
        peer.write(frame(TEXT, "late"))
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        ready = now()
        await connection.send("?")
        early, late = await connection.receive(), await connection.receive()
        await connection.close()
    assert isinstance(early, Received)
    assert isinstance(late, Received)
    assert (early.data, late.data) == ("early", "late")
    assert early.at <= ready + TOLERANCE
    assert early.at < late.at


async def test_messages_queued_over_several_reads_each_keep_their_own_stamp() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        for name in ("one", "two", "three"):
            await peer.reader.readexactly(6 + 1)
            peer.write(frame(TEXT, name))
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        sent = []
        for _ in range(3):
            sent.append(await connection.send("?"))
            await _until_queued(connection, len(sent))
        events = [await connection.receive() for _ in range(3)]
        await connection.close()
    stamps = [event.at for event in events if isinstance(event, Received)]
    assert sent[0] - TOLERANCE <= stamps[0] <= sent[1] + TOLERANCE
    assert sent[1] - TOLERANCE <= stamps[1] <= sent[2] + TOLERANCE
    assert sent[2] - TOLERANCE <= stamps[2]


async def test_two_frames_in_one_segment_share_the_stamp() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        await peer.reader.readexactly(6 + 1)
        peer.write(frame(TEXT, "a") + frame(TEXT, "b"))
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        await connection.send("?")
        first, second = await connection.receive(), await connection.receive()
        await connection.close()
    assert isinstance(first, Received)
    assert isinstance(second, Received)
    assert first.at == second.at


async def test_a_frame_in_several_reads_has_the_stamp_of_its_last_byte() -> None:
    last_part = 0.0

    async def behave(peer: Peer) -> None:
        nonlocal last_part
        await peer.accept()
        whole = frame(TEXT, "in two parts")
        peer.write(whole[:6])
        await peer.reader.readexactly(6 + 1)
        last_part = now()
        peer.write(whole[6:])
        await peer.read_to_end()

    async with central_system(behave) as url:
        connection = await connected(url)
        await connection.send("?")
        event = await connection.receive()
        await connection.close()
    assert isinstance(event, Received)
    assert event.at >= last_part - TOLERANCE


async def test_it_works_under_the_unmodified_library() -> None:
    async def behave(peer: Peer) -> None:
        await peer.accept()
        peer.write(frame(TEXT, "hello") + frame(8, b"\x03\xe8"))

    async with central_system(behave) as url:
        sock = StampingSocket()
        sock.connect(("127.0.0.1", int(url.split(":")[2].split("/")[0])))
        sock.setblocking(False)
        opened = now()
        async with connect(url, sock=sock, subprotocols=[Subprotocol("ocpp1.6")], proxy=None) as client:
            assert await client.recv() == "hello"
            assert opened - TOLERANCE <= sock.sent_at <= sock.received_at + TOLERANCE <= now() + TOLERANCE


def test_a_step_of_the_wall_clock_voids_the_stamp_of_the_kernel() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, StampingSocket() as sock:
        sock.connect(listener.getsockname())
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"abc")
            offsets = iter([0, 10**18])
            sock._scale = RealtimeScale(lambda: next(offsets))
            begun = now()
            assert sock.recv(100) == b"abc"
            assert sock.clock == "user"
            assert begun <= sock.received_at <= now()


def test_a_limited_read_into_a_buffer_leaves_the_rest_for_the_next_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, StampingSocket() as sock:
        sock.connect(listener.getsockname())
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"abcdef")
            buffer = bytearray(6)
            assert (sock.recv_into(buffer, 2), bytes(buffer)) == (2, b"ab\0\0\0\0")
            assert (sock.recv_into(buffer), bytes(buffer)) == (4, b"cdef\0\0")


async def _until_queued(connection: object, count: int) -> None:
    while len(connection._line._arrivals) < count:  # type: ignore[attr-defined]  # noqa: ASYNC110
        await asyncio.sleep(0)


def test_one_turn_reads_a_bounded_piece_so_that_a_flood_starves_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, StampingSocket() as reader:
        reader.connect(listener.getsockname())
        writer, _ = listener.accept()
        with writer:
            writer.sendall(b"x" * 4 * stamping.AT_ONCE)
            assert 0 < len(reader.recv(10 * stamping.AT_ONCE)) <= stamping.AT_ONCE
            buffer = bytearray(10 * stamping.AT_ONCE)
            assert 0 < reader.recv_into(buffer) <= stamping.AT_ONCE
            assert 0 < reader.recv_into(buffer, 10) <= 10


@pytest.mark.parametrize("seconds", [-3600.0, -0.01, 0.01, 3600.0])
def test_a_stamp_that_cannot_be_right_is_void(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, StampingSocket() as sock:
        sock.connect(listener.getsockname())
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"abc")
            begun = now()
            monkeypatch.setattr(sock, "_kernel_stamp", lambda _: begun + seconds)
            sock._earliest = begun
            sock.recv(100)
            assert sock.clock == "user"
            assert begun <= sock.received_at <= now()


def test_two_clocks_that_differ_by_less_than_a_step_keep_the_order_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, StampingSocket() as sock:
        sock.connect(listener.getsockname())
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"abcdef")
            first = now()
            monkeypatch.setattr(sock, "_kernel_stamp", lambda _: first)
            sock.recv(3)
            monkeypatch.setattr(sock, "_kernel_stamp", lambda _: first - stamping.SLACK / 2)
            sock.recv(3)
            assert (sock.clock, sock.received_at) == ("kernel", first)
