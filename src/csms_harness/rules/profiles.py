"""A rule about charging profiles: that a Charge Point can carry out what it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import MOST_SKEW, moment_of
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import calls

MEMBERS: Final = {"SetChargingProfile": "csChargingProfiles", "RemoteStartTransaction": "chargingProfile"}
"""Where the charging profile of each CALL stands."""

Wrong = tuple[str, str, str]
"""The path of a member, what is required of it, what it is."""


def profiles(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_009: periods in order from 0 on, a time that is not over, a TxProfile with its transaction, a recurrence.

    A minChargingRate above each limit is a remark: legal, and the schedule lets no car charge.
    """
    looked_at, breaches = 0, []
    for call, path, profile in profiles_sent(cases):
        looked_at += 1
        for wrong in (*_periods(profile), *_validity(profile, call), *_purpose(profile, call), *_recurrence(profile)):
            member, required, observed = wrong
            breaches.append(call.breach(path=f"{path}.{member}", required=required, observed=observed))
        for member, required, observed in _never_charging(profile):
            told = {"path": f"{path}.{member}", "required": required, "observed": observed}
            breaches.append(call.breach(**told, remark=True))
    return looked_at, breaches


def profiles_sent(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, dict[str, Any]]]:
    """Each CALL with a charging profile, where that stands, and the profile."""
    for call in calls(cases, Side.CENTRAL_SYSTEM, *MEMBERS):
        profile = call.request.get(MEMBERS[call.action])
        if isinstance(profile, dict):
            yield call, MEMBERS[call.action], profile


def periods_of(profile: dict[str, Any]) -> list[Any]:
    """The periods of a profile's schedule; none where the schema is broken."""
    schedule = profile.get("chargingSchedule")
    periods = schedule.get("chargingSchedulePeriod") if isinstance(schedule, dict) else None
    return periods if isinstance(periods, list) else []


def _periods(profile: dict[str, Any]) -> Iterator[Wrong]:
    """Each startPeriod ends the period before it (section 7.14), and the first is the start of the schedule."""
    periods = [one for one in periods_of(profile) if isinstance(one, dict)]
    starts = [start for one in periods if type(start := one.get("startPeriod")) is int]
    if not starts or len(starts) < len(periods):
        return
    path = "chargingSchedule.chargingSchedulePeriod"
    if starts[0] != 0:
        yield f"{path}[0].startPeriod", "0", str(starts[0])
    for number, (one, other) in enumerate(pairwise(starts), 1):
        if other <= one:
            yield f"{path}[{number}].startPeriod", f"more than {one}", str(other)


def _validity(profile: dict[str, Any], call: Exchange) -> Iterator[Wrong]:
    begin, end = moment_of(profile.get("validFrom")), moment_of(profile.get("validTo"))
    if end is not None and begin is not None and end <= begin:
        yield "validTo", f"later than validFrom, {profile['validFrom']}", profile["validTo"]
    elif _is_over(end, call):
        yield "validTo", "in the future", profile["validTo"]
    elif _is_over(end := _end_of_schedule(profile), call):
        assert end is not None
        yield "chargingSchedule.startSchedule plus duration", "in the future", end.isoformat()


def _is_over(end: datetime | None, call: Exchange) -> bool:
    """Whether this moment had passed when the CALL arrived, as far as two clocks agree on it."""
    arrived = call.case.moment(call.entry)
    return end is not None and arrived is not None and (arrived - end).total_seconds() > MOST_SKEW


def _end_of_schedule(profile: dict[str, Any]) -> datetime | None:
    """When an Absolute schedule ends; one without a duration goes on (section 7.13), a Recurring one comes again."""
    schedule = profile.get("chargingSchedule")
    if not isinstance(schedule, dict) or profile.get("chargingProfileKind") != "Absolute":
        return None
    begin, duration = moment_of(schedule.get("startSchedule")), schedule.get("duration")
    try:
        return begin + timedelta(seconds=duration) if begin is not None and type(duration) is int else None
    except OverflowError:
        return None


def _purpose(profile: dict[str, Any], call: Exchange) -> Iterator[Wrong]:
    """A TxProfile is for one transaction, on its connector (section 3.13.1); a remote start has none yet."""
    purpose, connector_id = profile.get("chargingProfilePurpose"), call.request.get("connectorId")
    if purpose == "TxProfile" and call.action == "SetChargingProfile":
        if "transactionId" not in profile:
            yield "transactionId", "present in a TxProfile", "absent"
        if connector_id == 0:
            yield "chargingProfilePurpose", "no TxProfile for connectorId 0", "TxProfile"
    if purpose == "ChargePointMaxProfile" and type(connector_id) is int and connector_id > 0:
        yield "chargingProfilePurpose", "no ChargePointMaxProfile for a connector", "ChargePointMaxProfile"


def _recurrence(profile: dict[str, Any]) -> Iterator[Wrong]:
    """What is Recurring comes again each day or each week (section 7.12): nobody knows which when it does not say."""
    if profile.get("chargingProfileKind") == "Recurring" and "recurrencyKind" not in profile:
        yield "recurrencyKind", "present in a Recurring profile", "absent"


def _never_charging(profile: dict[str, Any]) -> Iterator[Wrong]:
    """A least rate of the car (section 7.13) that no period allows; one that only pauses has no limit to compare."""
    schedule = profile.get("chargingSchedule")
    least = _number(schedule.get("minChargingRate")) if isinstance(schedule, dict) else None
    found = (_number(one.get("limit")) for one in periods_of(profile) if isinstance(one, dict))
    most = max((limit for limit in found if limit is not None), default=0.0)
    if least is not None and 0 < most < least:
        yield "chargingSchedule.minChargingRate", f"at most {most:g}, the highest limit", f"{least:g}"


def _number(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) else None
