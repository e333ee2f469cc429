"""How much a Central System may say in one case, and what is kept of more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from csms_harness.evidence import Entry, Finding, Role
from csms_harness.foreign import cut

FRAMES: Final = 2_000
"""Frames of the Central System in one case beside its answers; the busiest case of the document sees a hundred."""

BYTES: Final = 8 * 2**20
"""Their bytes."""

KEPT: Final = 50
"""So many unasked frames, and so many remarks, are kept of a flood."""

TEXT: Final = 2**12
"""So many characters of each frame of a flood are kept."""


@dataclass(slots=True)
class Flood:
    """Counts what comes; ``over`` once it was too much. ``answers`` are frames that we asked for ourselves."""

    frames: int = 0
    size: int = 0
    answers: int = 0

    @property
    def over(self) -> bool:
        """Whether nobody need listen any longer."""
        return self.frames - self.answers > FRAMES or self.size > BYTES

    def took(self, data: str | bytes, answers: int) -> bool:
        """Count a frame, after so many that answered CALLs of ours; whether it was one too many."""
        self.frames, self.answers = self.frames + 1, answers
        self.size += len(data)
        return self.over


def kept_entries(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What is kept of the transcript of a flooded case: all that a step is about, and the first of the rest."""
    others = 0
    for entry in entries:
        others += entry.role is Role.AMBIENT
        if entry.role is Role.AMBIENT and others > KEPT:
            continue
        message = entry.message
        if message is not None and len(message.text) > TEXT:
            yield replace(entry, message=replace(message, text=cut(message.text, TEXT), payload={}))
        else:
            yield entry


def kept_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is kept of its findings: all that decide, and the first of the rest."""
    remarks = 0
    for finding in findings:
        remarks += finding.decides is None
        if finding.decides is not None or remarks <= KEPT:
            yield finding
