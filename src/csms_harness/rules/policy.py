"""Rules about the policy of a Central System, held against its own words: numbers, dates, versions of lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import MOST_SKEW, moment_of
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point, calls, contradiction, is_accepted

_WIDEST: Final = 2**31
_NUMBERS: Final = {
    "ReserveNow": ("reservationId",),
    "SendLocalList": ("listVersion",),
    "SetChargingProfile": ("csChargingProfiles", "chargingProfileId"),
    "RemoteStartTransaction": ("chargingProfile", "chargingProfileId"),
}
"""Where the numbers stand that a Central System gives out in CALLs."""

_RETRIES: Final = ("retries", "retryInterval")
_COUNTS: Final = {
    "GetCompositeSchedule": ("duration",),
    "GetDiagnostics": _RETRIES,
    "GetLog": _RETRIES,
    "SignedUpdateFirmware": _RETRIES,
    "UpdateFirmware": _RETRIES,
}
"""Where numbers of times and of seconds stand."""


def narrow_numbers(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_014: numbers that a Charge Point has to keep fit 32 bits. OCPP 1.6 does not say so: remarks.

    So is a transactionId of 0 or below, which Charge Points take for none, and a number of times or seconds below 0.
    """
    looked_at, found = 0, []
    for exchange, path, number in _given_out(cases):
        looked_at += 1
        least = 1 if path == "transactionId" and is_accepted(exchange) else -_WIDEST
        if not least <= number < _WIDEST:
            found.append(exchange.breach(path=path, observed=str(number), remark=True))
    for call, path, count in _counted(cases):
        looked_at += 1
        if count < 0:
            found.append(call.breach(path=path, observed=str(count), required="0 or more", remark=True))
    return looked_at, found


def _counted(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, int]]:
    for call in calls(cases, Side.CENTRAL_SYSTEM, *_COUNTS):
        for path in _COUNTS[call.action]:
            if type(number := call.request.get(path)) is int:
                yield call, path, number


def _given_out(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, int]]:
    for start in calls(cases, Side.CHARGE_POINT, "StartTransaction"):
        if type(number := (start.answer or {}).get("transactionId")) is int:
            yield start, "transactionId", number
    for call in calls(cases, Side.CENTRAL_SYSTEM, *_NUMBERS):
        path = _NUMBERS[call.action]
        value: Any = call.request
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if type(value) is int:
            yield call, ".".join(path), value


def not_over(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_015: what is asked for is not over already, as far as two clocks agree on it."""
    looked_at, found = 0, []
    for call, path, end in _ends(cases):
        looked_at += 1
        arrived = call.case.moment(call.entry)
        if arrived is not None and (arrived - end).total_seconds() > MOST_SKEW:
            found.append(call.breach(path=path, required="in the future", observed=end.isoformat()))
    for call in calls(cases, Side.CENTRAL_SYSTEM, "GetDiagnostics"):
        begin, stop = moment_of(call.request.get("startTime")), moment_of(call.request.get("stopTime"))
        if begin is not None and stop is not None:
            looked_at += 1
            if stop < begin:
                required = f"not before startTime, {call.request['startTime']}"
                found.append(call.breach(path="stopTime", required=required, observed=call.request["stopTime"]))
    return looked_at, found


def _ends(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, datetime]]:
    """The ends of reservations, and of idTags that a local list holds as Accepted."""
    for call in calls(cases, Side.CENTRAL_SYSTEM, "ReserveNow", "SendLocalList"):
        if (end := moment_of(call.request.get("expiryDate"))) is not None:
            yield call, "expiryDate", end
        entries = call.request.get("localAuthorizationList")
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            given = entry.get("idTagInfo") if isinstance(entry, dict) else None
            info = given if isinstance(given, dict) and given.get("status") == "Accepted" else {}
            if (end := moment_of(info.get("expiryDate"))) is not None:
                yield call, f"localAuthorizationList[{number}].idTagInfo.expiryDate", end


def list_growth(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_016: a differential update has a version above that of the list. Who chose it is open: remarks."""
    looked_at, found = 0, []
    for lane in by_charge_point(cases):
        held: Exchange | None = None
        before = 0
        for call in calls(lane, Side.CENTRAL_SYSTEM, "SendLocalList"):
            version = call.request.get("listVersion")
            if type(version) is not int:
                continue
            looked_at += 1
            if held is not None and call.request.get("updateType") == "Differential" and version <= before:
                named = {"path": "listVersion", "required": f"more than {before}", "observed": str(version)}
                found.append(contradiction(call, held, **named, remark=True))
            if (call.answer or {}).get("status") == "Accepted":
                held, before = call, version
    return looked_at, found
