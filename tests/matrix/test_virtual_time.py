"""The loop whose clock jumps."""

from __future__ import annotations

import asyncio
import time

import pytest

from csms_harness.matrix.virtual_time import NothingCanHappen, VirtualLoop, run_virtually


def test_an_hour_of_sleep_takes_no_time_and_an_hour_of_the_loop() -> None:
    async def main(loop: VirtualLoop) -> float:
        loop.watch(lambda: False)
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
        loop.watch(lambda: False)
        await asyncio.gather(after(30), after(10), after(20))

    run_virtually(main)
    assert order == [10, 20, 30]


def test_the_clock_stands_still_while_a_thread_is_at_work() -> None:
    async def main(loop: VirtualLoop) -> float:
        busy = True
        loop.watch(lambda: busy)
        done: list[str] = []
        late = asyncio.create_task(_note_after(100, done))
        await asyncio.to_thread(lambda: sum(range(200_000)))
        busy = False
        assert done == []
        await late
        return loop.time()

    assert run_virtually(main) == pytest.approx(100)


async def _note_after(seconds: float, done: list[str]) -> None:
    await asyncio.sleep(seconds)
    done.append("late")


def test_a_program_that_waits_for_ever_is_told_so() -> None:
    async def main(loop: VirtualLoop) -> None:
        loop.watch(lambda: False)
        await loop.create_future()

    with pytest.raises(NothingCanHappen, match="cannot happen"):
        run_virtually(main)
