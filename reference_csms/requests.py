"""CALLs on the operator's wish: what is filled in before one is sent, and what changes at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.authority import Authority
from reference_csms.calls import OrderRefusedError
from reference_csms.records import certificates, charging_profiles, local_lists, reservations, transactions
from reference_csms.records.store import next_number, note_number
from reference_csms.wire.frames import Payload
from reference_csms.wire.payloads import find_breach


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator wants sent to a Charge Point; the payload may leave to us what we can choose, or sign."""

    charge_point_id: str
    action: str
    payload: Payload
    at: datetime
    authority: Authority | None = None

    def leaves_out(self, member: str) -> bool:
        """Whether a member is ours to choose."""
        return member not in self.payload


Completion = Callable[[AsyncConnection, Wish], Awaitable[Payload]]
Notice = Callable[[AsyncConnection, Wish], Awaitable[None]]


async def prepare(db: AsyncConnection, wish: Wish) -> Payload:
    """The payload to send for a wish; raises OrderRefusedError (422) when that is no valid `.req`."""
    complete = _COMPLETIONS.get(wish.action)
    payload = wish.payload | await complete(db, wish) if complete else wish.payload
    breach = find_breach(wish.action, payload)
    if breach is not None:
        raise OrderRefusedError(422, breach.sentence, breach.member)
    if wish.action in _NOTICES:
        await _NOTICES[wish.action](db, replace(wish, payload=payload))
    return payload


# Completions: the members to add, or to replace.


async def _the_running_transaction(db: AsyncConnection, wish: Wish) -> Payload:
    if not wish.leaves_out("transactionId"):
        return {}
    running = await transactions.running_on(db, wish.charge_point_id)
    if running is None:
        raise OrderRefusedError(422, "transactionId is left out, and no transaction is running.", "transactionId")
    return {"transactionId": running.transaction_id}


async def _the_youngest_reservation(db: AsyncConnection, wish: Wish) -> Payload:
    if not wish.leaves_out("reservationId"):
        return {}
    reservation_id = await reservations.youngest_active(db, wish.charge_point_id, wish.at)
    if reservation_id is None:
        raise OrderRefusedError(422, "reservationId is left out, and no reservation is active.", "reservationId")
    return {"reservationId": reservation_id}


async def _a_reservation_id_and_the_parent(db: AsyncConnection, wish: Wish) -> Payload:
    return await reservations.complete(db, wish.payload, wish.at)


async def _a_list_version_and_entries(db: AsyncConnection, wish: Wish) -> Payload:
    return await local_lists.complete(db, wish.charge_point_id, wish.payload, wish.at)


async def _a_profile_id(db: AsyncConnection, wish: Wish) -> Payload:
    profile = wish.payload.get("chargingProfile")
    return {"chargingProfile": await charging_profiles.complete(db, profile)} if isinstance(profile, dict) else {}


async def _a_profile_id_and_the_transaction(db: AsyncConnection, wish: Wish) -> Payload:
    profile, connector_id = wish.payload.get("csChargingProfiles"), wish.payload.get("connectorId")
    if not isinstance(profile, dict):
        return {}
    profile = await charging_profiles.complete(db, profile)
    for_transaction = profile.get("chargingProfilePurpose") == charging_profiles.TX_PROFILE
    if for_transaction and "transactionId" not in profile and isinstance(connector_id, int):
        running = await transactions.running_on(db, wish.charge_point_id, connector_id)
        profile = profile if running is None else profile | {"transactionId": running.transaction_id}
    return {"csChargingProfiles": profile}


async def _a_request_id(db: AsyncConnection, wish: Wish) -> Payload:
    return {"requestId": await next_number(db, "requestId")} if wish.leaves_out("requestId") else {}


async def _the_youngest_certificate(db: AsyncConnection, wish: Wish) -> Payload:
    if not wish.leaves_out("certificateHashData"):
        return {}
    named = await certificates.youngest(db, wish.charge_point_id)
    if named is None:
        raise OrderRefusedError(422, "certificateHashData is left out, and none is installed.", "certificateHashData")
    return {"certificateHashData": named}


async def _a_request_id_and_our_signature(db: AsyncConnection, wish: Wish) -> Payload:
    """Without a signature the firmware is ours: its content is its location, which any test can verify."""
    firmware, completed = wish.payload.get("firmware"), await _a_request_id(db, wish)
    if not isinstance(firmware, dict) or "signature" in firmware or wish.authority is None:
        return completed
    signature, certificate = wish.authority.sign_firmware(str(firmware.get("location", "")).encode())
    ours = {"signature": signature, "signingCertificate": certificate}
    return completed | {"firmware": ours | firmware | {"signature": signature}}


_COMPLETIONS: dict[str, Completion] = {
    "CancelReservation": _the_youngest_reservation,
    "DeleteCertificate": _the_youngest_certificate,
    "GetLog": _a_request_id,
    "RemoteStartTransaction": _a_profile_id,
    "RemoteStopTransaction": _the_running_transaction,
    "ReserveNow": _a_reservation_id_and_the_parent,
    "SendLocalList": _a_list_version_and_entries,
    "SetChargingProfile": _a_profile_id_and_the_transaction,
    "SignedUpdateFirmware": _a_request_id_and_our_signature,
}


# Notices: what is kept before the CALL is sent, so that no id is given out twice.


async def _note_profile(db: AsyncConnection, wish: Wish) -> None:
    profile: Any = wish.payload.get("csChargingProfiles") or wish.payload.get("chargingProfile")
    if profile:
        await charging_profiles.note(db, profile)


async def _note_request_id(db: AsyncConnection, wish: Wish) -> None:
    await note_number(db, "requestId", wish.payload["requestId"])


async def _note_reservation(db: AsyncConnection, wish: Wish) -> None:
    await reservations.request(db, wish.charge_point_id, wish.payload)


_NOTICES: dict[str, Notice] = {
    "GetLog": _note_request_id,
    "RemoteStartTransaction": _note_profile,
    "ReserveNow": _note_reservation,
    "SetChargingProfile": _note_profile,
    "SignedUpdateFirmware": _note_request_id,
}
