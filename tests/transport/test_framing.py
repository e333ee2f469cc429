"""The usual frame is read beside the library, and nobody can tell: the library alone would have made the same of it."""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from csms_harness.transport import stamped
from csms_harness.transport.framing import least_size, lone_text, masked, masking_keys
from csms_harness.transport.stamped import StampedConnection
from csms_harness.transport.stamping import StampingSocket

from .hostile import BINARY, CLOSE, PING, PONG, TEXT, frame

CONT = 0
LARGEST = 1000
SIZES = (0, 1, 5, 120, 125, 126, 127, 300, LARGEST, LARGEST + 1)


@dataclass
class Pipe:
    """A transport that only counts."""

    written: list[int] = field(default_factory=list)
    aborted: bool = False

    def write(self, data: bytes) -> None:
        self.written.append(len(data))

    def write_eof(self) -> None:
        self.written.append(0)

    def can_write_eof(self) -> bool:
        return True

    def abort(self) -> None:
        self.aborted = True

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, *_: object) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


def connection(*, compressed: bool = False) -> tuple[StampedConnection, bytes]:
    """A connection that has asked, and the answer to its handshake."""
    offered = [ClientPerMessageDeflateFactory()] if compressed else None
    client = ClientProtocol(parse_uri("ws://h/"), extensions=offered, max_size=LARGEST)
    server = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()] if compressed else None)
    line = StampedConnection(client, sock=StampingSocket(), largest=LARGEST, close_timeout=None)
    line.connection_made(Pipe())  # type: ignore[arg-type]
    client.send_request(client.connect())
    server.receive_data(b"".join(client.data_to_send()))
    (request,) = server.events_received()
    assert isinstance(request, Request)
    server.send_response(server.accept(request))
    return line, b"".join(server.data_to_send())


def deflated(text: bytes) -> bytes:
    """A text frame as RFC 7692 7.2.1 wants it."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)
    return frame(TEXT, packed.removesuffix(b"\x00\x00\xff\xff"), first_bits=0x40)


PACKED = deflated(b"x" * 80)
"""As a frame that is not packed it has 82 bytes."""


def heard(reads: list[bytes], *, compressed: bool = False, prefix: bytes = b"") -> dict[str, Any]:
    """All that a connection makes of these reads; the handshake is answered in one of its own, ``prefix`` in it."""

    async def main() -> dict[str, Any]:
        line, answer = connection(compressed=compressed)
        with line.sock:
            for read in [answer + prefix, *reads]:
                if line.transport.aborted:  # type: ignore[attr-defined]
                    break
                line.data_received(read)
            protocol, arrivals = line.protocol, []
            while (arrival := line.take()) is not None:
                arrivals.append((arrival.data, arrival.pong))
            return {
                "arrivals": arrivals,
                "state": protocol.state,
                "closes": (protocol.close_sent, protocol.close_rcvd, protocol.close_rcvd_then_sent),
                "breach": str(protocol.parser_exc),
                "failure": line.failure,
                "pings": line.pings,
                "written": line.transport.written,  # type: ignore[attr-defined]
            }

    return asyncio.run(main())


texts = st.text(max_size=20).map(str.encode) | st.sampled_from(SIZES).map(lambda size: b"x" * size)
payloads = texts | st.binary(max_size=20)
usual = texts.map(lambda data: frame(TEXT, data))
frames = st.one_of(
    usual,
    usual,
    st.builds(
        lambda opcode, data, fin: frame(opcode, data, fin=fin),
        st.sampled_from([CONT, TEXT, BINARY]),
        payloads,
        st.booleans(),
    ),
    st.builds(
        frame, st.sampled_from([PING, PONG, PING, PONG, CLOSE]), st.sampled_from([b"", b"abc", b"\x03\xe8", b"\x03"])
    ),
    st.builds(
        lambda data, bits: frame(TEXT, data, first_bits=bits), payloads, st.sampled_from([0x10, 0x20, 0x40, 0x70])
    ),
    texts.map(deflated),
    st.binary(max_size=100).map(lambda data: b"\x81\x7e" + len(data).to_bytes(2) + data),  # longer than need be
    st.binary(max_size=100).map(lambda data: b"\x81\x7f" + len(data).to_bytes(8) + data),
    st.binary(max_size=9).map(lambda data: bytes([0x81, 0x80 | len(data)]) + b"mask" + data),
    st.binary(min_size=1, max_size=5),
)


@st.composite
def streams(draw: st.DrawFn) -> list[bytes]:
    """Frames as they come in reads: alone, together, or in pieces."""
    reads, joined = [], b""
    for one in draw(st.lists(frames, max_size=8)):
        joined += one
        way = draw(st.sampled_from(["alone", "alone", "with the next", "cut"]))
        if way == "with the next":
            continue
        cut = draw(st.integers(1, max(1, min(len(joined), 8)))) if way == "cut" else 0
        reads += [read for read in (joined[:cut], joined[cut:]) if read]
        joined = b""
    return [*reads, joined] if joined else reads


def library_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(stamped, "lone_text", lambda _: None)


@given(streams(), st.booleans(), st.one_of(st.just(b""), usual, st.sampled_from([b"\x81", b"\x81\x05ab", b"\x89\x00"])))
@example([b"\x81\x05", frame(TEXT, "abc")], False, b"")
@example([frame(TEXT, "a", fin=False), frame(TEXT, "b"), frame(TEXT, "c")], False, b"")
@example([frame(TEXT, "", fin=False), frame(TEXT, "b")], False, b"")
@example([PACKED + b"\x81\x7d" + b"y" * (80 - len(PACKED)), frame(TEXT, "y" * 18)], True, b"")
@example([frame(TEXT, b"\xff"), frame(TEXT, "after")], False, b"")
@example([frame(TEXT, "x" * (LARGEST + 1)), frame(TEXT, "after")], False, b"")
@example([frame(CLOSE, b"\x03\xe8"), frame(TEXT, "after")], False, b"")
def test_the_same_is_made_of_all_that_can_come(reads: list[bytes], compressed: bool, prefix: bytes) -> None:
    ours = heard(reads, compressed=compressed, prefix=prefix)
    with pytest.MonkeyPatch.context() as patch:
        library_alone(patch)
        assert heard(reads, compressed=compressed, prefix=prefix) == ours


def parsed(reads: list[bytes], *, at: int | None = None, compressed: bool = False) -> list[bytes]:
    """The reads after the handshake that the library saw; ``at`` is where the answer to the handshake is cut."""

    async def main() -> list[bytes]:
        line, answer = connection(compressed=compressed)
        seen: list[bytes] = []
        with line.sock:
            for part in (answer,) if at is None else (answer[:at], answer[at:]):
                line.data_received(part)
            receive = line.protocol.receive_data

            def spied(data: bytes | bytearray) -> None:
                seen.append(bytes(data))
                receive(data)

            line.protocol.receive_data = spied  # type: ignore[method-assign]
            for read in reads:
                line.data_received(read)
        return seen

    return asyncio.run(main())


def test_a_text_frame_that_comes_alone_needs_no_parser_and_after_other_frames_none_again() -> None:
    lone, ping = frame(TEXT, "lone"), frame(PING, "?")
    begun, ended = frame(TEXT, "x" * 200, fin=False), frame(CONT, "y")
    others = [ping, begun, ended, lone + lone, lone[:3], lone[3:]]
    assert parsed([lone, *(read for other in (ping, lone + lone) for read in (other, lone))]) == [ping, lone + lone]
    assert parsed([*others, lone, lone]) == others
    assert parsed([begun, ping, ended, lone]) == [begun, ping, ended]


@pytest.mark.parametrize("options", [{"at": 30}, {"at": -2}, {"compressed": True}])
def test_where_it_is_not_known_where_a_frame_begins_the_library_reads_all(options: dict[str, Any]) -> None:
    reads = [frame(TEXT, "one"), frame(TEXT, "two")]
    assert parsed(reads, **options) == reads


@given(texts)
def test_a_text_is_read_from_its_frame_and_from_nothing_less_or_more(data: bytes) -> None:
    whole = frame(TEXT, data)
    assert lone_text(whole) == data.decode()
    assert least_size(Frame(Opcode.TEXT, data)) == len(whole)
    assert [lone_text(other) for other in (whole[:-1], whole + b"x", b"", b"\x81")] == [None] * 4


def test_a_long_frame_has_a_longer_head() -> None:
    assert least_size(Frame(Opcode.BINARY, b"x" * 2**16)) == 2**16 + 10
    assert lone_text(frame(TEXT, "x" * 2**16)) is None


# -- what is written ----------------------------------------------------------------------------------------


def read_by_a_server(data: bytes) -> list[tuple[Opcode, bytes, bool]]:
    """The messages that the library, as a server, finds in what a client wrote."""
    server = ServerProtocol(state=State.OPEN, max_size=None)
    server.receive_data(data)
    return [(one.opcode, bytes(one.data), one.fin) for one in server.events_received() if isinstance(one, Frame)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 2**16 - 1, 2**16, 2**16 + 1])
@pytest.mark.parametrize("text", [True, False])
def test_a_message_of_any_size_is_read_as_it_was_written(size: int, text: bool) -> None:
    data = bytes(number % 251 for number in range(size))
    opcode = Opcode.TEXT if text else Opcode.BINARY
    assert read_by_a_server(masked(data, b"\x0f\xf0\xaa\x55", text=text)) == [(opcode, data, True)]


def test_no_masking_key_is_given_out_twice_and_the_system_is_asked_for_many_at_once() -> None:
    asked: list[int] = []

    def entropy(size: int) -> bytes:
        asked.append(size)
        return b"".join(number.to_bytes(4) for number in range(size * len(asked), size * len(asked) + size // 4))

    keys = list(islice(masking_keys(entropy), 1000))

    assert len(set(keys)) == 1000
    assert {len(key) for key in keys} == {4}
    assert 1 < len(asked) < 100


@pytest.mark.parametrize("compressed", [False, True])
def test_a_connection_writes_what_a_server_reads(compressed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> bytes:
        line, answer = connection(compressed=compressed)
        written: list[bytes] = []
        with line.sock:
            line.data_received(answer)
            monkeypatch.setattr(line.transport, "write", written.append)
            assert line.write_now(b"[2]" * 100, text=True)
            assert line.write_now(b"[3]", text=False)
        return b"".join(written)

    data = asyncio.run(main())
    if compressed:
        assert len(data) < 100  # the extension that was agreed has packed it
    else:
        assert read_by_a_server(data) == [(Opcode.TEXT, b"[2]" * 100, True), (Opcode.BINARY, b"[3]", True)]
