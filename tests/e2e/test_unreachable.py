"""A Central System that cannot be reached: INCONCLUSIVE, exit 4, and one sentence that says what to do."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import pytest
import trustme

from tests.support.command_line import DEADLINE, Ended, case_of, facts, harness, verdicts
from tests.transport.hostile import Behaviour, Peer, central_system

pytestmark = pytest.mark.e2e

FAILED, UNDECIDED = 1, 4
CASE = "TC_001_CSMS"


async def accept(peer: Peer) -> None:
    await peer.accept()
    await peer.read_to_end()


async def hang(peer: Peer) -> None:
    await peer.hang()


async def leave(peer: Peer) -> None:
    await peer.read_request()


def answering(status: str, *headers: str, body: str = "") -> Behaviour:
    async def answer(peer: Peer) -> None:
        await peer.answer(status, *headers, body=body)

    return answer


def choosing(subprotocol: str | None) -> Behaviour:
    async def choose(peer: Peer) -> None:
        await peer.accept(subprotocol)
        await peer.read_to_end()

    return choose


REFUSALS: dict[str, tuple[Behaviour, str, str]] = {
    # what is wrong: what the port does, the scheme of the URL, what the sentence must say
    "401": (answering("401 Unauthorized"), "ws", "HTTP 401 Unauthorized: it wants a password and none is configured"),
    "404": (
        answering("404 Not Found"),
        "ws",
        "it does not know the Charge Point CP_01, or the path of the URL is wrong",
    ),
    "500": (answering("500 Oops", body="\x1b[31mboom"), "ws", "the CSMS answered HTTP 500 Oops"),
    "a redirect": (answering("302 Found", "Location: wss://a/"), "ws", "the CSMS redirects to wss://a/ (HTTP 302)"),
    "plain HTTP": (answering("200 OK", body="<html>"), "ws", "there is no WebSocket at this address"),
    "TLS wanted on a plain port": (answering("400 Bad Request"), "wss", "use ws:// in the URL"),
    "a port that never answers": (hang, "ws", "connected, but no answer to the WebSocket handshake within 1 s"),
    "a port that hangs up": (leave, "ws", "the connection was closed without an answer"),
}


async def run_against(url: str, out: Path, *options: str | Path, cases: tuple[str, ...] = (CASE,)) -> Ended:
    limit = ("--deadline", "connection=1s", "--deadline", "reconnect=0s")
    arguments = ("run", *cases, "--url", url, "--out", out, *limit, *options)
    ended = await asyncio.to_thread(harness, *arguments, deadline=30)
    assert ended.is_clean, ended.said
    assert "\x1b" not in ended.out + ended.err
    return ended


def is_told(ended: Ended, out: Path, sentence: str) -> None:
    """One case, not judged, with this reason on the screen and in the facts."""
    assert ended.code == UNDECIDED, ended.said
    assert verdicts(out) == {CASE: "INCONCLUSIVE"}
    assert sentence in case_of(out, CASE)["reason"]
    assert sentence in ended.said
    assert (out / "certificate.html").is_file()


@pytest.mark.parametrize("what", REFUSALS)
async def test_a_handshake_that_fails_is_told_in_one_sentence(what: str, tmp_path: Path) -> None:
    behave, scheme, sentence = REFUSALS[what]
    async with central_system(behave, limit=DEADLINE) as url:
        ended = await run_against(url.replace("ws:", f"{scheme}:"), tmp_path)
    is_told(ended, tmp_path, sentence)


@pytest.mark.parametrize(
    ("agreed", "sentence"),
    [
        ("ocpp2.0.1", "the CSMS answered the subprotocol 'ocpp2.0.1', offered was ocpp1.6; ocpp1.6 is needed"),
        (None, "the CSMS chose no subprotocol out of ocpp1.6; ocpp1.6 is needed"),
    ],
)
async def test_another_subprotocol_fails_the_case_about_it_and_lets_no_other_begin(
    agreed: str | None, sentence: str, tmp_path: Path
) -> None:
    async with central_system(choosing(agreed), limit=DEADLINE) as url:
        ended = await run_against(url, tmp_path, cases=(CASE, "TC_064_CSMS"))
    assert ended.code == FAILED, ended.said
    assert verdicts(tmp_path) == {CASE: "FAIL", "TC_064_CSMS": "INCONCLUSIVE"}
    assert f"subprotocol is not what the case requires (required ocpp1.6, observed {agreed or 'null'})" in ended.said
    assert sentence in case_of(tmp_path, "TC_064_CSMS")["reason"]


async def test_a_port_where_nothing_listens_is_told(tmp_path: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        ended = await run_against(f"ws://127.0.0.1:{port}/ocpp", tmp_path)
    is_told(ended, tmp_path, f"nothing listens on port {port} of 127.0.0.1; start the CSMS or correct the port")


async def test_a_host_name_that_nobody_knows_is_told(tmp_path: Path) -> None:
    ended = await run_against("ws://no-such-host.invalid/ocpp", tmp_path)
    is_told(ended, tmp_path, "the host name 'no-such-host.invalid' is not known")


@pytest.fixture
def context() -> tuple[trustme.CA, ssl.SSLContext]:
    """An authority that nobody knows, and a Central System with a certificate of it."""
    ca, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    return ca, context


async def test_a_plain_url_for_a_tls_port_is_told(context: tuple[trustme.CA, ssl.SSLContext], tmp_path: Path) -> None:
    async with central_system(accept, context[1], limit=DEADLINE) as url:
        ended = await run_against(url.replace("wss:", "ws:"), tmp_path)
    is_told(ended, tmp_path, "speaks TLS; use wss:// in the URL")


async def test_a_certificate_is_trusted_by_the_ca_file_beside_the_target_and_not_without_it(
    context: tuple[trustme.CA, ssl.SSLContext], tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(context[0].cert_pem.bytes())
    target = tmp_path / "target.yaml"
    target.write_text("url: wss://127.0.0.1/\ncharge_points: [{id: CP_01}]\ntls: {ca_file: ca.pem}\n")
    async with central_system(accept, context[1], limit=DEADLINE) as url:
        distrusted = await run_against(url, tmp_path / "1")
        trusted = await run_against(url, tmp_path / "2", "--target", target, "--deadline", "response=200ms")
    is_told(distrusted, tmp_path / "1", "certificate")
    assert facts(tmp_path / "2")["connections"][0]["tls_version"].startswith("TLSv1.")
    assert trusted.code == FAILED


async def test_a_central_system_that_answers_nothing_fails_within_the_deadline_of_the_response(tmp_path: Path) -> None:
    async with central_system(accept, limit=DEADLINE) as url:
        ended = await run_against(url, tmp_path, "--deadline", "response=300ms")
    assert ended.code == FAILED, ended.said
    finding = case_of(tmp_path, CASE)["findings"][0]
    assert finding["kind"] == "no-answer"
    assert "BootNotification.conf" in f"{finding['text']} {finding['required']}"
    assert case_of(tmp_path, CASE)["seconds"] < 10


async def test_a_dead_central_system_costs_three_cases_and_the_rest_is_not_tried(tmp_path: Path) -> None:
    cases = ("TC_013_CSMS", "TC_014_CSMS", "TC_019_1_CSMS", "TC_021_CSMS", "TC_030_CSMS")
    async with central_system(answering("404 Not Found"), limit=DEADLINE) as url:
        ended = await run_against(url, tmp_path, cases=cases)
    assert ended.code == UNDECIDED
    assert set(verdicts(tmp_path).values()) == {"INCONCLUSIVE"}
    reasons = [case_of(tmp_path, case_id)["reason"] for case_id in cases]
    assert all("HTTP 404" in reason for reason in reasons[:3])
    assert all(reason.startswith("not tried: in 3 cases in a row") for reason in reasons[3:])
