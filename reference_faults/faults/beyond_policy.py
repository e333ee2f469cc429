"""Faults of what a Central System decides by itself: numbers of profiles and reservations, levels, units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reference_csms.wire.frames import CALL
from reference_faults.edits import add, alter, put
from reference_faults.faults.beyond_parts import clause_of
from reference_faults.faults.deeds import calls, only, payload
from reference_faults.faults.model import Fault
from reference_faults.landing import Turn

_PROFILE: Final = "csChargingProfiles"
_PURPOSES: Final = ("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile")


def policy_faults() -> Iterator[Fault]:
    """All faults of this table."""
    setting = calls("SetChargingProfile")
    yield clause_of("OCPP 1.6, 7.8", "FIELD_040").fault(
        "profile-ids-by-purpose", "gives all profiles of one purpose the same chargingProfileId",
        only(setting, payload(alter(_PROFILE, _numbered_by_purpose))),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 9.4.2", "FIELD_041").fault(
        "limits-in-amperes-only", "writes A for the unit of each limit",
        only(setting, payload(put(f"{_PROFILE}.chargingSchedule.chargingRateUnit", "A"))),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 9.4.5", "FIELD_042").fault(
        "profiles-piled-up", "puts each profile above the ones that it should replace", _piled_up,
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 5.13", "FIELD_043").fault(
        "reservation-id-always-one", "gives each reservation the reservationId 1",
        only(calls("ReserveNow", "CancelReservation"), payload(put("reservationId", 1))),
    )  # fmt: skip


def _numbered_by_purpose(profile: Any) -> Any:
    return profile | {"chargingProfileId": _PURPOSES.index(profile["chargingProfilePurpose"]) + 1}


async def _piled_up(turn: Turn) -> None:
    if turn.frame.kind != CALL or turn.frame.action != "SetChargingProfile":
        await turn.send()
        return
    request = turn.frame.message[-1]
    profile, seen = request[_PROFILE], turn.connection_memory.setdefault("seen", {})
    place = (request["connectorId"], profile["chargingProfilePurpose"], profile["stackLevel"])
    above = seen[place] = seen.get(place, -1) + 1
    await payload(add(f"{_PROFILE}.stackLevel", above))(turn)
