"""`GET /api/…`: what the Central System knows, as JSON in the member names of OCPP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.api.actions import Csms
from reference_csms.calls import CallRecord
from reference_csms.central_system import CentralSystem
from reference_csms.instants import format_instant
from reference_csms.records import charge_points, reservations, tables

router = APIRouter(prefix="/api")

Json = dict[str, Any]


@router.get("/charge-points")
async def list_charge_points(csms: Csms) -> list[Json]:
    """Every Charge Point with all it reported about itself."""
    return await csms.basis.store.within(lambda db: _describe_all(csms, db))


@router.get("/charge-points/{charge_point_id:path}")
async def show_charge_point(charge_point_id: str, csms: Csms) -> Json:
    """One Charge Point; 404 when it is unknown."""
    row = await csms.basis.store.within(lambda db: charge_points.find(db, charge_point_id))
    if row is None:
        raise HTTPException(404, f"No Charge Point {charge_point_id} is known.")
    return await csms.basis.store.within(lambda db: _describe(csms, db, row))


@router.get("/transactions")
async def list_transactions(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Transactions, oldest first."""
    return await _list(csms, tables.transactions, chargePointId)


@router.get("/meter-values")
async def list_meter_values(
    csms: Csms,
    chargePointId: str | None = None,  # noqa: N803
    transactionId: int | None = None,  # noqa: N803
) -> list[Json]:
    """Meter values, in the order they came."""
    rows = await _list(csms, tables.meter_values, chargePointId)
    return [row for row in rows if transactionId in (None, row.get("transactionId"))]


@router.get("/id-tags")
async def list_id_tags(csms: Csms) -> list[Json]:
    """Every known idTag; all others are Invalid."""
    return await _list(csms, tables.id_tags)


@router.get("/reservations")
async def list_reservations(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Reservations with their state."""
    await csms.basis.store.within(lambda db: reservations.expire(db, csms.basis.now()))
    return await _list(csms, tables.reservations, chargePointId)


@router.get("/local-lists")
async def list_local_lists(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Local Authorization Lists as the Charge Points confirmed them."""
    lists = await _list(csms, tables.local_lists, chargePointId)
    entries = await _list(csms, tables.local_list_entries, chargePointId)
    return [
        held
        | {
            "localAuthorizationList": [
                {"idTag": entry["idTag"], "idTagInfo": entry["idTagInfo"]}
                for entry in entries
                if entry["chargePointId"] == held["chargePointId"]
            ]
        }
        for held in lists
    ]


@router.get("/charging-profiles")
async def list_charging_profiles(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Charging profiles that are installed."""
    return await _list(csms, tables.charging_profiles, chargePointId)


@router.get("/composite-schedules")
async def list_composite_schedules(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """The last composite schedule of each connector."""
    return await _list(csms, tables.composite_schedules, chargePointId)


@router.get("/file-transfers")
async def list_file_transfers(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Firmware updates, diagnostics and logs with the history of their status."""
    return await _list(csms, tables.file_transfers, chargePointId)


@router.get("/security-events")
async def list_security_events(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Security events."""
    return await _list(csms, tables.security_events, chargePointId)


@router.get("/installed-certificates")
async def list_installed_certificates(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Certificates that Charge Points have installed, by hash data."""
    return await _list(csms, tables.installed_certificates, chargePointId)


@router.get("/issued-certificates")
async def list_issued_certificates(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """Certificates that were signed for Charge Points."""
    return await _list(csms, tables.issued_certificates, chargePointId)


@router.get("/authority")
async def authority(csms: Csms) -> Json:
    """The root certificate under which they are signed."""
    return {"certificate": csms.basis.authority.root_pem}


@router.get("/calls")
async def list_calls(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """The last CALLs of the Central System and what became of them, oldest first."""
    return [_as_json(_call_members(call)) for call in csms.calls.of(chargePointId)]


@router.get("/frames")
async def list_frames(csms: Csms, chargePointId: str | None = None) -> list[Json]:  # noqa: N803
    """The last frames of all connections, oldest first."""
    frames = csms.frames.of(chargePointId)
    return [_as_json(asdict(one) | {"direction": "sent" if one.sent else "received", "sent": None}) for one in frames]


def _call_members(call: CallRecord) -> Json:
    members = asdict(call)
    members["call_id"] = members.pop("unique_id")
    return members


async def _describe_all(csms: CentralSystem, db: AsyncConnection) -> list[Json]:
    table = tables.charge_points
    rows = (await db.execute(select(table).order_by(table.c.charge_point_id))).all()
    return [await _describe(csms, db, row) for row in rows]


async def _describe(csms: CentralSystem, db: AsyncConnection, row: Any) -> Json:
    mine = row.charge_point_id
    transfers = await _rows(db, tables.file_transfers, mine)
    return _as_json(row._asdict()) | {
        "connected": mine in csms.conversations,
        "hasPassword": row.password_hash is not None,
        "connectors": await _rows(db, tables.connectors, mine),
        "configuration": await _rows(db, tables.configuration, mine),
        "firmwareStatus": _last_status(transfers, "Firmware"),
        "diagnosticsStatus": _last_status(transfers, "Diagnostics"),
    }


def _last_status(transfers: list[Json], kind: str) -> str | None:
    return next((str(row["status"]) for row in reversed(transfers) if row["kind"] == kind), None)


async def _list(csms: CentralSystem, table: Table, charge_point_id: str | None = None) -> list[Json]:
    return await csms.basis.store.within(lambda db: _rows(db, table, charge_point_id))


async def _rows(db: AsyncConnection, table: Table, charge_point_id: str | None) -> list[Json]:
    query = select(table).order_by(*table.primary_key.columns)
    if charge_point_id is not None:
        query = query.where(table.c.charge_point_id == charge_point_id)
    return [_as_json(row._asdict()) for row in await db.execute(query)]


_INTERNAL = frozenset({"password_hash", "lookup", "id_tag_lookup"})


def _as_json(members: Mapping[str, Any]) -> Json:
    """Drop what is unset or internal, and write names and instants as OCPP does."""
    return {
        _camel(name): format_instant(value) if isinstance(value, datetime) else value
        for name, value in members.items()
        if value is not None and name not in _INTERNAL
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
