"""What a Charge Point remembers: transactions, reservations and installed charging profiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from csms_harness.ocppj.frames import Payload


@dataclass(slots=True)
class Transaction:
    """A transaction the Central System has given an id. ``meter_start`` in Wh."""

    transaction_id: int
    connector_id: int
    id_tag: str
    meter_start: int
    started: datetime
    reservation_id: int | None


@dataclass(slots=True)
class Reservation:
    """A reservation this Charge Point accepted (section 5.13)."""

    reservation_id: int
    connector_id: int
    id_tag: str
    parent_id_tag: str | None
    expires: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What the Central System ordered and has not taken back: a reservation, or else a connector made Inoperative.

    ``connector_id`` 0 is the whole Charge Point.
    """

    connector_id: int
    reservation_id: int | None = None

    @property
    def action(self) -> str:
        """The CALL that takes it back."""
        return "ChangeAvailability" if self.reservation_id is None else "CancelReservation"

    @property
    def fields(self) -> Payload:
        """What that CALL says."""
        if self.reservation_id is None:
            return {"connectorId": self.connector_id, "type": "Operative"}
        return {"reservationId": self.reservation_id}

    def is_about(self, connector_id: int | None) -> bool:
        """Whether a connector is meant; None is any."""
        return connector_id is None or 0 in (connector_id, self.connector_id) or connector_id == self.connector_id


@dataclass(frozen=True, slots=True)
class InstalledCertificate:
    """A root certificate that was installed: its ``type`` (CertificateUse) and the PEM text that came."""

    type: str
    pem: str


@dataclass(slots=True)
class InstalledProfile:
    """A charging profile this Charge Point accepted, and the connector it was sent for (section 5.16)."""

    connector_id: int
    profile: Payload

    @property
    def for_transaction(self) -> bool:
        """Whether the profile ends with its transaction."""
        return bool(self.profile.get("chargingProfilePurpose") == "TxProfile")
