"""``run --unprovision``: what ``provision`` made is taken away again when the run is over."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from csms_harness.cli.checks import as_line
from csms_harness.cli.common import stop

if TYPE_CHECKING:
    from csms_harness.runner.campaign import Campaign


def need_removal(campaign: Campaign) -> None:
    """End before the run where the target says of no item how it is taken away."""
    from csms_harness.doctor.provision import says_how_to_remove

    if not says_how_to_remove(campaign.target):
        stop("--unprovision: the target says of no item how to take it away; write that under 'remove' in 'provision'")


def take_away(campaign: Campaign) -> None:
    """Take the items away, and tell each on standard error; the exit code of the run stays what it is."""
    import asyncio

    asyncio.run(_taken_away(campaign))


async def _taken_away(campaign: Campaign) -> None:
    from csms_harness.doctor.provision import remove
    from csms_harness.target.reaching import book_of
    from csms_harness.transport.clock import utc_now

    folder = campaign.options.target.parent if campaign.options.target else None
    book = book_of(campaign.target, folder)
    try:
        async for check in remove(campaign.target, book, campaign.deadlines, utc_now()):
            print(as_line(check), file=sys.stderr, flush=True)
    finally:
        await book.aclose()
