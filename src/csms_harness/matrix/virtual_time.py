"""An event loop whose clock jumps: it never waits for time, only for threads that are at work."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

THREAD_LIMIT = 30.0
"""Real seconds after which a thread that never comes back is given up."""


class NothingCanHappen(RuntimeError):
    """Nothing is ready, nothing is due and no thread is at work: the program waits for ever."""


class _JumpingSelector(selectors.DefaultSelector):
    """Asks the system only for what is there already; a timeout moves the loop's clock instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.busy: Callable[[], bool] = lambda: True

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.busy():
            return super().select(THREAD_LIMIT)
        if timeout is None:
            raise NothingCanHappen("the program waits for something that cannot happen")
        self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time. ``busy`` says whether a thread will still call back; until it is set, one might."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.now

    def watch(self, busy: Callable[[], bool]) -> None:
        """Ask this before the clock jumps."""
        self._jumping.busy = busy


def run_virtually(main: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end on a new loop in virtual time."""
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            return runner.run(main(loop))
        finally:
            loop.watch(lambda: True)  # threads may still have to say goodbye
