"""What a Charge Point learns from finished exchanges. Any value may be of any JSON type; nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from csms_harness.charge_point import certificates, local_list
from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.json_values import member, objects, same_id, text, whole
from csms_harness.charge_point.profiles import install, is_cleared
from csms_harness.charge_point.records import Reservation, Transaction
from csms_harness.charge_point.standard_keys import LARGEST
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.frames import Payload

Lesson = Callable[[Exchange], None]

DISPENSABLE: Final = {"BootNotification": ("currentTime", "interval")}
"""Members of an answer that a Charge Point can do without: it goes on with its own clock and its own interval."""

STATUSES: Final = (
    "Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing", "Reserved", "Unavailable",
    "Faulted",
)  # fmt: skip
"""ChargePointStatus (section 7.7); no other is kept, for what is kept is sent again."""


def _boot(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    charge_point.registration = text(member(exchange.answer, "status")) or ""
    charge_point.booted = charge_point.registration == "Accepted"
    if not charge_point.booted:
        return
    interval = whole(member(exchange.answer, "interval")) or 0
    if interval > 0:  # section 4.2: with 0 the Charge Point chooses by itself, so it keeps its own
        charge_point.configuration.set("HeartbeatInterval", str(interval))
    charge_point.heartbeat_interval = charge_point.configuration.number("HeartbeatInterval")
    charge_point.boot_interval = charge_point.heartbeat_interval


def _authorize(exchange: Exchange) -> None:
    accepted = member(exchange.answer, "idTagInfo", "status") == "Accepted"
    exchange.charge_point.authorized = exchange.text("idTag") if accepted else None


def _status(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    connector_id, status = exchange.whole("connectorId"), exchange.text("status")
    if connector_id in charge_point.statuses and status in STATUSES:
        charge_point.statuses[connector_id] = status
        charge_point.error_codes[connector_id] = exchange.text("errorCode") or "NoError"


def _start(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    transaction_id = whole(member(exchange.answer, "transactionId"))
    connector_id = exchange.whole("connectorId")
    charge_point.authorized = None
    if transaction_id is None or connector_id is None:
        return
    id_tag, started = exchange.text("idTag") or "", exchange.moment("timestamp") or exchange.now
    used = _use_reservation(charge_point, connector_id, id_tag, exchange.whole("reservationId"))
    meter_start = exchange.whole("meterStart") or 0
    begun = Transaction(transaction_id, connector_id, id_tag, meter_start, started, used)
    charge_point.transactions[transaction_id] = begun
    if transaction_id > 0 or member(exchange.answer, "idTagInfo", "status") == "Accepted":
        charge_point.unended[transaction_id] = begun  # a refused start with the id 0 has begun nothing
    if connector_id in charge_point.meters:
        charge_point.meters[connector_id] = meter_start


def _use_reservation(
    charge_point: ChargePointState, connector_id: int, id_tag: str, reservation_id: int | None
) -> int | None:
    """End the reservation a transaction uses: the one it names, or that of its connector and idTag."""
    for number, item in list(charge_point.reservations.items()):
        mine = item.connector_id in (0, connector_id) and same_id(item.id_tag, id_tag)
        if number == reservation_id or (reservation_id is None and mine):
            del charge_point.reservations[number]
            return number
    return reservation_id


def _stop(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    transaction_id = exchange.whole("transactionId")
    ended = None if transaction_id is None else charge_point.transactions.pop(transaction_id, None)
    if ended is None:
        return
    if ended.connector_id in charge_point.meters:
        _read(charge_point, ended.connector_id, exchange.whole("meterStop"))
        # No two transactions begin with the same reading: a start that does looks like one that is sent again.
        _read(charge_point, ended.connector_id, min(ended.meter_start + 1, LARGEST))
    charge_point.charging_profiles = [
        item
        for item in charge_point.charging_profiles
        if item.connector_id != ended.connector_id or not item.for_transaction
    ]


def _meter_values(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    connector_id = exchange.whole("connectorId")
    if connector_id not in charge_point.meters:
        return
    for entry in objects(member(exchange.payload, "meterValue")):
        for sample in objects(entry.get("sampledValue")):
            _read(charge_point, connector_id, _energy(sample))


def _energy(sample: Payload) -> int | None:
    """The Wh of a sampled energy register (section 7.43: without a measurand it is one)."""
    factor = {"Wh": 1, "kWh": 1000}.get(str(sample.get("unit", "Wh")))
    measurand = sample.get("measurand", "Energy.Active.Import.Register")
    if factor is None or measurand != "Energy.Active.Import.Register" or "phase" in sample:
        return None
    try:
        value = Decimal(text(sample.get("value")) or "") * factor
        return int(value) if value.is_finite() and abs(value) < 10**12 else None
    except ArithmeticError:
        return None


def _read(charge_point: ChargePointState, connector_id: int, reading: int | None) -> None:
    charge_point.meters[connector_id] = max(charge_point.meters[connector_id], reading or 0)


def _change_configuration(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    key, value = exchange.text("key"), exchange.text("value")
    if key is None or value is None:
        return
    charge_point.configuration.set(key, value.strip())
    if same_id(key, "AuthorizationKey"):
        password = _key(value.strip())
        if password:
            charge_point.former_password, charge_point.password = charge_point.password, password
    if same_id(key, "SecurityProfile") and value.strip() in _RAISED:
        charge_point.raised_to = charge_point.security_profile = int(value)
        charge_point.raised_by = ""  # the case that is under way puts its name there
    if same_id(key, "HeartbeatInterval") and charge_point.booted:
        charge_point.heartbeat_interval = charge_point.configuration.number(key)


_RAISED: Final = frozenset({"1", "2", "3"})


def _key(text: str) -> bytes | None:
    """The password in an AuthorizationKey, which is written in hex (security whitepaper, 2.4); None when it is not."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _reserve(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    number, connector_id = exchange.whole("reservationId"), exchange.whole("connectorId")
    id_tag, expires = exchange.text("idTag"), exchange.moment("expiryDate")
    if number is None or connector_id is None or id_tag is None or expires is None:
        return
    parent = exchange.text("parentIdTag")
    charge_point.reservations[number] = Reservation(number, connector_id, id_tag, parent, expires)


def _cancel(exchange: Exchange) -> None:
    number = exchange.whole("reservationId")
    if number is not None:
        exchange.charge_point.reservations.pop(number, None)


def _local_list(exchange: Exchange) -> None:
    local_list.store(exchange.charge_point, exchange.payload)


def _set_profile(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    connector_id, profile = exchange.whole("connectorId"), member(exchange.payload, "csChargingProfiles")
    if connector_id is not None and isinstance(profile, dict):
        charge_point.charging_profiles = install(charge_point.charging_profiles, connector_id, profile)


def _clear_profiles(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    charge_point.charging_profiles = [
        item for item in charge_point.charging_profiles if not is_cleared(item, exchange.payload)
    ]


def _availability(exchange: Exchange) -> None:
    charge_point = exchange.charge_point
    status = {"Operative": "Available", "Inoperative": "Unavailable"}.get(str(member(exchange.payload, "type")))
    if status is not None:
        for connector_id in affected_connectors(charge_point, exchange.payload):
            charge_point.statuses[connector_id] = status
        _remember_order(charge_point, exchange.whole("connectorId"), operative=status == "Available")


def _remember_order(charge_point: ChargePointState, connector_id: int | None, *, operative: bool) -> None:
    if not operative and connector_id is not None and charge_point.has_connector(connector_id):
        charge_point.inoperative.add(connector_id)
    elif operative and connector_id == 0:
        charge_point.inoperative.clear()
    elif operative and connector_id is not None:
        charge_point.inoperative.discard(connector_id)


def affected_connectors(charge_point: ChargePointState, payload: Payload) -> tuple[int, ...]:
    """The connectors whose status an accepted ChangeAvailability changes (section 5.2).

    connectorId 0 means all of them; one with a transaction keeps its status; Operative frees only
    what is Unavailable, Inoperative only what is not.
    """
    asked, wanted = whole(member(payload, "connectorId")), member(payload, "type") == "Operative"
    numbers = charge_point.connector_ids if asked == 0 else (asked,)
    return tuple(
        number
        for number in numbers
        if number in charge_point.statuses
        and (charge_point.statuses[number] == "Unavailable") is wanted
        and charge_point.transaction_on(number) is None
    )


def _remember_request(action: str) -> Lesson:
    def remember(exchange: Exchange) -> None:
        number = exchange.whole("requestId")
        if number is not None:
            exchange.charge_point.requests[action] = number

    return remember


SENT: Final[dict[str, Lesson]] = {
    "BootNotification": _boot,
    "Authorize": _authorize,
    "StatusNotification": _status,
    "StartTransaction": _start,
    "StopTransaction": _stop,
    "MeterValues": _meter_values,
}
"""How a CALL of ours and its CALLRESULT change the state."""

APPLIED: Final[dict[str, Lesson]] = {
    "ChangeConfiguration": _change_configuration,
    "ReserveNow": _reserve,
    "CancelReservation": _cancel,
    "SendLocalList": _local_list,
    "SetChargingProfile": _set_profile,
    "ClearChargingProfile": _clear_profiles,
    "ChangeAvailability": _availability,
    "CertificateSigned": certificates.keep_own,
    "DeleteCertificate": certificates.delete,
    "InstallCertificate": certificates.install,
    "GetLog": _remember_request("GetLog"),
    "SignedUpdateFirmware": _remember_request("SignedUpdateFirmware"),
}
"""How a CALL of the Central System changes the state that our CALLRESULT took on."""
