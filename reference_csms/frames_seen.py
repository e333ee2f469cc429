"""The last frames of all connections, for whoever looks at the status page; nothing is decided by them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KEPT: Final = 200
LONGEST: Final = 2000
"""Characters of a frame that are kept."""

_SECRET: Final = "authorizationkey"
"""The key of a password; keys are compared without regard to case."""


@dataclass(frozen=True, slots=True)
class SeenFrame:
    """One frame as it stood on the wire, or its begin; `sent` is one of ours."""

    charge_point_id: str
    at: datetime
    sent: bool
    text: str


class FramesSeen:
    """The last frames, oldest first. One that may hold a password is kept without its text."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._frames: deque[SeenFrame] = deque(maxlen=KEPT)

    def add(self, charge_point_id: str, data: str | bytes | list[str], *, sent: bool) -> None:
        """Keep one; a list is a message in fragments."""
        data = "".join(data) if isinstance(data, list) else data
        text = data if isinstance(data, str) else f"({len(data)} bytes that are no text)"
        text = "(a frame about a password)" if _SECRET in text.lower() else text[:LONGEST]
        self._frames.append(SeenFrame(charge_point_id, self._now(), sent, text))

    def of(self, charge_point_id: str | None = None) -> list[SeenFrame]:
        """Those of one Charge Point, or of all."""
        return [one for one in self._frames if charge_point_id in (None, one.charge_point_id)]
