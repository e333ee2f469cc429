"""Faults of the CALLs a Central System sends, member by member: Core, Reservation, Firmware, lists and triggers."""

from __future__ import annotations

from collections.abc import Iterator

from reference_faults.edits import Change, add, alter, an_hour_late, drop, put, rename, swap
from reference_faults.faults.calls import spot
from reference_faults.faults.model import Fault, Row
from reference_faults.faults.spots import Spot

_REMOTE_STARTS = ("TC_010_CSMS", "TC_011_1_CSMS", "TC_026_CSMS")
_UNLOCKS = ("TC_017_1_CSMS", "TC_030_CSMS")
_OFF_BY_SEVEN = 7


def call_members() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _change_availability(spot("ChangeAvailability"))
    yield from _configuration(spot("ChangeConfiguration"), spot("GetConfiguration"))
    yield from _remote_start(spot("RemoteStartTransaction"))
    yield from _remote_stop(spot("RemoteStopTransaction"))
    yield from _reset(spot("Reset"))
    yield from _unlock(spot("UnlockConnector"))
    yield from _firmware(spot("UpdateFirmware"), spot("GetDiagnostics"))
    yield from _cancel(spot("CancelReservation"))
    yield from _trigger(spot("TriggerMessage"))


def _change_availability(at: Spot) -> Iterator[Fault]:
    yield from at.member("connectorId", "count")
    yield from at.member("type", "choice")
    yield from at.rows(
        Row(
            "connector-off-by-seven",
            "is about another connector",
            add("connectorId", _OFF_BY_SEVEN),
            ("TC_048_3_CSMS",),
        ),
        Row("connector-zero", "is about the whole Charge Point", put("connectorId", 0), ("TC_048_3_CSMS",)),
        Row("type-operative", "asks for the opposite", swap("type", "Inoperative", "Operative"), ("TC_048_3_CSMS",)),
    )


def _configuration(change: Spot, get: Spot) -> Iterator[Fault]:
    yield from change.member("key", "text")
    yield from change.member("value", "text")
    yield from change.rows(
        Row(
            "key-another",
            "sets another key",
            put("key", "HeartbeatInterval"),
            ("TC_021_CSMS", "TC_040_1_CSMS", "TC_040_2_CSMS"),
        ),
        Row("value-off-by-seven", "sets another value", alter("value", _number_off_by_seven), ("TC_021_CSMS",)),
        Row("value-empty", "sets nothing", put("value", ""), ("TC_021_CSMS",)),
        Row("value-truth", "has true where text belongs", swap("value", "true", True), ("WIRE_006", "TC_040_1_CSMS")),
    )
    yield from get.rows(
        Row("names-a-key", "asks for one key instead of all", _unless_named("HeartbeatInterval"), ("TC_019_1_CSMS",)),
        Row("asks-for-all", "asks for all keys instead of one", drop("key"), ("TC_019_2_CSMS",)),
        Row("key-another", "asks for another key", put("key.0", "HeartbeatInterval"), ("TC_019_2_CSMS",)),
        Row(
            "key-more",
            "asks for more keys",
            alter("key", lambda keys: [*keys, "HeartbeatInterval"]),
            ("TC_019_2_CSMS",),
        ),
        Row(
            "key-too-many",
            "asks for more keys than fit in",
            alter("key", lambda keys: [*keys, *(f"Vendor.Key{number:03}" for number in range(80))]),
            ("RULE_010", "TC_019_2_CSMS"),
        ),
        Row("key-string", "has a string as key", alter("key", lambda keys: keys[0]), ("WIRE_006", "TC_019_2_CSMS")),
        Row("key-too-long", "asks for a key of 51 characters", put("key.0", "K" * 51), ("WIRE_006", "TC_019_2_CSMS")),
        Row("key-numbers", "has numbers as keys", put("key.0", 17), ("WIRE_006", "TC_019_2_CSMS")),
    )


def _number_off_by_seven(value: str) -> str:
    return str(int(value) + _OFF_BY_SEVEN) if value.isdecimal() else value


def _unless_named(key: str) -> Change:
    return lambda payload: payload if "key" in payload else {"key": [key]}


def _remote_start(at: Spot) -> Iterator[Fault]:
    yield from at.member("idTag", "text", *_REMOTE_STARTS)
    yield from at.rows(
        Row("id-tag-another", "names another idTag", put("idTag", "TAG-008"), ("TC_059_CSMS",)),
        Row("id-tag-invalid", "names an idTag nobody knows", put("idTag", "NOBODY"), ("TC_010_CSMS", "TC_011_1_CSMS")),
        Row("connector-off-by-seven", "names another connector", add("connectorId", _OFF_BY_SEVEN), ("RULE_004",)),
        Row("connector-zero", "names connector 0", put("connectorId", 0), ("RULE_007", "TC_059_CSMS")),
        Row("connector-negative", "names connector -1", put("connectorId", -1), ("RULE_007", "TC_059_CSMS")),
        Row(
            "connector-string", "has connectorId as a string", alter("connectorId", str), ("WIRE_006", *_REMOTE_STARTS)
        ),
        Row("connector-null", "has connectorId null", put("connectorId", None), ("WIRE_006", *_REMOTE_STARTS)),
        Row("id-tag-nested", "has the idTag in an object", alter("idTag", lambda tag: {"idToken": tag}), ("WIRE_006",)),
    )


def _remote_stop(at: Spot) -> Iterator[Fault]:
    yield from at.member("transactionId", "count", "TC_012_CSMS", "TC_028_CSMS")
    yield from at.rows(
        Row("id-off-by-seven", "stops another transaction", add("transactionId", _OFF_BY_SEVEN), ("RULE_004",)),
        Row("connector-instead", "names the connector", rename("transactionId", "connectorId"), ("WIRE_006",)),
    )


def _reset(at: Spot) -> Iterator[Fault]:
    yield from at.member("type", "enumeration", "TC_013_CSMS", "TC_014_CSMS")
    yield from at.rows(
        Row("soft-as-hard", "is hard when it is to be soft", swap("type", "Soft", "Hard"), ("TC_014_CSMS",)),
        Row("hard-as-soft", "is soft when it is to be hard", swap("type", "Hard", "Soft"), ("TC_013_CSMS",)),
        Row("type-of-2-0-1", "has the type Immediate of OCPP 2.0.1", put("type", "Immediate"), ("WIRE_006",)),
    )


def _unlock(at: Spot) -> Iterator[Fault]:
    yield from at.member("connectorId", "whole", *_UNLOCKS)
    yield from at.rows(
        Row("connector-off-by-seven", "unlocks another connector", add("connectorId", _OFF_BY_SEVEN), ("RULE_004",)),
        Row("connector-zero", "unlocks connector 0", put("connectorId", 0), ("RULE_007",)),
        Row("connector-negative", "unlocks connector -1", put("connectorId", -1), ("RULE_007",)),
        Row("of-2-0-1", "has an evseId beside the connector", put("evseId", 1), ("WIRE_006",)),
    )


def _firmware(update: Spot, get: Spot) -> Iterator[Fault]:
    yield from update.member("retrieveDate", "instant", "TC_044_2_CSMS")
    yield from update.rows(
        Row("retrieve-an-hour-late", "is for an hour later", alter("retrieveDate", an_hour_late), ("RULE_004",)),
        Row("location-a-path", "has a path as location", put("location", "/srv/firmware.bin"), ("RULE_012",)),
        Row("location-missing", "has no location", drop("location"), ("WIRE_006", "TC_044_1_CSMS")),
        Row("location-another", "names another file", alter("location", lambda url: url + ".bak"), ("TC_044_1_CSMS",)),
        Row("location-number", "has a number as location", put("location", 17), ("WIRE_006", "TC_044_3_CSMS")),
        Row("retries-string", "has retries as a string", put("retries", "3"), ("WIRE_006", "TC_044_1_CSMS")),
        Row("of-2-0-1", "has location and date in an object", _in_firmware, ("WIRE_006", "TC_044_1_CSMS")),
    )
    cases = ("WIRE_006", "TC_045_1_CSMS", "TC_045_2_CSMS")
    yield from get.rows(
        Row("location-a-path", "has a path as location", put("location", "/var/diagnostics"), ("RULE_012",)),
        Row("location-missing", "has no location", drop("location"), cases),
        Row("location-number", "has a number as location", put("location", 17), cases),
        Row("start-no-zone", "has a startTime without a zone", put("startTime", "2026-01-01T00:00:00"), ("WIRE_008",)),
        Row("stop-not-a-date", "has a stopTime that is no date-time", put("stopTime", "now"), ("WIRE_008",)),
        Row("retries-string", "has retries as a string", put("retries", "3"), cases),
        Row("location-misspelt", "calls the location remoteLocation", rename("location", "remoteLocation"), cases),
    )


def _in_firmware(payload: dict[str, object]) -> dict[str, object]:
    return {"firmware": dict(payload)}


def _cancel(at: Spot) -> Iterator[Fault]:
    yield from at.member("reservationId", "count", "TC_051_CSMS", "TC_052_CSMS")
    other = add("reservationId", _OFF_BY_SEVEN)
    yield at.wrong("another", "cancels another reservation", other, "TC_051_CSMS", "RULE_004")


def _trigger(at: Spot) -> Iterator[Fault]:
    yield from at.member("requestedMessage", "enumeration", "TC_054_CSMS", "TC_055_CSMS")
    only_then = ("TC_054_CSMS",)
    yield from at.rows(
        Row("another-message", "asks for a boot instead", put("requestedMessage", "BootNotification"), only_then),
        Row("connector-missing", "leaves out the connector", drop("connectorId"), only_then),
        Row("connector-off-by-seven", "names another connector", add("connectorId", _OFF_BY_SEVEN), only_then),
        Row("connector-string", "has connectorId as a string", alter("connectorId", str), ("WIRE_006", *only_then)),
        Row("heartbeat-as-boot", "asks for a boot, not a Heartbeat", _asked("Heartbeat"), only_then),
        Row("status-as-boot", "asks for a boot, not a status", _asked("StatusNotification"), only_then),
        Row("meter-values-as-boot", "asks for a boot, not for values", _asked("MeterValues"), ("TC_055_CSMS",)),
        Row(
            "diagnostics-as-boot",
            "asks for a boot, not for uploads",
            _asked("DiagnosticsStatusNotification"),
            only_then,
        ),
        Row("firmware-as-boot", "asks for a boot, not for updates", _asked("FirmwareStatusNotification"), only_then),
    )


def _asked(message: str) -> Change:
    return swap("requestedMessage", message, "BootNotification")
