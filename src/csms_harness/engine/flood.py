"""How much a Central System may say in one case, and what is kept of more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from csms_harness.evidence import Entry, Finding, Role
from csms_harness.foreign import cut

FRAMES: Final = 2_000
"""Frames of the Central System in one case beside its answers; the busiest case of the document sees a hundred."""

BYTES: Final = 5 * 2**20
"""Their bytes."""

KEPT: Final = 50
"""So many unasked frames, and so many remarks, are kept of a flood."""

TEXT: Final = 2**12
"""So many characters of each frame of a flood are kept."""

MUCH: Final = 2**20
"""Bytes in one case of which a part is kept, and nobody judges it again, although it is no flood yet."""

LONG: Final = 2**16
"""So many characters are kept of a frame, however little came beside it."""

NAME: Final = 200
"""So many characters are kept of an action, a uniqueId or the name of a member; none of the standard is as long."""


@dataclass(slots=True)
class Flood:
    """Counts what comes; ``over``: it was too much, and nobody need listen any longer."""

    frames: int = 0
    size: int = 0
    over: bool = False

    @property
    def much(self) -> bool:
        """Whether only a part is kept of what came."""
        return self.over or self.size > MUCH

    def took(self, data: str | bytes, answers: int) -> bool:
        """Count a frame, after so many that answered CALLs of ours; whether it was one too many."""
        self.frames += 1
        self.size += len(data if isinstance(data, bytes) or data.isascii() else data.encode(errors="surrogatepass"))
        self.over = self.over or self.frames - answers > FRAMES or self.size > BYTES
        return self.over


def kept_entries(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What is kept of the transcript of a flooded case: all that a step is about, and the first of the rest."""
    others = 0
    for entry in entries:
        others += entry.role is Role.AMBIENT
        if entry.role is Role.AMBIENT and others > KEPT:
            continue
        yield _shortened(entry, TEXT)


def short_entries(entries: Iterable[Entry]) -> Sequence[Entry]:
    """What is kept of the transcript of any other case: of each frame what somebody can read."""
    return [
        entry if entry.message is None or len(entry.message.text) <= NAME else _shortened(entry, LONG)
        for entry in entries
    ]


def _shortened(entry: Entry, limit: int) -> Entry:
    message = entry.message
    if message is None:
        return entry
    changes: dict[str, Any] = {
        name: cut(value, NAME)
        for name, value in (("action", message.action), ("unique_id", message.unique_id))
        if len(value) > NAME
    }
    if len(message.text) > limit:
        changes |= {"text": _cut_between(message.text, limit), "payload": {}}
    return replace(entry, message=replace(message, **changes)) if changes else entry


def _cut_between(text: str, limit: int) -> str:
    """Cut at a quotation mark, if there is one in the last part: half a secret would be known to nobody as one."""
    mark = text.rfind('"', limit - TEXT // 4, limit)
    return cut(text, limit if mark < 0 else mark)


def short_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of a case, with names that somebody can read."""
    for finding in findings:
        long = any(len(action) > NAME for action in finding.actions)
        yield replace(finding, actions=tuple(cut(action, NAME) for action in finding.actions)) if long else finding


def kept_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is kept of its findings: all that decide, and the first of the rest."""
    remarks = 0
    for finding in findings:
        remarks += finding.decides is None
        if finding.decides is not None or remarks <= KEPT:
            yield finding
