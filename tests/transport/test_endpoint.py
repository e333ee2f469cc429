"""Which URL is requested."""

from __future__ import annotations

import pytest

from csms_harness.transport.endpoint import Endpoint


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("ws://h/ocpp", "ws://h/ocpp/CP%201/"),
        ("ws://h/ocpp/?token=1", "ws://h/ocpp/CP%201/?token=1"),
        ("ws://h/{chargePointId}", "ws://h/CP%201/"),
        ("ws://h/ocpp?id={chargePointId}", "ws://h/ocpp/?id=CP%201"),
    ],
)
def test_a_slash_ends_the_path(url: str, address: str) -> None:
    assert Endpoint(url, "CP 1", slash=True).address == address
    assert Endpoint(url, "CP 1").address.replace("/?", "?") == address.replace("/?", "?").rstrip("/")
