"""idTags: who may charge (OCPP 1.6, 3.5 and 7.28). They are compared without regard to case (CiString20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import tables
from reference_csms.records.store import fetch_one, put

ACCEPTED, BLOCKED, EXPIRED, INVALID, CONCURRENT = "Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"


@dataclass(frozen=True, slots=True)
class IdTagInfo:
    """What the Central System says about an idTag, with its instants still instants."""

    status: str
    expiry_date: datetime | None = None
    parent_id_tag: str | None = None
    max_active_transactions: int | None = None


def lookup(id_tag: str) -> str:
    """The form in which two spellings of one idTag are equal."""
    return id_tag.lower()


async def judge(db: AsyncConnection, id_tag: str, now: datetime) -> IdTagInfo:
    """Say whether an idTag may charge; an unknown one is Invalid."""
    row = await fetch_one(db, tables.id_tags, {"lookup": lookup(id_tag)})
    return IdTagInfo(INVALID) if row is None else _info(row, now)


def _info(row: Any, now: datetime) -> IdTagInfo:
    expired = row.status == ACCEPTED and row.expiry_date is not None and row.expiry_date <= now
    status = EXPIRED if expired else row.status
    return IdTagInfo(status, row.expiry_date, row.parent_id_tag, row.max_active_transactions)


async def accepted(db: AsyncConnection, now: datetime) -> list[tuple[str, IdTagInfo]]:
    """Every idTag that may charge at this instant, in order."""
    rows = await db.execute(select(tables.id_tags).order_by(tables.id_tags.c.lookup))
    judged = [(row.id_tag, _info(row, now)) for row in rows]
    return [(id_tag, info) for id_tag, info in judged if info.status == ACCEPTED]


async def set_id_tag(db: AsyncConnection, id_tag: str, info: IdTagInfo) -> None:
    """Create or replace an idTag."""
    await put(db, tables.id_tags, {"lookup": lookup(id_tag)}, {"id_tag": id_tag, **asdict(info)})


async def add_unknown(db: AsyncConnection, infos: Mapping[str, IdTagInfo]) -> None:
    """Create those of several idTags that do not exist yet."""
    known = set((await db.scalars(select(tables.id_tags.c.lookup))).all())
    rows = [
        {"lookup": lookup(id_tag), "id_tag": id_tag, **asdict(info)}
        for id_tag, info in infos.items()
        if lookup(id_tag) not in known
    ]
    if rows:
        await db.execute(insert(tables.id_tags), rows)


async def remove(db: AsyncConnection, id_tag: str) -> bool:
    """Forget an idTag; False when it was unknown."""
    result = await db.execute(delete(tables.id_tags).where(tables.id_tags.c.lookup == lookup(id_tag)))
    return bool(result.rowcount)
