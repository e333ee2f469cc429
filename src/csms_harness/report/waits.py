"""What the control API of a Central System had the wishes of a run wait for, in words."""

from __future__ import annotations

from csms_harness.record.facts import Facts
from csms_harness.report.wording import counted


def wait_remarks(facts: Facts) -> tuple[str, ...]:
    """A sentence for each address of the control API that was asked again, which says nothing about OCPP."""
    return tuple(
        f"The control API answered {one.address} with HTTP {one.status} {counted(one.times, 'time')}, and was asked "
        f"again later; {one.seconds:.1f} s were waited in all."
        for one in facts.run.waits
    )
