"""The events that wait for a lane: each is taken by its owner, and whoever waits is woken once."""

from __future__ import annotations

import pytest

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


def test_whoever_waits_sleeps_on_while_all_that_comes_is_seen_to() -> None:
    async def main(loop: VirtualLoop) -> list[float]:
        heard: list[float] = []
        inbox = Inbox()

        def attend() -> bool:
            heard.append(loop.time())
            inbox.remind(9.0)
            return loop.time() < 3.0

        inbox.heard()  # nobody waits: whoever comes looks by himself
        inbox.attend = attend
        for at in (1.0, 2.0, 3.0):
            loop.call_later(at, inbox.heard)
        await inbox.stirred(100.0)
        heard.append(loop.time())
        await inbox.stirred(100.0)
        inbox.close()
        return [*heard, loop.time()]

    assert run_virtually(main) == [1.0, 2.0, 3.0, 3.0, 9.0]


def test_what_breaks_while_it_is_seen_to_is_told_to_whoever_waits() -> None:
    async def main(loop: VirtualLoop) -> None:
        def attend() -> bool:
            raise LookupError("nobody knows")

        inbox = Inbox(attend)
        loop.call_later(1.0, inbox.heard)
        await inbox.stirred(None)

    with pytest.raises(LookupError, match="nobody knows"):
        run_virtually(main)
