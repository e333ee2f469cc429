"""Numbers that no request before had: reservationId, listVersion and the like, where the CSMS wants to be given one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

BEGINNING: Final = 1_767_225_600
"""2026-01-01T00:00:00Z. Tenths of a second from then on fit into the 31 bits of many a CSMS until 2032."""


def tenths() -> int:
    """The present moment, in tenths of a second since ``BEGINNING``."""
    return int((time.time() - BEGINNING) * 10)


class Numbers:
    """Counts by name. A number is greater than each that this run gave before, and than those of earlier runs."""

    def __init__(self, now: Callable[[], int] = tenths) -> None:
        self._now = now
        self._last: dict[str, int] = {}

    def next(self, name: str) -> int:
        """A number that nothing of this name had before."""
        self._last[name] = max(self._now(), self._last.get(name, 0) + 1)
        return self._last[name]
