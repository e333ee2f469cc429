"""Twenty-odd ways in which TLS goes wrong, or only just works: each is told by its own reason, with what to do."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from csms_harness.transport.certifying import names_of
from csms_harness.transport.suites import SUITES
from csms_harness.transport.tls import client_context
from csms_harness.transport.websocket import Connection, Endpoint, Refusal, RefusalKind, open_connection
from tests.tls.making import DAY, TODAY, Issued, issue

pytestmark = pytest.mark.ports


@dataclass
class Shop:
    """The certificates of all situations, made once."""

    folder: Path
    root: Issued = field(default_factory=lambda: issue("Root", ca=True))
    other: Issued = field(default_factory=lambda: issue("Other Root", ca=True))

    def __post_init__(self) -> None:
        self.middle = issue("Intermediate", self.root, ca=True)
        self.good = issue("localhost", self.root)
        self.with_rsa = issue("localhost", self.root, with_rsa=True)
        self.ca_file = self.folder / "ca.pem"
        self.ca_file.write_bytes(self.root.pem)

    def file(self, name: str) -> Path:
        return self.folder / name

    def client(self, made: Issued, name: str) -> Path:
        return made.write(self.file(name))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("certificates"))


async def _nothing(_connection: ServerConnection) -> None:
    return


@asynccontextmanager
async def listening(context: ssl.SSLContext | None) -> AsyncIterator[int]:
    async with serve(
        _nothing,
        "127.0.0.1",
        0,
        ssl=context,
        subprotocols=[Subprotocol("ocpp1.6")],
        compression=None,
    ) as server:
        yield next(iter(server.sockets)).getsockname()[1]


async def knock(port: int, shop: Shop, scheme: str = "wss", **options: Any) -> Connection | Refusal:
    given: dict[str, Any] = {"ca_file": shop.ca_file, "open_timeout": 5.0} | options
    return await open_connection(Endpoint(f"{scheme}://localhost:{port}/ocpp", "CP_01", **given))


async def refused(context: ssl.SSLContext | None, shop: Shop, **options: Any) -> Refusal:
    async with listening(context) as port:
        answer = await knock(port, shop, **options)
    assert isinstance(answer, Refusal), "it was let in"
    return answer


def limited(context: ssl.SSLContext, version: ssl.TLSVersion) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version
        context.maximum_version = version
    return context


def wanting(context: ssl.SSLContext, ca_file: Path, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca_file)
    if version is not None:
        context.maximum_version = version
    return context


SERVERS: dict[str, tuple[Callable[[Shop], Issued], RefusalKind, list[str]]] = {
    "wrong host": (
        lambda shop: issue("csms.example", shop.root, names=("csms.example",)),
        RefusalKind.CERTIFICATE_HOST,
        ["is made out to csms.example, not to localhost", "or as server_name"],
    ),
    "expired": (
        lambda shop: issue("localhost", shop.root, begins=TODAY - 9 * DAY, ends=TODAY - 2 * DAY),
        RefusalKind.CERTIFICATE_EXPIRED,
        ["the certificate of the CSMS (localhost) expired on", f"{TODAY - 2 * DAY:%Y-%m-%d}", "renew it"],
    ),
    "not yet valid": (
        lambda shop: issue("localhost", shop.root, begins=TODAY + 2 * DAY),
        RefusalKind.CERTIFICATE_EARLY,
        ["is not valid before", f"{TODAY + 2 * DAY:%Y-%m-%d}", "or the clock of this machine"],
    ),
    "unknown CA": (
        lambda shop: issue("localhost", shop.other, send=(shop.other,)),
        RefusalKind.CERTIFICATE,
        ["Other Root is not trusted here", "as ca_file"],
    ),
    "self-signed": (
        lambda _: issue("localhost"),
        RefusalKind.CERTIFICATE,
        ["it is signed by itself, and by no CA"],
    ),
    "missing intermediate": (
        lambda shop: issue("localhost", shop.middle),
        RefusalKind.CERTIFICATE,
        ["it sends only its own certificate", "Intermediate, is not trusted here", "let it send the whole chain"],
    ),
    "not made for servers": (
        lambda shop: issue("localhost", shop.root, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        RefusalKind.CERTIFICATE_UNFIT,
        ["(localhost) cannot be accepted: it is not made for servers"],
    ),
    "issued by what is no CA": (
        lambda shop: _below(issue("No CA", shop.root)),
        RefusalKind.CERTIFICATE_UNFIT,
        ["a certificate in its chain is not that of a CA"],
    ),
    "expired CA": (
        lambda shop: _below_an_expired_ca(shop),  # noqa: PLW0108  it stands below
        RefusalKind.CERTIFICATE_EXPIRED,
        ["the CA certificate (Old Intermediate) expired on"],
    ),
}


def _below_an_expired_ca(shop: Shop) -> Issued:
    return _below(issue("Old Intermediate", shop.root, ca=True, begins=TODAY - 9 * DAY, ends=TODAY - DAY))


def _below(issuer: Issued) -> Issued:
    return issue("localhost", issuer, send=(issuer,))


@pytest.mark.parametrize("situation", SERVERS)
async def test_a_certificate_that_is_not_accepted_is_told_by_its_own_reason(situation: str, shop: Shop) -> None:
    make, kind, phrases = SERVERS[situation]
    answer = await refused(make(shop).context(shop.file("server.pem")), shop)
    assert answer.kind is kind, answer.sentence
    assert [phrase for phrase in phrases if phrase not in answer.sentence] == [], answer.sentence
    hint = "name the file" in answer.sentence
    assert hint is (kind is RefusalKind.CERTIFICATE)


async def test_the_whole_chain_is_accepted(shop: Shop) -> None:
    made = issue("localhost", shop.middle, send=(shop.middle,))
    async with listening(made.context(shop.file("whole.pem"))) as port:
        answer = await knock(port, shop)
    assert isinstance(answer, Connection)
    await answer.drop()


@pytest.mark.parametrize("sends_it", [True, False])
async def test_whoever_is_named_as_ca_file_is_trusted_root_or_not(sends_it: bool, shop: Shop) -> None:
    ca_file = shop.file("intermediate.pem")
    ca_file.write_bytes(shop.middle.pem)
    made = issue("localhost", shop.middle, send=(shop.middle,) if sends_it else ())
    async with listening(made.context(shop.file("below.pem"))) as port:
        answer = await knock(port, shop, ca_file=ca_file)
    assert isinstance(answer, Connection), answer.sentence
    await answer.drop()


async def test_every_python_checks_the_same(shop: Shop) -> None:
    flags = client_context(Endpoint("wss://localhost/ocpp", "CP_01", ca_file=shop.ca_file)).verify_flags
    assert ssl.VerifyFlags.VERIFY_X509_STRICT not in flags
    assert ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN in flags


async def test_an_address_that_stands_as_a_name_is_told_so(shop: Shop) -> None:
    made = issue("127.0.0.1", shop.root, names=("localhost",))
    async with listening(made.context(shop.file("address.pem"))) as port:
        answer = await open_connection(Endpoint(f"wss://127.0.0.1:{port}/ocpp", "CP_01", ca_file=shop.ca_file))
    assert isinstance(answer, Refusal)
    assert "is made out to localhost, not to 127.0.0.1" in answer.sentence
    assert names_of(issue("127.0.0.1", ca=True).certificate) == [
        "127.0.0.1 (as a name, where it has to stand as an IP address)"
    ]
    assert names_of(made.certificate) == ["localhost"]


async def test_an_address_is_told_to_go_without_a_host_name(shop: Shop) -> None:
    context = shop.good.context(shop.file("nameless.pem"))

    def choose(_socket: object, name: str | None, _context: ssl.SSLContext) -> int | None:
        return None if name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context.sni_callback = choose
    async with listening(context) as port:
        answer = await open_connection(Endpoint(f"wss://127.0.0.1:{port}/ocpp", "CP_01", ca_file=shop.ca_file))
        named = Endpoint(f"wss://127.0.0.1:{port}/ocpp", "CP_01", ca_file=shop.ca_file, server_name="localhost")
        let_in = await open_connection(named)
    assert isinstance(answer, Refusal)
    assert "without a host name (SNI): where the CSMS needs one, write it as server_name." in answer.sentence
    assert isinstance(let_in, Connection)
    await let_in.drop()


async def test_a_port_that_answers_400_without_tls_is_asked_whether_it_speaks_tls(shop: Shop) -> None:
    """As most web servers do; whoever answers so over plain text alone is told no such thing."""
    secured = shop.good.context(shop.file("mixed.pem"))
    for tls_port in (True, False):

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: bool = tls_port) -> None:
            first = await reader.read(4096)
            if tls and first[:1] == b"\x16":
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                shaking = secured.wrap_bio(incoming, outgoing, server_side=True)
                while first:
                    incoming.write(first)
                    with suppress(ssl.SSLError):
                        shaking.do_handshake()
                    writer.write(outgoing.read())
                    first = await reader.read(4096)
            else:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()

        answer = await _refusal_by(serve, shop, scheme="ws")
        assert answer.kind is RefusalKind.HTTP_STATUS
        assert ("The port speaks TLS: use wss:// in the URL." in answer.sentence) is tls_port, answer.sentence


async def test_a_client_certificate_that_is_not_made_for_clients_is_told_so(shop: Shop) -> None:
    own = shop.client(issue("CP_01", shop.root, usage=ExtendedKeyUsageOID.SERVER_AUTH), "for-servers.pem")
    answer = await refused(
        wanting(shop.good.context(shop.file("clients.pem")), shop.ca_file), shop, client_certificate=own
    )
    assert answer.kind is RefusalKind.CLIENT_CERTIFICATE_REFUSED
    assert "UTC, and not made for clients" in answer.sentence


async def test_a_client_certificate_that_cannot_be_used_is_told_without_places_in_the_code(shop: Shop) -> None:
    own = shop.client(Issued(shop.good.certificate, shop.root.key), "mismatch.pem")
    answer = await refused(shop.good.context(shop.file("unused.pem")), shop, client_certificate=own)
    assert "cannot be used (key values mismatch); give PEM files that belong together" in answer.sentence


async def test_a_server_name_apart_from_the_host_is_what_the_certificate_must_hold(shop: Shop) -> None:
    made = issue("csms.example", shop.root, names=("csms.example",))
    async with listening(made.context(shop.file("named.pem"))) as port:
        answer = await knock(port, shop, server_name="csms.example")
    assert isinstance(answer, Connection)
    await answer.drop()


@pytest.mark.parametrize(("version", "name"), [(ssl.TLSVersion.TLSv1, "TLS 1.0"), (ssl.TLSVersion.TLSv1_1, "TLS 1.1")])
async def test_a_version_that_is_too_old_is_named(version: ssl.TLSVersion, name: str, shop: Shop) -> None:
    answer = await refused(limited(shop.with_rsa.context(shop.file("old.pem")), version), shop)
    assert (answer.kind, f"speaks {name} and nothing newer" in answer.sentence) == (RefusalKind.TLS_OLD, True)


async def test_no_suite_in_common_is_no_question_of_versions(shop: Shop) -> None:
    context = shop.with_rsa.context(shop.file("suite.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("NULL-SHA256:@SECLEVEL=0")  # what encrypts nothing is offered by nobody
    answer = await refused(context, shop)
    assert answer.kind is RefusalKind.TLS_SUITES, answer.sentence
    assert "it would speak the unencrypted suite 0x003B" in answer.sentence


async def test_a_name_that_is_not_known_is_told_where_only_that_breaks_the_handshake_off(shop: Shop) -> None:
    context = shop.with_rsa.context(shop.file("sni.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    def choose(_socket: object, name: str | None, _context: ssl.SSLContext) -> int | None:
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME if name else None

    context.sni_callback = choose
    answer = await refused(context, shop)
    assert (answer.kind, "for the name localhost" in answer.sentence) == (RefusalKind.TLS_NAME, True), answer.sentence


async def test_a_suite_in_common_is_not_what_breaks_a_handshake_off(shop: Shop) -> None:
    """A server that speaks what is offered, would rather speak what is not, and hangs up after its first message."""
    wished = shop.with_rsa.context(shop.file("wish.pem"))
    wished.maximum_version = ssl.TLSVersion.TLSv1_2
    wished.set_ciphers("AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        incoming.write(await reader.read(4096))
        with suppress(ssl.SSLError):
            wished.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
        writer.write(outgoing.read())
        writer.close()

    answer = await _refusal_by(serve, shop)
    assert answer.kind in (RefusalKind.TLS_FAILED, RefusalKind.TLS_BROKEN_OFF), answer.sentence


ALERTS = {
    49: "the CSMS denies access, alert: access denied",
    71: "the CSMS wants stronger suites",
    80: "something broke in the CSMS",
    90: "the CSMS gave the handshake up",
    120: "which OCPP-J has no name for",
    200: "unknown error",
}


@pytest.mark.parametrize("alert", ALERTS)
async def test_an_alert_is_told_in_words_and_not_in_those_of_openssl(alert: int, shop: Shop) -> None:
    answer = await _answered(bytes([21, 3, 3, 0, 2, 2, alert]), shop)
    assert (answer.kind, ALERTS[alert] in answer.sentence) == (RefusalKind.TLS_FAILED, True), answer.sentence
    assert [one for one in ("ssl", "SSL", "tlsv1", "_") if one in answer.sentence.partition(": ")[2]] == []


@pytest.mark.parametrize("data", [b"SSH-2.0-example\r\n", b"\x00\x01\x02 hello"])
async def test_what_is_neither_tls_nor_http_is_no_reason_to_leave_tls_out(data: bytes, shop: Shop) -> None:
    answer = await _answered(data, shop)
    assert answer.kind is RefusalKind.TLS_NEITHER, answer.sentence


async def _answered(data: bytes, shop: Shop) -> Refusal:
    """The refusal of a port that answers everything so."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read(4096)
            writer.write(data)
            await writer.drain()
        writer.close()

    return await _refusal_by(serve, shop)


async def _refusal_by(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], shop: Shop, scheme: str = "wss"
) -> Refusal:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        answer = await knock(server.sockets[0].getsockname()[1], shop, scheme)
    finally:
        server.close()
    assert isinstance(answer, Refusal)
    return answer


async def test_plain_on_tls_and_tls_on_plain(shop: Shop) -> None:
    wanted = await refused(shop.good.context(shop.file("plain.pem")), shop, scheme="ws")
    assert (wanted.kind, "use wss://" in wanted.sentence) == (RefusalKind.TLS_WANTED, True)
    absent = await refused(None, shop)
    assert (absent.kind, "use ws://" in absent.sentence) == (RefusalKind.TLS_ABSENT, True)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_that_is_wanted_is_named_under_each_version(
    version: ssl.TLSVersion, shop: Shop
) -> None:
    context = wanting(shop.good.context(shop.file("wanting.pem")), shop.ca_file, version)
    answer = await refused(context, shop)
    assert answer.kind is RefusalKind.CLIENT_CERTIFICATE_WANTED, answer.sentence
    assert "name the certificate_file of CP_01" in answer.sentence


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("wrong", ["wrong CA", "expired"])
async def test_a_client_certificate_that_is_not_taken_is_shown_with_its_dates(
    wrong: str, version: ssl.TLSVersion, shop: Shop
) -> None:
    ends = TODAY - DAY if wrong == "expired" else TODAY + DAY
    issuer = shop.root if wrong == "expired" else shop.other
    own = shop.client(issue("CP_01", issuer, begins=TODAY - timedelta(days=9), ends=ends), "own.pem")
    context = wanting(shop.good.context(shop.file("taking.pem")), shop.ca_file, version)
    answer = await refused(context, shop, client_certificate=own)
    assert answer.kind is RefusalKind.CLIENT_CERTIFICATE_REFUSED, answer.sentence
    issued_by = issuer.certificate.subject.rfc4514_string().removeprefix("CN=")
    assert f"the one shown is made out to CP_01 by {issued_by}" in answer.sentence
    assert f"until {ends:%Y-%m-%d}" in answer.sentence


@pytest.mark.parametrize("suite", SUITES)
async def test_a_central_system_with_one_suite_alone_is_reached(suite: str, shop: Shop) -> None:
    made = shop.good if "ECDSA" in suite else shop.with_rsa
    context = made.context(shop.file("one.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES[suite])
    async with listening(context) as port:
        answer = await knock(port, shop)
    assert isinstance(answer, Connection), answer.sentence
    assert (answer.handshake.tls_version, answer.handshake.cipher) == ("TLSv1.2", SUITES[suite])
    await answer.drop()
