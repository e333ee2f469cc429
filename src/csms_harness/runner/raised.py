"""A security profile that an earlier run had raised: whether it is still in force, which only a connection shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact
from csms_harness.runner.world import Link
from csms_harness.transport.refusal import Refusal
from csms_harness.transport.websocket import Received

if TYPE_CHECKING:
    from csms_harness.runner.lane import Lane


async def found_open(lane: Lane) -> tuple[LeftFact, ...]:
    """What an earlier run left open as this Charge Point; it is closed before the first case that starts booted.

    A security profile that somebody has set back in the Central System since is not among it.
    """
    found = () if lane.notes is None else lane.notes.read()
    raised = [one for one in found if one.what is Left.SECURITY_PROFILE]
    if raised and await _lets_in_below(lane, raised[-1].number or 0):
        found = tuple(one for one in found if one not in raised)
    lane.take_over(found)
    return found


async def _lets_in_below(lane: Lane, raised_to: int) -> bool:
    """Whether the Charge Point is let in under a profile below that one. Afterwards it takes its time to restart."""
    for endpoint in (end for profile, end in lane.entrance.doors.items() if profile < raised_to):
        opened = await lane.world.connect(endpoint)
        if isinstance(opened, Refusal):
            continue
        await asyncio.sleep(lane.limits.settle)  # many a Central System says no only after the handshake
        let_in = not _has_ended(opened)
        await opened.close()
        await asyncio.sleep(lane.limits.reboot)
        if let_in:
            return True
    return False


def _has_ended(opened: Link) -> bool:
    """Whether a connection is gone, whatever was said on it before."""
    while isinstance(came := opened.take(), Received):
        pass
    return came is not None
