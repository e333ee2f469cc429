"""Cases of a run built frame by frame, for checks that hold frames against each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from csms_harness.evidence import Entry, Finding, Happening, Kind, Note, Role, What
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.verdict import Verdict

STARTED = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@dataclass
class Frames:
    """A transcript in the making; every frame is a hundredth of a second after the one before."""

    entries: list[Entry] = field(default_factory=list)

    def ours(self, action: str, request: dict[str, Any], answer: dict[str, Any] | None, *breaches: Breach) -> Frames:
        """A CALL of the Charge Point and its answer, with all that is wrong with it; None is silence."""
        unique_id = f"cp-{len(self.entries)}"
        self._add(Side.CHARGE_POINT, MessageType.CALL, action, unique_id, request)
        if answer is not None:
            self._add(Side.CENTRAL_SYSTEM, MessageType.CALLRESULT, action, unique_id, answer, breaches=breaches)
        return self

    def theirs(
        self,
        action: str,
        request: dict[str, Any],
        *breaches: Breach,
        role: Role = Role.SCENARIO,
        status: str = "Accepted",
        answer: dict[str, Any] | None = None,
    ) -> Frames:
        """A CALL of the Central System, which was answered with this, or with a status."""
        unique_id = f"cs-{len(self.entries)}"
        self._add(Side.CENTRAL_SYSTEM, MessageType.CALL, action, unique_id, request, role, breaches)
        self._add(Side.CHARGE_POINT, MessageType.CALLRESULT, action, unique_id, answer or {"status": status}, role)
        return self

    def asked(self, action: str) -> Frames:
        """A wish of the operator: this CALL is to come."""
        number = len(self.entries) + 1
        self.entries.append(Entry(number, Role.SCENARIO, "", None, Note(number / 100, Happening.ASKED, item=action)))
        return self

    def _add(
        self,
        side: Side,
        kind: MessageType,
        action: str,
        unique_id: str,
        payload: dict[str, Any],
        role: Role = Role.SCENARIO,
        breaches: tuple[Breach, ...] = (),
    ) -> None:
        number = len(self.entries) + 1
        frame = [2, unique_id, action, payload] if kind is MessageType.CALL else [3, unique_id, payload]
        message = Message(number / 100, side, kind, action, unique_id, json.dumps(frame), breaches, payload)
        self.entries.append(Entry(number, role, "", message))


def ran(
    frames: Frames | None = None, *, name: str = "TC_003_CSMS", lane: str = "CP_01", minute: int = 0, **more: Any
) -> CaseFact:
    """A case that ran on a lane, so many minutes after the first."""
    return CaseFact(
        id=name, name="a case", section="1", profile="Core", functionality="Core", purpose="", file="",
        verdict=Verdict.PASS, octt_verdict=Verdict.PASS, lane=lane, started=STARTED + timedelta(minutes=minute),
        transcript=tuple(frames.entries) if frames else (), **more,
    )  # fmt: skip


def remark(action: str, kind: MessageType, *, path: str = "", frame: int | None = 1) -> Finding:
    """An observation on a message, which decides nothing."""
    return Finding(
        Kind.OBSERVATION, None, "1", What.UNUSUAL_MEMBER, (action,), kind, path, required="1", observed="2", frame=frame
    )
