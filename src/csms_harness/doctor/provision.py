"""Runs the ``provision`` section of a target: what its cases need is made in the Central System beforehand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from csms_harness.doctor.checks import Check, Mark, several
from csms_harness.doctor.checkup import MEMBERS
from csms_harness.ocppj.datetimes import format_datetime
from csms_harness.scenario.given import CLAIMS
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.reaching import trigger_limit
from csms_harness.target.target import Target
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.config import SECRET_FIELDS, ItemEntry, entries_of
from csms_harness.triggers.entries import item_request

EXPIRED_SINCE: Final = timedelta(hours=24)
"""How long ago an idTag expired that the target claims to be expired."""

_MAKE: Final = "make it in the CSMS: csms-harness provision"

Wish = tuple[str, dict[str, Any]]
"""An item of the ``provision`` section, and its fields."""


def wishes(target: Target, now: datetime) -> Iterator[Wish]:
    """Every item the target speaks of, each once: Charge Points, passwords, groups, idTags.

    An idTag that is to be Invalid is not made: Invalid means that the Central System does not know it (7.2).
    """
    found = (*_charge_points(target), *_id_tags(target, now))
    yield from {json.dumps(wish, sort_keys=True): wish for wish in found}.values()


def _charge_points(target: Target) -> Iterator[Wish]:
    for entry in target.charge_points:
        yield "chargePoint", {"chargePointId": entry.id}
        if entry.password is not None:
            yield "password", {"chargePointId": entry.id, **_password(entry.password)}


def _password(written: str) -> dict[str, str]:
    """As text, or as hex digits where it is not text."""
    digits = written.removeprefix("hex:")
    return {"password": written} if digits == written else {"passwordHex": digits}


def _id_tags(target: Target, now: datetime) -> Iterator[Wish]:
    configs = [target.lane_config(entry) for entry in target.charge_points]
    for config in configs:
        if "parent_id_tag" in config:
            yield "idTag", {"idTag": str(config["parent_id_tag"]), "status": "Accepted"}
    for config in configs:
        for key, status in CLAIMS.items():
            if key in config and status != "Invalid":
                yield "idTag", _id_tag(config, key, status, now)


def _id_tag(config: Mapping[str, Any], key: str, status: str, now: datetime) -> dict[str, Any]:
    fields = {"idTag": str(config[key]), "status": status}
    if status == "Expired":
        fields["expiryDate"] = format_datetime(now - EXPIRED_SINCE)
    if key in MEMBERS and "parent_id_tag" in config:
        fields["parentIdTag"] = str(config["parent_id_tag"])
    return fields


async def provision(target: Target, book: TriggerBook, deadlines: Deadlines, now: datetime) -> AsyncIterator[Check]:
    """Have every item made, one after another, and tell what became of it; ends when the operator says stop."""
    if not target.provision.root:
        yield Check(Mark.REMARK, "provision", "the target file has no section 'provision', so nothing was asked for")
        return
    for item, fields in wishes(target, now):
        if not book.provides(item, fields):
            yield Check(Mark.REMARK, item, f"{_named(fields)}: the target does not say how, nothing was asked for")
            continue
        outcome = await book.provision(item, fields, trigger_limit(book, deadlines, item))
        match outcome:
            case Declined(reason, stop):
                yield Check(Mark.WRONG, item, f"{_named(fields)}: declined: {reason}")
                if stop:
                    return
            case Failed(reason):
                yield Check(Mark.WRONG, item, f"{_named(fields)}: failed: {reason}")
            case _:
                yield await _made(book, item, fields, deadlines, outcome)


def says_how_to_remove(target: Target) -> bool:
    """Whether the target says of any item how it is taken away."""
    entries = (entry for item in target.provision.root for entry in entries_of(target.provision, item))
    return any(isinstance(entry, ItemEntry) and entry.removing is not None for entry in entries)


async def remove(target: Target, book: TriggerBook, deadlines: Deadlines, now: datetime) -> AsyncIterator[Check]:
    """Have every item taken away again of which the target says how, the last made first."""
    known = 0
    for item, fields in reversed(list(wishes(target, now))):
        entry = book.entries.maker(item, fields)
        if entry is None or entry.removing is None:
            continue
        known += 1
        outcome = await book.serve(entry.removing, item_request(item, fields), deadlines.action)
        if isinstance(outcome, Performed):
            yield Check(Mark.FINE, item, f"{_named(fields)}: removed, {outcome.detail}")
        else:
            yield Check(Mark.WRONG, item, f"{_named(fields)}: not removed: {outcome.reason}")
    if not known:
        yield Check(Mark.REMARK, "provision", "the target says of no item how to remove it", "write it under 'remove'")


async def read_back(target: Target, book: TriggerBook, deadlines: Deadlines, now: datetime) -> AsyncIterator[Check]:
    """Whether each item that the target says how to see is there; nothing where it says so of none."""
    seen = []
    for item, fields in wishes(target, now):
        outcome = await seen_as(book, item, fields, deadlines)
        if isinstance(outcome, Failed):
            yield Check(Mark.WRONG, item, f"{_named(fields)} is not there as the target says: {outcome.reason}", _MAKE)
        elif outcome is not None:
            seen.append(_named(fields))
    if seen:
        yield Check(Mark.FINE, "provision", f"read back, and as the target says: {several(seen)}")


async def seen_as(book: TriggerBook, item: str, fields: Mapping[str, Any], deadlines: Deadlines) -> Outcome | None:
    """What became of looking at an item; None where the target does not say how."""
    entry = book.entries.maker(item, fields)
    if entry is None or entry.reading is None:
        return None
    return await book.serve(entry.reading, item_request(item, fields), deadlines.action)


async def _made(
    book: TriggerBook, item: str, fields: Mapping[str, Any], deadlines: Deadlines, outcome: Performed
) -> Check:
    """An item that was made, and read back where the target says how."""
    told = f"{_named(fields)}: done{', ' * bool(outcome.detail)}{outcome.detail}"
    seen = await seen_as(book, item, fields, deadlines)
    if isinstance(seen, Failed):
        text = f"{told}; but it is not there as the target says: {seen.reason}"
        return Check(Mark.WRONG, item, text, "look into the log of the CSMS")
    return Check(Mark.FINE, item, told if seen is None else f"{told}; read back")


def _named(fields: Mapping[str, Any]) -> str:
    name, *more = [str(value) for key, value in fields.items() if key not in SECRET_FIELDS]
    return f"{name} ({', '.join(more)})" if more else name
