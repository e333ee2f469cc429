"""The verbs in which nothing is sent: a wait the protocol gives a reason for, and a CALL that must not come."""

from __future__ import annotations

from csms_harness.engine.stage import Stage, Watch
from csms_harness.engine.waiting import Steps, pause
from csms_harness.evidence import Kind, What
from csms_harness.scenario.model import Absent
from csms_harness.scenario.model import Wait as WaitStep
from csms_harness.scenario.references import Scope, seconds, seconds_until
from csms_harness.scenario.values import Value


def absent(stage: Stage, step: Absent, scope: Scope) -> Steps:
    """Watch for a CALL that must not come."""
    stage.notebook.checks += 1
    before, watch = len(stage.notebook.findings), Watch(step, scope)
    stage.absences.append(watch)
    try:
        yield pause(seconds(step.during, scope), stage.now, f"no {step.action}.req")
    finally:
        stage.absences.remove(watch)
    stage.stop_on_failure(before)


def wait(stage: Stage, step: WaitStep, scope: Scope) -> Steps:
    """Let time pass."""
    yield pause(length_of(stage, step, scope), stage.now, step.because)


def length_of(stage: Stage, step: WaitStep, scope: Scope) -> float:
    """How long a wait is: until a moment, or for a time, but never beyond our patience."""
    return shortened(stage, seconds_until(step.duration, scope, stage.utc()), step.at_most, scope)


def shortened(stage: Stage, length: float, at_most: Value | None, scope: Scope) -> float:
    """A length of time, or our patience if that is shorter; then it is told."""
    if at_most is None or length <= (most := seconds(at_most, scope)):
        return length
    stage.find(Kind.OBSERVATION, What.SHORTENED, limit=length, seconds=most)
    return most
