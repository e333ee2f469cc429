"""How a good Charge Point answers a CALL that nobody expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csms_harness.charge_point.defaults import fill
from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.json_values import member, same_id, text
from csms_harness.charge_point.learning import affected_connectors
from csms_harness.charge_point.replies import willing_reply
from csms_harness.charge_point.state import ChargePointState
from csms_harness.charge_point.triggering import triggered_messages
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import ACTIONS, CENTRAL_SYSTEM_ACTIONS, FeatureProfile
from csms_harness.ocppj.breach import Breach
from csms_harness.ocppj.frames import Payload

Calls = tuple[tuple[str, Payload], ...]

DISRUPTIVE: Final = frozenset(
    {
        "CancelReservation",
        "CertificateSigned",
        "ChangeAvailability",
        "InstallCertificate",
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "ReserveNow",
        "Reset",
        "SignedUpdateFirmware",
        "UnlockConnector",
        "UpdateFirmware",
    }
)
"""Actions that would take a test case off its path. ChangeAvailability is so only with type Inoperative."""

HARMLESS: Final = frozenset(CENTRAL_SYSTEM_ACTIONS) - DISRUPTIVE
"""Actions a verdict does not notice. ChangeConfiguration is harmless but for ``CONNECTION_KEYS``."""

CONNECTION_KEYS: Final = ("AuthorizationKey", "SecurityProfile")
"""Keys that decide how the next connection is made; a change that no case expects would lock us out."""

REFUSALS: Final[dict[str, str]] = dict.fromkeys(DISRUPTIVE | {"ChangeConfiguration"}, "Rejected") | {
    "UnlockConnector": "UnlockFailed"
}
"""The status with which the specification lets a Charge Point refuse; UpdateFirmware.conf has none."""

UNSUPPORTED: Final[dict[str, Payload]] = {
    "GetLocalListVersion": {"listVersion": -1},
    "SendLocalList": {"status": "NotSupported"},
    "SetChargingProfile": {"status": "NotSupported"},
    "TriggerMessage": {"status": "NotImplemented"},
}
"""What the answer says when the feature profile is not in SupportedFeatureProfiles; else a CALLERROR."""


@dataclass(frozen=True, slots=True)
class Ambient:
    """One answer: ``reply``, the payload of a CALLRESULT, or ``error``, errorCode and errorDescription.

    ``follow_up`` are the CALLs that come after the answer. ``disruptive`` says that obeying would have taken
    the case off its path; ``remark`` says in words what there is to know, and is empty when there is nothing.
    """

    reply: Payload | None = None
    error: tuple[str, str] | None = None
    disruptive: bool = False
    follow_up: Calls = ()
    remark: str = ""


def answer(
    action: str,
    payload: Payload,
    charge_point: ChargePointState,
    now: datetime,
    breaches: tuple[Breach, ...] | None = None,
    *,
    refuse_disruptive: bool = True,
) -> Ambient:
    """Answer any CALL of the Central System; ``now`` is aware. Changes nothing and never raises.

    ``breaches`` of the payload, if it has been judged already.

    With ``refuse_disruptive`` a disruptive CALL gets the refusal of the specification; without, it gets the
    answer of a willing Charge Point. The state changes when ``ChargePoint.applied`` is told of the answer.
    """
    if action not in CENTRAL_SYSTEM_ACTIONS:
        return _unknown(action)
    if breaches is None:
        breaches = judge_payload(action, Direction.REQUEST, payload)
    if breaches:
        return Ambient(error=_violation(breaches), remark=f"{action}.req is not valid: {breaches[0].text}")
    if not _is_supported(action, charge_point):
        return _unsupported(action)
    disruptive = _is_disruptive(action, payload)
    if disruptive and refuse_disruptive:
        return _refusal(action)
    exchange = Exchange(charge_point, payload, now)
    reply = willing_reply(action, exchange)
    follow_up = _follow_up(action, exchange) if reply.get("status") == "Accepted" else ()
    return Ambient(reply, None, disruptive, follow_up)


def _unknown(action: str) -> Ambient:
    if action in ACTIONS:
        error = ("NotSupported", f"{action} is sent by Charge Points only")
    else:
        error = ("NotImplemented", f"OCPP 1.6 knows no action {action[:60]}")
    return Ambient(error=error, remark=error[1])


def _unsupported(action: str) -> Ambient:
    profile = CENTRAL_SYSTEM_ACTIONS[action]
    remark = f"the feature profile {profile} is not in SupportedFeatureProfiles"
    if action in UNSUPPORTED:
        return Ambient(dict(UNSUPPORTED[action]), remark=remark)
    return Ambient(error=("NotSupported", remark), remark=remark)


def _refusal(action: str) -> Ambient:
    remark = f"nobody expected {action}, and obeying would disturb the test case: refused"
    if action == "UpdateFirmware":
        return Ambient(error=("NotSupported", "no firmware update now"), disruptive=True, remark=remark)
    return Ambient({"status": REFUSALS[action]}, disruptive=True, remark=remark)


def _is_supported(action: str, charge_point: ChargePointState) -> bool:
    profile = CENTRAL_SYSTEM_ACTIONS[action]
    always = profile in (FeatureProfile.CORE, FeatureProfile.SECURITY)
    return always or profile in charge_point.configuration.items("SupportedFeatureProfiles")


def _is_disruptive(action: str, payload: Payload) -> bool:
    if action == "ChangeAvailability":
        return bool(member(payload, "type") == "Inoperative")
    if action == "ChangeConfiguration":
        return any(same_id(text(member(payload, "key")) or "", key) for key in CONNECTION_KEYS)
    return action in DISRUPTIVE


_CODES: Final[dict[str, str]] = {
    "required": "OccurenceConstraintViolation",
    "additionalProperties": "FormationViolation",
    "type": "TypeConstraintViolation",
    "null": "TypeConstraintViolation",
    "integral": "TypeConstraintViolation",
}
"""The CALLERROR code that fits a broken keyword of the schema, the gravest first (OCPP-J section 4.2.3)."""


def _violation(breaches: tuple[Breach, ...]) -> tuple[str, str]:
    """The CALLERROR for an invalid payload; every other keyword is about the value of one member."""
    for keyword, code in _CODES.items():
        for breach in breaches:
            if breach.keyword == keyword:
                return code, _description(breach)
    return "PropertyConstraintViolation", _description(breaches[0])


def _description(breach: Breach) -> str:
    return (f"{breach.path}: {breach.text}" if breach.path else breach.text)[:255]


def _follow_up(action: str, exchange: Exchange) -> Calls:
    """What an accepted CALL brings forth."""
    charge_point, payload, now = exchange.charge_point, exchange.payload, exchange.now
    if action in ("TriggerMessage", "ExtendedTriggerMessage"):
        return triggered_messages(charge_point, payload, now)
    if charge_point.unregistered:
        return ()  # section 4.2: while Pending it sends only what it is triggered to, while Rejected nothing
    if action == "ChangeAvailability":
        status = "Available" if payload.get("type") == "Operative" else "Unavailable"
        numbers = affected_connectors(charge_point, payload)
        given = [{"connectorId": number, "status": status} for number in numbers]
        filled = [fill("StatusNotification", item, charge_point, now)[0] for item in given]
        return tuple(("StatusNotification", item) for item in filled)
    if action == "GetLog":  # the whitepaper wants to be told how the upload went, and there is none
        number = exchange.whole("requestId")
        named = {} if number is None else {"requestId": number}
        return (("LogStatusNotification", {"status": "UploadFailure"} | named),)
    return ()
