"""The loop whose clock jumps."""

from __future__ import annotations

import asyncio
import time

import pytest

from csms_harness.matrix.virtual_time import NothingCanHappen, VirtualLoop, run_virtually


def test_an_hour_of_sleep_takes_no_time_and_an_hour_of_the_loop() -> None:
    async def main(loop: VirtualLoop) -> float:
        await asyncio.sleep(3600)
        return loop.time()

    began = time.monotonic()
    assert run_virtually(main) == pytest.approx(3600)
    assert time.monotonic() - began < 5


def test_timers_end_in_the_order_of_their_time() -> None:
    order: list[int] = []

    async def after(seconds: int) -> None:
        await asyncio.sleep(seconds)
        order.append(seconds)

    async def main(loop: VirtualLoop) -> None:
        await asyncio.gather(after(30), after(10), after(20))

    run_virtually(main)
    assert order == [10, 20, 30]


def test_the_clock_stands_still_while_work_is_done_that_would_go_to_a_thread() -> None:
    async def main(loop: VirtualLoop) -> float:
        late = asyncio.create_task(asyncio.sleep(100))
        assert await asyncio.to_thread(lambda: sum(range(200_000))) == 19_999_900_000
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 / 0)
        assert loop.time() == 0
        await late
        return loop.time()

    assert run_virtually(main) == pytest.approx(100)


def test_a_program_that_waits_for_ever_is_told_so() -> None:
    async def main(loop: VirtualLoop) -> None:
        await loop.create_future()

    with pytest.raises(NothingCanHappen, match="cannot happen"):
        run_virtually(main)
