"""The harness from Python: a Central System to try things on, a run, and a Charge Point that says what you tell it.

    async with reference_csms() as csms:
        found = await run(csms, "TC_010_CSMS", "Core")
        assert found.passed, found.account()

With pytest, ``pytest --csms-target target.yaml`` makes a test of every case; see docs/use-from-python.md.
"""

from __future__ import annotations

from csms_harness.doctor.caller import Caller, CallFailed, Reply
from csms_harness.testing.reference import ReferenceCsms, reference_csms
from csms_harness.testing.running import Run, run
from csms_harness.testing.speaking import charge_point

__all__ = ["CallFailed", "Caller", "ReferenceCsms", "Reply", "Run", "charge_point", "reference_csms", "run"]
