"""What the answer to a CALL of ours changes: a valid CALLRESULT moves the state, anything else leaves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from string import hexdigits
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reference_csms.passwords import is_secret
from reference_csms.records import (
    certificates,
    charge_points,
    charging_profiles,
    file_transfers,
    local_lists,
    reservations,
)
from reference_csms.wire.frames import Payload


@dataclass(frozen=True, slots=True)
class Answered:
    """A CALL of ours with its valid CALLRESULT, and when that came."""

    charge_point_id: str
    action: str
    request: Payload
    answer: Payload
    at: datetime


Outcome = Callable[[AsyncConnection, Answered], Awaitable[None]]


async def apply(db: AsyncConnection, call: Answered) -> None:
    """Change what the answer says has changed."""
    outcome = _OUTCOMES.get(call.action)
    if outcome is not None and (call.action in _DECIDED_THEMSELVES or call.answer.get("status") in _AGREED):
        await outcome(db, call)


_AGREED = frozenset({"Accepted", "AcceptedCanceled", "RebootRequired"})
_DECIDED_THEMSELVES = frozenset(
    {
        "GetConfiguration",
        "GetDiagnostics",
        "GetInstalledCertificateIds",
        "GetLocalListVersion",
        "ReserveNow",
        "UpdateFirmware",
    }
)


async def _reserve(db: AsyncConnection, call: Answered) -> None:
    await reservations.settle(db, call.charge_point_id, call.request["reservationId"], call.answer["status"])


async def _cancel_reservation(db: AsyncConnection, call: Answered) -> None:
    await reservations.cancel(db, call.charge_point_id, call.request["reservationId"])


async def _change_configuration(db: AsyncConnection, call: Answered) -> None:
    key, value = call.request["key"], call.request["value"]
    await charge_points.note_configuration(db, call.charge_point_id, key, value)
    if is_secret(key):
        await charge_points.set_password(db, call.charge_point_id, _password(value))
    if key.lower() == "securityprofile" and value in _PROFILES:
        await charge_points.put_in_force(db, call.charge_point_id, int(value))


_PROFILES = frozenset({"1", "2", "3"})


def _password(value: str) -> bytes:
    # The security whitepaper has 16 to 20 bytes written as hex digits; shorter values are the text itself.
    is_hex = len(value) in range(32, 41, 2) and set(value) <= set(hexdigits)
    return bytes.fromhex(value) if is_hex else value.encode("utf-8")


async def _get_configuration(db: AsyncConnection, call: Answered) -> None:
    for entry in call.answer.get("configurationKey", []):
        value, readonly = entry.get("value"), entry["readonly"]
        await charge_points.note_configuration(db, call.charge_point_id, entry["key"], value, readonly=readonly)
    for key in call.answer.get("unknownKey", []):
        await charge_points.forget_configuration(db, call.charge_point_id, key)


async def _send_local_list(db: AsyncConnection, call: Answered) -> None:
    await local_lists.apply(db, call.charge_point_id, call.request)


async def _get_local_list_version(db: AsyncConnection, call: Answered) -> None:
    await charge_points.note_list_version(db, call.charge_point_id, call.answer["listVersion"])


async def _set_charging_profile(db: AsyncConnection, call: Answered) -> None:
    connector_id, profile = call.request["connectorId"], call.request["csChargingProfiles"]
    await charging_profiles.install(db, call.charge_point_id, connector_id, profile)


async def _clear_charging_profile(db: AsyncConnection, call: Answered) -> None:
    await charging_profiles.clear(db, call.charge_point_id, call.request)


async def _remote_start(db: AsyncConnection, call: Answered) -> None:
    profile = call.request.get("chargingProfile")
    if profile is not None:
        await charging_profiles.install(db, call.charge_point_id, call.request.get("connectorId"), profile)


async def _composite_schedule(db: AsyncConnection, call: Answered) -> None:
    await charging_profiles.keep_composite_schedule(db, call.charge_point_id, call.request, call.answer)


async def _install_certificate(db: AsyncConnection, call: Answered) -> None:
    await certificates.install(db, call.charge_point_id, call.request["certificateType"], call.request["certificate"])


async def _installed_certificates(db: AsyncConnection, call: Answered) -> None:
    named = call.answer.get("certificateHashData", [])
    await certificates.report(db, call.charge_point_id, call.request["certificateType"], named)


async def _delete_certificate(db: AsyncConnection, call: Answered) -> None:
    await certificates.forget(db, call.charge_point_id, call.request["certificateHashData"])


def _tracking(kind: str, *path: str) -> Outcome:
    """Begin to track a file transfer whose location stands at `path` in the request."""

    async def begin(db: AsyncConnection, call: Answered) -> None:
        location: Any = call.request
        for member in path:
            location = location[member]
        about = {
            "location": location,
            "file_name": call.answer.get("fileName") or call.answer.get("filename"),
            "request_id": call.request.get("requestId"),
        }
        await file_transfers.request(db, call.charge_point_id, kind, call.at, about)

    return begin


_OUTCOMES: dict[str, Outcome] = {
    "CancelReservation": _cancel_reservation,
    "ChangeConfiguration": _change_configuration,
    "ClearChargingProfile": _clear_charging_profile,
    "DeleteCertificate": _delete_certificate,
    "GetCompositeSchedule": _composite_schedule,
    "GetConfiguration": _get_configuration,
    "GetDiagnostics": _tracking(file_transfers.DIAGNOSTICS, "location"),
    "GetInstalledCertificateIds": _installed_certificates,
    "GetLocalListVersion": _get_local_list_version,
    "GetLog": _tracking(file_transfers.LOG, "log", "remoteLocation"),
    "InstallCertificate": _install_certificate,
    "RemoteStartTransaction": _remote_start,
    "ReserveNow": _reserve,
    "SendLocalList": _send_local_list,
    "SetChargingProfile": _set_charging_profile,
    "SignedUpdateFirmware": _tracking(file_transfers.SIGNED_FIRMWARE, "firmware", "location"),
    "UpdateFirmware": _tracking(file_transfers.FIRMWARE, "location"),
}
