"""The situations of TLS once more: the doctor and a case tell the same reason, each in whole."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from csms_harness.charge_point.model import ChargePoint
from csms_harness.doctor.doctor import examine
from csms_harness.engine.case import Limits
from csms_harness.runner.campaign import prepare
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.lane import Lane
from csms_harness.runner.options import Options
from csms_harness.target.config import DEFAULTS
from csms_harness.transport.suites import SUITES
from csms_harness.transport.websocket import Endpoint
from csms_harness.verdict import Verdict
from tests.tls.bench import Nobody, library, told
from tests.tls.making import DAY, TODAY, Issued, issue
from tests.tls.test_situations import SERVERS, Shop, limited, wanting

pytestmark = pytest.mark.ports

LIMITS = Limits(reconnect=0.0, reboot=0.0, settle=0.0)

Context = Callable[[Shop], ssl.SSLContext | None]


@dataclass(frozen=True)
class Situation:
    """What a Central System speaks, what the Charge Point shows, and what is told of it."""

    context: Context
    told: str
    own: Callable[[Shop], Issued] | None = None
    scheme: str = "wss"


def _server(make: Callable[[Shop], Issued]) -> Context:
    return lambda shop: make(shop).context(shop.file("told.pem"))


def _good(shop: Shop) -> Issued:
    return shop.good


def _wanting(version: ssl.TLSVersion | None = None) -> Context:
    return lambda shop: wanting(shop.good.context(shop.file("told.pem")), shop.ca_file, version)


def _old(version: ssl.TLSVersion) -> Context:
    return lambda shop: limited(shop.with_rsa.context(shop.file("told.pem")), version)


def _suite(name: str) -> Context:
    def make(shop: Shop) -> ssl.SSLContext:
        context = (shop.good if "ECDSA" in name else shop.with_rsa).context(shop.file("told.pem"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(SUITES[name])
        return context

    return make


def _own(**given: Any) -> Callable[[Shop], Issued]:
    return lambda shop: issue(given.get("name", "CP_01"), shop.root, **{k: v for k, v in given.items() if k != "name"})


_OVER = {"begins": TODAY - timedelta(days=9), "ends": TODAY - DAY}

REFUSED: dict[str, Situation] = {
    **{name: Situation(_server(make), phrases[0]) for name, (make, _, phrases) in SERVERS.items()},
    "TLS 1.0": Situation(_old(ssl.TLSVersion.TLSv1), "speaks TLS 1.0 and nothing newer"),
    "TLS 1.1": Situation(_old(ssl.TLSVersion.TLSv1_1), "speaks TLS 1.1 and nothing newer"),
    "plain on TLS": Situation(_server(_good), "speaks TLS; use wss:// in the URL", scheme="ws"),
    "TLS on plain": Situation(lambda _: None, "speaks no TLS; use ws:// in the URL"),
    "client certificate: none": Situation(_wanting(), "the CSMS wants a client certificate, and none is shown"),
    "client certificate: none, TLS 1.2": Situation(
        _wanting(ssl.TLSVersion.TLSv1_2), "the CSMS wants a client certificate, and none is shown"
    ),
    "client certificate: wrong CA": Situation(
        _wanting(), "made out to CP_01 by Other Root", lambda shop: issue("CP_01", shop.other)
    ),
    "client certificate: expired": Situation(_wanting(), f"until {TODAY - DAY:%Y-%m-%d}", _own(**_OVER)),
    "client certificate: wrong CN": Situation(_wanting(), "made out to Charger by Root", _own(name="Charger")),
    "client certificate: wrong O": Situation(
        _wanting(), "made out to CP_01 of Nobody Ltd by Root", _own(organization="Nobody Ltd")
    ),
    "client certificate: another's": Situation(_wanting(), "made out to CP_02 by Root", _own(name="CP_02")),
}  # fmt: skip

ACCEPTED: dict[str, Situation] = {
    **{name: Situation(_suite(name), f"TLSv1.2, {SUITES[name]}") for name in SUITES},
    "RSA": Situation(lambda shop: shop.with_rsa.context(shop.file("told.pem")), "TLSv1.3, TLS_"),
    "ECDSA": Situation(_server(_good), "TLSv1.3, TLS_"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("certificates"))


def _look(connection: ServerConnection, _request: Request) -> Response | None:
    """Let in whose certificate, if it is wanted, says the right names."""
    tls = connection.transport.get_extra_info("ssl_object")
    shown = tls.getpeercert() if tls is not None else None
    if not shown:
        return None
    names = {kind: value for one in shown["subject"] for kind, value in one}
    right = names.get("commonName") == "CP_01" and names.get("organizationName", "Ours") == "Ours"
    return None if right else connection.respond(403, "The names in your certificate are none of ours.\\n")


async def _nothing(_connection: ServerConnection) -> None:
    return


async def _both(one: Situation, shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Any]:
    """What the doctor says of a situation, and the fact of a case in it."""
    monkeypatch.setenv("CSMS_HARNESS_STATE", str(folder / "state"))
    own = one.own(shop).write(folder / "own.pem") if one.own is not None else None
    context = one.context(shop)
    subprotocols = [Subprotocol("ocpp1.6")]
    async with serve(
        _nothing, "127.0.0.1", 0, ssl=context, subprotocols=subprotocols, compression=None, process_request=_look
    ) as server:
        url = f"{one.scheme}://localhost:{next(iter(server.sockets)).getsockname()[1]}/ocpp"
        target = folder / "target.yaml"
        certificate = f", certificate_file: {own}" if own is not None else ""
        target.write_text(
            f"url: '{url}'\ntls: {{ca_file: {shop.ca_file}}}\ncharge_points: [{{id: CP_01{certificate}}}]\n"
        )
        campaign = prepare(Options(patterns=("TC_061",), target=target), library())
        said = "\n".join([check.text async for check in examine(campaign, watch=0.0)])
        lane = Lane(
            entrance=Entrance(Endpoint(url, "CP_01", ca_file=shop.ca_file, client_certificate=own, open_timeout=5.0)),
            charge_point=ChargePoint("CP_01"), config=DEFAULTS, limits=LIMITS,
            trigger_limit=lambda _: 5.0, book=cast("Any", None), states=library().states, watcher=Nobody(),
            thinking=0.0,
        )  # fmt: skip
        try:
            fact = told("TC_061_CSMS", await lane.run(library().cases["TC_061_CSMS"]), lane)
        finally:
            await lane.close()
    return said, fact


@pytest.mark.parametrize("name", REFUSED)
async def test_a_reason_is_told_by_the_doctor_and_by_a_case(
    name: str, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = REFUSED[name]
    said, fact = await _both(one, shop, tmp_path, monkeypatch)
    assert one.told in said
    assert (fact.verdict, one.told in fact.reason) == (Verdict.INCONCLUSIVE, True), fact.reason
    sentence = next(line for line in said.splitlines() if one.told in line)
    assert sentence.rstrip(".") in fact.reason


@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_was_agreed_on_is_told_by_the_doctor(
    name: str, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, _ = await _both(ACCEPTED[name], shop, tmp_path, monkeypatch)
    assert ACCEPTED[name].told in said
