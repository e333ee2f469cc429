"""What a server would speak that no client of this machine can offer: read off its first record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.greeting import (
    COMPRESSION,
    RENEGOTIATION,
    WEAK,
    client_hello,
    probe_weak,
    read_server_hello,
)
from csms_harness.transport.refusal import Refusal, RefusalKind

pytestmark = pytest.mark.ports

ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
KNOWS_RFC_5746 = b"\xff\x01\x00\x01\x00"


def server_hello(suite: int, *, compresses: bool = False, extensions: bytes = KNOWS_RFC_5746) -> bytes:
    body = b"\x03\x03" + bytes(32) + b"\x04abcd" + suite.to_bytes(2) + bytes([compresses])
    body += len(extensions).to_bytes(2) + extensions if extensions else b""
    message = b"\x02" + len(body).to_bytes(3) + body + b"\x0b\x00\x00\x00"  # a Certificate follows in the same record
    return b"\x16\x03\x03" + len(message).to_bytes(2) + message


def offered(record: bytes) -> list[int]:
    at = 5 + 4 + 2 + 32 + 1
    size = int.from_bytes(record[at : at + 2])
    return [int.from_bytes(record[one : one + 2]) for one in range(at + 2, at + 2 + size, 2)]


@asynccontextmanager
async def answering(answer: Callable[[list[int]], bytes]) -> AsyncIterator[Endpoint]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(offered(await reader.read(4096))))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield Endpoint(f"wss://localhost:{server.sockets[0].getsockname()[1]}/ocpp", "CP_01")
    finally:
        server.close()


async def _found(answer: Callable[[list[int]], bytes]) -> dict[str, str]:
    async with answering(answer) as endpoint:
        found = await probe_weak(endpoint)
    assert not isinstance(found, Refusal)
    return found


@pytest.mark.parametrize("kind", WEAK)
async def test_a_weak_suite_that_is_chosen_is_told_by_its_kind(kind: str) -> None:
    found = await _found(lambda suites: server_hello(suites[0]) if suites[0] in WEAK[kind] else ALERT)
    assert [name for name in WEAK if found[name] == "accepted"] == [kind]


@pytest.mark.parametrize(
    "answer", [ALERT, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x03\x00\x02\x02\x00", b"\x16"]
)
async def test_whatever_is_no_server_hello_takes_nothing(answer: bytes) -> None:
    found = await _found(lambda _suites: answer)
    assert set(found.values()) == {"refused", "secure"}


async def test_compression_and_a_renegotiation_without_its_safeguard_show_beside_good_suites() -> None:
    def answer(suites: list[int]) -> bytes:
        return server_hello(0xC02F, compresses=True, extensions=b"") if 0xC02F in suites else ALERT

    found = await _found(answer)
    assert (found[COMPRESSION], found[RENEGOTIATION]) == ("accepted", "insecure")
    assert all(found[name] == "refused" for name in WEAK)


async def test_a_suite_that_was_not_offered_is_none_that_was_taken() -> None:
    found = await _found(lambda _suites: server_hello(0xC02F))
    assert all(found[name] == "refused" for name in WEAK)


async def test_nobody_there_is_a_refusal() -> None:
    async with answering(lambda _suites: ALERT) as endpoint:
        pass
    found = await probe_weak(endpoint)
    assert isinstance(found, Refusal)
    assert found.kind is RefusalKind.TCP_REFUSED


def test_no_name_is_sent_for_an_address() -> None:
    assert b"csms.example" in client_hello((0xC02F,), "csms.example")
    assert b"127.0.0.1" not in client_hello((0xC02F,), "127.0.0.1")


def test_a_server_hello_without_extensions_can_be_read() -> None:
    read = read_server_hello(server_hello(5, extensions=b""))
    assert read is not None
    assert (read.suite, read.compresses, read.extensions) == (5, False, frozenset())
