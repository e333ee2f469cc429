"""An event loop in a thread beside a program that has none, so that a connection lives on from test to test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from typing import Any, Final, TypeVar

T = TypeVar("T")

CLEANUP_LIMIT = 30.0
"""Seconds that what was interrupted may take to end in order."""


_TURNS: Final = 5
"""Turns of the loop in which a transport that was closed gives its socket back."""


class Beside:
    """The loop. Whatever is asked of it is waited for."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="csms-harness", daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T], on_interrupt: Callable[[], None] = lambda: None) -> T:
        """Run a coroutine on the loop, and return or raise what it does.

        When the person at the keyboard stops that, ``on_interrupt`` asks it to end in order before the stop goes on.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(on_interrupt)
            with suppress(FutureTimeoutError, CancelledError, Exception):
                future.result(CLEANUP_LIMIT)
            raise

    def close(self) -> None:
        """End the loop and its thread, after what is closing has closed."""
        self.do(_quiet())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLEANUP_LIMIT)
        if not self._thread.is_alive():
            self._loop.close()


async def _quiet() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for _ in range(_TURNS):
        await asyncio.sleep(0)
