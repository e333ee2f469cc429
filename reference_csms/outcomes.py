"""What the answer to a CALL of ours changes: a valid CALLRESULT moves the state, anything else leaves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from string import hexdigits
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.records import charge_points, charging_profiles, file_transfers, local_lists, reservations
from reference_csms.wire.frames import Payload

Outcome = Callable[[AsyncConnection, str, Payload, Payload, datetime], Awaitable[None]]


async def apply(
    db: AsyncConnection, charge_point_id: str, action: str, request: Payload, answer: Payload, now: datetime
) -> None:
    """Change what the answer to `request` says has changed."""
    outcome = _OUTCOMES.get(action)
    if outcome is not None and (action in _DECIDED_THEMSELVES or answer.get("status") in _AGREED):
        await outcome(db, charge_point_id, request, answer, now)


_AGREED = frozenset({"Accepted", "AcceptedCanceled", "RebootRequired"})
_DECIDED_THEMSELVES = frozenset(
    {"GetConfiguration", "GetDiagnostics", "GetLocalListVersion", "ReserveNow", "UpdateFirmware"}
)


async def _reserve(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await reservations.settle(db, charge_point_id, request["reservationId"], answer["status"])


async def _cancel_reservation(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await reservations.cancel(db, charge_point_id, request["reservationId"])


async def _change_configuration(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await charge_points.note_configuration(db, charge_point_id, request["key"], request["value"])
    if charge_points.is_secret(request["key"]):
        await charge_points.set_password(db, charge_point_id, _password(request["value"]))


def _password(value: str) -> bytes:
    # The security whitepaper has 16 to 20 bytes written as hex digits; shorter values are the text itself.
    is_hex = len(value) in range(32, 41, 2) and set(value) <= set(hexdigits)
    return bytes.fromhex(value) if is_hex else value.encode("utf-8")


async def _get_configuration(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    for entry in answer.get("configurationKey", []):
        value, readonly = entry.get("value"), entry["readonly"]
        await charge_points.note_configuration(db, charge_point_id, entry["key"], value, readonly)
    for key in answer.get("unknownKey", []):
        await charge_points.forget_configuration(db, charge_point_id, key)


async def _send_local_list(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await local_lists.apply(db, charge_point_id, request)


async def _get_local_list_version(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await charge_points.note_list_version(db, charge_point_id, answer["listVersion"])


async def _set_charging_profile(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    profile = request["csChargingProfiles"]
    await charging_profiles.install(db, charge_point_id, request["connectorId"], profile)


async def _clear_charging_profile(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await charging_profiles.clear(db, charge_point_id, request)


async def _remote_start(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    if "chargingProfile" in request:
        connector_id = request.get("connectorId")
        await charging_profiles.install(db, charge_point_id, connector_id, request["chargingProfile"])


async def _composite_schedule(
    db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
) -> None:
    await charging_profiles.keep_composite_schedule(db, charge_point_id, request, answer)


def _tracking(kind: str, *path: str) -> Outcome:
    """Begin to track a file transfer whose location stands at `path` in the request."""

    async def begin(
        db: AsyncConnection, charge_point_id: str, request: Payload, answer: Payload, now: datetime
    ) -> None:
        location: Any = request
        for member in path:
            location = location[member]
        about = {
            "location": location,
            "file_name": answer.get("fileName") or answer.get("filename"),
            "request_id": request.get("requestId"),
        }
        await file_transfers.request(db, charge_point_id, kind, now, about)

    return begin


_OUTCOMES: dict[str, Outcome] = {
    "CancelReservation": _cancel_reservation,
    "ChangeConfiguration": _change_configuration,
    "ClearChargingProfile": _clear_charging_profile,
    "GetCompositeSchedule": _composite_schedule,
    "GetConfiguration": _get_configuration,
    "GetDiagnostics": _tracking(file_transfers.DIAGNOSTICS, "location"),
    "GetLocalListVersion": _get_local_list_version,
    "GetLog": _tracking(file_transfers.LOG, "log", "remoteLocation"),
    "RemoteStartTransaction": _remote_start,
    "ReserveNow": _reserve,
    "SendLocalList": _send_local_list,
    "SetChargingProfile": _set_charging_profile,
    "SignedUpdateFirmware": _tracking(file_transfers.SIGNED_FIRMWARE, "firmware", "location"),
    "UpdateFirmware": _tracking(file_transfers.FIRMWARE, "location"),
}
