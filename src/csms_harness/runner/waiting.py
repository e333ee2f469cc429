"""``--wait-for-target``: until the Central System lets a Charge Point in, as a pipeline that starts both has to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from csms_harness.runner.campaign import Campaign
from csms_harness.target.reaching import endpoint_of
from csms_harness.transport.clock import now
from csms_harness.transport.websocket import Refusal, open_connection

EVERY: Final = 0.5
"""Seconds between two attempts."""

DEFINITE: Final = frozenset({401, 403})
"""HTTP statuses of a Central System that is there and refuses this Charge Point: to wait would not help."""


async def wait_for_target(
    campaign: Campaign, seconds: float, waiting: Callable[[str], None] = lambda _: None, every: float = EVERY
) -> str:
    """Knock as the first Charge Point until it is let in; why it was not within so many seconds, else empty.

    ``waiting`` is told once why there is something to wait for.
    """
    endpoint = endpoint_of(campaign.target, campaign.target.charge_points[0], campaign.deadlines)
    until, told = now() + seconds, False
    while True:
        opened = await open_connection(endpoint)
        if not isinstance(opened, Refusal):
            await opened.close()
            return ""
        if opened.http_status in DEFINITE:
            return ""  # the run says it, case by case
        if now() + every > until:
            return opened.sentence
        if not told:
            waiting(opened.sentence)
            told = True
        await asyncio.sleep(every)
