"""A named way to behave otherwise, and the ledger of what it did to one Central System.

A deviation is data and may be plugged into any number of Central Systems. Each plugging has a ledger of its own:
how often the deviation showed, and what it remembers, of all connections and of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from reference_csms.seams import Line, Seams
from reference_faults.origin import Origin


@dataclass(slots=True)
class Ledger:
    """What one deviation did, and remembers."""

    landed: int = 0
    memory: dict[str, Any] = field(default_factory=dict)
    _lines: WeakKeyDictionary[Line, dict[str, Any]] = field(default_factory=WeakKeyDictionary)

    def of(self, line: Line) -> dict[str, Any]:
        """What it remembers of one connection."""
        return self._lines.setdefault(line, {})


Make = Callable[[Ledger], Seams]
"""Makes what is plugged in; its landings and memories go into the ledger."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """What happens, in one sentence, what brings it about, and where it is declared."""

    name: str
    what: str
    make: Make
    origin: Origin


@dataclass(frozen=True, slots=True)
class Plugged:
    """Deviations made ready for one Central System: its seams, and the ledgers by name."""

    seams: Seams
    ledgers: Mapping[str, Ledger]

    def landed(self, name: str) -> int:
        """How often a deviation showed."""
        return self.ledgers[name].landed


def plug(deviations: Iterable[Deviation], more: Seams | None = None) -> Plugged:
    """Plug deviations in, the first outermost, and `more` inside of them."""
    seams, ledgers = Seams(), {}
    for deviation in deviations:
        ledgers[deviation.name] = ledger = Ledger()
        seams += deviation.make(ledger)
    return Plugged(seams + (more or Seams()), ledgers)
