"""How often, and how long, a Charge Point knocks at a Central System that does not let it in (docs/decisions/0011)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Final

from csms_harness.engine.events import Lost, Refused
from csms_harness.engine.line import CLOSED
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import CaseStopped, ConnectionGone, Steps, Wait
from csms_harness.evidence import Finding, Kind, Role, What
from csms_harness.verdict import Verdict

FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 2.0
"""Seconds before the second attempt; each pause is twice the one before, up to the longest."""

CLEANUP_PATIENCE: Final = 5.0
"""The verdict is settled by then: so long, in seconds, and no longer is a refused connection tried again."""

RESTARTS: Final = frozenset({1001, 1012, 1013})
"""Close codes of a Central System that goes and comes back (RFC 6455 7.4.1, and the registry of close codes)."""

AT_THE_DOOR: Final = frozenset({1002, 1008, *range(4000, 5000)})
"""Close codes that say no to whoever connected, also where a first CALL of ours is under way."""


class TurnedAway(ConnectionGone):
    """The Central System closed a connection before it said anything, while a CALL of ours was under way."""

    def __init__(self, refusal: Refused, step: str) -> None:
        super().__init__(refusal.sentence)
        self.refusal, self.step = refusal, step


@dataclass(slots=True)
class Admission:
    """The attempts to get one connection, from the first on until the Central System speaks."""

    stage: Stage
    began: float | None = None
    pause: float = FIRST_PAUSE
    refusals: list[Refused] = field(default_factory=list)

    def knock(self) -> Generator[Wait, Any, None]:
        """Before each attempt: let the Charge Point restart first, then begin to count."""
        stage, ended_at = self.stage, self.stage.line.ended_at
        soonest = float("-inf") if ended_at is None else ended_at + stage.limits.reboot
        if self.began is None and stage.now < soonest:
            yield Wait("the Charge Point to restart", lambda: None, lambda: soonest)
        if self.began is None:
            self.began = stage.now

    def refused(self, refusal: Refused, step: str | None = None) -> Steps:
        """After each refusal: wait for the next attempt. Raises CaseStopped when it is of no use, or enough."""
        stage = self.stage
        self.refusals.append(refusal)
        again = self.again(refusal)
        if again is None:
            raise CaseStopped(self.give_up(refusal, step))
        yield Wait("the Central System to let the Charge Point in", lambda: None, lambda: again)
        stage.line.refusal = None

    def let_in(self) -> None:
        """It worked: tell when it took more than one attempt."""
        if self.refusals and self.began is not None:
            last = self.refusals[-1]
            self.stage.find(
                Kind.RECONNECT, What.LET_IN_LATE, seconds=self.stage.now - self.began, outcome=last.kind,
                detail=last.sentence,
            )  # fmt: skip

    def again(self, refusal: Refused) -> float | None:
        """When to try again; None for never."""
        line, limits, now = self.stage.line, self.stage.limits, self.stage.now
        patience = min(limits.reconnect, CLEANUP_PATIENCE) if self.stage.role is Role.CLEANUP else limits.reconnect
        end = (now if self.began is None else self.began) + patience
        hopeless = line.kept_out or not (refusal.passing or line.let_in)
        if hopeless or now >= end or now + (refusal.retry_after or 0.0) > end:
            return None
        pause, self.pause = max(self.pause, refusal.retry_after or 0.0), min(2 * self.pause, LONGEST_PAUSE)
        return min(end, now + pause)

    def give_up(self, refusal: Refused, step: str | None) -> Finding:
        """Say that there is no connection: a FAIL of the case whose own steps saw the Charge Point let in before."""
        stage = self.stage
        if refusal.passing or stage.line.let_in:
            stage.line.kept_out = True
        fails = stage.role is Role.SCENARIO and stage.let_in
        closed = What.PUT_OFF if refusal.passing else What.TURNED_AWAY
        return stage.find(
            Kind.REFUSED, closed if refusal.kind == CLOSED else What.REFUSED,
            Verdict.FAIL if fails else None, step=step, outcome=refusal.kind, detail=refusal.sentence,
            seconds=None if len(self.refusals) == 1 or self.began is None else stage.now - self.began,
        )  # fmt: skip


def admission_of(stage: Stage) -> Admission:
    """The attempts that are under way, or those that begin now."""
    if not isinstance(stage.admission, Admission):
        stage.admission = Admission(stage)
    return stage.admission


def is_refusal(stage: Stage, event: Lost) -> bool:
    """Whether an end of the connection is a late answer to its opening: nothing was said before it."""
    if event.ours or event.code is None or stage.line.answered:
        return False
    outgoing = stage.line.dialogue.outstanding
    return outgoing is None or event.code in AT_THE_DOOR or event.code in RESTARTS


def need_connection(stage: Stage, what: str) -> None:
    """Before something is sent. Raises TurnedAway when the Central System closed the connection in silence.

    Raises ValueError when the scenario never had one.
    """
    line = stage.line
    if line.connected:
        return
    if line.refusal is not None:
        raise TurnedAway(line.refusal, stage.step)
    raise ValueError(f"{stage.step}: {what} is to be sent, but the scenario has no connection")
