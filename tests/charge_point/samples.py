"""One valid payload for each action of a Central System, and what several tests share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from csms_harness.charge_point.model import ChargePoint
from csms_harness.ocppj.datetimes import format_datetime

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = format_datetime(NOW + timedelta(minutes=30))
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "a1", "issuerKeyHash": "b2", "serialNumber": "c3"}


def profile(**changed: Any) -> dict[str, Any]:
    """A TxDefaultProfile of 10 A from now on, with the members given."""
    usual = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule((0, 10)),
    }
    return usual | changed


def schedule(*periods: tuple[int, float], unit: str = "A", **changed: Any) -> dict[str, Any]:
    steps = [{"startPeriod": start, "limit": limit} for start, limit in periods]
    return {"chargingRateUnit": unit, "chargingSchedulePeriod": steps} | changed


VALID: dict[str, dict[str, Any]] = {
    "CancelReservation": {"reservationId": 7},
    "CertificateSigned": {"certificateChain": "-----BEGIN CERTIFICATE-----"},
    "ChangeAvailability": {"connectorId": 1, "type": "Operative"},
    "ChangeConfiguration": {"key": "MeterValueSampleInterval", "value": "10"},
    "ClearCache": {},
    "ClearChargingProfile": {},
    "DataTransfer": {"vendorId": "Acme"},
    "DeleteCertificate": {"certificateHashData": HASH},
    "ExtendedTriggerMessage": {"requestedMessage": "Heartbeat"},
    "GetCompositeSchedule": {"connectorId": 1, "duration": 3600},
    "GetConfiguration": {},
    "GetDiagnostics": {"location": "ftp://example.com/"},
    "GetInstalledCertificateIds": {"certificateType": "CentralSystemRootCertificate"},
    "GetLocalListVersion": {},
    "GetLog": {"logType": "SecurityLog", "requestId": 5, "log": {"remoteLocation": "ftp://example.com/"}},
    "InstallCertificate": {"certificateType": "ManufacturerRootCertificate", "certificate": "-----BEGIN"},
    "RemoteStartTransaction": {"idTag": "DRIVER"},
    "RemoteStopTransaction": {"transactionId": 42},
    "ReserveNow": {"connectorId": 1, "expiryDate": LATER, "idTag": "DRIVER", "reservationId": 7},
    "Reset": {"type": "Soft"},
    "SendLocalList": {"listVersion": 1, "updateType": "Full"},
    "SetChargingProfile": {"connectorId": 1, "csChargingProfiles": profile()},
    "SignedUpdateFirmware": {
        "requestId": 6,
        "firmware": {
            "location": "ftp://example.com/",
            "retrieveDateTime": LATER,
            "signingCertificate": "-----BEGIN",
            "signature": "c2ln",
        },
    },
    "TriggerMessage": {"requestedMessage": "Heartbeat"},
    "UnlockConnector": {"connectorId": 1},
    "UpdateFirmware": {"location": "ftp://example.com/", "retrieveDate": LATER},
}

FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Few examples and no stopwatch: these tests run on busy machines."""

WORDS = st.text('aZ0 -."\\\x00\u00e9\ud55c\ud800\U0001f50c', max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**30, 10**31)
    | st.floats()
    | st.decimals(allow_nan=False, allow_infinity=False)  # the parser makes decimals of digits only, NaN stays text
    | WORDS
    | st.sampled_from(["Accepted", "Full", "1", "Inoperative", "TxProfile", LATER]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def spoilt(payload: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A valid payload with some members, at any depth, replaced by any JSON, taken away or added."""
    return st.fixed_dictionaries(
        {}, optional={name: st.just(value) | JSON | _spoilt_inside(value) for name, value in payload.items()}
    ).flatmap(lambda known: st.dictionaries(WORDS, JSON, max_size=1).map(lambda more: more | known))


def _spoilt_inside(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, dict):
        return spoilt(value)
    if isinstance(value, list):
        return st.tuples(*[_spoilt_inside(item) for item in value]).map(list)
    return st.just(value) | JSON


def charging(charge_point: ChargePoint, connector_id: int = 1, transaction_id: int = 42) -> ChargePoint:
    """The Charge Point after a transaction has begun at NOW with a meter of 1000 Wh."""
    start = {
        "connectorId": connector_id,
        "idTag": "DRIVER",
        "meterStart": 1000,
        "timestamp": format_datetime(NOW),
    }
    answer = {"transactionId": transaction_id, "idTagInfo": {"status": "Accepted"}}
    charge_point.sent("StartTransaction", start, answer, NOW)
    status = {"connectorId": connector_id, "status": "Charging", "errorCode": "NoError"}
    charge_point.sent("StatusNotification", status, {}, NOW)
    return charge_point
