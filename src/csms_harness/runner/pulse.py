"""Feels when this process stands still: stopped, starved of a processor, or on a machine that was paused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

EVERY: Final = 0.05
"""Seconds between two beats."""

LEAST: Final = 0.1
"""Seconds by which a beat must be late to be a stall."""


@contextmanager
def pulse(stalled: Callable[[float], None]) -> Iterator[None]:
    """While the block runs, tell each stall when it is over: how many seconds it took."""
    loop = asyncio.get_running_loop()
    due, handle = 0.0, None

    def beat() -> None:
        late = loop.time() - due
        if late >= LEAST:
            stalled(late)
        again()

    def again() -> None:
        nonlocal due, handle
        due = loop.time() + EVERY
        handle = loop.call_at(due, beat)

    again()
    try:
        yield
    finally:
        if handle is not None:
            handle.cancel()
