"""TriggerMessage (section 5.17) and ExtendedTriggerMessage (whitepaper): the messages they bring forth."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from csms_harness.charge_point.defaults import fill, meter_value
from csms_harness.charge_point.json_values import member, whole
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.frames import Payload

TRIGGERABLE: Final = frozenset(
    {
        "BootNotification",
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
        "Heartbeat",
        "LogStatusNotification",
        "MeterValues",
        "StatusNotification",
    }
)
"""Messages this Charge Point can be asked for."""

_PER_CONNECTOR: Final = ("MeterValues", "StatusNotification")


def judge_trigger(charge_point: ChargePointState, payload: Payload) -> str:
    """The status of the answer: Accepted, NotImplemented, or Rejected: an unknown connector, or it may send nothing."""
    wanted = member(payload, "requestedMessage")
    if wanted not in TRIGGERABLE:
        return "NotImplemented"
    if charge_point.registration == "Rejected":  # section 4.2: until the interval is over it sends no message at all
        return "Rejected"
    connector_id = whole(member(payload, "connectorId"))
    unknown = connector_id is not None and not charge_point.has_connector(connector_id)
    return "Rejected" if unknown and wanted in _PER_CONNECTOR else "Accepted"


def triggered_messages(
    charge_point: ChargePointState, payload: Payload, now: datetime
) -> tuple[tuple[str, Payload], ...]:
    """The CALLs that an accepted TriggerMessage brings forth, complete, in order.

    Without connectorId: StatusNotification for connectorId 0 and every connector, MeterValues for
    every connector.
    """
    wanted, connector_id = str(member(payload, "requestedMessage")), whole(member(payload, "connectorId"))
    if wanted not in _PER_CONNECTOR:
        return ((wanted, fill(wanted, {}, charge_point, now)[0]),)
    every = charge_point.connector_ids[1:] if wanted == "MeterValues" else charge_point.connector_ids
    numbers = every if connector_id is None else (connector_id,)
    return tuple((wanted, _message(wanted, number, charge_point, now)) for number in numbers)


def _message(action: str, connector_id: int, charge_point: ChargePointState, now: datetime) -> Payload:
    given: Payload = {"connectorId": connector_id}
    if action == "MeterValues":
        given["meterValue"] = [meter_value(charge_point, connector_id, now, context="Trigger")]
    return fill(action, given, charge_point, now)[0]
