"""A security profile that an earlier run had raised, seen by the doctor: a refusal below it is no fault of anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from csms_harness.doctor.caller import Caller
from csms_harness.doctor.checks import Check, Mark
from csms_harness.evidence import Left
from csms_harness.report.titles import left_text
from csms_harness.runner.campaign import Campaign
from csms_harness.runner.leftovers import Notes, notes_folder
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.securing import not_below
from csms_harness.transport.websocket import Endpoint, Refusal, RefusalKind, open_connection

_SET_BACK: Final = (
    "it is never lowered over OCPP; to test what needs a lower one, set it back in the CSMS, and the next run sees that"
)


async def raised(
    campaign: Campaign, entry: ChargePointEntry, served: Mapping[int, Endpoint], no_matter: Collection[RefusalKind]
) -> tuple[list[Check], dict[int, Endpoint]]:
    """What to say of a profile that an earlier run had raised, and where the Charge Point connects to now.

    Nothing, and all that is ``served``, where none was raised, or it has been set back since. A refusal of a kind that
    is in ``no_matter`` shows neither.
    """
    notes = Notes(notes_folder(), campaign.target.url, entry.id).read()
    left = next((one for one in reversed(notes) if one.what is Left.SECURITY_PROFILE), None)
    kept = not_below(served, None if left is None else left.number)
    below = [profile for profile in served if profile not in kept]
    if left is None or not below:
        return [], dict(served)
    for profile in below:
        if not await _shut(campaign, entry, served[profile], no_matter):
            return [], dict(served)
    named = f"security profile{'s' * (len(below) > 1)} {' and '.join(map(str, below))}"
    text = f"{named}: let in no more, as it should be since an earlier run left {left_text(left.cause())}"
    if kept:
        return [Check(Mark.REMARK, entry.id, text, _SET_BACK)], {profile: served[profile] for profile in kept}
    advice = f"name a URL for security profile {left.number} under security_profiles, or set it back in the CSMS"
    return [Check(Mark.WRONG, entry.id, f"{text}; no case can run as this Charge Point", advice)], {}


async def _shut(
    campaign: Campaign, entry: ChargePointEntry, endpoint: Endpoint, no_matter: Collection[RefusalKind]
) -> bool:
    """Whether a Charge Point is refused there; many a Central System says no only after the handshake."""
    opened = await open_connection(endpoint)
    if isinstance(opened, Refusal):
        return opened.kind not in no_matter
    deadlines = campaign.deadlines
    caller = Caller(opened, entry.charge_point(), deadlines.response, deadlines.thinking)
    try:
        return await caller.ended_within(deadlines.settle) is not None
    finally:
        await caller.close()
