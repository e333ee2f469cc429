"""Faults of the session on a real listener: how a handshake ends."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus, NegotiationError

from reference_csms.running import running
from reference_faults.choosing import chosen
from tests.reference_csms.client import BOOT, connected, private

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("status", [401, 503])
async def test_a_refusal_answers_the_handshake_with_its_status(identity: str, status: int) -> None:
    plugged = chosen(faults=(f"refuses-with-{status}",))
    async with running(private(), plugged.seams) as csms:
        with pytest.raises(InvalidStatus) as refused:
            async with connected(csms, identity):
                pass
        assert refused.value.response.status_code == status
        assert plugged.landed(f"refuses-with-{status}") == 1


async def test_a_charge_point_that_comes_back_is_refused_and_another_is_not(identity: str) -> None:
    async with running(private(), chosen(faults=("refuses-return-with-503",)).seams) as csms:
        async with connected(csms, identity) as point:
            assert (await point.ask("BootNotification", BOOT))["status"] == "Accepted"
        with pytest.raises(InvalidStatus):
            async with connected(csms, identity):
                pass
        async with connected(csms, f"{identity}_OTHER"):
            pass


async def test_another_subprotocol_is_agreed_on_unasked(identity: str) -> None:
    async with running(private(), chosen(faults=("subprotocol-ocpp-2-0-1",)).seams) as csms:
        with pytest.raises(NegotiationError, match=r"ocpp2\.0\.1"):
            async with connected(csms, identity):
                pass


async def test_without_a_subprotocol_the_conversation_goes_on(identity: str) -> None:
    async with (
        running(private(), chosen(faults=("subprotocol-none",)).seams) as csms,
        connected(csms, identity) as point,
    ):
        assert point.connection.subprotocol is None
        assert (await point.ask("BootNotification", BOOT))["status"] == "Accepted"


async def test_a_fault_and_a_noise_go_together(identity: str) -> None:
    plugged = chosen(faults=("boot-notification-status-pending",), noises=("whitespace",))
    async with running(private(), plugged.seams) as csms, connected(csms, identity) as point:
        assert (await point.ask("BootNotification", BOOT))["status"] == "Pending"
    assert all(plugged.landed(name) for name in ("boot-notification-status-pending", "whitespace"))
