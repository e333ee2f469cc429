"""Charging profiles: which ones a Charge Point accepts, keeps and clears (sections 3.13, 5.5 and 5.16)."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from csms_harness.charge_point.configuration import Configuration
from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.json_values import member, moment, objects, whole
from csms_harness.charge_point.records import InstalledProfile
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocpp16.vocabulary import RATE_UNITS
from csms_harness.ocppj.frames import Payload


def judge(exchange: Exchange) -> str:
    """Why SetChargingProfile.req is to be refused; empty when it can be accepted."""
    charge_point, connector_id = exchange.charge_point, exchange.whole("connectorId")
    profile = member(exchange.payload, "csChargingProfiles")
    if connector_id is None or not charge_point.has_connector(connector_id):
        return "there is no such connector"
    wrong_place = _wrong_place(charge_point, connector_id, profile)
    wrong_schedule = _wrong_schedule(charge_point.configuration, member(profile, "chargingSchedule"))
    return wrong_place or wrong_schedule or _wrong_profile(charge_point, connector_id, profile, exchange.now)


def _wrong_place(charge_point: ChargePointState, connector_id: int, profile: Any) -> str:
    """The rules of section 3.13.1 on where each purpose may stand."""
    purpose, asked = member(profile, "chargingProfilePurpose"), member(profile, "transactionId")
    if purpose == "ChargePointMaxProfile" and connector_id != 0:
        return "a ChargePointMaxProfile belongs to connectorId 0"
    if purpose != "TxProfile":
        return ""
    running = charge_point.transaction_on(connector_id)
    if running is None:
        return "a TxProfile needs a running transaction"
    return "" if asked in (None, running.transaction_id) else "the transactionId is not that of the connector"


def _wrong_schedule(configuration: Configuration, schedule: Any) -> str:
    unit = RATE_UNITS.get(str(member(schedule, "chargingRateUnit")), "")
    if unit not in configuration.items("ChargingScheduleAllowedChargingRateUnit"):
        return "this chargingRateUnit is not allowed"
    periods = objects(member(schedule, "chargingSchedulePeriod"))
    if not 1 <= len(periods) <= configuration.number("ChargingScheduleMaxPeriods"):
        return "too many periods, or none"
    starts = [whole(period.get("startPeriod")) or 0 for period in periods]
    if starts[0] != 0 or any(later <= earlier for earlier, later in pairwise(starts)):
        return "startPeriod has to begin with 0 and to rise"
    return "a limit is negative" if any(period.get("limit", 0) < 0 for period in periods) else ""


def _wrong_profile(charge_point: ChargePointState, connector_id: int, profile: Payload, now: datetime) -> str:
    configuration, ends = charge_point.configuration, moment(profile.get("validTo"))
    level = whole(profile.get("stackLevel")) or 0
    if not 0 <= level <= configuration.number("ChargeProfileMaxStackLevel"):
        return "the stackLevel is beyond ChargeProfileMaxStackLevel"
    if profile.get("chargingProfileKind") == "Recurring" and "recurrencyKind" not in profile:
        return "a Recurring profile needs its recurrencyKind"
    if ends is not None and ends <= now:
        return "validTo has passed"
    installed = install(charge_point.charging_profiles, connector_id, profile)
    full = len(installed) > configuration.number("MaxChargingProfilesInstalled")
    return "MaxChargingProfilesInstalled is reached" if full else ""


def install(installed: list[InstalledProfile], connector_id: int, profile: Payload) -> list[InstalledProfile]:
    """The profiles after one more: it replaces its own id, and its level and purpose on that connector."""
    kept = [item for item in installed if not _is_replaced(item, connector_id, profile)]
    return [*kept, InstalledProfile(connector_id, profile)]


def _is_replaced(item: InstalledProfile, connector_id: int, profile: Payload) -> bool:
    same_place = item.connector_id == connector_id and all(
        item.profile.get(name) == profile.get(name) for name in ("stackLevel", "chargingProfilePurpose")
    )
    return same_place or item.profile.get("chargingProfileId") == profile.get("chargingProfileId")


def is_cleared(item: InstalledProfile, payload: Payload) -> bool:
    """Whether ClearChargingProfile.req means this profile: by its id alone, or by all else that is given."""
    if "id" in payload:
        return bool(item.profile.get("chargingProfileId") == payload["id"])
    if "connectorId" in payload and payload["connectorId"] != item.connector_id:
        return False
    names = ("chargingProfilePurpose", "stackLevel")
    return all(item.profile.get(name) == payload[name] for name in names if name in payload)
