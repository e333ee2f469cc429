"""A Charge Point for every test."""

import pytest

from csms_harness.charge_point.model import ChargePoint


@pytest.fixture
def charge_point() -> ChargePoint:
    """A Charge Point with two connectors, as it leaves the factory."""
    return ChargePoint("CP-1", connectors=2)
