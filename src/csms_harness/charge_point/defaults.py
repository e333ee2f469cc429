"""Fills what a scenario leaves unsaid, so that every CALL of the Charge Point is valid and plausible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.records import Transaction
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.datetimes import format_datetime
from csms_harness.ocppj.frames import Payload

METERED: Final = {"MeterValues": "meterValue", "StopTransaction": "transactionData"}
"""Where a CALL holds MeterValue elements."""

AGO: Final = timedelta(minutes=2)
"""How long ago a transaction that starts now began by its timestamp.

No test waits while a car charges, and a transaction of milliseconds without energy is none that a Charge Point reports.
"""

UNNAMED_ID_TAG: Final = "CSMS-HARNESS"
"""The idTag of a driver the scenario says nothing about."""


def fill(action: str, given: Payload, charge_point: ChargePointState, now: datetime) -> tuple[Payload, tuple[str, ...]]:
    """The complete payload of a CALL, and the names of the members that were filled.

    What is given is never overridden. A given None leaves its member out, at any depth. Inside MeterValue
    elements a missing timestamp and sampledValue are filled too (``meterValue[0].timestamp``), and a sample that says
    neither value nor measurand is one of the energy register.
    ``now`` is aware. Nothing is filled for an action that a Charge Point does not initiate.
    """
    exchange, rule = Exchange(charge_point, given, now), _DEFAULTS.get(action, {})
    defaults = rule if isinstance(rule, dict) else rule(exchange)
    filled = [name for name in defaults if name not in given]
    payload = _without_nulls(defaults | given)
    metered = METERED.get(action)
    if metered in given:
        filled += _complete_meter_values(exchange, payload, metered)
    return payload, tuple(filled)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_nulls(item) if isinstance(item, dict | list) else item
            for name, item in value.items()
            if item is not None
        }
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _complete_meter_values(exchange: Exchange, payload: Payload, name: str) -> list[str]:
    """Complete the MeterValue elements the scenario gave; the dotted names of what was added."""
    elements, filled = exchange.payload[name], list[str]()
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        if isinstance(element, dict):
            complete = meter_value(exchange.charge_point, _connector_of(exchange), exchange.now)
            missing = {part: value for part, value in complete.items() if part not in element}
            payload[name][index] |= missing
            filled += [f"{name}[{index}].{part}" for part in missing]
            filled += _complete_samples(payload[name][index], complete, f"{name}[{index}]")
    return filled


def _complete_samples(element: Payload, complete: Payload, path: str) -> list[str]:
    """Give a sample that says neither value nor measurand the energy register; the dotted names of what was added."""
    (register,), samples, filled = complete["sampledValue"], element["sampledValue"], []
    for index, sample in enumerate(samples if isinstance(samples, list) else []):
        if isinstance(sample, dict) and not {"value", "measurand", "unit"} & sample.keys():
            missing = {part: value for part, value in register.items() if part not in sample}
            sample.update(missing)
            filled += [f"{path}.sampledValue[{index}].{part}" for part in missing]
    return filled


def meter_value(
    charge_point: ChargePointState, connector_id: int, now: datetime, context: str = "Sample.Periodic"
) -> Payload:
    """One MeterValue with the energy register of a connector in Wh (section 7.33)."""
    sample = {
        "value": str(charge_point.reading(connector_id, now)),
        "context": context,
        "measurand": "Energy.Active.Import.Register",
        "unit": "Wh",
    }
    return {"timestamp": format_datetime(now), "sampledValue": [sample]}


def _transaction_of(exchange: Exchange) -> Transaction | None:
    """The transaction a payload speaks of: the one it names, else that of its connector, else the first."""
    charge_point, named = exchange.charge_point, exchange.whole("transactionId")
    connector_id = exchange.whole("connectorId")
    if named is not None:
        return charge_point.transactions.get(named)
    if connector_id is not None:
        return charge_point.transaction_on(connector_id)
    return next(iter(charge_point.transactions.values()), None)


def _connector_of(exchange: Exchange) -> int:
    """The connector a payload speaks of; connector 1 when it speaks of none."""
    running, connector_id = _transaction_of(exchange), exchange.whole("connectorId")
    if connector_id is not None:
        return connector_id
    return 1 if running is None else running.connector_id


def _id_tag(exchange: Exchange) -> str:
    return exchange.charge_point.authorized or UNNAMED_ID_TAG


def _authorize(exchange: Exchange) -> Payload:
    return {"idTag": _id_tag(exchange)}


def _boot(exchange: Exchange) -> Payload:
    return {
        "chargePointVendor": exchange.charge_point.vendor,
        "chargePointModel": exchange.charge_point.model,
        "chargePointSerialNumber": exchange.charge_point.serial_number,
        "firmwareVersion": exchange.charge_point.firmware_version,
    }


def _data_transfer(exchange: Exchange) -> Payload:
    return {"vendorId": exchange.charge_point.vendor}


def _meter_values(exchange: Exchange) -> Payload:
    running, connector_id = _transaction_of(exchange), _connector_of(exchange)
    mine: Payload = {} if running is None else {"transactionId": running.transaction_id}
    value = meter_value(exchange.charge_point, connector_id, exchange.now)
    return {"connectorId": connector_id, **mine, "meterValue": [value]}


def _start(exchange: Exchange) -> Payload:
    connector_id = exchange.whole("connectorId") or 1
    return {
        "connectorId": connector_id,
        "idTag": _id_tag(exchange),
        "meterStart": exchange.charge_point.reading(connector_id, exchange.now),
        "timestamp": format_datetime(exchange.now - AGO),
    }


def _stop(exchange: Exchange) -> Payload:
    running = _transaction_of(exchange)
    number, least = (0, 0) if running is None else (running.transaction_id, running.meter_start + 1)
    reading = exchange.charge_point.reading(_connector_of(exchange), exchange.moment("timestamp") or exchange.now)
    return {
        "transactionId": number,
        "meterStop": max(least, reading),
        "timestamp": format_datetime(exchange.now),
    }


def _status(exchange: Exchange) -> Payload:
    charge_point, connector_id = exchange.charge_point, _connector_of(exchange)
    status = exchange.text("status") or charge_point.statuses.get(connector_id, "Available")
    known = charge_point.error_codes.get(connector_id, "NoError")
    fault = "OtherError" if known == "NoError" else known
    return {
        "connectorId": connector_id,
        "errorCode": fault if status == "Faulted" else "NoError",
        "status": status,
        "timestamp": format_datetime(exchange.now),
    }


def _idle(request: str) -> Callable[[Exchange], Payload]:
    """Status Idle; any other status also names the request of the Central System it is about."""

    def idle(exchange: Exchange) -> Payload:
        number = exchange.charge_point.requests.get(request)
        about = number is not None and exchange.payload.get("status", "Idle") != "Idle"
        return {"status": "Idle"} | ({"requestId": number} if about else {})

    return idle


def _security_event(exchange: Exchange) -> Payload:
    return {"type": "StartupOfTheDevice", "timestamp": format_datetime(exchange.now)}


def _sign_certificate(exchange: Exchange) -> Payload:
    return {"csr": exchange.charge_point.csr}


_DEFAULTS: Final[dict[str, Payload | Callable[[Exchange], Payload]]] = {
    "Authorize": _authorize,
    "BootNotification": _boot,
    "DataTransfer": _data_transfer,
    "MeterValues": _meter_values,
    "StartTransaction": _start,
    "StatusNotification": _status,
    "StopTransaction": _stop,
    "DiagnosticsStatusNotification": {"status": "Idle"},
    "FirmwareStatusNotification": {"status": "Idle"},
    "LogStatusNotification": _idle("GetLog"),
    "SecurityEventNotification": _security_event,
    "SignCertificate": _sign_certificate,
    "SignedFirmwareStatusNotification": _idle("SignedUpdateFirmware"),
}
