"""What an operator is asked for, in one sentence of plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from csms_harness.foreign import excerpt
from csms_harness.triggers.base import TriggerRequest
from csms_harness.triggers.config import ITEMS
from csms_harness.triggers.template import MISSING, follow, parse_path

# The first piece is always said, a further one only where the request has every field it names.
_PIECES: dict[str, tuple[str, ...]] = {
    "CancelReservation": ("cancel reservation {reservationId} of {cp}",),
    "CertificateSigned": ("send {cp} its newly signed certificate",),
    "ChangeAvailability": ("set {where} to {type}",),
    "ChangeConfiguration": ("set the configuration key {key} of {cp}", " to {value}"),
    "ClearCache": ("clear the authorization cache of {cp}",),
    "ClearChargingProfile": (
        "remove the charging profiles of {cp}", ", id {id}", ", of connector {connectorId}",
        ", with purpose {chargingProfilePurpose}", ", at stack level {stackLevel}",
    ),
    "DataTransfer": (
        "send {cp} a data transfer for vendor {vendorId}", ", message {messageId}", ", with {data}",
    ),
    "DeleteCertificate": (
        "delete a certificate from {cp}", ", serial number {certificateHashData.serialNumber}",
    ),
    "ExtendedTriggerMessage": ("make {cp} send {requestedMessage}", " for connector {connectorId}"),
    "GetCompositeSchedule": (
        "ask {where} for its composite schedule", " of {duration} s", ", in {chargingRateUnit}",
    ),
    "GetConfiguration": ("read the configuration of {cp}", ", keys {key}"),
    "GetDiagnostics": (
        "ask {cp} to upload its diagnostics to {location}", ", from {startTime}", ", until {stopTime}",
    ),
    "GetInstalledCertificateIds": ("ask {cp} which certificates it has", ", of type {certificateType}"),
    "GetLocalListVersion": ("ask {cp} for the version of its local authorization list",),
    "GetLog": ("ask {cp} to upload its {logType}", " to {log.remoteLocation}"),
    "InstallCertificate": ("install a certificate on {cp}", ", of type {certificateType}"),
    "RemoteStartTransaction": (
        "start a transaction on {where} for idTag {idTag}",
        ", with a {chargingProfile.chargingProfilePurpose} charging profile",
    ),
    "RemoteStopTransaction": ("stop transaction {transactionId} of {cp}",),
    "ReserveNow": (
        "reserve {where} for idTag {idTag}", " (parentIdTag {parentIdTag})", ", until {expiryDate}",
        ", as reservation {reservationId}",
    ),
    "Reset": ("reset {cp}", ", {type} reset"),
    "SendLocalList": (
        "send {cp} a {updateType} local authorization list", ", version {listVersion}",
        ", with {localAuthorizationList}",
    ),
    "SetChargingProfile": (
        "set a charging profile on {where}", ", {csChargingProfiles.chargingProfilePurpose}",
        ", stack level {csChargingProfiles.stackLevel}",
        ", for transaction {csChargingProfiles.transactionId}",
    ),
    "SignedUpdateFirmware": (
        "update the firmware of {cp}", " with the signed one at {firmware.location}",
        ", not before {firmware.retrieveDateTime}",
    ),
    "TriggerMessage": ("make {cp} send {requestedMessage}", " for connector {connectorId}"),
    "UnlockConnector": ("unlock connector {connectorId} of {cp}",),
    "UpdateFirmware": ("update the firmware of {cp}", " from {location}", ", not before {retrieveDate}"),
    "idTag": (
        "create the idTag {idTag}", ", status {status}", ", expiring {expiryDate}",
        ", parentIdTag {parentIdTag}",
    ),
    "chargePoint": ("register the Charge Point {chargePointId}",),
    "password": ("set the password of the Charge Point {chargePointId} to the one the target file names",),
}  # fmt: skip

_NAME = re.compile(r"\{([\w.]+)\}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")


def sentence_for(request: TriggerRequest, today: datetime) -> str:
    """One sentence that a technician can act on; an instant of the day ``today`` is shown as time only."""
    pieces = _PIECES.get(request.action, (f"send {request.action} to {{cp}}",))
    names = {"cp": request.charge_point_id or "the Charge Point", "where": _where(request), **request.fields}
    said = [_filled(pieces[0], names, today) or _without_fields(pieces[0], names, today)]
    said += [filled for piece in pieces[1:] if (filled := _filled(piece, names, today))]
    return excerpt(f"In the CSMS, {''.join(said)}", 600)


def payload_of(request: TriggerRequest) -> str:
    """The whole wish in OCPP words, for what the sentence leaves out; what is ``to_copy`` stands below."""
    named = request.action if request.action in ITEMS else f"{request.action}.req"
    shown = _without_blocks(dict(request.fields))
    return excerpt(f"{named} {json.dumps(shown, ensure_ascii=False)}", 600)


def to_copy(request: TriggerRequest) -> list[str]:
    """Texts of the wish that nobody types, such as a certificate: each member by its name, and its lines."""
    lines: list[str] = []
    for path, text in _texts(request.fields, ""):
        if _is_block(text):
            lines += [f"{path}:", *(excerpt(line, _WIDEST) for line in text.splitlines())]
    return lines


_WIDEST: Final = 1000
_TYPED: Final = 60
"""A text of one line and so many characters can be typed."""


def _is_block(text: str) -> bool:
    return "\n" in text or (len(text) > _TYPED and " " not in text and "://" not in text)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else str(name))


def _without_blocks(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_blocks(item) for name, item in value.items()}
    return "(below)" if isinstance(value, str) and _is_block(value) else value


def _where(request: TriggerRequest) -> str:
    connector = request.fields.get("connectorId")
    if connector is None or connector == 0:
        return request.charge_point_id if connector is None else f"the whole of {request.charge_point_id}"
    return f"connector {connector} of {request.charge_point_id}"


def _filled(piece: str, names: Mapping[str, Any], today: datetime) -> str:
    """The piece with its names filled in; nothing when one of them is not there."""
    values = {name: follow(names, parse_path(name)) for name in _NAME.findall(piece)}
    if MISSING in values.values():
        return ""
    return _NAME.sub(lambda match: _shown(values[match[1]], today), piece)


def _without_fields(piece: str, names: Mapping[str, Any], today: datetime) -> str:
    return _NAME.sub(lambda match: _shown(names.get(match[1], "any"), today), piece)


def _shown(value: Any, today: datetime) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item, today) for item in value) or "nothing in it"
    if isinstance(value, Mapping):
        return " ".join(f"{name} {_shown(item, today)}" for name, item in value.items())
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return _time(datetime.fromisoformat(value).astimezone(UTC), today)
    return str(value) if not isinstance(value, bool) else str(value).lower()


def _time(instant: datetime, today: datetime) -> str:
    same_day = instant.date() == today.astimezone(UTC).date()
    return f"{instant:%H:%M} UTC" if same_day else f"{instant:%Y-%m-%d %H:%M} UTC"
