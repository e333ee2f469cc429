"""The proxy between a Charge Point and its Central System: neither notices that it is there."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from csms_harness.message import Side
from csms_harness.traffic.recorder import Recorder
from csms_harness.transport import relay
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.relay import Relay

pytestmark = pytest.mark.ports

LIMIT = 20.0
OCPP = Subprotocol("ocpp1.6")
QUIET: dict[str, Any] = {"compression": None, "ping_interval": None, "open_timeout": LIMIT}


@dataclass
class Tapped:
    """What the proxy told."""

    told: list[tuple[Any, ...]] = field(default_factory=list)

    def connected(self, charge_point: str, subprotocol: str) -> None:
        self.told.append(("connected", charge_point, subprotocol))

    def refused(self, charge_point: str, sentence: str) -> None:
        self.told.append(("refused", charge_point, sentence))

    def passed(self, charge_point: str, side: Side, data: str | bytes) -> None:
        self.told.append((str(side), charge_point, data))

    def closed(self, charge_point: str, sentence: str) -> None:
        self.told.append(("closed", charge_point, sentence))


@dataclass
class Central:
    """A Central System that echoes, until it is told to close; ``asked`` are the handshakes it saw."""

    asked: list[Request] = field(default_factory=list)
    ended: asyncio.Future[int | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    refuse: Callable[[ServerConnection], Response | None] = lambda _connection: None

    def look(self, connection: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request)
        return self.refuse(connection)

    async def serve(self, connection: ServerConnection) -> None:
        try:
            async for message in connection:
                if message == "close":
                    await connection.close(4001, "enough")
                elif message == "drop":
                    connection.transport.abort()
                else:
                    await connection.send(message)
        except ConnectionClosed:
            pass
        self.ended.set_result(connection.close_code)


def _first(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return offered[0] if offered else None


@asynccontextmanager
async def between(central: Central, path: str = "/cp") -> AsyncIterator[tuple[str, Tapped]]:
    """A proxy in front of a Central System: its URL up to the identity, and what it tells."""
    tapped = Tapped()
    async with (
        asyncio.timeout(LIMIT),
        serve(
            central.serve, "127.0.0.1", 0, process_request=central.look, select_subprotocol=_first, **QUIET
        ) as server,
    ):
        upstream = Endpoint(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/steve/ws", "-")
        async with Relay(upstream, tapped, path).listening("127.0.0.1", 0) as port:
            yield f"ws://127.0.0.1:{port}{path}", tapped


async def test_messages_pass_as_they_are_in_both_directions() -> None:
    said: list[str | bytes] = ['[2,"1","Heartbeat",{}]', "ü\u0000 no JSON", b"\xff\x00", "", "x" * 300_000]
    async with (
        between(Central()) as (url, tapped),
        connect(f"{url}/CP_01", subprotocols=[OCPP], **QUIET) as charge_point,
    ):
        assert charge_point.subprotocol == OCPP
        for one in said:
            await charge_point.send(one)
            assert await charge_point.recv() == one
    assert tapped.told[0] == ("connected", "CP_01", "ocpp1.6")
    assert tapped.told[1:-1] == [(side, "CP_01", one) for one in said for side in ("CP", "CS")]
    assert tapped.told[-1][0] == "closed"


@pytest.mark.parametrize("apart", [False, True])
async def test_over_tls_on_both_sides_the_session_passes_and_no_secret_is_kept(apart: bool, tmp_path: Path) -> None:
    authority, kept = trustme.CA(), io.StringIO()
    certificate, trusted = tmp_path / "proxy.pem", tmp_path / "ca.pem"
    issued = authority.issue_cert("localhost")
    key_file = tmp_path / "key.pem" if apart else None
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    (issued.cert_chain_pems[0] if apart else issued.private_key_and_cert_chain_pem).write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(trusted))
    context, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(trusted))
    issued.configure_cert(context)
    central, recorder = Central(), Recorder(kept, lambda: datetime(2026, 1, 31, tzinfo=UTC))
    key = {"key": "AuthorizationKey", "value": b"another password".hex()}
    change = json.dumps([2, "7", "ChangeConfiguration", key])
    login = {"Authorization": f"Basic {b64encode(b'CP_01:first password').decode()}"}
    async with (
        asyncio.timeout(LIMIT),
        serve(central.serve, "127.0.0.1", 0, process_request=central.look, ssl=context, **QUIET) as server,
    ):
        upstream = Endpoint(f"wss://localhost:{server.sockets[0].getsockname()[1]}/ocpp", "-", ca_file=trusted)
        async with (
            Relay(upstream, recorder, "/cp").listening("127.0.0.1", 0, (certificate, key_file)) as port,
            connect(
                f"wss://localhost:{port}/cp/CP_01", ssl=trusting, additional_headers=login, **QUIET
            ) as charge_point,
        ):
            await charge_point.send(change)
            assert await charge_point.recv() == change
    assert central.asked[0].headers["Authorization"] == login["Authorization"]
    text = kept.getvalue()
    assert text.count("ChangeConfiguration") == 2
    secret = (key["value"], "another password", "first password", login["Authorization"][6:])
    assert [one for one in secret if one in text] == []


async def test_the_handshake_is_that_of_the_charge_point_at_the_place_of_the_central_system() -> None:
    central = Central()
    async with between(central) as (url, _):
        headers = {"Authorization": "Basic Q1AgMTpww6Rzc8O/"}
        async with connect(f"{url}/tenant/CP%201?token=abc", additional_headers=headers, **QUIET) as charge_point:
            assert charge_point.subprotocol is None
    (asked,) = central.asked
    assert asked.path == "/steve/ws/tenant/CP%201?token=abc"
    assert asked.headers["Authorization"] == headers["Authorization"]
    assert "Sec-WebSocket-Protocol" not in asked.headers


async def test_a_refusal_is_passed_on_with_what_a_charge_point_acts_on() -> None:
    def refuse(connection: ServerConnection) -> Response:
        response = connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "later")
        response.headers["Retry-After"] = "17"
        return response

    async with between(Central(refuse=refuse)) as (url, tapped):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{url}/CP_01", subprotocols=[OCPP], **QUIET)
    answer = refused.value.response
    assert (answer.status_code, answer.headers["Retry-After"], answer.body) == (503, "17", b"later")
    assert [one[:2] for one in tapped.told] == [("refused", "CP_01")]


async def test_a_central_system_that_is_not_there_and_a_wrong_path_are_told_in_a_sentence() -> None:
    tapped = Tapped()
    async with (
        asyncio.timeout(LIMIT),
        Relay(Endpoint("ws://127.0.0.1:9/", "-"), tapped, "/cp").listening("127.0.0.1", 0) as port,
    ):
        for path, status, words in (
            ("/cp/A", 502, b"127.0.0.1:9"),
            ("/else/A", 404, b"/cp/IDENTITY"),
            ("/cp/", 404, b""),
        ):
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"ws://127.0.0.1:{port}{path}", **QUIET)
            assert refused.value.response.status_code == status
            assert words in (refused.value.response.body or b"")
    assert [one[1] for one in tapped.told] == ["A"]


@pytest.mark.parametrize(
    ("word", "code", "reason", "told"),
    [("close", 4001, "enough", "The Central System closed"), ("drop", 1006, "", "was lost without")],
)
async def test_the_end_of_the_central_system_reaches_the_charge_point(
    word: str, code: int, reason: str, told: str
) -> None:
    async with between(Central()) as (url, tapped), connect(f"{url}/CP_01", **QUIET) as charge_point:
        await charge_point.send(word)
        with pytest.raises(ConnectionClosed):
            await charge_point.recv()
        assert (charge_point.close_code, charge_point.close_reason) == (code, reason)
    assert told in tapped.told[-1][2]


@pytest.mark.parametrize(("drop", "code"), [(False, 1001), (True, 1006)])
async def test_the_end_of_the_charge_point_reaches_the_central_system(drop: bool, code: int) -> None:
    central = Central()
    async with between(central) as (url, tapped):
        charge_point = await connect(f"{url}/CP_01", **QUIET)
        await charge_point.send("hello")
        await charge_point.recv()
        if drop:
            charge_point.transport.abort()
        else:
            await charge_point.close(1001)
        assert await central.ended == code
    assert "Charge Point" in tapped.told[-1][2]


async def test_who_speaks_no_websocket_or_asks_for_no_url_is_told_and_nothing_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async with between(Central()) as (url, tapped):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.split(":")[2].split("/")[0]))
        writer.write(b"\x16\x03\x01 TLS, or so\r\n\r\n")
        await reader.read()
        writer.close()
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{url}/{{identity}}/CP_01", **QUIET)
        async with connect(f"{url}/CP_01", **QUIET) as charge_point:
            await charge_point.send("x")
            assert await charge_point.recv() == "x"
    assert refused.value.response.status_code == 400
    assert tapped.told[0][:2] == ("refused", "CP_01")
    told = [one for one in caplog.records if one.levelname != "DEBUG" and one.name != f"{relay.__name__}.silent"]
    assert (capfd.readouterr().err, told) == ("", [])  # what is said to the silent one reaches nobody: pytest alone
