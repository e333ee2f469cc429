"""Reservations (OCPP 1.6, 5.13): asked for, active, used, cancelled, expired, or refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.instants import parse_instant
from reference_csms.records import id_tags, tables
from reference_csms.records.store import next_number, note_number, put

REQUESTED, ACTIVE, USED, CANCELLED, EXPIRED = "Requested", "Active", "Used", "Cancelled", "Expired"

_NUMBER = "reservationId"
_table = tables.reservations


async def complete(db: AsyncConnection, request: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the operator left to us: the reservationId, and the parent that the idTag has."""
    members: dict[str, Any] = {}
    if "reservationId" not in request:
        members["reservationId"] = await next_number(db, _NUMBER)
    if "parentIdTag" not in request and isinstance(request.get("idTag"), str):
        info = await id_tags.judge(db, request["idTag"], now)
        members |= {"parentIdTag": info.parent_id_tag} if info.parent_id_tag else {}
    return members


async def request(db: AsyncConnection, charge_point_id: str, payload: dict[str, Any]) -> None:
    """Note a ReserveNow that is on its way, so that its use cannot overtake its answer."""
    await note_number(db, _NUMBER, payload["reservationId"])
    key = {"charge_point_id": charge_point_id, "reservation_id": payload["reservationId"]}
    values = {
        "connector_id": payload["connectorId"],
        "id_tag": payload["idTag"],
        "parent_id_tag": payload.get("parentIdTag"),
        "expiry_date": parse_instant(payload["expiryDate"]),
        "state": REQUESTED,
        "transaction_id": None,
    }
    await put(db, _table, key, values)


async def settle(db: AsyncConnection, charge_point_id: str, reservation_id: int, status: str) -> None:
    """Keep the answer to ReserveNow, unless the reservation has been used already."""
    state = ACTIVE if status == "Accepted" else status
    await _move(db, charge_point_id, reservation_id, (REQUESTED,), state=state)


async def cancel(db: AsyncConnection, charge_point_id: str, reservation_id: int) -> None:
    """End a reservation that the Charge Point agreed to cancel."""
    await _move(db, charge_point_id, reservation_id, (REQUESTED, ACTIVE, EXPIRED), state=CANCELLED)


async def use(db: AsyncConnection, charge_point_id: str, reservation_id: int, transaction_id: int) -> None:
    """End a reservation by the transaction that was started with it."""
    live = (REQUESTED, ACTIVE, EXPIRED)
    await _move(db, charge_point_id, reservation_id, live, state=USED, transaction_id=transaction_id)


async def expire(db: AsyncConnection, now: datetime) -> None:
    """End every active reservation whose time is over."""
    late = (_table.c.state == ACTIVE) & (_table.c.expiry_date <= now)
    await db.execute(update(_table).where(late).values(state=EXPIRED))


async def youngest_active(db: AsyncConnection, charge_point_id: str, now: datetime) -> int | None:
    """The reservationId of the active reservation made last, or None."""
    await expire(db, now)
    query = select(_table.c.reservation_id).where(_table.c.charge_point_id == charge_point_id, _table.c.state == ACTIVE)
    return await db.scalar(query.order_by(_table.c.reservation_id.desc()).limit(1))


async def _move(
    db: AsyncConnection, charge_point_id: str, reservation_id: int, states: tuple[str, ...], **values: Any
) -> None:
    its_own = (_table.c.charge_point_id == charge_point_id) & (_table.c.reservation_id == reservation_id)
    await db.execute(update(_table).where(its_own, _table.c.state.in_(states)).values(**values))
