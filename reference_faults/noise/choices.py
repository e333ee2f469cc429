"""Legal noise: what OCPP 1.6 leaves to the Central System, chosen otherwise than usual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from reference_csms.instants import format_instant, parse_instant
from reference_csms.wire.frames import Payload
from reference_faults.edits import Change, Value, alter, both, drop, put
from reference_faults.noise.making import answering, calling, naming, numbering

LARGEST = 2**31 - 1
"""The largest number that every Charge Point can keep."""

_TELLING: Final = ("Authorize", "StartTransaction", "StopTransaction")
_SCHEDULES: Final = ("csChargingProfiles.chargingSchedule", "chargingProfile.chargingSchedule")
_ID_TAGS: Final = ("idTag", "localAuthorizationList.0.idTag")


def _with_options(payload: Payload) -> Payload:
    """Every optional member of idTagInfo; a parent that there is stays."""
    info = payload.get("idTagInfo")
    if info is None:
        return payload
    return payload | {"idTagInfo": {"parentIdTag": "FAMILY", "expiryDate": "2099-12-31T23:59:59.999Z"} | info}


def _without_an_end(info: Any) -> Any:
    if info.get("status") != "Accepted":
        return info
    return {"expiryDate": "9999-12-31T23:59:59.9999999-05:00"} | info


def _refused_without_a_transaction(payload: Payload) -> Payload:
    refused = payload.get("idTagInfo", {}).get("status") != "Accepted"
    return payload | {"transactionId": 0} if refused else payload


def _from_above(number: int) -> int:
    return LARGEST - number


def _scattered(number: int) -> int:
    # The factor and the largest 31-bit number have no common divisor, so no two ids become one.
    return number * 1_103_515_245 % LARGEST


def _to_the_minute(text: Any) -> Any:
    instant = parse_instant(text) if isinstance(text, str) else None
    if instant is None:
        return text
    return format_instant((instant + timedelta(seconds=59)).replace(second=0, microsecond=0))


def _the_last_minute(text: Any) -> Any:
    instant = parse_instant(text) if isinstance(text, str) else None
    if instant is None:
        return text
    return format_instant((instant - timedelta(seconds=1)).replace(second=0, microsecond=0))


def _ten_seconds(text: Any) -> Any:
    instant = parse_instant(text) if isinstance(text, str) else None
    if instant is None:
        return text
    before = instant - timedelta(seconds=1)
    return format_instant(before.replace(second=before.second // 10 * 10, microsecond=0))


def _ticking(text: Any) -> Any:
    """As a clock shows that is kept for ten seconds, from any moment on."""
    instant = parse_instant(text) if isinstance(text, str) else None
    if instant is None:
        return text
    into = (instant.timestamp() - 3.457) % 10
    return format_instant(instant - timedelta(seconds=into))


def _a_second_slow(text: Any) -> Any:
    instant = parse_instant(text) if isinstance(text, str) else None
    return text if instant is None else format_instant(instant - timedelta(seconds=2))


def _digits(unique_id: str) -> str:
    return str(int.from_bytes(unique_id.encode()))[-18:]


def _odd(unique_id: str) -> str:
    return f"{unique_id[:12]} /?#[]@!$&'()*+,;=%:\"\\|"


def _unless(member: str, change: Change) -> Change:
    return lambda payload: payload if member in payload else change(payload)


def _each(paths: tuple[str, ...], change: Callable[[str], Change]) -> Change:
    return both(*(change(path) for path in paths))


def _lower() -> Value:
    return lambda text: text.lower() if isinstance(text, str) else text


def _without_default_phases(path: str) -> Change:
    return alter(f"{path}.chargingSchedulePeriod", lambda periods: [_sparse(period) for period in periods])


def _sparse(period: Payload) -> Payload:
    return {name: value for name, value in period.items() if (name, value) != ("numberPhases", 3)}


_WITH_RETRIES = both(put("retries", 3), put("retryInterval", 60))
_WITH_TIMES = both(put("startTime", "2026-01-01T00:00:00Z"), put("stopTime", "2026-01-02T00:00:00Z"))
_CHARGING = ("SetChargingProfile", "RemoteStartTransaction")
_WITH_ID_TAGS = ("RemoteStartTransaction", "ReserveNow", "SendLocalList")

CHOICES: Final = (
    answering("optional-id-tag-info", "fills every optional member of idTagInfo", _with_options, *_TELLING),
    answering(
        "bare-id-tag-info",
        "leaves out every optional member of idTagInfo",
        both(drop("idTagInfo.expiryDate"), drop("idTagInfo.parentIdTag")),
        *_TELLING,
    ),
    answering("bare-stop", "leaves idTagInfo out of StopTransaction.conf", drop("idTagInfo"), "StopTransaction"),
    numbering("large-transaction-ids", "counts transactionIds down from 2^31-1", _from_above),
    numbering("scattered-transaction-ids", "gives transactionIds in no order", _scattered),
    answering(
        "refused-starts-without-id",
        "gives a start that it refuses the transactionId 0",
        _refused_without_a_transaction,
        "StartTransaction",
    ),
    answering(
        "expiry-at-the-end-of-time",
        "lets every idTag expire in the last moment there is, in a zone behind UTC",
        alter("idTagInfo", _without_an_end),
        *_TELLING,
    ),
    answering("interval-zero", "lets Charge Points choose the interval", put("interval", 0), "BootNotification"),
    answering("interval-of-a-day", "wants one Heartbeat a day", put("interval", 86_400), "BootNotification"),
    answering(
        "clock-two-seconds-slow", "has a clock two seconds slow", alter("currentTime", _a_second_slow), "Heartbeat"
    ),
    answering(
        "clock-of-minutes",
        "has a clock that shows minutes and no seconds",
        alter("currentTime", _the_last_minute),
        "BootNotification",
        "Heartbeat",
    ),
    answering(
        "clock-of-ten-seconds",
        "has a clock that counts by ten seconds",
        alter("currentTime", _ten_seconds),
        "BootNotification",
        "Heartbeat",
    ),
    answering(
        "clock-kept-for-ten-seconds",
        "keeps the time that it tells for ten seconds, from an odd moment on",
        alter("currentTime", _ticking),
        "BootNotification",
        "Heartbeat",
    ),
    answering("data-accepted", "accepts data of any vendor", put("status", "Accepted"), "DataTransfer"),
    answering("data-rejected", "rejects data it does not know", put("status", "Rejected"), "DataTransfer"),
    answering("data-unknown", "misses the message, not the vendor", put("status", "UnknownMessageId"), "DataTransfer"),
    answering("data-with-text", "answers DataTransfer with data", put("data", '{"reason": 17}'), "DataTransfer"),
    calling(
        "large-reservation-ids",
        "counts reservationIds down from 2^31-1",
        alter("reservationId", _from_above),
        "ReserveNow",
    ),
    calling(
        "large-profile-ids",
        "counts chargingProfileIds down from 2^31-1",
        both(
            alter("csChargingProfiles.chargingProfileId", _from_above),
            alter("chargingProfile.chargingProfileId", _from_above),
        ),
        *_CHARGING,
    ),
    calling("list-versions-jump", "skips list versions", alter("listVersion", lambda old: old * 1000), "SendLocalList"),
    calling(
        "lower-case-id-tags",
        "writes idTags in lower case",
        _each(_ID_TAGS, lambda p: alter(p, _lower())),
        *_WITH_ID_TAGS,
    ),
    calling(
        "upper-case-keys", "writes keys in upper case", alter("key", lambda key: key.upper()), "ChangeConfiguration"
    ),
    calling(
        "no-connector",
        "leaves the connector of a remote start to the Charge Point",
        _unless("chargingProfile", drop("connectorId")),
        "RemoteStartTransaction",
    ),
    calling(
        "empty-key-list", "asks for all keys with an empty list", _unless("key", put("key", [])), "GetConfiguration"
    ),
    calling("retries", "says how often to try again", _WITH_RETRIES, "GetDiagnostics", "UpdateFirmware"),
    calling("diagnostics-of-a-day", "asks for the diagnostics of one day", _WITH_TIMES, "GetDiagnostics"),
    calling(
        "default-phases", "leaves out numberPhases when it is 3", _each(_SCHEDULES, _without_default_phases), *_CHARGING
    ),
    calling(
        "least-rate",
        "names the least charging rate",
        _each(_SCHEDULES, lambda path: put(f"{path}.minChargingRate", 6.1)),
        *_CHARGING,
    ),
    calling(
        "least-rate-above-the-limits",
        "names a least charging rate that no period allows",
        _each(_SCHEDULES, lambda path: put(f"{path}.minChargingRate", 99_999.9)),
        *_CHARGING,
    ),
    calling("whole-minutes", "reserves up to a full minute", alter("expiryDate", _to_the_minute), "ReserveNow"),
    naming("numeric-unique-ids", "has uniqueIds of digits", _digits),
    naming("short-unique-ids", "has uniqueIds of eight characters", lambda unique_id: unique_id[:8]),
    naming("odd-unique-ids", "has uniqueIds of 36 odd characters", _odd),
)
"""What is up to the Central System."""
