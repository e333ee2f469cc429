"""The Local Authorization List (sections 3.5.2, 5.10 and 5.15)."""

from __future__ import annotations

from csms_harness.charge_point.json_values import member, objects, text, whole
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.frames import Payload


def version(charge_point: ChargePointState) -> int:
    """What GetLocalListVersion.conf tells: 0 for an empty list, -1 when there is none to have."""
    enabled = charge_point.configuration.flag("LocalAuthListEnabled")
    return charge_point.local_list_version if enabled else -1


def judge(charge_point: ChargePointState, payload: Payload) -> str:
    """The status of SendLocalList.conf: Accepted, Failed, NotSupported or VersionMismatch."""
    if not charge_point.configuration.flag("LocalAuthListEnabled"):
        return "NotSupported"
    number, full = whole(member(payload, "listVersion")) or 0, member(payload, "updateType") == "Full"
    if not full and number <= charge_point.local_list_version:
        return "VersionMismatch"
    entries = objects(member(payload, "localAuthorizationList"))
    complete = not full or all("idTagInfo" in entry for entry in entries)
    too_many = len(entries) > charge_point.configuration.number("SendLocalListMaxLength")
    if number < 1 or not complete or too_many:
        return "Failed"
    fits = len(_merged(charge_point, payload)) <= charge_point.configuration.number("LocalAuthListMaxLength")
    return "Accepted" if fits else "Failed"


def store(charge_point: ChargePointState, payload: Payload) -> None:
    """Put an accepted SendLocalList.req into the list; an empty list has version 0."""
    charge_point.local_list = _merged(charge_point, payload)
    number = whole(member(payload, "listVersion")) or 0
    charge_point.local_list_version = number if charge_point.local_list else 0


def _merged(charge_point: ChargePointState, payload: Payload) -> dict[str, Payload]:
    """The list after the update, by idTag without case; an entry without idTagInfo takes one away."""
    full = member(payload, "updateType") == "Full"
    merged = {} if full else dict(charge_point.local_list)
    for entry in objects(member(payload, "localAuthorizationList")):
        id_tag, info = text(entry.get("idTag")), entry.get("idTagInfo")
        if id_tag is None:
            continue
        merged.pop(id_tag.casefold(), None)
        if isinstance(info, dict):
            merged[id_tag.casefold()] = info
    return merged
