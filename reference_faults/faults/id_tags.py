"""Faults of idTagInfo: who may charge, in the answers to Authorize, StartTransaction and StopTransaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reference_csms.wire.frames import Payload
from reference_faults.edits import Change, both, put, swap
from reference_faults.faults.answers import spot
from reference_faults.faults.deeds import only
from reference_faults.faults.model import Fault, Row
from reference_faults.faults.spots import Spot, kebab
from reference_faults.landing import Turn

_STATUS = "idTagInfo.status"
_CASE_OF: Final = {
    "Accepted": ("TC_003_CSMS", "TC_004_1_CSMS", "TC_010_CSMS"),
    "Invalid": ("TC_023_1_CSMS",),
    "Expired": ("TC_023_2_CSMS",),
    "Blocked": ("TC_023_3_CSMS",),
}
_JUDGED: Final = ("Accepted", "Invalid", "Expired", "Blocked")
_EXPIRY, _PARENT, _EXTRA = "idTagInfo.expiryDate", "idTagInfo.parentIdTag", "idTagInfo.extra"
_PAST = "2020-01-01T00:00:00Z"


def id_tag_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _authorize(spot("Authorize"))
    yield from _start(spot("StartTransaction"))
    yield from _stop(spot("StopTransaction"))
    for action in ("Authorize", "StartTransaction", "StopTransaction"):
        yield from _members(spot(action))


def _authorize(at: Spot) -> Iterator[Fault]:
    yield from at.member("idTagInfo", "object", "TC_003_CSMS")
    yield from at.member(_STATUS, "enumeration", "TC_003_CSMS")
    for right in _JUDGED:
        for wrong in (*_JUDGED, "ConcurrentTx"):
            if wrong != right and (right == "Accepted" or wrong != "ConcurrentTx"):
                yield _misjudged(at, right, wrong, *_CASE_OF[right])
    yield at.wrong("flattened", "has the members of idTagInfo beside it", _flattened, "WIRE_006")
    what = "accepts an idTag the first time and blocks it ever after"
    yield at.clause.fault("authorize-status-wavers", what, only(at.select, _wavering), ("RULE_002", "TC_010_CSMS"))


def _misjudged(at: Spot, right: str, wrong: str, *cases: str) -> Fault:
    name = f"status-{kebab(right)}-as-{kebab(wrong)}"
    return at.wrong(name, f"calls an idTag {wrong} that is {right}", swap(_STATUS, right, wrong), *cases)


def _flattened(payload: Payload) -> Payload:
    return dict(payload["idTagInfo"])


async def _wavering(turn: Turn) -> None:
    id_tag = str((turn.frame.request or {}).get("idTag"))
    known = turn.memory.setdefault("known", set())
    change = swap(_STATUS, "Accepted", "Blocked") if id_tag in known else (lambda payload: payload)
    known.add(id_tag)
    await turn.send(turn.frame.with_payload(change(turn.frame.message[-1])))


def _start(at: Spot) -> Iterator[Fault]:
    yield from at.member("idTagInfo", "object", "TC_003_CSMS")
    yield from at.member(_STATUS, "enumeration", "TC_003_CSMS")
    for wrong in ("Blocked", "Expired", "Invalid", "ConcurrentTx"):
        yield _misjudged(at, "Accepted", wrong, "TC_003_CSMS", "TC_007_CSMS", "TC_037_1_CSMS")
    for wrong in ("Accepted", "Blocked", "Expired"):
        yield _misjudged(at, "Invalid", wrong, "TC_037_3_CSMS")
    cached = both(swap(_STATUS, "Invalid", "Accepted"), put("idTagInfo.expiryDate", "2030-01-01T00:00:00Z"))
    yield at.wrong("accepts-everybody", "accepts whoever comes, for years", cached, "TC_037_3_CSMS")
    what = "has no transactionId when the idTag may not charge"
    yield at.wrong("no-id-when-invalid", what, _no_id_when_invalid, "TC_037_3_CSMS")


def _no_id_when_invalid(payload: Payload) -> Payload:
    invalid = payload["idTagInfo"]["status"] == "Invalid"
    return {name: value for name, value in payload.items() if not (invalid and name == "transactionId")}


def _stop(at: Spot) -> Iterator[Fault]:
    for wrong in ("Blocked", "Expired", "Invalid"):
        yield _misjudged(at, "Accepted", wrong, "RULE_002")
    for row in (
        Row("info-string", "has a string as idTagInfo", put("idTagInfo", "Accepted")),
        Row("info-null", "has idTagInfo null", put("idTagInfo", None)),
        Row("info-empty", "has an idTagInfo without a status", put("idTagInfo", {})),
        Row("status-unknown-value", "has a status that OCPP 1.6 does not know", put(_STATUS, "Undefined")),
        Row("status-lower-case", "writes the status in lower case", put(_STATUS, "accepted")),
        Row("transaction-id", "repeats the transactionId, which it has not", put("transactionId", 1)),
    ):
        yield at.wrong(row.ending, row.what, row.done, "WIRE_006", "TC_039_CSMS", origin=row.origin)


def _members(at: Spot) -> Iterator[Fault]:
    """The optional members of idTagInfo; what is optional may be there, but not be wrong."""
    accepted = _when_accepted
    yield from at.rows(
        Row("expiry-no-zone", "has an expiryDate without a zone", put(_EXPIRY, "2030-01-01T00:00:00"), ("WIRE_008",)),
        Row("expiry-not-a-date", "has an expiryDate that is no date-time", put(_EXPIRY, "never"), ("WIRE_008",)),
        Row("expiry-number", "has an expiryDate in seconds since 1970", put(_EXPIRY, 1893456000), ("WIRE_006",)),
        Row("expiry-null", "has an expiryDate of null", put(_EXPIRY, None), ("WIRE_006",)),
        Row("expiry-in-the-past", "accepts an idTag that has expired", accepted(put(_EXPIRY, _PAST)), ("RULE_003",)),
        Row("parent-too-long", "has a parentIdTag of 21 characters", put(_PARENT, "P" * 21), ("WIRE_006",)),
        Row("parent-number", "has a number as parentIdTag", put(_PARENT, 17), ("WIRE_006",)),
        Row(
            "parent-differs", "names another parentIdTag than other answers", put(_PARENT, at.name[:20]), ("RULE_002",)
        ),
        Row(
            "info-extra-member",
            "has a member in idTagInfo that OCPP 1.6 does not know",
            put(_EXTRA, "x"),
            ("WIRE_006",),
        ),
    )


def _when_accepted(change: Change) -> Change:
    return lambda payload: change(payload) if payload.get("idTagInfo", {}).get("status") == "Accepted" else payload
