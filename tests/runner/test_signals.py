"""Signals that end a run: they are told to it, and not to a loop that closes."""

from __future__ import annotations

import asyncio
import signal

from csms_harness.runner.signals import STOPPING, listen, listen_no_more


def wakeup_fd() -> int:
    """Where Python writes that a signal came; -1 for nowhere."""
    found = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(found)
    return found


def test_a_signal_is_told_while_the_run_lasts_and_a_loop_that_closes_is_told_of_none() -> None:
    async def main() -> tuple[list[int], list[bool]]:
        told: list[int] = []
        listen(told.append)
        listened = [wakeup_fd() >= 0]
        signal.raise_signal(signal.SIGTERM)
        for _ in range(100):
            await asyncio.sleep(0)
        listen_no_more()
        return told, [*listened, wakeup_fd() >= 0]

    before = {signum: signal.getsignal(signum) for signum in STOPPING}
    try:
        told, listened = asyncio.run(main())
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)

    assert told == [signal.SIGTERM]
    assert listened == [True, False]
