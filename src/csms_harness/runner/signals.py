"""The signals that end a run: the first lets the running cases clean up, a second one ends the process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from csms_harness.transport.clock import now

ONE_WISH: Final = 1.0
"""Seconds in which a second signal is the first one again: ``timeout`` sends it to a process and to its group."""

STOPPING: Final = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name))
"""The signals that end a run after the running cases have cleaned up."""


def listen(stop: Callable[[int], None]) -> None:
    """Call ``stop`` with the number of the first of these signals that comes; a second one ends the process."""
    loop = asyncio.get_running_loop()

    def stopped(signum: int) -> None:
        stop(signum)
        loop.remove_signal_handler(signum)
        signal.signal(signum, partial(_end, now() + ONE_WISH))

    for signum in STOPPING:
        try:
            loop.add_signal_handler(signum, stopped, signum)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # not the main thread, or no such signals here


def listen_no_more() -> None:
    """Let the loop be told of no signal any more: while it closes it has no place where it could be told."""
    loop = asyncio.get_running_loop()
    for signum in STOPPING:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signum)


def _end(since: float, signum: int, _frame: object) -> None:
    """A second signal ends the process at once, whatever it is at; not when it is the first one again."""
    if now() >= since:
        signal.signal(signum, signal.default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)
        signal.raise_signal(signum)
