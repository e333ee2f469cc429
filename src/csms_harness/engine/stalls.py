"""When the harness itself stood still: what did not come meanwhile proves nothing against the Central System."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

SHARE: Final = 0.1
"""The part of a wait that the harness may have stood still and still call the wait a wait."""

GRACE: Final = 2.0
"""Seconds after a stall in which the other side may still give up on a Charge Point that was silent."""

LONG: Final = 0.5
"""Seconds of silence for which a Central System may give a Charge Point up."""


@dataclass(slots=True)
class Stalls:
    """The stalls of one case, each from when to when (monotonic seconds), in the order in which they ended."""

    spans: list[tuple[float, float]] = field(default_factory=list)

    def add(self, at: float, seconds: float) -> None:
        """One that ended at this moment."""
        self.spans.append((at - seconds, at))

    def spoilt(self, since: float, due: float) -> float | None:
        """Seconds of standing still that spoilt a wait of which the end was due; None when it was a good one.

        A stall at the very end spoils it, however short: nobody was there to look. Others do when they took more than
        ``SHARE`` of the time.
        """
        late = max((end - due for begin, end in self.spans if begin <= due < end), default=0.0)
        still = sum(max(0.0, min(end, due) - max(begin, since)) for begin, end in self.spans)
        if not late and still <= SHARE * (due - since):
            return None
        return late + still

    def silenced(self, opened: float, at: float) -> float | None:
        """Seconds of a stall that may have cost the connection from the one moment to the other; None without one."""
        return max(
            (end - begin for begin, end in self.spans if end - begin >= LONG and opened < end and at <= end + GRACE),
            default=None,
        )
