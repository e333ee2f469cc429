"""A renegotiation that the Charge Point begins: who takes it, and who says no in which way."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.greeting import CLIENT_RENEGOTIATION, probe_weak
from csms_harness.transport.renegotiating import renegotiates
from tests.tls.making import Issued, issue

pytestmark = pytest.mark.ports

LIMIT = 20.0
_ALLOWED = 0x100  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION of OpenSSL 3; older ones need no leave

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def made() -> Issued:
    return issue("localhost")


@pytest.fixture
def context(made: Issued, tmp_path: Path) -> ssl.SSLContext:
    """A server that takes one."""
    context = made.context(tmp_path / "server.pem")
    context.options |= _ALLOWED
    return context


async def _read_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while await reader.read(4096):
            pass
    writer.close()


@asynccontextmanager
async def serving(context: ssl.SSLContext | None, serve: Serve = _read_on) -> AsyncIterator[Endpoint]:
    served: set[asyncio.Task[None]] = set()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        await serve(reader, writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0, ssl=context)
    try:
        yield Endpoint(f"wss://localhost:{server.sockets[0].getsockname()[1]}/ocpp", "CP_01")
    finally:
        server.close()
        if served:
            await asyncio.wait(served, timeout=LIMIT)


async def test_who_shakes_hands_again_has_accepted(context: ssl.SSLContext) -> None:
    async with serving(context) as endpoint:
        assert await renegotiates(endpoint, LIMIT, afterthought=0.1) == "accepted"


async def test_who_says_no_has_refused(context: ssl.SSLContext) -> None:
    context.options = context.options & ~_ALLOWED | ssl.OP_NO_RENEGOTIATION
    async with serving(context) as endpoint:
        assert await renegotiates(endpoint, LIMIT) == "refused"


def _by_hand(context: ssl.SSLContext, *, answers: bool, alerts: bool = False) -> Serve:
    """One handshake, and what comes after it: answered, then hung up on, or not answered at all."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        turns = 0
        while data := await reader.read(65536):
            incoming.write(data)
            with suppress(ssl.SSLWantReadError):
                if turns < 2:
                    tls.do_handshake()
                elif answers:
                    tls.read()
            turns += 1
            writer.write(outgoing.read())
            if turns == 4:
                if alerts:
                    with suppress(ssl.SSLError):
                        tls.unwrap()
                    writer.write(outgoing.read())
                break
        writer.close()

    return serve


@pytest.mark.parametrize("alerts", [True, False])
async def test_who_shakes_hands_again_and_hangs_up_then_has_refused(alerts: bool, context: ssl.SSLContext) -> None:
    async with serving(None, _by_hand(context, answers=True, alerts=alerts)) as endpoint:
        assert await renegotiates(endpoint, LIMIT, LIMIT) == "refused"


async def test_who_does_not_answer_has_refused(context: ssl.SSLContext) -> None:
    async with serving(None, _by_hand(context, answers=False)) as endpoint:
        assert await renegotiates(endpoint, 0.5) == "refused"


async def test_who_speaks_nothing_older_than_tls_1_3_has_refused(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    async with serving(context) as endpoint:
        found = await probe_weak(endpoint)
    assert isinstance(found, dict)
    assert found[CLIENT_RENEGOTIATION] == "refused"


async def test_who_lets_nobody_in_at_all_shows_nothing(context: ssl.SSLContext) -> None:
    context.verify_mode = ssl.CERT_REQUIRED
    async with serving(context) as endpoint:
        found = await probe_weak(endpoint)
    assert isinstance(found, dict)
    assert found[CLIENT_RENEGOTIATION] == "not tried"


async def test_the_client_certificate_is_shown(context: ssl.SSLContext, tmp_path: Path) -> None:
    own = issue("CP_01").write(tmp_path / "own.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(own)
    async with serving(context) as endpoint:
        shown = Endpoint(endpoint.url, "CP_01", client_certificate=own)
        assert await renegotiates(shown, LIMIT, afterthought=0.1) == "accepted"


async def test_files_that_cannot_be_used_show_nothing(context: ssl.SSLContext, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("no certificate")
    async with serving(context) as endpoint:
        shown = Endpoint(endpoint.url, "CP_01", client_certificate=tmp_path / "own.pem")
        assert await renegotiates(shown, LIMIT) == "not tried"


async def test_a_library_that_is_missing_or_does_not_fit_shows_nothing(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "OpenSSL", None)
    async with serving(context) as endpoint:
        assert await renegotiates(endpoint, LIMIT) == "not tried"
