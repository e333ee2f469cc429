"""What stands from earlier cases, and what that hinders. Pure state of a line, read by steps that wait in vain."""

from __future__ import annotations

from typing import Final

from csms_harness.charge_point.records import Standing, Transaction
from csms_harness.engine.stage import Stage, Ticket
from csms_harness.engine.waiting import CaseStopped
from csms_harness.evidence import Cause, Kind, Left, What
from csms_harness.message import MessageType

_HINDERED: Final = frozenset({"ChangeAvailability", "RemoteStartTransaction", "ReserveNow"})
"""CALLs that a Central System may rightly not send for a connector that it believes to be reserved or Inoperative."""


def cause_of(one: Standing, case: str = "") -> Cause:
    """What stands, and the case that took it, as data; no case is an earlier run."""
    if one.reservation_id is None:
        return Cause(Left.INOPERATIVE, one.connector_id, case=case)
    return Cause(Left.RESERVATION, one.connector_id, one.reservation_id, case=case)


def cause_by(item: Transaction, case: str = "") -> Cause:
    """A transaction that is still open, and the case that began it, as data."""
    return Cause(Left.TRANSACTION, item.connector_id, item.transaction_id, item.id_tag, case)


def stop_if_hindered(stage: Stage, ticket: Ticket | None) -> None:
    """Stop a case whose CALL did not come, if what an earlier one left standing may be why. Raises CaseStopped.

    It is no excuse where the Central System never sent such a CALL in this run, before anything stood.
    """
    if ticket is None or ticket.item not in _HINDERED:
        return
    line, connector_id = stage.line, ticket.fields.get("connectorId")
    named = connector_id if isinstance(connector_id, int) else None
    for one in line.charge_point.standing(stage.utc()):
        taker = line.owed.takers.get(one)
        if taker is None or not one.is_about(named) or (taker and ticket.item not in line.owed.known):
            continue
        raise CaseStopped(
            stage.find(
                Kind.PREREQUISITE, What.HINDERED, actions=(ticket.item,), type=MessageType.CALL,
                detail=ticket.text if ticket.gave_up else "", cause=cause_of(one, taker),
            )
        )  # fmt: skip
