"""The events that wait for a lane are few, however many come."""

from __future__ import annotations

import asyncio

from csms_harness.engine.events import TimePassed
from csms_harness.matrix.virtual_time import VirtualLoop, run_virtually
from csms_harness.runner.inbox import ROOM, Inbox


def test_who_brings_more_than_there_is_room_for_waits_until_some_are_taken() -> None:
    async def main(loop: VirtualLoop) -> list[int]:
        inbox, brought = Inbox(), []

        async def bring() -> None:
            for number in range(2 * ROOM):
                await inbox.room()
                inbox.put("case", TimePassed(number))
                brought.append(number)

        task = asyncio.create_task(bring())
        await asyncio.sleep(1.0)
        seen = [len(brought)]
        assert inbox.take("case") == TimePassed(0)
        await asyncio.sleep(1.0)
        seen.append(len(brought))
        for _ in range(2 * ROOM - 1):
            assert inbox.take("case") is not None
            await asyncio.sleep(0.001)
        await task
        return [*seen, len(brought)]

    assert run_virtually(main) == [ROOM, ROOM + 1, 2 * ROOM]
