"""Actions and feature profiles, spelled as the OCPP 1.6 specification spells them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SUBPROTOCOL: Final = "ocpp1.6"
"""The WebSocket subprotocol of OCPP 1.6-J (OCPP-J 3.1.2)."""

LONGEST_ID_TAG: Final = 20
"""Characters of an IdToken (section 7.28)."""


SECURITY_PROFILES: Final = (0, 1, 2, 3)
"""How a connection is secured (security whitepaper, section 2.4).

1 is Basic authentication over plain WebSocket, 2 is TLS with it, 3 is TLS with a client certificate; 0 is none of it.
"""


class FeatureProfile(StrEnum):
    """A feature profile of OCPP 1.6 section 3.2, and the security whitepaper as a profile of its own."""

    CORE = "Core"
    FIRMWARE_MANAGEMENT = "FirmwareManagement"
    LOCAL_AUTH_LIST_MANAGEMENT = "LocalAuthListManagement"
    RESERVATION = "Reservation"
    REMOTE_TRIGGER = "RemoteTrigger"
    SMART_CHARGING = "SmartCharging"
    SECURITY = "Security"


FUNCTIONALITY_NAMES: Final[dict[FeatureProfile, str]] = {
    FeatureProfile.CORE: "Core",
    FeatureProfile.FIRMWARE_MANAGEMENT: "Firmware Management",
    FeatureProfile.SMART_CHARGING: "Smart Charging",
    FeatureProfile.RESERVATION: "Reservation",
    FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT: "Local Authorization List Management",
    FeatureProfile.REMOTE_TRIGGER: "Remote Trigger",
    FeatureProfile.SECURITY: "Security",
}
"""The rows of a certificate, in its order."""

_CORE, _FIRMWARE, _LOCAL_LIST, _RESERVATION, _TRIGGER, _SMART, _SECURITY = (
    FeatureProfile.CORE,
    FeatureProfile.FIRMWARE_MANAGEMENT,
    FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT,
    FeatureProfile.RESERVATION,
    FeatureProfile.REMOTE_TRIGGER,
    FeatureProfile.SMART_CHARGING,
    FeatureProfile.SECURITY,
)

CHARGE_POINT_ACTIONS: Final[dict[str, FeatureProfile]] = {
    "Authorize": _CORE,
    "BootNotification": _CORE,
    "DataTransfer": _CORE,
    "Heartbeat": _CORE,
    "MeterValues": _CORE,
    "StartTransaction": _CORE,
    "StatusNotification": _CORE,
    "StopTransaction": _CORE,
    "DiagnosticsStatusNotification": _FIRMWARE,
    "FirmwareStatusNotification": _FIRMWARE,
    "LogStatusNotification": _SECURITY,
    "SecurityEventNotification": _SECURITY,
    "SignCertificate": _SECURITY,
    "SignedFirmwareStatusNotification": _SECURITY,
}
"""Actions a Charge Point initiates (OCPP 1.6 chapter 4; security whitepaper)."""

CENTRAL_SYSTEM_ACTIONS: Final[dict[str, FeatureProfile]] = {
    "ChangeAvailability": _CORE,
    "ChangeConfiguration": _CORE,
    "ClearCache": _CORE,
    "DataTransfer": _CORE,
    "GetConfiguration": _CORE,
    "RemoteStartTransaction": _CORE,
    "RemoteStopTransaction": _CORE,
    "Reset": _CORE,
    "UnlockConnector": _CORE,
    "GetDiagnostics": _FIRMWARE,
    "UpdateFirmware": _FIRMWARE,
    "GetLocalListVersion": _LOCAL_LIST,
    "SendLocalList": _LOCAL_LIST,
    "CancelReservation": _RESERVATION,
    "ReserveNow": _RESERVATION,
    "TriggerMessage": _TRIGGER,
    "ClearChargingProfile": _SMART,
    "GetCompositeSchedule": _SMART,
    "SetChargingProfile": _SMART,
    "CertificateSigned": _SECURITY,
    "DeleteCertificate": _SECURITY,
    "ExtendedTriggerMessage": _SECURITY,
    "GetInstalledCertificateIds": _SECURITY,
    "GetLog": _SECURITY,
    "InstallCertificate": _SECURITY,
    "SignedUpdateFirmware": _SECURITY,
}
"""Actions a Central System initiates (OCPP 1.6 chapter 5; security whitepaper)."""

ACTIONS: Final = frozenset(CHARGE_POINT_ACTIONS) | frozenset(CENTRAL_SYSTEM_ACTIONS)

LIMITS: Final = (
    "ChargeProfileMaxStackLevel",
    "ChargingScheduleMaxPeriods",
    "GetConfigurationMaxKeys",
    "LocalAuthListMaxLength",
    "MaxChargingProfilesInstalled",
    "SendLocalListMaxLength",
)
"""Configuration keys that say how much a Charge Point can take in one CALL, or of all of them (chapter 9)."""

ALLOWED_UNITS: Final = "ChargingScheduleAllowedChargingRateUnit"
"""The configuration key that says in which units a Charge Point can be limited (section 9.4.2)."""

RATE_UNITS: Final = {"A": "Current", "W": "Power"}
"""chargingRateUnit, and how that key spells it."""
