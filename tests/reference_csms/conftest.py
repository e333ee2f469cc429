"""One Central System for all tests of the folder that need no settings of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from reference_csms.running import RunningCsms, running

from .client import Operator, Point, connected, operating, private

_numbers = count(1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def csms() -> AsyncIterator[RunningCsms]:
    """A Central System with the demonstration's data, in memory."""
    async with running(private()) as running_csms:
        yield running_csms


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def operator(csms: RunningCsms) -> AsyncIterator[Operator]:
    """Somebody at its control API."""
    async with operating(csms) as somebody:
        yield somebody


@pytest.fixture
def identity() -> str:
    """The identity of a Charge Point that no other test uses."""
    return f"TEST_{next(_numbers)}"


@pytest_asyncio.fixture(loop_scope="session")
async def point(csms: RunningCsms, identity: str) -> AsyncIterator[Point]:
    """A Charge Point of that identity, connected."""
    async with connected(csms, identity) as charge_point:
        yield charge_point
