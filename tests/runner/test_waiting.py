"""A Central System that is not there yet is waited for; one that refuses for good is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.runner.waiting import wait_for_target
from tests.runner.peer import campaign
from tests.transport.hostile import Peer, central_system

pytestmark = pytest.mark.ports


@pytest.mark.parametrize(("refusals", "status"), [(0, ""), (2, "503 Service Unavailable"), (2, "404 Not Found")])
async def test_it_is_knocked_until_a_charge_point_is_let_in(tmp_path: Path, refusals: int, status: str) -> None:
    knocked = 0

    async def starting(peer: Peer) -> None:
        nonlocal knocked
        knocked += 1
        await (peer.answer(status) if knocked <= refusals else peer.accept("ocpp1.6"))

    waiting: list[str] = []
    async with central_system(starting) as url:
        assert await wait_for_target(campaign(tmp_path, url, "TC_001"), 30.0, waiting.append, every=0.01) == ""
    assert knocked == refusals + 1
    assert len(waiting) == min(refusals, 1)


async def test_one_that_refuses_for_good_is_not_waited_for(tmp_path: Path) -> None:
    knocked = 0

    async def shut(peer: Peer) -> None:
        nonlocal knocked
        knocked += 1
        await peer.answer("401 Unauthorized")

    async with central_system(shut) as url:
        assert await wait_for_target(campaign(tmp_path, url, "TC_001"), 30.0, every=0.01) == ""
    assert knocked == 1


async def test_the_last_refusal_is_told_when_the_time_is_over(tmp_path: Path) -> None:
    async with central_system(lambda peer: peer.answer("503 Service Unavailable")) as url:
        told = await wait_for_target(campaign(tmp_path, url, "TC_001"), 0.05, every=0.01)
    assert "503" in told
