"""Security events, as the security whitepaper has Charge Points report them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import tables


async def add(
    db: AsyncConnection, charge_point_id: str, kind: str, happened_at: datetime, tech_info: str | None
) -> None:
    """Keep one event."""
    row = {"charge_point_id": charge_point_id, "type": kind, "timestamp": happened_at, "tech_info": tech_info}
    await db.execute(insert(tables.security_events).values(**row))
