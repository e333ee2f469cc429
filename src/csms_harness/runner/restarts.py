"""Which case a lane takes next so that no Charge Point restarts more often than it has to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from csms_harness.scenario.file_keys import NEXT_PROFILE
from csms_harness.scenario.library import TestCase


class Worker(Protocol):
    """What is asked of a lane."""

    @property
    def name(self) -> str:
        """Its Charge Point."""

    @property
    def settled(self) -> bool:
        """Whether it has a connection on which a case can begin at once."""

    def profile_of(self, case: TestCase) -> int | None:
        """The security profile that a case runs under here."""


@dataclass(slots=True)
class Restarts:
    """The security profile that each lane works under; another one costs a restart, and so does a case from the cold.

    A restart takes seconds (docs/decisions/0011), so cases of one profile stay on the lane that has it, and those that
    begin without a connection go to a lane that has none, where there are several lanes.
    """

    profiles: dict[str, int | None] = field(default_factory=dict)

    def rank(self, lane: Worker, case: TestCase) -> int:
        """How gladly a lane takes a case: the least first, and of equals the one that stands first."""
        cold, profile = case.before.start == "disconnected", lane.profile_of(case)
        others = {found for name, found in self.profiles.items() if name != lane.name}
        if NEXT_PROFILE in case.requires and not others:
            return 3  # nobody lowers it again, so on a lane alone it is the last
        if not lane.settled:
            return 0 if cold else 1 + (profile in others)
        if profile == self.profiles.get(lane.name) and not (cold and others):
            return 0
        return 2 if profile in others else 1

    def begin(self, lane: Worker, case: TestCase) -> None:
        """The lane has taken the case."""
        self.profiles[lane.name] = lane.profile_of(case)
