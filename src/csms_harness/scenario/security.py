"""What a case asks of the way a Charge Point connects."""

from __future__ import annotations

from csms_harness.scenario.model import Connect, TestCase
from csms_harness.scenario.walk import all_steps


def shows_passwords(case: TestCase) -> bool:
    """Whether a case is about the password: it needs one of its own to leave out, or to spoil."""
    return any(isinstance(step, Connect) and step.password != "own" for step in all_steps(case.steps))
