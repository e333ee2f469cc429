"""`PUT`, `DELETE` and reset: what a test needs to be there, or gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.api.actions import Csms
from reference_csms.handshake import MAX_IDENTITY
from reference_csms.records import charge_points, id_tags
from reference_csms.records.id_tags import IdTagInfo

router = APIRouter(prefix="/api")


MOST_TRANSACTIONS: Final = 2**31 - 1
"""What every database can count."""


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("has no counterpart in UTC between the years 1 and 9999") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment that can be kept, in UTC."""


class IdTagBody(BaseModel):
    """What an idTag shall be; `status` is what Authorize.conf says as long as it has not expired."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    status: Literal["Accepted", "Blocked", "Expired", "Invalid"] = "Accepted"
    expiry_date: Instant | None = None
    parent_id_tag: str | None = Field(default=None, min_length=1, max_length=20)
    max_active_transactions: int | None = Field(default=None, ge=1, le=MOST_TRANSACTIONS)


class ChargePointBody(BaseModel):
    """The password of Basic authentication: as text, as hex digits of any bytes, or none."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    password: str | None = Field(default=None, min_length=1)
    password_hex: str | None = Field(default=None, pattern="^([0-9A-Fa-f]{2})+$")

    def password_bytes(self) -> bytes | None:
        """The password as it travels."""
        if self.password_hex is not None:
            return bytes.fromhex(self.password_hex)
        return None if self.password is None else self.password.encode("utf-8")


@router.put("/id-tags/{id_tag:path}", status_code=204)
async def put_id_tag(id_tag: str, body: IdTagBody, csms: Csms) -> None:
    """Create or replace an idTag."""
    if len(id_tag) > 20:
        raise HTTPException(422, f"An idTag has at most 20 characters, {id_tag[:40]} has {len(id_tag)}.")
    info = IdTagInfo(body.status, body.expiry_date, body.parent_id_tag, body.max_active_transactions)
    await csms.basis.store.within(lambda db: id_tags.set_id_tag(db, id_tag, info))


@router.delete("/id-tags/{id_tag:path}", status_code=204)
async def delete_id_tag(id_tag: str, csms: Csms) -> None:
    """Make an idTag unknown; 404 when it was."""
    if not await csms.basis.store.within(lambda db: id_tags.remove(db, id_tag)):
        raise HTTPException(404, f"No idTag {id_tag} is known.")


@router.put("/charge-points/{charge_point_id:path}", status_code=204)
async def put_charge_point(charge_point_id: str, body: ChargePointBody, csms: Csms) -> None:
    """Make a Charge Point known, and set or take away its password."""
    if len(charge_point_id) > MAX_IDENTITY:
        raise HTTPException(422, f"The identity of a Charge Point has at most {MAX_IDENTITY} characters.")

    async def work(db: AsyncConnection) -> None:
        await charge_points.register(db, charge_point_id, csms.basis.now())
        await charge_points.set_password(db, charge_point_id, body.password_bytes())

    await csms.basis.store.within(work)


@router.delete("/charge-points/{charge_point_id:path}", status_code=204)
async def delete_charge_point(charge_point_id: str, csms: Csms) -> None:
    """Forget a Charge Point with all its records; 404 when it was unknown."""
    if not await csms.basis.store.within(lambda db: charge_points.remove(db, charge_point_id)):
        raise HTTPException(404, f"No Charge Point {charge_point_id} is known.")


@router.post("/reset", status_code=204)
async def reset_everything(csms: Csms) -> None:
    """Forget everything, then know the demonstration's Charge Points and idTags again."""
    await csms.reset_everything()
