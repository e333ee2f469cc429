from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from csms_harness.transport.websocket import Connection, Received, Refusal, RefusalKind, open_connection

from .hostile import CLOSE, TEXT, Peer, central_system, connected, endpoint, frame, write_ca


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    return write_ca(tmp_path, ca.cert_pem.bytes())


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def context_that_wants_a_client_certificate(ca: trustme.CA) -> ssl.SSLContext:
    context = context_of(ca.issue_cert("127.0.0.1"))
    context.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(context)
    return context


async def greet(peer: Peer) -> None:
    await peer.accept()
    peer.write(frame(TEXT, "over tls") + frame(CLOSE, b"\x03\xe8"))


async def refused(context: ssl.SSLContext, ca_file: Path | None, *kinds: RefusalKind, **options: object) -> Refusal:
    async with central_system(greet, context) as url:
        result = await open_connection(endpoint(url, ca_file=ca_file, **options))
    assert isinstance(result, Refusal)
    assert result.kind in kinds
    return result


async def test_a_trusted_central_system_is_reached_and_its_tls_facts_are_told(ca: trustme.CA, ca_file: Path) -> None:
    async with central_system(greet, context_of(ca.issue_cert("127.0.0.1"))) as url:
        connection = await connected(url, ca_file=ca_file)
        event = await connection.receive()
        await connection.close()
    assert isinstance(event, Received)
    assert event.data == "over tls"
    assert connection.handshake.tls_version == "TLSv1.3"
    assert connection.handshake.cipher is not None
    assert connection.handshake.cipher.startswith("TLS_")


async def test_an_unknown_ca_is_named_as_the_reason(ca: trustme.CA) -> None:
    result = await refused(context_of(ca.issue_cert("127.0.0.1")), None, RefusalKind.CERTIFICATE)
    assert (
        "is not accepted (unable to get local issuer certificate: it sends only its own certificate" in result.sentence
    )
    assert "Probably the CSMS does not send the intermediate certificate" in result.sentence
    assert "ca_file" in result.sentence


async def test_a_certificate_for_another_host_is_named_as_the_reason(ca: trustme.CA, ca_file: Path) -> None:
    result = await refused(context_of(ca.issue_cert("csms.example")), ca_file, RefusalKind.CERTIFICATE_HOST)
    assert "is made out to csms.example, not to 127.0.0.1" in result.sentence
    assert "ca_file" not in result.sentence


async def test_an_expired_certificate_is_named_as_the_reason(ca: trustme.CA, ca_file: Path) -> None:
    expired = ca.issue_cert("127.0.0.1", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    result = await refused(context_of(expired), ca_file, RefusalKind.CERTIFICATE_EXPIRED)
    assert "expired on 2021-01-01 00:00 UTC" in result.sentence
    assert "ca_file" not in result.sentence


async def test_a_missing_client_certificate_is_found_by_the_alert(ca: trustme.CA, ca_file: Path) -> None:
    context = context_that_wants_a_client_certificate(ca)

    def refuse_handshakes(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with suppress(ssl.SSLError), context.wrap_socket(client, server_side=True):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse_handshakes, args=(listener,))
        thread.start()
        url = f"wss://127.0.0.1:{listener.getsockname()[1]}"
        result = await open_connection(endpoint(url, ca_file=ca_file))
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert isinstance(result, Refusal)
    assert result.kind is RefusalKind.CLIENT_CERTIFICATE_WANTED
    assert "certificate required" in result.sentence


async def test_a_missing_client_certificate_is_found_without_an_alert(ca: trustme.CA, ca_file: Path) -> None:
    async with central_system(greet, context_that_wants_a_client_certificate(ca)) as url:
        result = await open_connection(endpoint(url, ca_file=ca_file))
    assert isinstance(result, Refusal)
    assert result.kind is RefusalKind.CLIENT_CERTIFICATE_WANTED
    assert "name the certificate_file of" in result.sentence


async def test_no_common_suite_is_a_failed_handshake(ca: trustme.CA, ca_file: Path) -> None:
    context = context_of(ca.issue_cert("127.0.0.1"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA")
    result = await refused(context, ca_file, RefusalKind.TLS_FAILED, RefusalKind.TLS_BROKEN_OFF)
    assert "handshake failure" in result.sentence or "broke off" in result.sentence


async def test_ws_to_a_tls_port_says_use_wss(ca: trustme.CA) -> None:
    async with central_system(greet, context_of(ca.issue_cert("127.0.0.1"))) as url:
        result = await open_connection(endpoint(url.replace("wss:", "ws:")))
    assert isinstance(result, Refusal)
    assert (result.kind, "speaks TLS; use wss://" in result.sentence) == (RefusalKind.TLS_WANTED, True)


async def hang_up_on_nonsense(peer: Peer) -> None:
    if (await peer.reader.read(4)).startswith(b"GET "):
        peer.write("HTTP/1.1 426 Upgrade Required\r\n\r\n")


async def answer_bad_request(peer: Peer) -> None:
    await peer.reader.read(4)
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n")


async def wait_for_the_end_of_the_line(peer: Peer) -> None:
    if (await peer.reader.readuntil(b"\r\n\r\n")).startswith(b"GET "):
        peer.write("HTTP/1.1 426 Upgrade Required\r\n\r\n")


@pytest.mark.parametrize("behave", [hang_up_on_nonsense, answer_bad_request, wait_for_the_end_of_the_line])
async def test_wss_to_a_plain_port_says_use_ws(behave: object) -> None:
    async with central_system(behave) as url:  # type: ignore[arg-type]
        result = await open_connection(endpoint(url.replace("ws:", "wss:"), open_timeout=0.6))
    assert isinstance(result, Refusal)
    assert (result.kind, "speaks no TLS; use ws://" in result.sentence) == (RefusalKind.TLS_ABSENT, True)


async def test_a_port_that_never_answers_tls_is_a_timeout() -> None:
    async with central_system(lambda peer: peer.hang()) as url:
        result = await open_connection(endpoint(url.replace("ws:", "wss:"), open_timeout=0.2))
    assert isinstance(result, Refusal)
    assert result.sentence.endswith("no TLS answer within 0.2 s; check that the port speaks TLS, or use ws://.") or (
        "broke off" in result.sentence
    )


def write_client_certificate(ca: trustme.CA, folder: Path) -> tuple[Path, Path]:
    """The files of a client certificate and of its key."""
    leaf = ca.issue_cert("cp.example")
    certificate, key = folder / "client.pem", folder / "client.key"
    certificate.write_bytes(leaf.cert_chain_pems[0].bytes())
    key.write_bytes(leaf.private_key_pem.bytes())
    return certificate, key


async def test_the_client_certificate_of_the_endpoint_is_shown(ca: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    certificate, key = write_client_certificate(ca, tmp_path)
    async with central_system(greet, context_that_wants_a_client_certificate(ca)) as url:
        connection = await connected(url, ca_file=ca_file, client_certificate=certificate, client_key=key)
        assert isinstance(await connection.receive(), Received)
        await connection.close()


async def test_a_client_certificate_without_its_key_is_said_before_anything_is_sent(
    ca: trustme.CA, ca_file: Path, tmp_path: Path
) -> None:
    certificate, _ = write_client_certificate(ca, tmp_path)
    context = context_of(ca.issue_cert("127.0.0.1"))
    result = await refused(context, ca_file, RefusalKind.CLIENT_CERTIFICATE, client_certificate=certificate)
    assert str(certificate) in result.sentence


async def test_a_cipher_list_nobody_can_read_is_named(ca: trustme.CA, ca_file: Path) -> None:
    context = context_of(ca.issue_cert("127.0.0.1"))
    result = await refused(context, ca_file, RefusalKind.CIPHERS, ciphers="NO-SUCH-SUITE")
    assert "'NO-SUCH-SUITE'" in result.sentence


async def test_one_endpoint_replaced_in_part_connects_with_another_tls_version_and_suite(
    ca: trustme.CA, ca_file: Path
) -> None:
    suite = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384"
    async with central_system(greet, context_of(ca.issue_cert("127.0.0.1"))) as url:
        newest = endpoint(url, ca_file=ca_file)
        older = replace(newest, tls_maximum=ssl.TLSVersion.TLSv1_2, ciphers=suite)
        handshakes = []
        for one in (newest, older):
            connection = await open_connection(one)
            assert isinstance(connection, Connection)
            handshakes.append(connection.handshake)
            await connection.close()
    assert [shown.tls_version for shown in handshakes] == ["TLSv1.3", "TLSv1.2"]
    assert handshakes[1].cipher in suite.split(":")
