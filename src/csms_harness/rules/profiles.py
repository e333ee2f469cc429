"""A rule about charging profiles: that a Charge Point can carry out what it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.observed import MOST_SKEW, moment_of
from csms_harness.rules.running import TRANSACTIONS, Running, in_order, owners_of
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point

MEMBERS: Final = {"SetChargingProfile": "csChargingProfiles", "RemoteStartTransaction": "chargingProfile"}
"""Where the charging profile of each CALL stands."""

TX_PROFILE: Final = "TxProfile"

Wrong = tuple[str, str, str]
"""The path of a member, what is required of it, what it is."""

_PHASES: Final = range(1, 4)


def profiles(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_009: a profile that a Charge Point can carry out, for a transaction that runs where it is sent.

    Remarks are what is legal and comes to nothing: a minChargingRate above each limit, a period after the end of its
    schedule, a limit below 0, a transaction that has ended or that no start of this run has begun.
    """
    looked_at = 0
    found: list[RuleBreach] = []
    owners = owners_of(cases)
    for lane in by_charge_point(cases):
        running = Running(lane[0].lane, owners)
        for case in lane:
            for call in in_order(case, *TRANSACTIONS, *MEMBERS):
                running.follow(call)
                profile = call.request.get(MEMBERS.get(call.action, ""))
                if isinstance(profile, dict):
                    looked_at += 1
                    found += _departures(call, profile, running)
    return looked_at, found


def _departures(call: Exchange, profile: dict[str, Any], running: Running) -> Iterator[RuleBreach]:
    path = MEMBERS[call.action]
    wrong = (
        *_periods(profile), *_numbers(profile), *_validity(profile, call), *_purpose(profile, call),
        *_recurrence(profile), *_elsewhere(profile, call, running),
    )  # fmt: skip
    in_vain = (*_never_charging(profile), *_never_reached(profile), *_over(profile, call, running))
    for remark, departures in ((False, wrong), (True, in_vain)):
        for member, required, observed in departures:
            yield call.breach(path=f"{path}.{member}", required=required, observed=observed, remark=remark)


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
    if starts[0] != 0:
        yield f"{_PERIODS}[0].startPeriod", "0", str(starts[0])
    for number, (one, other) in enumerate(pairwise(starts), 1):
        if other <= one:
            yield f"{_PERIODS}[{number}].startPeriod", f"more than {one}", str(other)


_PERIODS: Final = "chargingSchedule.chargingSchedulePeriod"


def _numbers(profile: dict[str, Any]) -> Iterator[Wrong]:
    """Numbers that mean something: the lowest stackLevel is 0 (section 7.8), a car has one to three phases."""
    if (level := _number(profile.get("stackLevel"))) is not None and level < 0:
        yield "stackLevel", "0 or more", f"{level:g}"
    schedule = profile.get("chargingSchedule")
    duration = _number(schedule.get("duration")) if isinstance(schedule, dict) else None
    if duration is not None and duration <= 0:
        yield "chargingSchedule.duration", "more than 0", f"{duration:g}"
    for number, period in enumerate(periods_of(profile)):
        phases = period.get("numberPhases") if isinstance(period, dict) else None
        if type(phases) is int and phases not in _PHASES:
            yield f"{_PERIODS}[{number}].numberPhases", "1, 2 or 3", str(phases)


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
    """A TxProfile, and no other, is for one transaction, on its connector (sections 3.13.1 and 7.8).

    The profile of a remote start is one (section 5.11), and has no transaction yet.
    """
    purpose, connector_id = profile.get("chargingProfilePurpose"), call.request.get("connectorId")
    starts = call.action == "RemoteStartTransaction"
    if starts and purpose != TX_PROFILE:
        yield "chargingProfilePurpose", f"{TX_PROFILE} in a remote start", str(purpose)
    if "transactionId" in profile and (starts or purpose != TX_PROFILE):
        where = "before there is a transaction" if starts else f"in a {purpose}"
        yield "transactionId", f"absent {where}", str(profile["transactionId"])
    if purpose == TX_PROFILE and not starts:
        if "transactionId" not in profile:
            yield "transactionId", f"present in a {TX_PROFILE}", "absent"
        if connector_id == 0:
            yield "chargingProfilePurpose", f"no {TX_PROFILE} for connectorId 0", TX_PROFILE
    if purpose == "ChargePointMaxProfile" and type(connector_id) is int and connector_id > 0:
        yield "chargingProfilePurpose", "no ChargePointMaxProfile for a connector", "ChargePointMaxProfile"


def _elsewhere(profile: dict[str, Any], call: Exchange, running: Running) -> Iterator[Wrong]:
    """A transaction of another connector, or of another Charge Point: this one refuses its profile (section 5.16)."""
    number = _transaction(profile, call)
    if number is None:
        return
    connector_id, here = call.request.get("connectorId"), running.connectors.get(number)
    if here not in (None, connector_id):
        yield "transactionId", f"that of a transaction of connector {connector_id}", f"{number}, of connector {here}"
    elif here is None and (owner := running.elsewhere(number)):
        yield "transactionId", "that of a transaction of this Charge Point", f"{number}, of {owner}"


def _over(profile: dict[str, Any], call: Exchange, running: Running) -> Iterator[Wrong]:
    """A transaction that has ended, or that may have begun before this run."""
    number = _transaction(profile, call)
    if number in running.ended:
        yield "transactionId", "that of a transaction which runs", f"{number}, which was stopped"
    elif number is not None and number not in running.connectors and not running.elsewhere(number):
        yield "transactionId", "that of a transaction which runs", f"{number}, which no start of this run was given"


def _transaction(profile: dict[str, Any], call: Exchange) -> int | None:
    number = profile.get("transactionId")
    sets = call.action == "SetChargingProfile" and profile.get("chargingProfilePurpose") == TX_PROFILE
    return number if sets and type(number) is int else None


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


def _never_reached(profile: dict[str, Any]) -> Iterator[Wrong]:
    """Periods that begin when the schedule is over, and limits below 0, which are no charging."""
    schedule = profile.get("chargingSchedule")
    duration = _number(schedule.get("duration")) if isinstance(schedule, dict) else None
    for number, period in enumerate(periods_of(profile)):
        members = period if isinstance(period, dict) else {}
        start, limit = _number(members.get("startPeriod")), _number(members.get("limit"))
        if start is not None and duration is not None and 0 < duration <= start:
            yield f"{_PERIODS}[{number}].startPeriod", f"less than {duration:g}, the duration", f"{start:g}"
        if limit is not None and limit < 0:
            yield f"{_PERIODS}[{number}].limit", "0 or more", f"{limit:g}"


def _number(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) else None
