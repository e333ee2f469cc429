"""CALLs that nobody ordered, as faults and noises send them."""

from __future__ import annotations

from typing import Any

from reference_csms.seams import Line
from reference_csms.wire.frames import Payload
from reference_faults.deviation import Ledger


def ask(ledger: Ledger, line: Line, action: str, payload: Payload) -> None:
    """Queue a CALL that nobody ordered, if the line takes one."""
    if line.is_over or line.is_full:
        return
    line.queue(action, payload)
    ledger.landed += 1


def own_profile(schedule: Payload | None = None, period: Payload | None = None, **members: Any) -> Payload:
    """A profile with these members in it, in its schedule and in the one period of that."""
    periods = [{"startPeriod": 0, "limit": 16.0} | (period or {})]
    return {
        "chargingProfileId": 9100,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": periods} | (schedule or {}),
    } | members


def profile_after(ledger: Ledger, line: Line, connector: int, profile: Payload) -> None:
    """Set a profile that nobody ordered."""
    ask(ledger, line, "SetChargingProfile", {"connectorId": connector, "csChargingProfiles": profile})
