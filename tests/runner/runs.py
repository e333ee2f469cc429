"""Cases of a run built frame by frame, for checks that hold frames against each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from csms_harness.record.facts import CaseFact, EntryFact, FindingFact
from csms_harness.verdict import Verdict

STARTED = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@dataclass
class Frames:
    """A transcript in the making; every frame is a hundredth of a second after the one before."""

    entries: list[EntryFact] = field(default_factory=list)

    def ours(self, action: str, request: dict[str, Any], answer: dict[str, Any] | None) -> Frames:
        """A CALL of the Charge Point and its answer; None is silence."""
        unique_id = f"cp-{len(self.entries)}"
        self._add("CP", f"{action}.req", unique_id, [2, unique_id, action, request])
        if answer is not None:
            self._add("CS", f"{action}.conf", unique_id, [3, unique_id, answer])
        return self

    def theirs(self, action: str, request: dict[str, Any], *, role: str = "scenario") -> Frames:
        """A CALL of the Central System, which was answered."""
        unique_id = f"cs-{len(self.entries)}"
        self._add("CS", f"{action}.req", unique_id, [2, unique_id, action, request], role)
        self._add("CP", f"{action}.conf", unique_id, [3, unique_id, {"status": "Accepted"}], role)
        return self

    def _add(self, direction: Any, message: str, unique_id: str, frame: list[Any], role: str = "scenario") -> None:
        number = len(self.entries) + 1
        self.entries.append(
            EntryFact(
                number=number, at=number / 100, kind="frame", direction=direction, role=role, message=message,
                unique_id=unique_id, text=json.dumps(frame),
            )
        )  # fmt: skip


def ran(
    frames: Frames | None = None, *, name: str = "TC_003_CSMS", lane: str = "CP_01", minute: int = 0, **more: Any
) -> CaseFact:
    """A case that ran on a lane, so many minutes after the first."""
    return CaseFact(
        id=name, name="a case", section="1", profile="Core", functionality="Core", purpose="", file="",
        verdict=Verdict.PASS, octt_verdict=Verdict.PASS, lane=lane, started=STARTED + timedelta(minutes=minute),
        transcript=tuple(frames.entries) if frames else (), **more,
    )  # fmt: skip


def remark(text: str, *, path: str = "", frame: int | None = 1) -> FindingFact:
    """An observation, which decides nothing."""
    return FindingFact(
        kind="observation", decides=None, step="1", text=text, required="1", observed="2", path=path, frame=frame
    )
