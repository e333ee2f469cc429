"""What a case asks of the way a Charge Point connects."""

from __future__ import annotations

from csms_harness.scenario.library import TestCase
from csms_harness.scenario.model import Connect, Receive
from csms_harness.scenario.walk import all_steps

AUTHORIZATION_KEY = "AuthorizationKey"
"""The configuration key that holds the password of Basic authentication, in hex (security whitepaper, 2.4)."""


def shows_passwords(case: TestCase) -> bool:
    """Whether a case is about the password: it needs one to leave out, to spoil, or to have changed."""
    return any(
        (isinstance(step, Connect) and (step.password != "own" or step.other_user))
        or (isinstance(step, Receive) and (step.trigger or {}).get("key") == AUTHORIZATION_KEY)
        for step in all_steps(case.steps)
    )
