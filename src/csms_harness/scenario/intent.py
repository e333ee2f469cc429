"""What a case is after: to see right messages taken, or wrong ones refused and survived."""

from __future__ import annotations

from csms_harness.scenario.library import TestCase
from csms_harness.scenario.model import Frame, Reaction, Send, Spoil, Step
from csms_harness.scenario.walk import all_steps


def is_negative(case: TestCase) -> bool:
    """Whether a case sends what is wrong."""
    return any(_is_wrong(step) for step in all_steps(case.steps))


def _is_wrong(step: Step) -> bool:
    match step:
        case Spoil():
            return True
        case Frame(accept=accept):
            return accept != (Reaction.ANSWERED,)
        case Send(raw=raw):
            return raw is not None
    return False
