"""Which charging profiles a Charge Point holds, as far as its messages tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import moment_of


@dataclass(slots=True)
class Installed:
    """The profiles that were accepted and not replaced, cleared, over, or gone with their transaction (section 3.13).

    In doubt a profile is gone: a TxProfile with the end of any transaction.
    """

    held: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)

    def with_one_more(self, call: Exchange) -> int:
        """How many there are once this SetChargingProfile.req is carried out."""
        return len(self._after(call))

    def follow(self, call: Exchange) -> None:
        """Take over what an exchange of either side changed."""
        status = (call.answer or {}).get("status")
        if call.action == "SetChargingProfile" and status == "Accepted":
            self.held = self._after(call)
        elif call.action == "ClearChargingProfile" and status == "Accepted":
            self.held = [one for one in self.held if not _is_cleared(*one, call.request)]
        elif call.action == "StopTransaction":
            self.held = [one for one in self.held if one[1].get("chargingProfilePurpose") != "TxProfile"]

    def _after(self, call: Exchange) -> list[tuple[Any, dict[str, Any]]]:
        connector_id, profile = call.request.get("connectorId"), call.request.get("csChargingProfiles")
        if not isinstance(profile, dict):
            return self.held
        now = call.case.moment(call.entry)
        kept = [
            (where, one)
            for where, one in self.held
            if not _is_replaced(where, one, connector_id, profile)
            and (now is None or (end := moment_of(one.get("validTo"))) is None or end > now)
        ]
        return [*kept, (connector_id, profile)]


def telling(case: Indexed) -> list[Exchange]:
    """The exchanges of a case that tell which profiles there are, in the order in which they were told."""
    told = (*case.exchanges(Side.CENTRAL_SYSTEM), *case.exchanges(Side.CHARGE_POINT, "StopTransaction"))
    return sorted(told, key=lambda one: one.entry.number)


def _is_replaced(where: Any, held: dict[str, Any], connector_id: Any, profile: dict[str, Any]) -> bool:
    """A profile takes the place of the one of its id, and of the one of its purpose and level at that connector."""
    same = all(held.get(name) == profile.get(name) for name in ("stackLevel", "chargingProfilePurpose"))
    return (where == connector_id and same) or held.get("chargingProfileId") == profile.get("chargingProfileId")


def _is_cleared(where: Any, held: dict[str, Any], request: dict[str, Any]) -> bool:
    """By its id alone, or by all else that is named (section 5.5)."""
    if "id" in request:
        return bool(held.get("chargingProfileId") == request["id"])
    named = {name: request[name] for name in ("chargingProfilePurpose", "stackLevel") if name in request}
    return request.get("connectorId", where) == where and all(held.get(name) == one for name, one in named.items())
