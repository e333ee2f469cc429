"""What a Charge Point does beside the scenario: Heartbeats while it is quiet, and CALLs whose answer never comes."""

from __future__ import annotations

from typing import Final

from csms_harness.dialogue.outgoing import Outgoing
from csms_harness.engine import incoming
from csms_harness.engine.stage import Stage
from csms_harness.evidence import Role

_SHORTEST: Final = 1.0
"""Seconds between a CALL and a Heartbeat at least."""
_SCENARIO, _BACKGROUND = Role.SCENARIO, Role.BACKGROUND  # looked up once: each event passes here


def sooner(stage: Stage, due: float | None) -> float | None:
    """What is due first: this, something in the background, or a CALL that waits its turn (monotonic seconds)."""
    outgoing = stage.line.dialogue.outstanding
    for other in (_heartbeat_due(stage), _call_due(stage)) if outgoing is None else (_answer_due(outgoing),):
        if other is not None and (due is None or other < due):
            due = other
    return due


def act(stage: Stage, reached: float) -> None:
    """Do what is due at this moment."""
    dialogue = stage.line.dialogue
    outgoing = dialogue.outstanding
    if outgoing is not None:
        due = _answer_due(outgoing)
        if due is not None and reached >= due:
            incoming.give_up(stage, outgoing)
    if dialogue.outstanding is None and reached >= dialogue.last_call_at + _SHORTEST:
        due = _heartbeat_due(stage)
        if due is not None and reached >= due:
            dialogue.background.append(("Heartbeat", {}))


def _answer_due(outgoing: Outgoing) -> float | None:
    """When the answer to this CALL is due, if it is one of the background; a step waits for that of any other."""
    return outgoing.due if outgoing.role is _BACKGROUND else None


def _heartbeat_due(stage: Stage) -> float | None:
    """A booted Charge Point that is quiet for an interval sends a Heartbeat (OCPP 1.6 section 4.6)."""
    if stage.role is not _SCENARIO:
        return None
    charge_point = stage.line.charge_point
    interval = charge_point.heartbeat_interval
    if not interval or interval < 0 or not charge_point.booted or not stage.line.connected:
        return None
    return stage.line.dialogue.last_call_at + max(_SHORTEST, float(interval))


def _call_due(stage: Stage) -> float | None:
    """When a CALL may be written that waits because others went just before it (docs/decisions/0050)."""
    due = stage.call_due
    return due if due is not None and due > stage.now else None
