"""GetCompositeSchedule: which limit counts when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.charge_point.composite_schedule import LONGEST, composite_schedule
from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.model import ChargePoint
from csms_harness.ocpp16.payloads import Direction, judge_payload

from .samples import FUZZ, LATER, NOW, charging, profile, schedule, spoilt

MAX = "ChargePointMaxProfile"


def install(charge_point: ChargePoint, connector_id: int, number: int = 1, **changed: Any) -> None:
    payload = {
        "connectorId": connector_id,
        "csChargingProfiles": profile(chargingProfileId=number, **changed),
    }
    charge_point.applied("SetChargingProfile", payload, {"status": "Accepted"}, NOW)


def ask(charge_point: ChargePoint, connector_id: int = 1, duration: int = 3600, **more: Any) -> dict[str, Any]:
    asked = {"connectorId": connector_id, "duration": duration} | more
    answer = composite_schedule(Exchange(charge_point, asked, NOW))
    assert judge_payload("GetCompositeSchedule", Direction.CONFIRMATION, answer) == ()
    return answer


def periods(charge_point: ChargePoint, **asked: Any) -> list[tuple[int, float]]:
    steps = ask(charge_point, **asked)["chargingSchedule"]["chargingSchedulePeriod"]
    return [(step["startPeriod"], step["limit"]) for step in steps]


def test_without_profiles_the_hardware_is_the_limit(charge_point: ChargePoint) -> None:
    assert ask(charge_point) == {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": "2026-03-01T12:00:00.000Z",
        "chargingSchedule": {
            "duration": 3600,
            "startSchedule": "2026-03-01T12:00:00.000Z",
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0}],
        },
    }
    assert periods(charge_point, chargingRateUnit="W") == [(0, 11040.0)]
    assert periods(charge_point, connector_id=0) == [(0, 32.0)]


@pytest.mark.parametrize(("connector_id", "duration"), [(3, 60), (-1, 60), (1, 0), (1, -60)])
def test_no_such_connector_or_no_duration_is_rejected(
    charge_point: ChargePoint, connector_id: int, duration: int
) -> None:
    assert ask(charge_point, connector_id, duration) == {"status": "Rejected"}


def test_a_schedule_is_followed_step_by_step(charge_point: ChargePoint) -> None:
    steps = schedule((0, 10), (600, 8), (1200, 6), duration=1800)
    install(charge_point, 1, chargingSchedule=steps)
    assert periods(charge_point) == [(0, 10.0), (600, 8.0), (1200, 6.0), (1800, 16.0)]
    assert periods(charge_point, duration=900) == [(0, 10.0), (600, 8.0)]


def test_a_limit_above_the_hardware_does_not_count(charge_point: ChargePoint) -> None:
    install(charge_point, 1, chargingSchedule=schedule((0, 32.1)))
    assert periods(charge_point) == [(0, 16.0)]


def test_the_higher_stack_level_leads_while_it_is_valid(charge_point: ChargePoint) -> None:
    install(charge_point, 1, 1)
    install(charge_point, 1, 2, stackLevel=3, validTo=LATER, chargingSchedule=schedule((0, 6)))
    assert periods(charge_point) == [(0, 6.0), (1800, 10.0)]


def test_a_tx_profile_overrules_the_default_and_the_maximum_bounds_both(charge_point: ChargePoint) -> None:
    charging(charge_point)
    install(charge_point, 0, 1, stackLevel=9, chargingSchedule=schedule((0, 6)))
    install(charge_point, 1, 2, chargingProfilePurpose="TxProfile", chargingSchedule=schedule((0, 12)))
    assert periods(charge_point) == [(0, 12.0)]
    assert periods(charge_point, connector_id=2) == [(0, 6.0)]
    install(charge_point, 0, 3, chargingProfilePurpose=MAX, chargingSchedule=schedule((0, 20), (60, 9)))
    assert periods(charge_point) == [(0, 12.0), (60, 9.0)]
    assert periods(charge_point, connector_id=0) == [(0, 20.0), (60, 9.0)]


def test_an_absolute_schedule_waits_for_its_start(charge_point: ChargePoint) -> None:
    install(charge_point, 1, chargingSchedule=schedule((0, 6), startSchedule=LATER, duration=600))
    assert periods(charge_point) == [(0, 16.0), (1800, 6.0), (2400, 16.0)]


def test_a_relative_schedule_counts_from_the_start_of_the_transaction(charge_point: ChargePoint) -> None:
    charging(charge_point).transactions[42].started = NOW.replace(hour=11, minute=50)
    install(charge_point, 1, chargingProfileKind="Relative", chargingSchedule=schedule((0, 6), (1200, 8)))
    assert periods(charge_point) == [(0, 6.0), (600, 8.0)]


def test_a_daily_schedule_comes_back_every_day(charge_point: ChargePoint) -> None:
    evening = schedule((0, 6), startSchedule="2026-02-01T18:00:00Z", duration=3600)
    install(charge_point, 1, chargingProfileKind="Recurring", recurrencyKind="Daily", chargingSchedule=evening)
    hours = [(start // 3600, limit) for start, limit in periods(charge_point, duration=2 * 86_400)]
    assert hours == [(0, 16.0), (6, 6.0), (7, 16.0), (30, 6.0), (31, 16.0)]


def test_a_daily_schedule_that_began_earlier_today_still_counts(charge_point: ChargePoint) -> None:
    noon = schedule((0, 6), startSchedule="2026-02-01T11:30:00Z", duration=3600)
    install(charge_point, 1, chargingProfileKind="Recurring", recurrencyKind="Daily", chargingSchedule=noon)
    assert periods(charge_point) == [(0, 6.0), (1800, 16.0)]


def test_watts_become_amperes_and_back(charge_point: ChargePoint) -> None:
    install(charge_point, 1, chargingSchedule=schedule((0, 6900), unit="W"))
    assert periods(charge_point) == [(0, 10.0)]
    assert periods(charge_point, chargingRateUnit="W") == [(0, 6900.0)]
    single = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10, "numberPhases": 1}],
    }
    install(charge_point, 1, chargingSchedule=single)
    assert periods(charge_point, chargingRateUnit="W") == [(0, 2300.0)]


def test_an_endless_duration_is_cut_to_a_week(charge_point: ChargePoint) -> None:
    assert ask(charge_point, duration=10**29)["chargingSchedule"]["duration"] == LONGEST == 7 * 86_400


@FUZZ
@given(st.data())
def test_whatever_was_installed_the_composite_schedule_is_valid(data: st.DataObject) -> None:
    charge_point = charging(ChargePoint("CP-1"))
    limits = st.floats(-1e308, 1e308) | st.integers(-(10**30), 10**30) | st.floats()
    for number in range(3):
        steps = data.draw(st.lists(st.tuples(st.integers(-(10**20), 10**20), limits), max_size=3))
        sent = profile(
            chargingProfileId=number,
            chargingProfilePurpose=data.draw(st.sampled_from(["TxProfile", "TxDefaultProfile", MAX])),
            chargingProfileKind=data.draw(st.sampled_from(["Absolute", "Relative", "Recurring", "Never"])),
            stackLevel=data.draw(st.integers(-2, 10**20)),
            validFrom=data.draw(st.sampled_from([LATER, "0001-01-01T00:00:00Z", "soon"])),
            chargingSchedule=schedule(
                *steps,
                unit=data.draw(st.sampled_from(["A", "W", "V"])),
                startSchedule=data.draw(st.sampled_from([LATER, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])),
            ),
        )
        sent = data.draw(st.just(sent) | spoilt(sent))
        put = {"connectorId": data.draw(st.integers(0, 2)), "csChargingProfiles": sent}
        charge_point.applied("SetChargingProfile", put, {"status": "Accepted"}, NOW)
    ask(charge_point, data.draw(st.integers(0, 3)), data.draw(st.integers(1, 10**12)))
