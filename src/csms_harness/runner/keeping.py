"""Keeps what a run earns: each case and its events go to the journal with stand-ins in the place of secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from csms_harness.record.facts import CaseFact
from csms_harness.record.journal import Journal, Played
from csms_harness.record.masking import redacted_case, secrets_of
from csms_harness.record.standins import StandIns


@dataclass(slots=True)
class Keeper:
    """Writes the journal of one run; ``secrets`` gives those known beside the ones which the cases themselves show."""

    journal: Journal
    secrets: Callable[[], frozenset[str]] = frozenset
    stand_ins: StandIns = field(default_factory=StandIns)

    def line(self, kind: str, fact: dict[str, Any]) -> None:
        """Write a line that holds no case: the head or the end of a run."""
        self.journal.write(kind, fact)
        self.journal.flush()

    def case(self, fact: CaseFact, played: Played | None) -> None:
        """Write what the engine was fed for a case, if it ran, and then the case: its line says that it is whole."""
        self.stand_ins.learn(self.secrets() | secrets_of(fact))
        stored = redacted_case(fact, self.stand_ins.value)
        if played is not None:
            self.journal.write("played", played.as_json(self.stand_ins.value))
        self.journal.write("case", stored)
        self.journal.flush()
