"""CALLs on the operator's wish: what is filled in before one is sent, and what changes at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.calls import OrderRefusedError
from reference_csms.records import charging_profiles, local_lists, reservations, transactions
from reference_csms.records.store import next_number, note_number
from reference_csms.wire.frames import Payload
from reference_csms.wire.payloads import find_breach

Completion = Callable[[AsyncConnection, str, Payload, datetime], Awaitable[Payload]]
Notice = Callable[[AsyncConnection, str, Payload], Awaitable[None]]


async def prepare(
    db: AsyncConnection, charge_point_id: str, action: str, wish: Payload, now: datetime
) -> Payload:
    """The payload to send for a wish; raises OrderRefusedError (422) when that is no valid `.req`."""
    complete = _COMPLETIONS.get(action)
    payload = await complete(db, charge_point_id, wish, now) if complete else wish
    breach = find_breach(action, payload)
    if breach is not None:
        raise OrderRefusedError(422, breach.sentence, breach.member)
    if action in _NOTICES:
        await _NOTICES[action](db, charge_point_id, payload)
    return payload


async def _stop_the_running(
    db: AsyncConnection, charge_point_id: str, wish: Payload, now: datetime
) -> Payload:
    if "transactionId" in wish:
        return wish
    running = await transactions.running_on(db, charge_point_id)
    if running is None:
        raise OrderRefusedError(
            422, "transactionId is left out, and no transaction is running.", "transactionId"
        )
    return wish | {"transactionId": running.transaction_id}


async def _cancel_the_youngest(
    db: AsyncConnection, charge_point_id: str, wish: Payload, now: datetime
) -> Payload:
    if "reservationId" in wish:
        return wish
    reservation_id = await reservations.youngest_active(db, charge_point_id, now)
    if reservation_id is None:
        raise OrderRefusedError(
            422, "reservationId is left out, and no reservation is active.", "reservationId"
        )
    return wish | {"reservationId": reservation_id}


async def _with_profile_id(
    db: AsyncConnection, charge_point_id: str, wish: Payload, now: datetime
) -> Payload:
    profile = wish.get("chargingProfile")
    if not isinstance(profile, dict):
        return wish
    return wish | {"chargingProfile": await charging_profiles.complete(db, profile)}


async def _with_profile_id_and_transaction(
    db: AsyncConnection, charge_point_id: str, wish: Payload, now: datetime
) -> Payload:
    profile = wish.get("csChargingProfiles")
    if not isinstance(profile, dict):
        return wish
    profile = await charging_profiles.complete(db, profile)
    for_transaction = profile.get("chargingProfilePurpose") == charging_profiles.TX_PROFILE
    if for_transaction and "transactionId" not in profile and isinstance(wish.get("connectorId"), int):
        running = await transactions.running_on(db, charge_point_id, wish["connectorId"])
        if running is not None:
            profile = profile | {"transactionId": running.transaction_id}
    return wish | {"csChargingProfiles": profile}


async def _with_request_id(
    db: AsyncConnection, charge_point_id: str, wish: Payload, now: datetime
) -> Payload:
    return wish if "requestId" in wish else wish | {"requestId": await next_number(db, "requestId")}


_COMPLETIONS: dict[str, Completion] = {
    "CancelReservation": _cancel_the_youngest,
    "GetLog": _with_request_id,
    "RemoteStartTransaction": _with_profile_id,
    "RemoteStopTransaction": _stop_the_running,
    "ReserveNow": reservations.complete,
    "SendLocalList": local_lists.complete,
    "SetChargingProfile": _with_profile_id_and_transaction,
    "SignedUpdateFirmware": _with_request_id,
}


async def _note_profile(db: AsyncConnection, charge_point_id: str, payload: Payload) -> None:
    profile: Any = payload.get("csChargingProfiles") or payload.get("chargingProfile")
    if profile:
        await charging_profiles.note(db, profile)


async def _note_request_id(db: AsyncConnection, charge_point_id: str, payload: Payload) -> None:
    await note_number(db, "requestId", payload["requestId"])


_NOTICES: dict[str, Notice] = {
    "GetLog": _note_request_id,
    "RemoteStartTransaction": _note_profile,
    "ReserveNow": reservations.request,
    "SetChargingProfile": _note_profile,
    "SignedUpdateFirmware": _note_request_id,
}
