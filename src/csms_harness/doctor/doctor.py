"""Examines a target before a run: what would make cases INCONCLUSIVE, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

from csms_harness.doctor.caller import Caller
from csms_harness.doctor.checks import Check, Mark, grouped
from csms_harness.doctor.checkup import checkup, connected, ended_advice
from csms_harness.doctor.foresight import foresee
from csms_harness.doctor.provision import read_back
from csms_harness.doctor.raised import raised
from csms_harness.doctor.trying import log_in, try_triggers
from csms_harness.runner.atwork import Occupied, at_work
from csms_harness.runner.campaign import Campaign
from csms_harness.runner.leftovers import notes_folder
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.reaching import book_of, doors
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.clock import utc_now
from csms_harness.transport.websocket import Endpoint, Refusal, RefusalKind, open_connection
from csms_harness.triggers.book import TriggerBook

COMMON: Final = frozenset(RefusalKind) - {
    RefusalKind.HTTP_STATUS,
    RefusalKind.CLIENT_CERTIFICATE_WANTED,
    RefusalKind.CLIENT_CERTIFICATE_REFUSED,
}
"""Refusals that have nothing to do with the identity: what holds for one Charge Point holds for all."""

WATCH: Final = 2.0
"""Seconds for which a connection is watched: a Charge Point that was thrown out by it is back by then."""


async def examine(campaign: Campaign, watch: float = WATCH, *, tries: bool = True) -> AsyncIterator[Check]:
    """Every check, as soon as it is known: first what the files show, then each Charge Point on the wire.

    With ``tries`` the target's log-in is made, its items are read back, and its triggers are tried as the first.

    Each connection stays open for ``watch`` seconds more, to see whether somebody else wants the identity. Leaves no
    transaction, reservation or connection behind.
    """
    folder = campaign.options.target.parent if campaign.options.target else None
    book = book_of(campaign.target, folder)
    try:
        async for check in _examined(campaign, book if tries else None, watch, list(foresee(campaign, book))):
            yield check
    finally:
        await book.aclose()


async def _examined(
    campaign: Campaign, book: TriggerBook | None, watch: float, foreseen: Sequence[Check]
) -> AsyncIterator[Check]:
    for check in foreseen:
        yield check
    if book is not None:
        async for check in log_in(book, campaign.deadlines.action):
            yield check
            if check.mark is Mark.WRONG:
                yield Check(Mark.REMARK, "triggers", "not tried: the log-in failed")
                book = None
    if book is not None:
        async for check in read_back(campaign.target, book, campaign.deadlines, utc_now()):
            yield check
    first, *others = campaign.target.charge_points[: campaign.lanes]
    checks, refusal = await _visit(campaign, first, watch, book)
    for check in checks:
        yield check
    if refusal is not None and refusal.kind in COMMON and others:
        names = f"{others[0].id} to {others[-1].id}" if len(others) > 1 else others[0].id
        yield Check(Mark.REMARK, "others", f"{names} not tried: the reason has nothing to do with the identity")
        return
    visits = await asyncio.gather(*(_visit(campaign, entry, watch) for entry in others))
    for check in grouped(check for found, _ in visits for check in found):
        yield check


def summary(checks: Sequence[Check]) -> str:
    """One sentence over all checks."""
    wrong = sum(check.mark is Mark.WRONG for check in checks)
    remarks = sum(check.mark is Mark.REMARK for check in checks)
    told = f"{remarks} remark{'s' * (remarks != 1)}"
    if wrong:
        return f"{wrong} thing{'s' * (wrong != 1)} will make cases INCONCLUSIVE or worse, {told}."
    return f"Ready to run, {told}."


async def _visit(
    campaign: Campaign, entry: ChargePointEntry, watch: float, book: TriggerBook | None = None
) -> tuple[Sequence[Check], Refusal | None]:
    """Connect as one Charge Point, look, and leave; the refusal when there was no connection.

    One that is at work in another run of this machine is left alone: to connect would throw it out.
    """
    try:
        with at_work(notes_folder(), campaign.target.url, [entry.id], "the doctor"):
            return await _connect(campaign, entry, watch, book)
    except Occupied as occupied:
        text, _, advice = str(occupied).partition("; ")
        return [Check(Mark.WRONG, entry.id, text, advice)], None


async def _connect(
    campaign: Campaign, entry: ChargePointEntry, watch: float, book: TriggerBook | None
) -> tuple[Sequence[Check], Refusal | None]:
    deadlines = campaign.deadlines
    served = doors(campaign.target, entry, deadlines, campaign.pics.security_profiles)
    before, served = await raised(campaign, entry, served, COMMON)
    if not served:
        return before, None
    (profile, first), *others = served.items()
    opened = await open_connection(first)
    if isinstance(opened, Refusal):
        more = [await _door(entry, number, end) for number, end in others]
        return [*before, Check(Mark.WRONG, entry.id, opened.sentence), *more], opened
    caller = Caller(opened, entry.charge_point(), deadlines.response, deadlines.thinking)
    try:
        config = UnknownIdTags.begin().config(campaign.target.lane_config(entry))
        checks = [one async for one in checkup(caller, entry.id, config, deadlines.registration)]
        if book is not None and caller.let_in:
            checks += [one async for one in try_triggers(campaign, book, caller, entry.id)]
        if not any(one.mark is Mark.WRONG for one in checks) and (ended := await caller.ended_within(watch)):
            text = f"the idle connection was ended: {ended.sentence}"
            checks.append(Check(Mark.WRONG, entry.id, text, ended_advice(ended, let_in=caller.let_in)))
    finally:
        await caller.close()
    named = profile if campaign.target.security_profiles else None
    more = [await _door(entry, number, end) for number, end in others]
    return [*before, connected(entry.id, opened, named), *checks, *more], None


async def _door(entry: ChargePointEntry, profile: int, endpoint: Endpoint) -> Check:
    """Whether a Charge Point is let in under one more security profile; it says nothing there, and leaves."""
    opened = await open_connection(endpoint)
    if isinstance(opened, Refusal):
        return Check(Mark.WRONG, entry.id, f"security profile {profile}: {opened.sentence}")
    await opened.close()
    return connected(entry.id, opened, profile)
