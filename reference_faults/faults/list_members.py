"""Faults of SendLocalList.req and ReserveNow.req, member by member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reference_faults.edits import add, alter, an_hour_late, drop, moved, put, swap
from reference_faults.faults.calls import spot
from reference_faults.faults.model import Fault, Row
from reference_faults.faults.spots import Spot

_LIST, _ENTRY = "localAuthorizationList", "localAuthorizationList.0"
_FULL = ("TC_043_1_CSMS", "TC_043_3_CSMS", "TC_043_4_CSMS")
_DIFFERENTIAL = ("TC_043_5_CSMS",)
_RESERVE = ("TC_046_CSMS", "TC_047_CSMS", "TC_048_1_CSMS", "TC_048_2_CSMS", "TC_048_3_CSMS", "TC_048_4_CSMS")
_ALL_RESERVE = (*_RESERVE, "TC_049_CSMS", "TC_051_CSMS", "TC_052_CSMS", "TC_053_CSMS")
_NO_ZONE = "2030-01-01T00:00:00"
_PARENT = ("TC_053_CSMS",)


def list_members() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _update(spot("SendLocalList"))
    yield from _entries(spot("SendLocalList"))
    yield from _reservation(spot("ReserveNow"))
    yield from _expiry(spot("ReserveNow"))


def _update(at: Spot) -> Iterator[Fault]:
    yield from at.member("updateType", "enumeration", *_FULL)
    yield from at.member("listVersion", "count", *_FULL)
    yield from at.rows(
        Row("full-as-differential", "is not Full", swap("updateType", "Full", "Differential"), _FULL),
        Row("differential-as-full", "is Full instead", swap("updateType", "Differential", "Full"), _DIFFERENTIAL),
        Row("version-not-rising", "has the same listVersion each time", put("listVersion", 1), _DIFFERENTIAL),
        Row(
            "version-falling", "has a falling listVersion", alter("listVersion", lambda old: 1000 - old), _DIFFERENTIAL
        ),
        Row("version-zero", "has the listVersion 0", put("listVersion", 0), ("RULE_006",)),
        Row("version-minus-one", "has the listVersion -1", put("listVersion", -1), ("RULE_006",)),
    )


def _entries(at: Spot) -> Iterator[Fault]:
    broken = ("WIRE_006", "TC_043_4_CSMS")
    more = {"idTag": "TAG-008", "idTagInfo": {"status": "Accepted"}}
    info = f"{_ENTRY}.idTagInfo"
    yield from at.rows(
        Row("list-missing", "has no list", drop(_LIST), ("TC_043_4_CSMS", "TC_043_5_CSMS")),
        Row("list-empty", "has an empty list", put(_LIST, []), ("TC_043_4_CSMS", "TC_043_5_CSMS")),
        Row("list-object", "has an object as list", put(_LIST, {}), broken),
        Row("entry-twice", "has an idTag twice", alter(_LIST, _with_twin), ("RULE_011",)),
        Row("entries-too-many", "has more idTags than fit in", alter(_LIST, _with_hundreds), ("RULE_010",)),
        Row("entry-more", "has one idTag more", alter(_LIST, lambda entries: [*entries, more]), _DIFFERENTIAL),
        Row("entry-another", "has another idTag", put(f"{_ENTRY}.idTag", "TAG-008"), _DIFFERENTIAL),
        Row("entry-without-info", "has an idTag without idTagInfo", drop(info), ("TC_043_4_CSMS", "TC_043_5_CSMS")),
        Row("entry-without-id-tag", "has an entry without idTag", drop(f"{_ENTRY}.idTag"), broken),
        Row("entry-id-tag-too-long", "has an idTag of 21 characters", put(f"{_ENTRY}.idTag", "T" * 21), broken),
        Row("entry-id-tag-number", "has a number as idTag", put(f"{_ENTRY}.idTag", 17), broken),
        Row("entry-without-status", "has an idTagInfo without status", drop(f"{info}.status"), broken),
        Row(
            "entry-blocked", "holds idTags as Blocked that may charge", put(f"{info}.status", "Blocked"), ("RULE_002",)
        ),
        Row("entry-other-group", "has another parentIdTag", put(f"{info}.parentIdTag", "OTHER"), ("RULE_002",)),
        Row("entry-status-unknown-value", "has a status that is none", put(f"{info}.status", "Undefined"), broken),
        Row(
            "entry-expiry-no-zone",
            "has an expiry without zone",
            put(f"{info}.expiryDate", _NO_ZONE),
            ("WIRE_008", "TC_043_4_CSMS"),
        ),
        Row("entry-extra-member", "has a member in its entry too many", put(f"{_ENTRY}.extra", 1), broken),
        Row("entries-strings", "has a list of strings", alter(_LIST, _only_id_tags), broken),
    )


def _with_twin(entries: list[Any]) -> list[Any]:
    twins = [{"idTag": entry["idTag"].lower(), "idTagInfo": {"status": "Blocked"}} for entry in entries]
    return [*entries, *twins]


def _with_hundreds(entries: list[Any]) -> list[Any]:
    bulk = [{"idTag": f"BULK-{number:05}", "idTagInfo": {"status": "Accepted"}} for number in range(500)]
    return [*entries, *bulk]


def _only_id_tags(entries: list[Any]) -> list[Any]:
    return [entry["idTag"] for entry in entries]


def _reservation(at: Spot) -> Iterator[Fault]:
    yield from at.member("connectorId", "count", *_ALL_RESERVE)
    yield from at.member("idTag", "text", *_ALL_RESERVE)
    yield from at.member("reservationId", "count", *_ALL_RESERVE)
    yield from at.rows(
        Row("connector-off-by-seven", "reserves another connector", add("connectorId", 7), _RESERVE),
        Row(
            "connector-always-zero",
            "reserves the whole Charge Point",
            put("connectorId", 0),
            (*_RESERVE, "TC_051_CSMS"),
        ),
        Row("connector-never-zero", "reserves connector 1, not the whole", swap("connectorId", 0, 1), ("TC_049_CSMS",)),
        Row("id-tag-another", "reserves for another idTag", put("idTag", "TAG-008"), _RESERVE),
        Row("parent-missing", "leaves out the parentIdTag", drop("parentIdTag"), _PARENT),
        Row("parent-another", "names another parentIdTag", put("parentIdTag", "PARENT-008"), ("RULE_004",)),
        Row(
            "parent-too-long",
            "has a parentIdTag of 21 characters",
            put("parentIdTag", "P" * 21),
            ("WIRE_006", *_PARENT),
        ),
        Row("parent-number", "has a number as parentIdTag", put("parentIdTag", 17), ("WIRE_006", *_PARENT)),
    )


def _expiry(at: Spot) -> Iterator[Fault]:
    yield from at.member("expiryDate", "instant", *_ALL_RESERVE)
    yield from at.rows(
        Row("expiry-in-the-past", "ends before it begins", put("expiryDate", "2020-01-01T00:00:00Z"), _ALL_RESERVE),
        Row(
            "expiry-an-hour-late", "ends an hour later", alter("expiryDate", an_hour_late), ("TC_047_CSMS", "RULE_004")
        ),
        Row("expiry-two-hours-early", "ends two hours earlier", alter("expiryDate", moved(hours=-2)), _ALL_RESERVE),
        Row(
            "expiry-next-year",
            "ends a year later",
            alter("expiryDate", moved(days=365)),
            ("TC_047_CSMS", "RULE_004"),
        ),
    )
