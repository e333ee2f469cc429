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


@dataclass(slots=True)
class InstalledProfile:
    """A charging profile this Charge Point accepted, and the connector it was sent for (section 5.16)."""

    connector_id: int
    profile: Payload

    @property
    def for_transaction(self) -> bool:
        """Whether the profile ends with its transaction."""
        return bool(self.profile.get("chargingProfilePurpose") == "TxProfile")
