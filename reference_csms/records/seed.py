"""What a fresh Central System knows for demonstration: eight Charge Points and their idTags."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import charge_points, id_tags, tables
from reference_csms.records.id_tags import ACCEPTED, BLOCKED, IdTagInfo

DEMO_CHARGE_POINTS = tuple(f"CP_{number:02}" for number in range(1, 9))

# First and second idTag of each Charge Point share a parent, so either may use what the other reserved.
DEMO_ID_TAGS = (
    {f"TAG-{n:03}": IdTagInfo(ACCEPTED, None, f"PARENT-{n:03}", 1) for n in range(1, 9)}
    | {f"TAG-{100 + n}": IdTagInfo(ACCEPTED, None, f"PARENT-{n:03}", 1) for n in range(1, 9)}
    | {
        "TAG-EXPIRED": IdTagInfo(ACCEPTED, datetime(2020, 1, 1, tzinfo=UTC)),
        "TAG-BLOCKED": IdTagInfo(BLOCKED),
    }
)


async def seed_demo(db: AsyncConnection, now: datetime, password: str | None = None) -> None:
    """Add what is missing; what is there stays as somebody may have changed it."""
    await charge_points.register_all(db, DEMO_CHARGE_POINTS, now)
    for name in DEMO_CHARGE_POINTS if password is not None else ():
        if (await charge_points.find(db, name)).password_hash is None:
            await charge_points.set_password(db, name, (password or "").encode())
    await id_tags.add_unknown(db, DEMO_ID_TAGS)


async def forget_everything(db: AsyncConnection) -> None:
    """Empty every table; transactionIds go on rising."""
    for table in reversed(tables.metadata.sorted_tables):
        await db.execute(delete(table))
