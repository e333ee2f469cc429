"""The fuses of a run: which Charge Points try no further case, since the Central System does not speak with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from csms_harness.engine.case import CaseResult
from csms_harness.evidence import Kind

FUSE: Final = 3
"""So many cases of a lane in a row without one frame of the Central System, and the lane tries no other.

A refusal that outlasted the patience of the Charge Point is enough.
"""

_KEPT_OUT: Final = "the Central System lets this Charge Point in no more"
_SILENT: Final = f"in {FUSE} cases in a row the Central System sent no frame"
_NOTHING_TO_ANSWER: Final = frozenset({Kind.TRIGGER, Kind.ABSENT_CALL})
"""Findings of a case in which nobody made the Central System speak: no sign that it is not there."""


@dataclass(slots=True)
class Fuses:
    """Each lane has a fuse of its own: one Charge Point may be unknown, and the others welcome.

    ``blown`` says of each lane that tries no further case why; ``by`` is the case that blew the last fuse.
    """

    blown: dict[str, str] = field(default_factory=dict)
    by: str = ""
    _silent: dict[str, int] = field(default_factory=dict)
    _spoken: bool = False

    def after(self, lane: str, result: CaseResult) -> str:
        """Count a case that ended on a lane; why the lane tries no other, or nothing."""
        if result.heard:
            self._silent[lane], self._spoken = 0, True
            return ""
        if any(finding.kind in _NOTHING_TO_ANSWER for finding in result.findings):
            return ""
        self._silent[lane] = self._silent.get(lane, 0) + 1
        in_a_row = self._silent[lane] if self._spoken else sum(self._silent.values())
        if result.kept_out:
            return _KEPT_OUT
        return _SILENT if in_a_row >= FUSE else ""

    def blow(self, lane: str, case_id: str, reason: str) -> None:
        """From now on the lane tries no case."""
        self.blown[lane], self.by = f"not tried: {reason}", case_id
