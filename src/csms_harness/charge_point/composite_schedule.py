"""The composite schedule of a connector (sections 3.13.2 to 3.13.4 and 5.7).

At every instant the leading profile of a purpose is the valid one with the highest stackLevel. A TxProfile
overrules TxDefaultProfiles, a ChargePointMaxProfile bounds them, and the hardware bounds everything.
All instants are seconds from now, so that no date a Central System sends can overflow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.json_values import member, moment, objects, whole
from csms_harness.charge_point.records import InstalledProfile
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.datetimes import format_datetime
from csms_harness.ocppj.frames import Payload

LONGEST: Final = 7 * 86_400
"""Seconds that are calculated at most; a longer duration is answered with this one."""
AMPERES: Final = 16
"""What the hardware of one connector gives, on each of three phases."""

_VOLTS: Final = 230
_PHASES: Final = 3
_RECURRENCE: Final = {"Daily": 86_400, "Weekly": 7 * 86_400}


@dataclass(frozen=True, slots=True)
class _Span:
    """One period of one profile: ``limit`` counts from ``start`` up to ``end``, in seconds from now."""

    start: int
    end: int
    limit: float
    purpose: str
    stack_level: int


def composite_schedule(exchange: Exchange) -> Payload:
    """The GetCompositeSchedule.conf payload; Rejected for an unknown connector or no duration."""
    charge_point, connector_id = exchange.charge_point, exchange.whole("connectorId")
    duration = min(exchange.whole("duration") or 0, LONGEST)
    if connector_id is None or not charge_point.has_connector(connector_id) or duration < 1:
        return {"status": "Rejected"}
    unit, begin = exchange.text("chargingRateUnit") or "A", format_datetime(exchange.now)
    view = _View(charge_point, connector_id, unit, duration, exchange.now)
    schedule = {"duration": duration, "startSchedule": begin, "chargingRateUnit": unit}
    return {
        "status": "Accepted",
        "connectorId": connector_id,
        "scheduleStart": begin,
        "chargingSchedule": schedule | {"chargingSchedulePeriod": view.periods()},
    }


@dataclass(frozen=True, slots=True)
class _View:
    """What is asked for: a connector, a unit, and the time from now on."""

    charge_point: ChargePointState
    connector_id: int
    unit: str
    duration: int
    now: datetime

    def periods(self) -> list[Payload]:
        """Each instant at which the limit changes, and the limit from there on."""
        spans = [span for item in self.charge_point.charging_profiles for span in self._spans(item)]
        edges = {edge for span in spans for edge in (span.start, span.end) if 0 < edge < self.duration}
        periods: list[Payload] = []
        for instant in sorted({0} | edges):
            limit = self._limit([span for span in spans if span.start <= instant < span.end])
            if not periods or periods[-1]["limit"] != limit:
                periods.append({"startPeriod": instant, "limit": limit})
        return periods

    def _limit(self, running: list[_Span]) -> float:
        leading: dict[str, _Span] = {}
        for span in running:
            if span.purpose not in leading or span.stack_level > leading[span.purpose].stack_level:
                leading[span.purpose] = span
        own = leading.get("TxProfile") or leading.get("TxDefaultProfile")
        bounds = [span.limit for span in (own, leading.get("ChargePointMaxProfile")) if span is not None]
        return round(max(0.0, min([self._hardware(), *bounds])), 1)

    def _hardware(self) -> float:
        connectors = 1 if self.connector_id else len(self.charge_point.connector_ids) - 1
        return float(AMPERES * connectors * (1 if self.unit == "A" else _VOLTS * _PHASES))

    def _spans(self, item: InstalledProfile) -> Iterator[_Span]:
        """The periods of one profile that touch the asked-for time; none when it does not count there."""
        profile, schedule = item.profile, member(item.profile, "chargingSchedule")
        if not self._counts(item):
            return
        first, last = self._seconds(profile.get("validFrom"), 0), self._seconds(profile.get("validTo"), self.duration)
        level, purpose = whole(profile.get("stackLevel")) or 0, str(profile.get("chargingProfilePurpose"))
        for origin, until in self._origins(profile, schedule):
            for start, end, limit in _steps(schedule, self.unit):
                low, high = max(first, origin + start, 0), min(last, origin + end, until, self.duration)
                if low < high:
                    yield _Span(low, high, limit, purpose, level)

    def _counts(self, item: InstalledProfile) -> bool:
        """Whether a profile has a say on this connector; connectorId 0 has the maximum of the whole."""
        purpose = item.profile.get("chargingProfilePurpose")
        if purpose == "TxProfile" and self.charge_point.transaction_on(self.connector_id) is None:
            return False
        if self.connector_id == 0 and purpose != "ChargePointMaxProfile":
            return False
        return item.connector_id in (0, self.connector_id)

    def _origins(self, profile: Payload, schedule: Any) -> Iterator[tuple[int, int]]:
        """Each moment the schedule starts, and when its next start ends it; kinds as in section 3.13.1."""
        running = self.charge_point.transaction_on(self.connector_id)
        begun = 0 if running is None else int((running.started - self.now).total_seconds())
        relative = profile.get("chargingProfileKind") == "Relative"
        start = begun if relative else self._seconds(member(schedule, "startSchedule"), begun)
        if profile.get("chargingProfileKind") != "Recurring":
            yield start, self.duration
            return
        every = _RECURRENCE.get(str(profile.get("recurrencyKind")), _RECURRENCE["Daily"])
        if start < 0:
            start %= -every
        for origin in range(start, self.duration, every):
            yield origin, origin + every

    def _seconds(self, value: Any, otherwise: int) -> int:
        when = moment(value)
        return otherwise if when is None else int((when - self.now).total_seconds())


def _steps(schedule: Any, unit: str) -> Iterator[tuple[int, int, float]]:
    """The periods of a schedule with their ends, limits in the asked-for unit."""
    periods = objects(member(schedule, "chargingSchedulePeriod"))
    length = whole(member(schedule, "duration"))
    for number, period in enumerate(periods):
        start = whole(period.get("startPeriod")) or 0
        ends = [whole(later.get("startPeriod")) or 0 for later in periods[number + 1 : number + 2]]
        end = min([*ends, *([] if length is None else [length])], default=_FOREVER)
        yield start, end, _converted(period, str(member(schedule, "chargingRateUnit")), unit)


_FOREVER: Final = 2**62


def _converted(period: Payload, given: str, wanted: str) -> float:
    phases = whole(period.get("numberPhases"))
    watts_per_ampere = _VOLTS * (phases if phases in (1, 2, 3) else _PHASES)
    value = period.get("limit", 0)
    limit = float(value) if isinstance(value, int | float) and abs(value) < 1e300 else 0.0
    if given == wanted:
        return limit
    return limit * watts_per_ampere if wanted == "W" else limit / watts_per_ampere
