"""The CALLRESULT of a willing Charge Point to each CALL, whose payload is valid. Nothing changes state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from csms_harness.charge_point import certificates, local_list, profiles
from csms_harness.charge_point.composite_schedule import composite_schedule
from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.triggering import judge_trigger
from csms_harness.ocppj.frames import Payload

ACCEPTED: Final = "Accepted"
REJECTED: Final = "Rejected"
FREE: Final = ("Available", "Preparing", "Reserved")
"""Statuses in which a connector can take a transaction (section 4.9)."""


def willing_reply(action: str, exchange: Exchange) -> Payload:
    """The payload of the ``.conf``. Raises KeyError for an action no Central System initiates."""
    reply = _REPLIES[action]
    if isinstance(reply, dict):
        return dict(reply)
    told = reply(exchange)
    return {"status": told} if isinstance(told, str) else told


def _change_availability(exchange: Exchange) -> str:
    charge_point, connector_id = exchange.charge_point, exchange.whole("connectorId")
    if connector_id is None or not charge_point.has_connector(connector_id):
        return REJECTED
    asked = charge_point.connector_ids if connector_id == 0 else (connector_id,)
    busy = any(charge_point.transaction_on(number) for number in asked)
    return "Scheduled" if busy and exchange.text("type") == "Inoperative" else ACCEPTED


def _change_configuration(exchange: Exchange) -> str:
    key, value = exchange.text("key") or "", exchange.text("value") or ""
    return exchange.charge_point.configuration.judge_change(key, value)


def _get_configuration(exchange: Exchange) -> Payload:
    return exchange.charge_point.configuration.answer_get(exchange.payload.get("key"))


def _remote_start(exchange: Exchange) -> str:
    charge_point, asked = exchange.charge_point, exchange.whole("connectorId")
    numbers = charge_point.connector_ids[1:] if asked is None else (asked,)
    for number in numbers:
        free = number != 0 and charge_point.statuses.get(number) in FREE
        if free and charge_point.transaction_on(number) is None:
            return ACCEPTED
    return REJECTED


def _remote_stop(exchange: Exchange) -> str:
    return ACCEPTED if exchange.whole("transactionId") in exchange.charge_point.transactions else REJECTED


def _unlock(exchange: Exchange) -> str:
    connector_id = exchange.whole("connectorId")
    known = connector_id != 0 and exchange.charge_point.has_connector(connector_id)
    return "Unlocked" if known else "NotSupported"


def _cancel_reservation(exchange: Exchange) -> str:
    number = exchange.whole("reservationId")
    known = None if number is None else exchange.charge_point.reservations.get(number)
    return ACCEPTED if known is not None and known.expires > exchange.now else REJECTED


def _reserve_now(exchange: Exchange) -> str:
    """Section 5.13; a known reservationId replaces its reservation."""
    charge_point, expires = exchange.charge_point, exchange.moment("expiryDate")
    connector_id = exchange.whole("connectorId")
    any_connector = charge_point.configuration.flag("ReserveConnectorZeroSupported")
    if connector_id not in charge_point.statuses or (connector_id == 0 and not any_connector):
        return REJECTED
    if expires is None or expires <= exchange.now:
        return REJECTED
    numbers = charge_point.connector_ids[1:] if connector_id == 0 else (connector_id,)
    answers = [_reservable(exchange, number) for number in numbers]
    return ACCEPTED if ACCEPTED in answers else answers[0]


def _reservable(exchange: Exchange, connector_id: int) -> str:
    status = exchange.charge_point.statuses[connector_id]
    if status in ("Faulted", "Unavailable"):
        return status
    taken = exchange.charge_point.reservation_on(connector_id, exchange.now)
    if taken is not None:
        return ACCEPTED if taken.reservation_id == exchange.whole("reservationId") else "Occupied"
    running = exchange.charge_point.transaction_on(connector_id)
    return ACCEPTED if status in ("Available", "Reserved") and running is None else "Occupied"


def _list_version(exchange: Exchange) -> Payload:
    return {"listVersion": local_list.version(exchange.charge_point)}


def _send_local_list(exchange: Exchange) -> str:
    return local_list.judge(exchange.charge_point, exchange.payload)


def _set_profile(exchange: Exchange) -> str:
    return REJECTED if profiles.judge(exchange) else ACCEPTED


def _clear_profile(exchange: Exchange) -> str:
    installed = exchange.charge_point.charging_profiles
    return ACCEPTED if any(profiles.is_cleared(item, exchange.payload) for item in installed) else "Unknown"


def _trigger(exchange: Exchange) -> str:
    return judge_trigger(exchange.charge_point, exchange.payload)


_REPLIES: Final[dict[str, Payload | Callable[[Exchange], Payload | str]]] = {
    "ChangeAvailability": _change_availability,
    "ChangeConfiguration": _change_configuration,
    "ClearCache": {"status": ACCEPTED},
    "DataTransfer": {"status": "UnknownVendorId"},
    "GetConfiguration": _get_configuration,
    "RemoteStartTransaction": _remote_start,
    "RemoteStopTransaction": _remote_stop,
    "Reset": {"status": ACCEPTED},
    "UnlockConnector": _unlock,
    "GetDiagnostics": {},
    "UpdateFirmware": {},
    "GetLocalListVersion": _list_version,
    "SendLocalList": _send_local_list,
    "CancelReservation": _cancel_reservation,
    "ReserveNow": _reserve_now,
    "TriggerMessage": _trigger,
    "ClearChargingProfile": _clear_profile,
    "GetCompositeSchedule": composite_schedule,
    "SetChargingProfile": _set_profile,
    "CertificateSigned": certificates.judge_signed,
    "DeleteCertificate": certificates.judge_delete,
    "ExtendedTriggerMessage": _trigger,
    "GetInstalledCertificateIds": certificates.installed_ids,
    "GetLog": {"status": ACCEPTED},
    "InstallCertificate": certificates.judge_install,
    "SignedUpdateFirmware": {"status": REJECTED},
}
"""For each action a Central System initiates: a rule that gives a status or a payload, or always the same."""
