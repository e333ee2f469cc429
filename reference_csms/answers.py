"""What the Central System answers to each CALL of a Charge Point (OCPP 1.6, section 4), routed by `ocpp`.

Payloads are valid when they come here: the conversation has judged them against the schemas.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ocpp.v16 import call_result
from ocpp.v16.datatypes import IdTagInfo as IdTagInfoPayload
from ocpp.v16.enums import AuthorizationStatus, DataTransferStatus, GenericStatus, RegistrationStatus

from reference_csms.authority import RequestRefusedError
from reference_csms.basis import Basis
from reference_csms.instants import parse_instant
from reference_csms.records import certificates, charge_points, file_transfers, id_tags, security_events, transactions
from reference_csms.records.id_tags import IdTagInfo
from reference_csms.seams import Number
from reference_csms.wire.errors import Breach, Code, Violation
from reference_csms.wire.package import answering, as_members

VENDOR_ID = "org.csms-harness.reference"


class Answers:
    """The routes for one Charge Point."""

    def __init__(self, basis: Basis, charge_point_id: str, numbering: Number | None = None) -> None:
        """`numbering` gives the transactionId of each new transaction; the database does without it."""
        self._basis, self._numbering = basis, numbering
        self._store = basis.store
        self._id = charge_point_id
        self.follow_up: list[tuple[str, dict[str, Any]]] = []

    @answering("BootNotification")
    async def boot(self, **members: Any) -> call_result.BootNotification:
        """Accept every Charge Point that got this far."""
        payload = as_members(members)
        await self._store.within(lambda db: charge_points.boot(db, self._id, payload, self._basis.now()))
        return call_result.BootNotification(
            current_time=self._basis.write(self._basis.now()),
            interval=self._basis.settings.heartbeat_interval,
            status=RegistrationStatus.accepted,
        )

    @answering("Heartbeat")
    async def heartbeat(self) -> call_result.Heartbeat:
        """Tell the time."""
        return call_result.Heartbeat(current_time=self._basis.write(self._basis.now()))

    @answering("StatusNotification")
    async def status(self, connector_id: int, timestamp: str | None = None, **members: Any) -> Any:
        """Keep the status of a connector, or of the Charge Point when connectorId is 0."""
        _check_at_least(0, "connectorId", connector_id)
        values = members | {"timestamp": _instant(timestamp) if timestamp else self._basis.now()}
        await self._store.within(lambda db: charge_points.note_status(db, self._id, connector_id, values))
        return call_result.StatusNotification()

    @answering("Authorize")
    async def authorize(self, id_tag: str) -> call_result.Authorize:
        """Say whether an idTag may charge."""
        info = await self._store.within(lambda db: id_tags.judge(db, id_tag, self._basis.now()))
        return call_result.Authorize(id_tag_info=self._payload(info))

    @answering("StartTransaction")
    async def start(
        self,
        connector_id: int,
        id_tag: str,
        meter_start: int,
        timestamp: str,
        reservation_id: int | None = None,
    ) -> call_result.StartTransaction:
        """Begin a transaction, now or as it began offline; the idTag is judged but never stops that."""
        _check_at_least(1, "connectorId", connector_id)
        request = transactions.Start(self._id, connector_id, id_tag, meter_start, _instant(timestamp), reservation_id)
        transaction_id, info = await self._store.within(
            lambda db: transactions.start(db, request, self._basis.now(), self._numbering)
        )
        return call_result.StartTransaction(transaction_id=transaction_id, id_tag_info=self._payload(info))

    @answering("StopTransaction")
    async def stop(
        self,
        meter_stop: int,
        timestamp: str,
        transaction_id: int,
        reason: str = "Local",
        id_tag: str | None = None,
        transaction_data: list[dict[str, Any]] | None = None,
    ) -> call_result.StopTransaction:
        """End a transaction; an unknown one is answered too, for the Charge Point would only ask again."""
        request = transactions.Stop(self._id, transaction_id, meter_stop, _instant(timestamp), reason, id_tag)
        readings = _readings(transaction_data or [])

        async def work(db: Any) -> IdTagInfo | None:
            await transactions.stop(db, request)
            about = {"connector_id": None, "transaction_id": transaction_id}
            await transactions.add_meter_values(db, self._id, "StopTransaction", about, readings)
            return await id_tags.judge(db, id_tag, self._basis.now()) if id_tag is not None else None

        info = await self._store.within(work)
        return call_result.StopTransaction(id_tag_info=None if info is None else self._payload(info))

    @answering("MeterValues")
    async def meter_values(
        self, connector_id: int, meter_value: list[dict[str, Any]], transaction_id: int | None = None
    ) -> call_result.MeterValues:
        """Keep meter values."""
        _check_at_least(0, "connectorId", connector_id)
        about = {"connector_id": connector_id, "transaction_id": transaction_id}
        readings = _readings(meter_value)
        await self._store.within(lambda db: transactions.add_meter_values(db, self._id, "MeterValues", about, readings))
        return call_result.MeterValues()

    @answering("DataTransfer")
    async def data_transfer(
        self, vendor_id: str, message_id: str | None = None, data: str | None = None
    ) -> call_result.DataTransfer:
        """Know one vendor, whose message `Echo` returns its data (4.3)."""
        if vendor_id.lower() != VENDOR_ID:
            return call_result.DataTransfer(DataTransferStatus.unknown_vendor_id)
        if message_id is not None and message_id.lower() != "echo":
            return call_result.DataTransfer(DataTransferStatus.unknown_message_id)
        return call_result.DataTransfer(DataTransferStatus.accepted, data)

    @answering("DiagnosticsStatusNotification")
    async def diagnostics_status(self, status: str) -> call_result.DiagnosticsStatusNotification:
        """Track an upload of diagnostics."""
        await self._note_transfer(file_transfers.DIAGNOSTICS, status)
        return call_result.DiagnosticsStatusNotification()

    @answering("FirmwareStatusNotification")
    async def firmware_status(self, status: str) -> call_result.FirmwareStatusNotification:
        """Track a firmware update."""
        await self._note_transfer(file_transfers.FIRMWARE, status)
        return call_result.FirmwareStatusNotification()

    @answering("LogStatusNotification")
    async def log_status(self, status: str, request_id: int | None = None) -> call_result.LogStatusNotification:
        """Track an upload of a log (security whitepaper)."""
        await self._note_transfer(file_transfers.LOG, status, request_id)
        return call_result.LogStatusNotification()

    @answering("SignedFirmwareStatusNotification")
    async def signed_firmware_status(
        self, status: str, request_id: int | None = None
    ) -> call_result.SignedFirmwareStatusNotification:
        """Track a signed firmware update (security whitepaper)."""
        await self._note_transfer(file_transfers.SIGNED_FIRMWARE, status, request_id)
        return call_result.SignedFirmwareStatusNotification()

    @answering("SecurityEventNotification")
    async def security_event(
        self, timestamp: str, tech_info: str | None = None, **members: str
    ) -> call_result.SecurityEventNotification:
        """Keep a security event (security whitepaper)."""
        kind, happened_at = members["type"], _instant(timestamp)
        await self._store.within(lambda db: security_events.add(db, self._id, kind, happened_at, tech_info))
        return call_result.SecurityEventNotification()

    @answering("SignCertificate")
    async def sign_certificate(self, csr: str) -> call_result.SignCertificate:
        """Sign what this Charge Point asks for, and send it the chain (security whitepaper, A02)."""
        row = await self._store.within(lambda db: charge_points.find(db, self._id))
        booted = {} if row is None else row.boot_notification or {}
        names = {self._id, booted.get("chargePointSerialNumber", self._id)}
        now = self._basis.now()
        try:
            chain = self._basis.authority.sign(csr, names, now)
        except RequestRefusedError:
            return call_result.SignCertificate(GenericStatus.rejected)
        await self._store.within(lambda db: certificates.issue(db, self._id, chain, now))
        self.follow_up.append(("CertificateSigned", {"certificateChain": chain}))
        return call_result.SignCertificate(GenericStatus.accepted)

    async def _note_transfer(self, kind: str, status: str, request_id: int | None = None) -> None:
        now = self._basis.now()
        await self._store.within(lambda db: file_transfers.note_status(db, self._id, kind, status, now, request_id))

    def _payload(self, info: IdTagInfo) -> IdTagInfoPayload:
        expiry = None if info.expiry_date is None else self._basis.write(info.expiry_date)
        return IdTagInfoPayload(AuthorizationStatus(info.status), info.parent_id_tag, expiry)


def _instant(text: str) -> datetime:
    instant = parse_instant(text)
    if instant is None:
        raise Violation(Breach(Code.PROPERTY_CONSTRAINT, "a timestamp names no instant with zone."))
    return instant


def _readings(meter_values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"timestamp": _instant(each["timestamp"]), "sampled_value": as_members(each["sampled_value"])}
        for each in meter_values
    ]


def _check_at_least(least: int, member: str, number: int) -> None:
    if number < least:
        sentence = f"{member} is {number}, expected {least} or more."
        raise Violation(Breach(Code.PROPERTY_CONSTRAINT, sentence, member))
