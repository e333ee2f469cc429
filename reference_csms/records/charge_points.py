"""Charge Points: who they are, their password, and what they report about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.passwords import hash_password, is_secret
from reference_csms.records import tables
from reference_csms.records.store import fetch_one, put


async def find(db: AsyncConnection, charge_point_id: str) -> Any:
    """The row of a Charge Point, or None when it is unknown."""
    return await fetch_one(db, tables.charge_points, {"charge_point_id": charge_point_id})


async def register(db: AsyncConnection, charge_point_id: str, now: datetime) -> None:
    """Make a Charge Point known; nothing changes when it already is."""
    if await find(db, charge_point_id) is None:
        row = {"charge_point_id": charge_point_id, "registered_at": now}
        await db.execute(insert(tables.charge_points).values(**row))


async def register_all(db: AsyncConnection, charge_point_ids: Iterable[str], now: datetime) -> None:
    """Make known those of several Charge Points that are not."""
    known = set((await db.scalars(select(tables.charge_points.c.charge_point_id))).all())
    rows = [{"charge_point_id": each, "registered_at": now} for each in charge_point_ids if each not in known]
    if rows:
        await db.execute(insert(tables.charge_points), rows)


async def set_password(db: AsyncConnection, charge_point_id: str, password: bytes | None) -> None:
    """Demand this password from now on, or none."""
    await _update(db, charge_point_id, password_hash=None if password is None else hash_password(password))


async def profile_in_force(db: AsyncConnection, charge_point_id: str) -> int:
    """The security profile below which a Charge Point is not let in any more."""
    row = await fetch_one(db, tables.security_profiles, {"charge_point_id": charge_point_id})
    return 0 if row is None else int(row.profile)


async def put_in_force(db: AsyncConnection, charge_point_id: str, profile: int) -> None:
    """Let a Charge Point in under this security profile and those above it."""
    await put(db, tables.security_profiles, {"charge_point_id": charge_point_id}, {"profile": profile})


async def boot(db: AsyncConnection, charge_point_id: str, payload: dict[str, Any], now: datetime) -> None:
    """Keep what BootNotification.req says; open transactions stay open, their end may still come."""
    await register(db, charge_point_id, now)
    await _update(db, charge_point_id, boot_notification=payload, booted_at=now)


async def note_list_version(db: AsyncConnection, charge_point_id: str, version: int) -> None:
    """Keep the version that GetLocalListVersion.conf names."""
    await _update(db, charge_point_id, reported_list_version=version)


async def _update(db: AsyncConnection, charge_point_id: str, **values: Any) -> None:
    table = tables.charge_points
    await db.execute(update(table).where(table.c.charge_point_id == charge_point_id).values(**values))


async def note_status(db: AsyncConnection, charge_point_id: str, connector_id: int, values: dict[str, Any]) -> None:
    """Keep the last StatusNotification of a connector; members it left out are forgotten."""
    empty = dict.fromkeys(("info", "vendor_id", "vendor_error_code"))
    key = {"charge_point_id": charge_point_id, "connector_id": connector_id}
    await put(db, tables.connectors, key, empty | values)


async def note_configuration(
    db: AsyncConnection, charge_point_id: str, key: str, value: str | None, *, readonly: bool | None = None
) -> None:
    """Keep what a configuration key is set to; the password is never kept here."""
    values: dict[str, Any] = {"value": None if is_secret(key) else value}
    if readonly is not None:
        values["readonly"] = readonly
    await put(db, tables.configuration, {"charge_point_id": charge_point_id, "key": key}, values)


async def forget_configuration(db: AsyncConnection, charge_point_id: str, key: str) -> None:
    """Drop a configuration key that the Charge Point says it does not know."""
    table = tables.configuration
    await db.execute(delete(table).where(table.c.charge_point_id == charge_point_id, table.c.key == key))


async def remove(db: AsyncConnection, charge_point_id: str) -> bool:
    """Forget a Charge Point with everything known about it; False when it was unknown."""
    known = await find(db, charge_point_id) is not None
    for table in tables.metadata.sorted_tables:
        if "charge_point_id" in table.c:
            await db.execute(delete(table).where(table.c.charge_point_id == charge_point_id))
    return known
