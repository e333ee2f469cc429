"""The standard configuration keys: OCPP 1.6 chapter 9 and the security whitepaper, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from csms_harness.ocpp16.vocabulary import RATE_UNITS, FeatureProfile


class Access(StrEnum):
    """Who may do what with a key, seen from the Central System. ``W`` is write-only: never given back."""

    R = "R"
    RW = "RW"
    W = "W"


class Kind(StrEnum):
    """The type of a key's value (chapter 9). ``csl`` is a comma separated list."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    CSL = "csl"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Key:
    """One configuration key and its initial value.

    ``minimum`` and ``maximum`` bound an integer by value, a string by length and a list by its number of
    items. ``allowed`` names the items of a list; empty allows any. ``reboot``: a change waits for a reboot.
    """

    name: str
    access: Access
    kind: Kind
    value: str | None
    profile: FeatureProfile
    minimum: int | None = None
    allowed: tuple[str, ...] = ()
    reboot: bool = False
    maximum: int | None = None


LARGEST: Final = 2**31 - 1
"""The largest whole number a key takes. The specification sets none; Charge Points hold 32 bits."""

PHASES: Final = ("L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1")
ROTATIONS: Final = ("NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR")

MEASURANDS: Final = (
    "Energy.Active.Export.Register", "Energy.Active.Import.Register",
    "Energy.Reactive.Export.Register", "Energy.Reactive.Import.Register",
    "Energy.Active.Export.Interval", "Energy.Active.Import.Interval",
    "Energy.Reactive.Export.Interval", "Energy.Reactive.Import.Interval",
    "Power.Active.Export", "Power.Active.Import", "Power.Offered",
    "Power.Reactive.Export", "Power.Reactive.Import", "Power.Factor",
    "Current.Import", "Current.Export", "Current.Offered",
    "Voltage", "Frequency", "Temperature", "SoC", "RPM",
)  # fmt: skip
FEATURE_PROFILES: Final = tuple(str(item) for item in FeatureProfile if item is not FeatureProfile.SECURITY)

_ENERGY: Final = "Energy.Active.Import.Register"
_R, _RW, _W = Access.R, Access.RW, Access.W
_CORE, _SMART, _SECURITY = FeatureProfile.CORE, FeatureProfile.SMART_CHARGING, FeatureProfile.SECURITY
_LOCAL_LIST = FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT


def _boolean(name: str, access: Access, value: str, profile: FeatureProfile = _CORE) -> Key:
    return Key(name, access, Kind.BOOLEAN, value, profile)


def _integer(
    name: str,
    access: Access,
    value: str,
    profile: FeatureProfile = _CORE,
    *,
    least: int = 0,
    most: int = LARGEST,
) -> Key:
    return Key(name, access, Kind.INTEGER, value, profile, minimum=least, maximum=most)


def _list(name: str, access: Access, value: str, allowed: tuple[str, ...], profile: FeatureProfile = _CORE) -> Key:
    return Key(name, access, Kind.CSL, value, profile, allowed=allowed)


STANDARD_KEYS: Final[tuple[Key, ...]] = (
    _boolean("AllowOfflineTxForUnknownId", _RW, "false"),
    _boolean("AuthorizationCacheEnabled", _RW, "true"),
    _boolean("AuthorizeRemoteTxRequests", _RW, "true"),
    _integer("BlinkRepeat", _RW, "3"),
    _integer("ClockAlignedDataInterval", _RW, "0"),
    _integer("ConnectionTimeOut", _RW, "1"),
    _list("ConnectorPhaseRotation", _RW, "0.RST,1.RST,2.RST", ROTATIONS),
    _integer("ConnectorPhaseRotationMaxLength", _R, "20"),
    _integer("GetConfigurationMaxKeys", _R, "50"),
    _integer("HeartbeatInterval", _RW, "300", least=1),
    _integer("LightIntensity", _RW, "100", most=100),
    _boolean("LocalAuthorizeOffline", _RW, "true"),
    _boolean("LocalPreAuthorize", _RW, "false"),
    _integer("MaxEnergyOnInvalidId", _RW, "0"),
    _list("MeterValuesAlignedData", _RW, _ENERGY, MEASURANDS),
    _integer("MeterValuesAlignedDataMaxLength", _R, "10"),
    _list("MeterValuesSampledData", _RW, _ENERGY, MEASURANDS),
    _integer("MeterValuesSampledDataMaxLength", _R, "10"),
    _integer("MeterValueSampleInterval", _RW, "300"),
    _integer("MinimumStatusDuration", _RW, "0"),
    _integer("NumberOfConnectors", _R, "2", least=1),
    _integer("ResetRetries", _RW, "3"),
    _boolean("StopTransactionOnEVSideDisconnect", _RW, "true"),
    _boolean("StopTransactionOnInvalidId", _RW, "true"),
    _list("StopTxnAlignedData", _RW, "", MEASURANDS),
    _integer("StopTxnAlignedDataMaxLength", _R, "10"),
    _list("StopTxnSampledData", _RW, "", MEASURANDS),
    _integer("StopTxnSampledDataMaxLength", _R, "10"),
    _list("SupportedFeatureProfiles", _R, ",".join(FEATURE_PROFILES), FEATURE_PROFILES),
    _integer("SupportedFeatureProfilesMaxLength", _R, "6"),
    _integer("TransactionMessageAttempts", _RW, "3"),
    _integer("TransactionMessageRetryInterval", _RW, "60"),
    _boolean("UnlockConnectorOnEVSideDisconnect", _RW, "true"),
    _integer("WebSocketPingInterval", _RW, "60"),
    _list("SupportedFileTransferProtocols", _R, "FTP,FTPS,HTTP,HTTPS,SFTP",
          ("FTP", "FTPS", "HTTP", "HTTPS", "SFTP"), FeatureProfile.FIRMWARE_MANAGEMENT),
    _boolean("LocalAuthListEnabled", _RW, "true", _LOCAL_LIST),
    _integer("LocalAuthListMaxLength", _R, "1000", _LOCAL_LIST),
    _integer("SendLocalListMaxLength", _R, "100", _LOCAL_LIST),
    _boolean("ReserveConnectorZeroSupported", _R, "true", FeatureProfile.RESERVATION),
    _integer("ChargeProfileMaxStackLevel", _R, "10", _SMART),
    _list("ChargingScheduleAllowedChargingRateUnit", _R, "Current,Power", tuple(RATE_UNITS.values()), _SMART),
    _integer("ChargingScheduleMaxPeriods", _R, "24", _SMART),
    _boolean("ConnectorSwitch3to1PhaseSupported", _R, "false", _SMART),
    _integer("MaxChargingProfilesInstalled", _R, "20", _SMART),
    _boolean("AdditionalRootCertificateCheck", _R, "false", _SECURITY),
    Key("AuthorizationKey", _W, Kind.STRING, None, _SECURITY, minimum=16, maximum=40),
    _integer("CertificateSignedMaxChainSize", _R, "10000", _SECURITY),
    _integer("CertificateStoreMaxLength", _R, "10", _SECURITY),
    Key("CpoName", _RW, Kind.STRING, "CSMS Harness", _SECURITY, maximum=500),
    _integer("SecurityProfile", _RW, "0", _SECURITY, most=3),
)  # fmt: skip
"""Every standard key, the optional ones included, in the order of the specification."""
