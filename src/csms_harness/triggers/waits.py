"""How often the control API had a wish wait: it asked to be asked again later, or had not noticed a connection yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """One address that was asked again: its method and URL as the target writes it, the status, how often, seconds."""

    address: str
    status: int
    times: int
    seconds: float


class Waits:
    """What all lanes of a run waited for."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, int], list[float]] = defaultdict(list)

    def note(self, address: str, status: int, seconds: float) -> None:
        """A request was answered with this status, and comes again after so many seconds."""
        self._seconds[address, status].append(seconds)

    def told(self, mask: Callable[[str], str]) -> tuple[Wait, ...]:
        """One wait for each address and status, in the order of their first."""
        return tuple(
            Wait(mask(address), status, len(waited), round(sum(waited), 3))
            for (address, status), waited in self._seconds.items()
        )
