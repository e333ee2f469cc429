"""The control API: refusals, queries and provisioning."""

from __future__ import annotations

from typing import Any

import pytest

from reference_csms.running import RunningCsms, running
from reference_csms.settings import Settings, SettingsError

from .client import Operator, Point, connected, operating, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("action", ["Heartbeat", "Foo", "reset"])
async def test_an_action_no_central_system_sends_is_not_found(point: Point, operator: Operator, action: str) -> None:
    response = await operator.order(point, action)
    assert response.status_code == 404
    assert action in response.json()["detail"]


async def test_an_unknown_charge_point_is_not_found(operator: Operator) -> None:
    response = await operator.order("NOBODY", "ClearCache")
    assert (response.status_code, response.json()) == (404, {"detail": "No Charge Point NOBODY is known."})


async def test_a_charge_point_that_is_not_connected_is_a_conflict(operator: Operator) -> None:
    response = await operator.order("CP_08", "ClearCache")
    assert (response.status_code, response.json()) == (409, {"detail": "CP_08 is not connected."})


@pytest.mark.parametrize(
    ("action", "wish", "member"),
    [
        ("Reset", {}, "type"),
        ("Reset", {"type": "Warm"}, "type"),
        ("Reset", {"type": "Hard", "more": 1}, "more"),
        ("UnlockConnector", {"connectorId": "1"}, "connectorId"),
        ("ReserveNow", {"connectorId": 1, "idTag": "X", "expiryDate": "tomorrow"}, "expiryDate"),
        ("ReserveNow", {"connectorId": 1, "idTag": 5, "expiryDate": "2099-01-01T00:00:00Z"}, "idTag"),
        ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": {}}, "csChargingProfiles.stackLevel"),
        ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": []}, "csChargingProfiles"),
        ("RemoteStartTransaction", {"idTag": "X", "chargingProfile": 1}, "chargingProfile"),
        ("SendLocalList", {"updateType": "Half"}, "updateType"),
    ],
)
async def test_a_payload_that_is_no_request_is_refused_with_the_member(
    point: Point, operator: Operator, action: str, wish: dict[str, Any], member: str
) -> None:
    response = await operator.order(point, action, wish)
    assert (response.status_code, response.json().get("member")) == (422, member), response.text
    assert await operator.look("calls", point) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b'{"type":NaN}', 422),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b'"Hard"', 422),
        (b'{"type":"\\ud800"}', 422),
        (b"9" * 5000, 422),
    ],
)
async def test_a_body_that_is_no_payload_is_refused_in_one_sentence(
    point: Point, operator: Operator, body: bytes, status: int
) -> None:
    response = await operator.http.post(f"/api/octt/1.6/{point.identity}/Reset", content=body)
    assert response.status_code == status
    assert isinstance(response.json()["detail"], str)


async def test_an_empty_body_is_an_empty_payload(point: Point, operator: Operator) -> None:
    response = await operator.http.post(f"/api/octt/1.6/{point.identity}/ClearCache", content=b"")
    assert response.status_code == 202
    assert await point.taken("ClearCache", {"status": "Accepted"}) == {}


async def test_identities_with_signs_reach_their_charge_point(
    csms: RunningCsms, operator: Operator, identity: str
) -> None:
    async with connected(csms, f"{identity}%20A%2FB%20%ED%95%9C") as point:
        response = await operator.http.post(f"/api/octt/1.6/{identity}%20A%2FB%20%ED%95%9C/ClearCache")
        assert response.status_code == 202
        assert await point.taken("ClearCache", {"status": "Accepted"}) == {}
        assert (await operator.look(f"charge-points/{identity} A/B 한"))["connected"] is True


async def test_an_id_tag_can_be_made_changed_and_removed(point: Point, operator: Operator) -> None:
    path = f"/api/id-tags/{point.identity}"

    async def status() -> dict[str, Any]:
        info: dict[str, Any] = (await point.ask("Authorize", {"idTag": point.identity}))["idTagInfo"]
        return info

    body = {"status": "Accepted", "parentIdTag": "P", "expiryDate": "2099-01-01T00:00:00+01:00"}
    assert (await operator.http.put(path, json=body)).status_code == 204
    assert await status() == {
        "status": "Accepted", "parentIdTag": "P", "expiryDate": "2098-12-31T23:00:00.000Z",
    }  # fmt: skip
    in_other_letters = path.replace("TEST", "test")
    assert (await operator.http.put(in_other_letters, json={"status": "Blocked"})).status_code == 204
    assert await status() == {"status": "Blocked"}
    assert (await operator.http.delete(path)).status_code == 204
    assert (await operator.http.delete(path)).status_code == 404
    assert await status() == {"status": "Invalid"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("id-tags/X", {"status": "Fine"}, 422),
        ("id-tags/X", {"expiryDate": "9999-12-31T23:59:59-05:00"}, 422),
        ("id-tags/X", {"expiryDate": "0001-01-01T00:00:00+14:00"}, 422),
        ("id-tags/X", {"maxActiveTransactions": 10**30}, 422),
        ("id-tags/X", {"expiryDate": "2099-01-01T00:00:00"}, 422),
        ("id-tags/X", {"colour": "red"}, 422),
        ("id-tags/" + "X" * 21, {}, 422),
        ("charge-points/X", {"passwordHex": "0"}, 422),
        ("charge-points/" + "X" * 256, {}, 422),
    ],
)
async def test_provisioning_refuses_in_one_sentence(
    operator: Operator, path: str, body: dict[str, Any], status: int
) -> None:
    response = await operator.http.put(f"/api/{path}", json=body)
    assert response.status_code == status
    assert isinstance(response.json()["detail"], str)


async def test_provisioning_refuses_what_is_no_json(operator: Operator) -> None:
    headers = {"Content-Type": "application/json"}
    response = await operator.http.put("/api/id-tags/X", content=b"{", headers=headers)
    assert (response.status_code, response.json()) == (400, {"detail": "The body is not JSON."})


async def test_a_charge_point_can_be_made_known_and_forgotten(operator: Operator, identity: str) -> None:
    path = f"/api/charge-points/{identity}"
    assert (await operator.http.get(path)).status_code == 404
    assert (await operator.http.put(path, json={"password": "secret"})).status_code == 204
    assert (await operator.look(f"charge-points/{identity}"))["hasPassword"] is True
    assert identity in [row["chargePointId"] for row in await operator.look("charge-points")]
    assert (await operator.http.delete(path)).status_code == 204
    assert (await operator.http.delete(path)).status_code == 404


async def test_a_reset_leaves_the_demonstration_and_connected_charge_points(identity: str) -> None:
    async with running(private()) as csms, operating(csms) as operator, connected(csms, identity) as point:
        first = (await point.start("TAG-001"))["transactionId"]
        await operator.perform(point, "ClearCache", {}, {"status": "Accepted"})
        await operator.http.put("/api/id-tags/NEW", json={})
        assert (await operator.http.post("/api/reset")).status_code == 204
        assert await operator.look("transactions") == await operator.look("calls") == []
        assert "NEW" not in [row["idTag"] for row in await operator.look("id-tags")]
        assert len(await operator.look("charge-points")) == 9
        await operator.perform(point, "ClearCache", {}, {"status": "Accepted"})
        assert (await point.start("TAG-001"))["transactionId"] > first


async def test_pages_of_other_origins_cannot_steer(operator: Operator, point: Point) -> None:
    path = f"/api/octt/1.6/{point.identity}/ClearCache"
    foreign = await operator.http.post(path, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403


async def test_a_token_is_demanded_when_one_is_set() -> None:
    async with running(private(token="right")) as csms, operating(csms) as operator:
        for headers in ({}, *({"Authorization": text} for text in ("Bearer wrong", "right", "Basic right", "Bearer"))):
            refused = await operator.http.get("/api/calls", headers=headers)
            assert refused.status_code == 401
        admitted = await operator.http.get("/api/calls", headers={"Authorization": "Bearer right"})
        assert admitted.json() == []


@pytest.mark.parametrize("host", ["rebound.example", "localhost.example:9100", "[", ""])
async def test_a_name_that_is_not_its_own_is_refused(operator: Operator, host: str) -> None:
    assert (await operator.http.get("/api/calls", headers={"Host": host})).status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:9100", "[::1]:9100", "csms.example:80"])
async def test_addresses_and_names_it_was_given_are_its_own(host: str) -> None:
    async with running(private(allowed_hosts=("CSMS.example",))) as csms, operating(csms) as operator:
        assert (await operator.http.get("/api/calls", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("hosts", [{"host": "0.0.0.0"}, {"host": "::"}, {"api_host": "example.org"}])
async def test_without_a_token_the_control_api_stays_on_this_machine(hosts: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="REFERENCE_CSMS_TOKEN"):
        Settings(**hosts).check()
    Settings(**hosts, token="t").check()
