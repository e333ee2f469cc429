"""Faults of the answers to Charge Points, member by member: types, values, times and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from reference_csms.instants import format_instant, parse_instant
from reference_faults.edits import Value, alter, moved, put, rename
from reference_faults.faults.answers import spot
from reference_faults.faults.deeds import answers, only, payload
from reference_faults.faults.model import Fault, Row
from reference_faults.faults.spots import Spot
from reference_faults.landing import Turn

_CLOCKS: Final[tuple[Row[timedelta], ...]] = (
    Row("year-2001", "tells a time in the year 2001", timedelta(days=-9131)),
    Row("two-hours-behind", "tells a local time as if it were UTC, two hours behind", timedelta(hours=-2)),
    Row("two-hours-ahead", "tells a local time as if it were UTC, two hours ahead", timedelta(hours=2)),
    Row("ten-minutes-ahead", "comes from a clock that is ten minutes fast", timedelta(minutes=10)),
)
_TIMED: Final = (("BootNotification", ("TC_001_CSMS",)), ("Heartbeat", ("TC_001_CSMS", "TC_054_CSMS")))


def answer_members() -> Iterator[Fault]:
    """All faults of this table."""
    for action, cases in _TIMED:
        yield from _clock(spot(action), cases)
    at, both = spot("Heartbeat"), answers(*(action for action, _ in _TIMED))
    what = "tells the moment of its start, six minutes ago, in each answer"
    yield at.clause.fault("clock-stands-still", what, only(both, _standing_still), ("WIRE_009",))
    yield from _boot(spot("BootNotification"))
    yield from _transaction_id(spot("StartTransaction"))
    yield from _data_transfer(spot("DataTransfer"))


async def _standing_still(turn: Turn) -> None:
    """Tell one moment ever after, as a default argument does that is made once."""
    moment = turn.memory.setdefault("moment", moved(seconds=-360)(turn.frame.message[-1]["currentTime"]))
    await payload(put("currentTime", moment))(turn)


def _clock(at: Spot, cases: tuple[str, ...]) -> Iterator[Fault]:
    yield from at.member("currentTime", "instant", *cases)
    for row in _CLOCKS:
        change = alter("currentTime", _shifted(row.done))
        yield at.wrong(f"clock-{row.ending}", row.what, change, "WIRE_009", origin=row.origin)
    yield at.wrong("clock-misspelt", "calls the time current_time", rename("currentTime", "current_time"), "WIRE_006")


def _shifted(shift: timedelta) -> Value:
    def change(text: Any) -> Any:
        instant = parse_instant(text)
        return text if instant is None else format_instant(instant + shift)

    return change


def _boot(at: Spot) -> Iterator[Fault]:
    yield from at.member("status", "enumeration", "TC_001_CSMS")
    yield from at.member("interval", "whole", "TC_001_CSMS")
    for status in ("Pending", "Rejected"):
        what = f"leaves a known Charge Point {status}"
        yield at.wrong(f"status-{status.lower()}", what, put("status", status), "TC_001_CSMS")
    what = "leaves a Charge Point Pending, and does not answer when it asks again"
    yield at.clause.fault(f"{at.name}-unanswered-while-pending", what, only(at.select, _pending_and_then_nothing))
    yield at.wrong("interval-negative", "has a negative interval", put("interval", -1), "TC_001_CSMS")
    old = rename("interval", "heartbeatInterval")
    yield at.wrong("interval-of-1-5", "calls the interval heartbeatInterval, as OCPP 1.5 does", old, "WIRE_006")


async def _pending_and_then_nothing(turn: Turn) -> None:
    if "pending" not in turn.connection_memory:
        turn.connection_memory["pending"] = True
        await turn.send(turn.frame.with_payload({**turn.frame.message[-1], "status": "Pending", "interval": 1}))


def _transaction_id(at: Spot) -> Iterator[Fault]:
    yield from at.member("transactionId", "whole", "TC_003_CSMS", "TC_007_CSMS")
    for ending, number in (("always-the-same", 4711), ("always-zero", 0), ("always-minus-one", -1)):
        what = f"gives every transaction the id {number}"
        yield at.wrong(f"id-{ending}", what, put("transactionId", number), "RULE_001")
    reused = alter("transactionId", lambda number: (number + 1) // 2)
    yield at.wrong("id-reused", "gives every second transaction the id of the one before", reused, "RULE_001")
    text = alter("transactionId", lambda number: f"tx-{number}")
    yield at.wrong("id-of-2-0-1", "has a transactionId of letters, as OCPP 2.0.1 does", text, "WIRE_006")


def _data_transfer(at: Spot) -> Iterator[Fault]:
    yield from at.member("status", "enumeration", "TC_064_CSMS")
    for ending, value in (("object", {"text": "x"}), ("number", 17), ("null", None)):
        yield at.wrong(f"data-{ending}", f"has data that is {_article(ending)}", put("data", value), "WIRE_006")
    status = put("status", "UnknownVendor")
    yield at.wrong("status-misspelt", "names the status UnknownVendor, which there is not", status, "TC_064_CSMS")


def _article(word: str) -> str:
    return {"object": "an object", "number": "a number"}.get(word, word)
