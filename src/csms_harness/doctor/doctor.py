"""Examines a target before a run: what would make cases INCONCLUSIVE, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

from csms_harness.doctor.caller import Caller
from csms_harness.doctor.checks import Check, Mark
from csms_harness.doctor.checkup import checkup, connected
from csms_harness.doctor.foresight import foresee
from csms_harness.runner.campaign import Campaign
from csms_harness.target.reaching import book_of, endpoint_of
from csms_harness.target.target import ChargePointEntry
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.websocket import Refusal, RefusalKind, open_connection

COMMON: Final = frozenset(RefusalKind) - {RefusalKind.HTTP_STATUS}
"""Refusals that have nothing to do with the identity: what holds for one Charge Point holds for all."""


async def examine(campaign: Campaign) -> AsyncIterator[Check]:
    """Every check, as soon as it is known: first what the files show, then each Charge Point on the wire.

    Leaves no transaction, reservation or connection behind.
    """
    folder = campaign.options.target.parent if campaign.options.target else None
    book = book_of(campaign.target, folder)
    for check in foresee(campaign, book):
        yield check
    await book.aclose()
    first, *others = campaign.target.charge_points[: campaign.lanes]
    checks, refusal = await _visit(campaign, first)
    for check in checks:
        yield check
    if refusal is not None and refusal.kind in COMMON and others:
        names = f"{others[0].id} to {others[-1].id}" if len(others) > 1 else others[0].id
        yield Check(Mark.REMARK, "others", f"{names} not tried: the reason has nothing to do with the identity")
        return
    for found in await asyncio.gather(*(_visit(campaign, entry) for entry in others)):
        for check in found[0]:
            yield check


def summary(checks: Sequence[Check]) -> str:
    """One sentence over all checks."""
    wrong = sum(check.mark is Mark.WRONG for check in checks)
    remarks = sum(check.mark is Mark.REMARK for check in checks)
    told = f"{remarks} remark{'s' * (remarks != 1)}"
    if wrong:
        return f"{wrong} thing{'s' * (wrong != 1)} will make cases INCONCLUSIVE or worse, {told}."
    return f"Ready to run, {told}."


async def _visit(campaign: Campaign, entry: ChargePointEntry) -> tuple[Sequence[Check], Refusal | None]:
    """Connect as one Charge Point, look, and leave; the refusal when there was no connection."""
    deadlines = campaign.deadlines
    opened = await open_connection(endpoint_of(campaign.target, entry, deadlines))
    if isinstance(opened, Refusal):
        return [Check(Mark.WRONG, entry.id, opened.sentence)], opened
    caller = Caller(opened, entry.charge_point(), deadlines.response)
    try:
        config = UnknownIdTags.begin().config(campaign.target.lane_config(entry))
        checks = [one async for one in checkup(caller, entry.id, config, deadlines.registration)]
        return [connected(entry.id, opened), *checks], None
    finally:
        await caller.close()
