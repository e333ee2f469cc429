"""What one simulated Charge Point is and remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from csms_harness.charge_point.configuration import Configuration
from csms_harness.charge_point.records import InstalledCertificate, InstalledProfile, Reservation, Standing, Transaction
from csms_harness.ocppj.frames import Payload

CHARGING_POWER: Final = 11_000
"""Watts a running transaction takes: three phases of 16 A at 230 V, rounded down."""

NOT_YET: Final = ("Pending", "Rejected")
"""Legal answers to BootNotification.req after which the Charge Point asks again (section 4.2)."""

_LIMITS: Final = {"vendor": 20, "model": 20, "serial_number": 25, "firmware_version": 50}


class ChargePointState:
    """Connectors, transactions, meters, configuration, reservations and profiles, and what they add up to.

    ``unended`` are the transactions whose end no Central System has confirmed, those that run among them;
    ``inoperative`` the connectors that were ordered to be so.

    ``connectors`` counts the connectors without connectorId 0. ``configuration`` overrides initial values.
    Raises ValueError when a text is longer than BootNotification.req allows, or there is no connector.
    """

    def __init__(
        self,
        identity: str,
        *,
        vendor: str = "CSMS Harness",
        model: str = "Virtual Charge Point",
        serial_number: str = "CSMS-HARNESS-0001",
        firmware_version: str = "1.0.0",
        connectors: int = 2,
        configuration: Mapping[str, str] | None = None,
    ) -> None:
        self.identity = identity
        self.vendor, self.model = vendor, model
        self.serial_number, self.firmware_version = serial_number, firmware_version
        self._check(connectors)
        self.connector_ids = tuple(range(connectors + 1))
        self.configuration = Configuration(self._own_values() | dict(configuration or {}))
        self.csr = ""  #: PEM text for SignCertificate.req; whoever holds the private key puts it here
        self.certificate_chain = ""  #: PEM text of the chain that the Central System had signed for it
        self.proven_chain = ""  #: the one that a connection was opened with
        self.certificates: list[InstalledCertificate] = []
        self.registration = ""  #: the status of the last BootNotification.conf; empty before the first
        self.booted = False
        self.heartbeat_interval: int | None = None
        self.boot_interval: int | None = None
        self.authorized: str | None = None
        self.statuses = dict.fromkeys(self.connector_ids, "Available")
        self.error_codes = dict.fromkeys(self.connector_ids, "NoError")
        self.transactions: dict[int, Transaction] = {}
        self.unended: dict[int, Transaction] = {}
        self.reservations: dict[int, Reservation] = {}
        self.inoperative: set[int] = set()
        self.local_list_version = 0
        self.local_list: dict[str, Payload] = {}
        self.charging_profiles: list[InstalledProfile] = []
        self.meters = dict.fromkeys(self.connector_ids[1:], 0)
        self.requests: dict[str, int] = {}
        self.password: bytes | None = None  #: of Basic authentication, once the Central System has given it another
        self.former_password: bytes | None = None  #: the one before; None for that of the target file
        self.own_key = ""  #: the password of the target file in hex, where it can be set over OCPP
        self.changed_by = ""  #: the case that had the password changed
        self.raised_by = ""  #: the case that had the security profile raised
        self.security_profile: int | None = None  #: the one it connects under, where the target names profiles
        self.host = ""  #: the name that the certificate of the Central System must be made out to
        self.raised_to: int | None = None  #: the one the Central System has raised it to

    def _check(self, connectors: int) -> None:
        if connectors < 1:
            raise ValueError(f"a Charge Point needs at least one connector; {connectors} were given")
        for name, most in _LIMITS.items():
            length = len(getattr(self, name))
            if length > most:
                raise ValueError(f"{name} has {length} characters; BootNotification.req allows {most}")

    def _own_values(self) -> dict[str, str]:
        numbers = self.connector_ids
        rotations = ",".join(f"{number}.RST" for number in numbers)
        return {"NumberOfConnectors": str(len(numbers) - 1), "ConnectorPhaseRotation": rotations}

    @property
    def unregistered(self) -> bool:
        """Whether the Central System has answered a boot and not accepted it (yet)."""
        return self.registration in NOT_YET

    @property
    def leaves_something(self) -> bool:
        """Whether anything of it may be open in the Central System, or was changed there about how it is let in."""
        changed = self.password is not None or self.raised_to is not None
        return changed or bool(self.unended or self.reservations or self.inoperative)

    def has_connector(self, connector_id: object) -> bool:
        """Whether that connectorId exists; 0 is the Charge Point itself."""
        return isinstance(connector_id, int) and connector_id in self.connector_ids

    def transaction_on(self, connector_id: int) -> Transaction | None:
        """The transaction that runs on a connector."""
        running = (item for item in self.transactions.values() if item.connector_id == connector_id)
        return next(running, None)

    def reservation_on(self, connector_id: int, now: datetime) -> Reservation | None:
        """The reservation of a connector that has not expired."""
        kept = (item for item in self.reservations.values() if item.connector_id == connector_id)
        return next((item for item in kept if item.expires > now), None)

    def standing(self, now: datetime) -> tuple[Standing, ...]:
        """What was ordered and not taken back; a reservation that has expired needs nothing."""
        kept = (item for item in self.reservations.values() if item.expires > now)
        reserved = [Standing(item.connector_id, item.reservation_id) for item in kept]
        return (*reserved, *(Standing(number) for number in sorted(self.inoperative)))

    def reading(self, connector_id: int, now: datetime) -> int:
        """The energy register of a connector in Wh; connectorId 0 is the main meter, their sum.

        Rises with 11 kW while a transaction runs and never falls.
        """
        if connector_id == 0:
            return sum(self.reading(number, now) for number in self.meters)
        stored, running = self.meters.get(connector_id, 0), self.transaction_on(connector_id)
        if running is None:
            return stored
        seconds = max(0, int((now - running.started).total_seconds()))
        return max(stored, running.meter_start + CHARGING_POWER * seconds // 3600)
