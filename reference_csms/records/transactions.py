"""Transactions and meter values (OCPP 1.6, 4.7, 4.8, 4.10 and 5.11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import charging_profiles, id_tags, reservations, tables
from reference_csms.records.id_tags import ACCEPTED, CONCURRENT, IdTagInfo, lookup
from reference_csms.records.store import fetch_one

OPEN, STOPPED, SUPERSEDED = "Open", "Stopped", "Superseded"

_table = tables.transactions


@dataclass(frozen=True, slots=True)
class Start:
    """What StartTransaction.req says."""

    charge_point_id: str
    connector_id: int
    id_tag: str
    meter_start: int
    started_at: datetime
    reservation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """What StopTransaction.req says, its meter values aside."""

    charge_point_id: str
    transaction_id: int
    meter_stop: int
    stopped_at: datetime
    reason: str
    id_tag: str | None = None


async def start(
    db: AsyncConnection, request: Start, now: datetime, number: Callable[[], int] | None = None
) -> tuple[int, IdTagInfo]:
    """Begin a transaction and judge its idTag; one that may not charge gets a transactionId all the same.

    A request sent again (same connector, idTag and timestamp, still open) gets its first transactionId. An
    older open transaction on the connector is over, for a connector has room for one. The database counts the
    transactionIds, unless `number` gives the next.
    """
    info = await _judge(db, request, now)
    running = await running_on(db, request.charge_point_id, request.connector_id)
    if running is not None and _is_repetition(running, request):
        return running.transaction_id, replace(info, status=running.id_tag_status)
    await _supersede(db, request)
    transaction_id = await _insert(db, request, info, {} if number is None else {"transaction_id": number()})
    if request.reservation_id is not None:
        await reservations.use(db, request.charge_point_id, request.reservation_id, transaction_id)
    await charging_profiles.attach(db, request.charge_point_id, request.connector_id, transaction_id)
    return transaction_id, info


async def _judge(db: AsyncConnection, request: Start, now: datetime) -> IdTagInfo:
    info = await id_tags.judge(db, request.id_tag, now)
    limit = info.max_active_transactions
    if info.status == ACCEPTED and limit is not None and await _active_elsewhere(db, request) >= limit:
        return replace(info, status=CONCURRENT)
    return info


async def _active_elsewhere(db: AsyncConnection, request: Start) -> int:
    query = (
        select(func.count())
        .select_from(_table)
        .where(
            _table.c.state == OPEN,
            _table.c.id_tag_lookup == lookup(request.id_tag),
            _table.c.id_tag_status == ACCEPTED,
            or_(
                _table.c.charge_point_id != request.charge_point_id,
                _table.c.connector_id != request.connector_id,
            ),
        )
    )
    return await db.scalar(query) or 0


def _is_repetition(running: Any, request: Start) -> bool:
    same_id_tag = running.id_tag_lookup == lookup(request.id_tag)
    return same_id_tag and bool(running.started_at == request.started_at)


async def _supersede(db: AsyncConnection, request: Start) -> None:
    older = select(_table.c.transaction_id).where(
        _table.c.charge_point_id == request.charge_point_id,
        _table.c.connector_id == request.connector_id,
        _table.c.state == OPEN,
    )
    for transaction_id in (await db.scalars(older)).all():
        await db.execute(update(_table).where(_table.c.transaction_id == transaction_id).values(state=SUPERSEDED))
        await charging_profiles.drop_transaction(db, request.charge_point_id, transaction_id)


async def _insert(db: AsyncConnection, request: Start, info: IdTagInfo, chosen: dict[str, int]) -> int:
    statement = insert(_table).values(
        charge_point_id=request.charge_point_id,
        connector_id=request.connector_id,
        id_tag=request.id_tag,
        id_tag_lookup=lookup(request.id_tag),
        id_tag_status=info.status,
        reservation_id=request.reservation_id,
        meter_start=request.meter_start,
        started_at=request.started_at,
        state=OPEN,
        **chosen,
    )
    key = (await db.execute(statement)).inserted_primary_key
    return int(key[0]) if key is not None else 0


async def stop(db: AsyncConnection, request: Stop) -> None:
    """End a transaction; one that is unknown, of another Charge Point, or ended before is left alone."""
    mine = (_table.c.transaction_id == request.transaction_id) & (_table.c.charge_point_id == request.charge_point_id)
    values = {
        "meter_stop": request.meter_stop,
        "stopped_at": request.stopped_at,
        "stop_reason": request.reason,
        "stop_id_tag": request.id_tag,
        "state": STOPPED,
    }
    await db.execute(update(_table).where(mine, _table.c.state != STOPPED).values(**values))
    await charging_profiles.drop_transaction(db, request.charge_point_id, request.transaction_id)


async def running_on(db: AsyncConnection, charge_point_id: str, connector_id: int | None = None) -> Any:
    """The youngest open transaction of a connector, or of the whole Charge Point; None when there is none."""
    query = select(_table).where(_table.c.charge_point_id == charge_point_id, _table.c.state == OPEN)
    if connector_id:
        query = query.where(_table.c.connector_id == connector_id)
    return (await db.execute(query.order_by(_table.c.transaction_id.desc()).limit(1))).first()


async def add_meter_values(
    db: AsyncConnection,
    charge_point_id: str,
    source: str,
    about: dict[str, Any],
    readings: list[dict[str, Any]],
) -> None:
    """Keep meter values; `about` names connector_id and transaction_id as far as the message did."""
    if about.get("connector_id") is None and about.get("transaction_id") is not None:
        key = {"transaction_id": about["transaction_id"], "charge_point_id": charge_point_id}
        row = await fetch_one(db, _table, key)
        about = about | {"connector_id": row.connector_id if row else None}
    rows = [{"charge_point_id": charge_point_id, "source": source, **about, **reading} for reading in readings]
    if rows:
        await db.execute(insert(tables.meter_values), rows)
