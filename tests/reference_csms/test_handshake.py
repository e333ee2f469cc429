"""Who may open a connection."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from reference_csms.handshake import identity_in
from reference_csms.running import RunningCsms, running

from .client import DEADLINE, Operator, connected, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _refused(csms: RunningCsms, identity: str, **options: Any) -> Any:
    with pytest.raises(InvalidStatus) as caught:
        async with connected(csms, identity, **options):
            pass
    return caught.value.response


def _basic(user: str, password: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(user.encode() + b":" + password).decode()}


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/ocpp/CP_01", "CP_01"),
        ("/CP_01", "CP_01"),
        ("/a/b/c/RDAM%20123", "RDAM 123"),
        ("/ocpp/A%2FB?x=/y", "A/B"),
        ("/ocpp/%ED%95%9C", "한"),
        ("/ocpp/", None),
        ("/ocpp/%FF", None),
        ("/ocpp/%00", None),
        ("/ocpp/" + "x" * 256, None),
    ],
)
async def test_the_last_segment_is_the_identity(path: str, identity: str | None) -> None:
    assert identity_in(path) == identity


@pytest.mark.parametrize("subprotocols", [None, ["ocpp2.0.1"], ["ocpp1.5", "OCPP1.6"]])
async def test_without_a_common_subprotocol_the_handshake_is_refused(
    csms: RunningCsms, operator: Operator, identity: str, subprotocols: Any
) -> None:
    response = await _refused(csms, identity, subprotocols=subprotocols)
    assert response.status_code == 400
    assert b"ocpp1.6" in response.body
    assert (await operator.http.get(f"/api/charge-points/{identity}")).status_code == 404


async def test_ocpp16_is_chosen_among_others(csms: RunningCsms, identity: str) -> None:
    async with connected(csms, identity, subprotocols=["ocpp2.0.1", "ocpp1.6"]) as point:
        assert point.connection.subprotocol == "ocpp1.6"
        assert point.connection.response is not None
        assert "Sec-WebSocket-Extensions" not in point.connection.response.headers


async def test_by_the_letter_the_connection_opens_without_the_header_and_closes(identity: str) -> None:
    async with (
        running(private(complete_handshake=True)) as csms,
        connected(csms, identity, subprotocols=["ocpp2.0.1"]) as point,
    ):
        assert point.connection.subprotocol is None
        async with asyncio.timeout(DEADLINE):
            await point.connection.wait_closed()
        assert point.connection.close_code == 1002


async def test_a_path_without_identity_is_not_found(csms: RunningCsms) -> None:
    assert (await _refused(csms, "")).status_code == 404


async def test_only_known_charge_points_are_let_in_on_demand(identity: str) -> None:
    async with running(private(known_only=True)) as csms:
        assert (await _refused(csms, identity)).status_code == 404
        async with connected(csms, "CP_01") as point:
            assert "currentTime" in await point.ask("Heartbeat")


async def test_a_password_of_raw_bytes_opens_the_connection(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    password = bytes(range(16)) + b"\xff:\xfe\x80"
    body = {"passwordHex": password.hex()}
    assert (await operator.http.put(f"/api/charge-points/{identity}", json=body)).status_code == 204
    async with connected(csms, identity, additional_headers=_basic(identity, password)) as point:
        assert "currentTime" in await point.ask("Heartbeat")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        _basic("CP_PASSWORD", b"wrong"),
        _basic("CP_PASSWORX", b"secret"),
        _basic("CP_PASSWORD", b""),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic"},
        {"Authorization": "Bearer secret"},
        {"Authorization": "Basic " + base64.b64encode(b"CP_PASSWORD").decode()},
    ],
)
async def test_a_wrong_password_is_refused_before_the_upgrade(
    csms: RunningCsms, operator: Operator, headers: dict[str, str]
) -> None:
    await operator.http.put("/api/charge-points/CP_PASSWORD", json={"password": "secret"})
    response = await _refused(csms, "CP_PASSWORD", additional_headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="ocpp"'


async def test_an_identity_with_colons_can_have_a_password(csms: RunningCsms, operator: Operator) -> None:
    await operator.http.put("/api/charge-points/00:1A:2B", json={"password": "secret"})
    async with connected(csms, "00:1A:2B", additional_headers=_basic("00:1A:2B", b"secret")) as point:
        assert "currentTime" in await point.ask("Heartbeat")


async def test_a_password_changed_over_ocpp_is_the_one_that_counts(identity: str) -> None:
    new = bytes(range(20))
    async with running(private()) as csms, operating(csms) as operator:
        await operator.http.put(f"/api/charge-points/{identity}", json={"password": "old"})
        async with connected(csms, identity, additional_headers=_basic(identity, b"old")) as point:
            wish = {"key": "AuthorizationKey", "value": new.hex()}
            await operator.perform(point, "ChangeConfiguration", wish, {"status": "Rejected"})
        async with connected(csms, identity, additional_headers=_basic(identity, b"old")) as point:
            await operator.perform(point, "ChangeConfiguration", wish, {"status": "Accepted"})
        assert (await _refused(csms, identity, additional_headers=_basic(identity, b"old"))).status_code == 401
        async with connected(csms, identity, additional_headers=_basic(identity, new)) as point:
            assert "currentTime" in await point.ask("Heartbeat")
