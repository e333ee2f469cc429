"""Firmware updates, diagnostics and logs: what was asked for, and how far it got (OCPP 1.6, 5.3, 5.19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.instants import format_instant
from reference_csms.records import tables

FIRMWARE, SIGNED_FIRMWARE, DIAGNOSTICS, LOG = "Firmware", "SignedFirmware", "Diagnostics", "Log"
REQUESTED = "Requested"

_table = tables.file_transfers


async def request(
    db: AsyncConnection, charge_point_id: str, kind: str, now: datetime, about: dict[str, Any] | None = None
) -> None:
    """Begin to track a transfer; `about` may name location, file_name and request_id."""
    row = {"charge_point_id": charge_point_id, "kind": kind, **(about or {})}
    await db.execute(insert(_table).values(**row, status=REQUESTED, history=_entry(REQUESTED, now)))


async def note_status(
    db: AsyncConnection,
    charge_point_id: str,
    kind: str,
    status: str,
    now: datetime,
    request_id: int | None = None,
) -> None:
    """Keep a status the Charge Point reports, on the transfer of its requestId, else on the last of its kind.

    A status that belongs to no transfer we asked for is kept on one of its own.
    """
    query = select(_table).where(_table.c.charge_point_id == charge_point_id, _table.c.kind == kind)
    if request_id is not None:
        query = query.where(_table.c.request_id == request_id)
    row = (await db.execute(query.order_by(_table.c.id.desc()).limit(1))).first()
    if row is None:
        fresh = {"charge_point_id": charge_point_id, "kind": kind, "request_id": request_id}
        await db.execute(insert(_table).values(**fresh, status=status, history=_entry(status, now)))
        return
    values = {"status": status, "history": [*row.history, *_entry(status, now)]}
    await db.execute(update(_table).where(_table.c.id == row.id).values(**values))


def _entry(status: str, now: datetime) -> list[dict[str, str]]:
    return [{"status": status, "at": format_instant(now)}]
