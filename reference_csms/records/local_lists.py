"""The Local Authorization List of each Charge Point, as far as it confirmed it (OCPP 1.6, 3.5.2 and 5.15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.instants import format_instant
from reference_csms.records import charge_points, id_tags, tables
from reference_csms.records.id_tags import IdTagInfo, lookup
from reference_csms.records.store import fetch_one, next_number, put

_entries = tables.local_list_entries


async def complete(db: AsyncConnection, charge_point_id: str, request: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the operator left to us: the version after the last, and for a Full update all who may charge."""
    members: dict[str, Any] = {}
    if "listVersion" not in request:
        members["listVersion"] = await _new_version(db, charge_point_id)
    if "localAuthorizationList" not in request and request.get("updateType") == "Full":
        accepted = await id_tags.accepted(db, now)
        members["localAuthorizationList"] = [
            {"idTag": id_tag, "idTagInfo": as_payload(info)} for id_tag, info in accepted
        ]
    return members


def as_payload(info: IdTagInfo) -> dict[str, Any]:
    """An IdTagInfo as the wire has it."""
    members = {
        "status": info.status,
        "expiryDate": None if info.expiry_date is None else format_instant(info.expiry_date),
        "parentIdTag": info.parent_id_tag,
    }
    return {name: value for name, value in members.items() if value is not None}


async def last_version(db: AsyncConnection, charge_point_id: str) -> int:
    """The highest version that the Charge Point took or reported; 0 is an empty list."""
    ours = await fetch_one(db, tables.local_lists, {"charge_point_id": charge_point_id})
    theirs = await charge_points.find(db, charge_point_id)
    reported = (theirs.reported_list_version if theirs else None) or 0
    return max(ours.list_version if ours else 0, reported, 0)


async def _new_version(db: AsyncConnection, charge_point_id: str) -> int:
    """A version above all that were taken and all that were given out: a list on its way may yet be accepted."""
    kind = f"local list of {charge_point_id}"
    version = max(await next_number(db, kind), await last_version(db, charge_point_id) + 1)
    await put(db, tables.numbers, {"kind": kind}, {"last": version})
    return version


async def apply(db: AsyncConnection, charge_point_id: str, request: dict[str, Any]) -> None:
    """Keep a list update that the Charge Point accepted; an entry without idTagInfo is a removal."""
    if request["updateType"] == "Full":
        await db.execute(delete(_entries).where(_entries.c.charge_point_id == charge_point_id))
    for entry in request.get("localAuthorizationList", []):
        await _apply_entry(db, charge_point_id, entry["idTag"], entry.get("idTagInfo"))
    values = {"list_version": request["listVersion"], "update_type": request["updateType"]}
    await put(db, tables.local_lists, {"charge_point_id": charge_point_id}, values)


async def _apply_entry(db: AsyncConnection, charge_point_id: str, id_tag: str, info: dict[str, Any] | None) -> None:
    key = {"charge_point_id": charge_point_id, "lookup": lookup(id_tag)}
    if info is not None:
        await put(db, _entries, key, {"id_tag": id_tag, "id_tag_info": info})
        return
    mine = (_entries.c.charge_point_id == charge_point_id) & (_entries.c.lookup == lookup(id_tag))
    await db.execute(delete(_entries).where(mine))
