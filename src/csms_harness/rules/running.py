"""Which transactions a Charge Point has had, as far as its messages tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.walking import calls

TRANSACTIONS: Final = ("StartTransaction", "StopTransaction")


def owners_of(cases: Sequence[Indexed]) -> dict[int, list[str]]:
    """Which Charge Points were given each transactionId; OCPP 1.6 does not forbid that two were given one."""
    owners: dict[int, list[str]] = {}
    for start in calls(cases, Side.CHARGE_POINT, "StartTransaction"):
        if (number := _number(start.answer)) is not None:
            owners.setdefault(number, []).append(start.case.lane)
    return owners


@dataclass(slots=True)
class Running:
    """The transactions of one Charge Point: the connector of each, and which have ended."""

    charge_point: str
    owners: Mapping[int, Sequence[str]]
    connectors: dict[int, Any] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    def follow(self, call: Exchange) -> None:
        """Take over what an exchange tells; a start that was refused has its number too."""
        if call.action == "StartTransaction" and (number := _number(call.answer)) is not None:
            self.connectors[number] = call.request.get("connectorId")
            self.ended.discard(number)
        elif call.action == "StopTransaction" and (number := _number(call.request)) is not None:
            self.ended.add(number)

    def elsewhere(self, number: int) -> str:
        """Another Charge Point that was given this number, and this one never was; empty when there is none."""
        owners = self.owners.get(number, ())
        return "" if self.charge_point in owners or not owners else owners[0]


def _number(payload: Mapping[str, Any] | None) -> int | None:
    number = (payload or {}).get("transactionId")
    return number if type(number) is int else None


def in_order(case: Indexed, *actions: str) -> list[Exchange]:
    """The exchanges of a case with these actions, of both sides, in the order of the Central System's messages."""
    both = (one for side in Side for one in case.exchanges(side, *actions))
    return sorted(both, key=lambda one: one.entry.number)
