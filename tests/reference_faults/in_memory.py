"""A Central System without sockets and without a database: frames of every kind run through its seams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame as WebSocketFrame

from csms_harness.certificates.hashing import ALGORITHMS, hash_data
from reference_csms.basis import Basis
from reference_csms.central_system import CentralSystem
from reference_csms.conversation import Conversation
from reference_csms.records.store import Store
from reference_csms.seams import Seams
from reference_csms.settings import Settings
from reference_csms.wire.frames import Encoded, Frame, call_frame, call_result_frame
from tests.certificates import making

NOW = "2026-01-31T12:00:00.000Z"
LATER = "2026-01-31T13:00:30.000Z"
PARENT = {"status": "Accepted", "parentIdTag": "PARENT-001"}


@dataclass
class Connection:
    """What a Conversation needs of a connection: it keeps what is sent, and how it was ended."""

    sent: list[Encoded] = field(default_factory=list)
    ends: list[int | None] = field(default_factory=list)
    pings: int = 0
    frames: list[WebSocketFrame] = field(default_factory=list)
    incoming: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    refuses_calls: bool = False

    @property
    def transport(self) -> Connection:
        """What can be aborted."""
        return self

    def abort(self) -> None:
        """Drop."""
        self.ends.append(None)

    async def send(self, message: Encoded) -> None:
        """Keep a message, and refuse it if it is a CALL and that is wanted."""
        self.sent.append(message)
        if self.refuses_calls and isinstance(message, str) and (parts := json.loads(message))[0] == 2:
            self.incoming.put_nowait(json.dumps([4, parts[1], "NotSupported", "", {}]))

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close."""
        self.ends.append(code)

    async def ping(self) -> None:
        """Ping."""
        self.pings += 1

    async def pong(self, data: bytes = b"") -> None:
        """Pong."""
        self.pings += 1

    @property
    def protocol(self) -> Connection:
        """What takes WebSocket frames."""
        return self

    def recv_frame(self, frame: WebSocketFrame) -> None:
        """Keep a WebSocket frame."""
        self.frames.append(frame)

    async def __aiter__(self) -> AsyncIterator[str]:
        while (message := await self.incoming.get()) is not None:
            yield message


def central_system(seams: Seams) -> CentralSystem:
    """One that has no database; nothing here asks for it."""
    return CentralSystem(Basis(Settings(), cast("Store", None)), seams)


def talk(csms: CentralSystem, identity: str = "CP_01") -> tuple[Conversation, Connection]:
    """A conversation on a connection in memory, known to the Central System."""
    connection = Connection()
    return csms.open(identity, cast("ServerConnection", connection)), connection


async def emit(csms: CentralSystem, conversation: Conversation, frames: Iterable[Frame]) -> None:
    """Send frames the way a conversation of this Central System does."""
    way = csms.seams.chain(conversation, conversation.write)
    for frame in frames:
        await way(frame)


def whole(message: Encoded) -> str:
    """The text of a message, fragments put together."""
    assert not isinstance(message, bytes)
    return message if isinstance(message, str) else "".join(message)


def _profile(number: int, purpose: str, **more: Any) -> dict[str, Any]:
    schedule = {
        "startSchedule": NOW,
        "duration": 300,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0, "numberPhases": 3}],
    }
    members = {"chargingProfileId": number, "stackLevel": 0, "chargingProfilePurpose": purpose}
    kind = {"chargingProfileKind": "Absolute", "validFrom": NOW, "validTo": LATER}
    return members | kind | {"chargingSchedule": schedule} | more


STATUSES = ("Available", "Preparing", "Charging", "SuspendedEV", "Finishing", "Reserved", "Unavailable")

_ENTRY = {"idTag": "TAG-001", "idTagInfo": {"status": "Accepted"}}
_RESERVATION = {"connectorId": 1, "expiryDate": LATER, "idTag": "TAG-001", "reservationId": 1}

_ROOT, _ROOT_KEY = making.root()
_LEAF = making.certificate(making.name("CP_01"), making.key().public_key(), _ROOT.subject, _ROOT_KEY)
_TYPES = ("ManufacturerRootCertificate", "CentralSystemRootCertificate")
_FIRMWARE = {
    "location": "ftp://example.org/firmware",
    "retrieveDateTime": NOW,
    "signature": "c2lnbmF0dXJl",
    "signingCertificate": making.pem(_ROOT),
}

ANSWERS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("BootNotification", {}, {"currentTime": NOW, "interval": 300, "status": "Accepted"}),
    *(("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": status}, {}) for status in STATUSES),
    ("StatusNotification", {"connectorId": 1, "errorCode": "ConnectorLockFailure", "status": "Faulted"}, {}),
    ("Heartbeat", {}, {"currentTime": NOW}),
    *(("Authorize", {"idTag": s}, {"idTagInfo": {"status": s}}) for s in ("Invalid", "Expired", "Blocked")),
    ("Authorize", {"idTag": "TAG-001"}, {"idTagInfo": PARENT}),
    ("Authorize", {"idTag": "TAG-001"}, {"idTagInfo": PARENT}),
    ("StartTransaction", {"connectorId": 1, "idTag": "TAG-001"}, {"transactionId": 1, "idTagInfo": PARENT}),
    ("StartTransaction", {"connectorId": 1, "idTag": "TAG-001"}, {"transactionId": 2, "idTagInfo": PARENT}),
    (
        "StartTransaction",
        {"connectorId": 1, "idTag": "NOBODY"},
        {"transactionId": 3, "idTagInfo": {"status": "Invalid"}},
    ),
    ("Authorize", {"idTag": "nobody"}, {"idTagInfo": {"status": "Invalid"}}),
    ("StopTransaction", {"transactionId": 1, "idTag": "TAG-001"}, {"idTagInfo": PARENT}),
    ("StopTransaction", {"transactionId": 1, "idTag": "TAG-001"}, {"idTagInfo": PARENT}),
    ("StopTransaction", {"transactionId": 2}, {}),
    ("MeterValues", {"connectorId": 1, "meterValue": []}, {}),
    ("DataTransfer", {"vendorId": "x"}, {"status": "UnknownVendorId"}),
    ("DiagnosticsStatusNotification", {"status": "Idle"}, {}),
    ("FirmwareStatusNotification", {"status": "Idle"}, {}),
    ("LogStatusNotification", {"status": "Uploaded", "requestId": 1}, {}),
    ("SecurityEventNotification", {"type": "FirmwareUpdated", "timestamp": NOW}, {}),
    ("SignCertificate", {"csr": "-----BEGIN CERTIFICATE REQUEST-----"}, {"status": "Accepted"}),
    ("SignedFirmwareStatusNotification", {"status": "Installed", "requestId": 1}, {}),
)
"""Action, payload of the CALL and of its right answer."""

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("CancelReservation", {"reservationId": 1}),
    ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}),
    ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "60"}),
    ("ChangeConfiguration", {"key": "UnknownKey", "value": "true"}),
    ("ChangeConfiguration", {"key": "AuthorizationKey", "value": "6e65772d70617373776f72642d313233"}),
    ("ClearCache", {}),
    ("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": _profile(1, "ChargePointMaxProfile")}),
    ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": _profile(2, "TxDefaultProfile")}),
    ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": _profile(3, "TxProfile", transactionId=1)}),
    ("ClearChargingProfile", {"id": 1}),
    ("ClearChargingProfile", {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 0}),
    ("ClearChargingProfile", {}),
    ("GetCompositeSchedule", {"connectorId": 1, "duration": 300, "chargingRateUnit": "A"}),
    ("GetConfiguration", {}),
    ("GetConfiguration", {"key": ["SupportedFeatureProfiles"]}),
    ("GetDiagnostics", {"location": "ftp://example.org/diagnostics"}),
    ("GetLocalListVersion", {}),
    ("RemoteStartTransaction", {"connectorId": 1, "idTag": "TAG-001"}),
    (
        "RemoteStartTransaction",
        {"connectorId": 1, "idTag": "TAG-001", "chargingProfile": _profile(4, "TxProfile")},
    ),
    ("RemoteStopTransaction", {"transactionId": 1}),
    ("ReserveNow", _RESERVATION | {"parentIdTag": "PARENT-001"}),
    ("ReserveNow", _RESERVATION | {"connectorId": 0}),
    ("Reset", {"type": "Hard"}),
    ("Reset", {"type": "Soft"}),
    ("SendLocalList", {"listVersion": 5, "updateType": "Full", "localAuthorizationList": [_ENTRY]}),
    ("SendLocalList", {"listVersion": 6, "updateType": "Differential", "localAuthorizationList": [_ENTRY]}),
    ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}),
    ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
    ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}),
    ("TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"}),
    ("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}),
    ("UnlockConnector", {"connectorId": 1}),
    ("UpdateFirmware", {"location": "ftp://example.org/firmware", "retrieveDate": NOW}),
    ("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}),
    ("CertificateSigned", {"certificateChain": making.pem(_LEAF, _ROOT)}),
    *(("InstallCertificate", {"certificateType": kind, "certificate": making.pem(_ROOT)}) for kind in _TYPES),
    *(("GetInstalledCertificateIds", {"certificateType": kind}) for kind in _TYPES),
    *(("DeleteCertificate", {"certificateHashData": hash_data(making.pem(_ROOT), one)}) for one in ALGORITHMS),
    ("GetLog", {"logType": "SecurityLog", "requestId": 1, "log": {"remoteLocation": "ftp://example.org/log"}}),
    ("SignedUpdateFirmware", {"requestId": 2, "firmware": _FIRMWARE}),
)
"""Action and payload, as the certification cases want them."""


def answers(*actions: str) -> list[Frame]:
    """Right answers to CALLs with these actions, or to all."""
    return [
        call_result_frame(f"Own-{number}", action, payload, request)
        for number, (action, request, payload) in enumerate(ANSWERS)
        if not actions or action in actions
    ]


def calls(*actions: str) -> list[Frame]:
    """Right CALLs with these actions, or all."""
    return [
        call_frame(f"own-{number}", action, payload)
        for number, (action, payload) in enumerate(CALLS)
        if not actions or action in actions
    ]
