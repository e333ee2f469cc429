"""Charging profiles that a Charge Point took, with their stacking (OCPP 1.6, 3.13 and 5.16)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import tables
from reference_csms.records.store import fetch_one, next_number, note_number, put

TX_PROFILE = "TxProfile"

_NUMBER = "chargingProfileId"
_table = tables.charging_profiles


async def complete(db: AsyncConnection, profile: dict[str, Any]) -> dict[str, Any]:
    """Fill the chargingProfileId that the operator left to us."""
    if "chargingProfileId" in profile:
        return profile
    return {"chargingProfileId": await next_number(db, _NUMBER), **profile}


async def note(db: AsyncConnection, profile: dict[str, Any]) -> None:
    """Let no later profile get the id of this one by chance."""
    await note_number(db, _NUMBER, profile["chargingProfileId"])


async def install(db: AsyncConnection, charge_point_id: str, connector_id: int | None, profile: dict[str, Any]) -> None:
    """Keep a profile that was accepted; it replaces one of its id, and one of its purpose and stack level."""
    same_place = (
        _table.c.charge_point_id == charge_point_id,
        _table.c.connector_id == connector_id,
        _table.c.purpose == profile["chargingProfilePurpose"],
        _table.c.stack_level == profile["stackLevel"],
        _table.c.charging_profile_id != profile["chargingProfileId"],
    )
    await db.execute(delete(_table).where(*same_place))
    key = {"charge_point_id": charge_point_id, "charging_profile_id": profile["chargingProfileId"]}
    values = {
        "connector_id": connector_id,
        "purpose": profile["chargingProfilePurpose"],
        "stack_level": profile["stackLevel"],
        "transaction_id": profile.get("transactionId"),
        "profile": profile,
    }
    await put(db, _table, key, values)


async def clear(db: AsyncConnection, charge_point_id: str, request: dict[str, Any]) -> None:
    """Forget what ClearChargingProfile.req names: one id, or all that fit every criterion given (5.5)."""
    criteria = {
        "id": _table.c.charging_profile_id,
        "connectorId": _table.c.connector_id,
        "chargingProfilePurpose": _table.c.purpose,
        "stackLevel": _table.c.stack_level,
    }
    names = ["id"] if "id" in request else [name for name in criteria if name in request]
    chosen = [criteria[name] == request[name] for name in names]
    await db.execute(delete(_table).where(_table.c.charge_point_id == charge_point_id, *chosen))


async def attach(db: AsyncConnection, charge_point_id: str, connector_id: int, transaction_id: int) -> None:
    """Bind the TxProfile of a RemoteStartTransaction to the transaction it led to."""
    waiting = (
        _table.c.charge_point_id == charge_point_id,
        _table.c.purpose == TX_PROFILE,
        _table.c.transaction_id.is_(None),
        or_(_table.c.connector_id == connector_id, _table.c.connector_id.is_(None)),
    )
    values = {"transaction_id": transaction_id, "connector_id": connector_id}
    await db.execute(update(_table).where(*waiting).values(**values))


async def drop_transaction(db: AsyncConnection, charge_point_id: str, transaction_id: int) -> None:
    """Forget the TxProfiles of a transaction that is over (3.13.1)."""
    over = (_table.c.charge_point_id == charge_point_id, _table.c.transaction_id == transaction_id)
    await db.execute(delete(_table).where(*over))


async def keep_composite_schedule(
    db: AsyncConnection, charge_point_id: str, request: dict[str, Any], answer: dict[str, Any]
) -> None:
    """Keep the last composite schedule of a connector (5.7)."""
    key = {"charge_point_id": charge_point_id, "connector_id": request["connectorId"]}
    await put(db, tables.composite_schedules, key, {"request": request, "answer": answer})


async def find(db: AsyncConnection, charge_point_id: str, charging_profile_id: int) -> Any:
    """The row of a profile, or None."""
    key = {"charge_point_id": charge_point_id, "charging_profile_id": charging_profile_id}
    return await fetch_one(db, _table, key)
