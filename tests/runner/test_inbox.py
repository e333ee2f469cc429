"""The events that wait for a lane: each is taken by its owner, and whoever waits is woken once."""

from __future__ import annotations

from csms_harness.engine.events import Event, TimePassed
from csms_harness.matrix.virtual_time import VirtualLoop, run_virtually
from csms_harness.runner.inbox import Inbox


def test_events_come_in_their_order_and_those_of_an_earlier_case_are_passed_over() -> None:
    inbox = Inbox()
    for owner, at in (("old", 1.0), ("case", 2.0), ("lane", 3.0), ("old", 4.0)):
        inbox.put(owner, TimePassed(at))

    assert [inbox.take("case", "lane") for _ in range(3)] == [TimePassed(2.0), TimePassed(3.0), None]


def test_whoever_waits_looks_again_when_he_is_woken_or_when_his_time_is_up() -> None:
    async def main(loop: VirtualLoop) -> list[tuple[float, Event | None]]:
        inbox, seen = Inbox(), []
        loop.call_later(1.0, inbox.wake)
        loop.call_later(2.0, inbox.put, "case", TimePassed(2.0))
        for until in (5.0, 5.0, 3.0):
            await inbox.stirred(until)
            seen.append((loop.time(), inbox.take("case")))
        inbox.close()
        return seen

    assert run_virtually(main) == [(1.0, None), (2.0, TimePassed(2.0)), (3.0, None)]
