"""Faults of sessions as they are: who stops them, at which connector, by which clock, with which readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from reference_csms.instants import parse_instant
from reference_csms.wire.frames import CALL, CALLRESULT, Payload
from reference_faults.edits import put, swap
from reference_faults.faults.beyond_parts import Holds, answering, clause_of, request_of, sampled, stopped
from reference_faults.faults.deeds import calls, error, only, payload
from reference_faults.faults.model import Fault
from reference_faults.landing import Deed, Turn

_REFUSED: Final = error("InternalError")
_ORDERS: Final = ("ChangeAvailability", "RemoteStartTransaction", "UnlockConnector")
_LONGEST: Final = 20


def session_faults_beyond() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _of_connectors()
    yield from _of_stops()
    yield from _of_moments()
    yield from _of_readings()


def _of_connectors() -> Iterator[Fault]:
    yield clause_of("OCPP 1.6, 7.2", "FIELD_044").fault(
        "second-start-of-an-id-tag-invalid", "calls an idTag Invalid at a second connector", _one_at_a_time,
    )  # fmt: skip
    for name, pick, case in (("first", min, "FIELD_046"), ("last", max, "FIELD_080")):
        yield clause_of("OCPP 1.6, 5.12", case).fault(
            f"remote-stop-names-the-{name}", f"stops the transaction of a Charge Point that began {name}",
            _naming("RemoteStopTransaction", "transactionId", pick),
        )  # fmt: skip
    profiles = clause_of("OCPP 1.6, 5.16 and 7.8", "FIELD_073")
    for name, pick in (("first", min), ("last", max)):
        yield profiles.fault(
            f"tx-profile-names-the-{name}", f"sets a TxProfile for the transaction of a Charge Point that began {name}",
            _naming("SetChargingProfile", "csChargingProfiles.transactionId", pick),
        )  # fmt: skip
    yield profiles.fault(
        "tx-profile-for-connector-one", "sets each charging profile at connector 1",
        only(calls("SetChargingProfile"), payload(swap("connectorId", 2, 1))),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 5.2, 5.11 and 5.18", "FIELD_047").fault(
        "orders-for-connector-one", "sends each order for connector 1",
        only(calls(*_ORDERS), payload(swap("connectorId", 2, 1))),
    )  # fmt: skip


def _of_stops() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.10", "FIELD_045", "FIELD_055")
    yield clause.fault(
        "stop-by-another-refused", "refuses a stop by another idTag than that of the start", _stopped_by_another(),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 4.10", "FIELD_051", "FIELD_055").fault(
        "stop-by-a-stranger-refused", "refuses a stop by an idTag that it does not know",
        _stopped_by_a_stranger,
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 4.10", "FIELD_055").fault(
        "stop-by-another-looked-over", "lets a transaction run that another idTag stopped",
        _stopped_by_another(over=True),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 4.8", "FIELD_054").fault(
        "unknown-reservation-refused", "refuses a start with a reservation that it did not make",
        only(answering("StartTransaction", lambda request: request.get("reservationId", 0) > 1_000_000), _REFUSED),
    )  # fmt: skip


def _of_moments() -> Iterator[Fault]:
    yield clause_of("OCPP 1.6, 4.10", "FIELD_048").fault(
        "stop-before-start-refused", "refuses a stop that is earlier than the start", _earlier_than_its_start,
    )  # fmt: skip
    years = answering("StartTransaction", lambda request: str(request.get("timestamp")) < "2000")
    yield clause_of("OCPP 1.6, 4.8", "FIELD_048").fault(
        "clock-never-set-refused", "refuses a start of years ago", only(years, error("PropertyConstraintViolation"))
    )
    clause = clause_of("OCPP 1.6, 3.14", "FIELD_049")
    for action in ("StartTransaction", "StopTransaction"):
        for name, what, part in (("offset", "an offset", "+01:00"), ("six-decimals", "six decimals", ".123456")):
            foreign = answering(action, _told("timestamp", _with(part)))
            yield clause.fault(
                f"{action.removesuffix('Transaction').lower()}-with-{name}-refused",
                f"refuses {action}.req whose timestamp has {what}", only(foreign, error("TypeConstraintViolation")),
            )  # fmt: skip


def _of_readings() -> Iterator[Fault]:
    yield clause_of("OCPP 1.6, 4.7", "FIELD_050").fault(
        "meter-values-of-the-ended-refused", "refuses meter values of a transaction that does not run", _of_the_ended,
    )  # fmt: skip
    negative = answering(
        "MeterValues", lambda request: any(sample["value"].startswith("-") for sample in sampled(request))
    )
    yield clause_of("OCPP 1.6, 4.7", "FIELD_052").fault(
        "negative-values-refused", "refuses values below 0", only(negative, _REFUSED)
    )
    yield clause_of("OCPP 1.6, 4.10", "FIELD_052").fault(
        "meter-ran-over-refused", "refuses a meterStop below the meterStart", _ran_over
    )
    full = answering("StopTransaction", lambda request: request.get("meterStop") == 0)
    yield clause_of("OCPP 1.6, 4.10", "FIELD_052").fault(
        "meter-at-zero-refused", "takes a meterStop of 0 for none", only(full, error("OccurenceConstraintViolation"))
    )
    clause = clause_of("OCPP 1.6, 7.28", "FIELD_053")
    for name, what, holds in (
        ("long-id-tags-refused", "refuses idTags of twenty characters", lambda tag: len(tag) == _LONGEST),
        ("odd-id-tags-refused", "refuses idTags with other than letters, digits and -",
         lambda tag: not tag.replace("-", "").isalnum()),
    ):  # fmt: skip
        yield clause.fault(name, what, only(answering("Authorize", _told("idTag", holds)), _REFUSED))


def _with(part: str) -> Callable[[str], bool]:
    return lambda text: part in text


def _told(member: str, holds: Callable[[str], bool]) -> Holds:
    return lambda request: holds(str(request.get(member)))


# -- what is remembered -----------------------------------------------------------------------------------


def running(turn: Turn) -> dict[int, Payload]:
    """The starts of the transactions that run, by id, before what this turn answers."""
    known: dict[int, Payload] = turn.memory.setdefault("running", {}).setdefault(turn.line.charge_point_id, {})
    return known


def follow(turn: Turn) -> None:
    """Take over what the answer of this turn changes."""
    known, number = running(turn), stopped(turn)
    if number is not None:
        known.pop(number, None)
    elif turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction":
        answer = turn.frame.message[-1]
        if answer["idTagInfo"]["status"] == "Accepted":
            known[answer["transactionId"]] = request_of(turn.frame)


async def _one_at_a_time(turn: Turn) -> None:
    is_start = turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction"
    id_tag = request_of(turn.frame).get("idTag")
    again = is_start and any(start.get("idTag") == id_tag for start in running(turn).values())
    follow(turn)
    await (payload(put("idTagInfo.status", "Invalid"))(turn) if again else turn.send())


def _naming(action: str, path: str, pick: Callable[[list[int]], int]) -> Deed:
    """Name one of the running transactions in a CALL, whichever is meant."""

    async def deed(turn: Turn) -> None:
        ids = list(running(turn))
        follow(turn)
        if turn.frame.kind == CALL and turn.frame.action == action and ids:
            await payload(put(path, pick(ids)))(turn)
        else:
            await turn.send()

    return deed


def _stopped_by_another(*, over: bool = False) -> Deed:
    """Refuse such a stop; or else look it ``over``, and refuse the next start of the idTag that began it."""

    async def deed(turn: Turn) -> None:
        started = running(turn).get(stopped(turn) or 0, {}).get("idTag")
        request, held = request_of(turn.frame), turn.memory.setdefault("held", set())
        follow(turn)
        another = started is not None and request.get("idTag", started) != started
        if another and over:
            held.add(started)
        if another and not over:
            await _REFUSED(turn)
        elif turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction" and request.get("idTag") in held:
            held.discard(request.get("idTag"))
            await payload(put("idTagInfo.status", "ConcurrentTx"))(turn)
        else:
            await turn.send()

    return deed


async def _stopped_by_a_stranger(turn: Turn) -> None:
    known: set[str] = turn.memory.setdefault("known", set())
    id_tag, info = request_of(turn.frame).get("idTag"), {}
    if turn.frame.kind == CALLRESULT and turn.frame.action in ("Authorize", "StartTransaction"):
        info = turn.frame.message[-1]["idTagInfo"]
    if info.get("status") == "Accepted":
        known.add(str(id_tag))
    stranger = stopped(turn) is not None and id_tag is not None and id_tag not in known
    await (_REFUSED(turn) if stranger else turn.send())


async def _earlier_than_its_start(turn: Turn) -> None:
    started = _moment(running(turn).get(stopped(turn) or 0, {}))
    ended = _moment(request_of(turn.frame))
    follow(turn)
    await (_REFUSED(turn) if started is not None and ended is not None and ended < started else turn.send())


def _moment(request: Payload) -> Any:
    return parse_instant(request["timestamp"]) if "timestamp" in request else None


async def _of_the_ended(turn: Turn) -> None:
    is_values = turn.frame.kind == CALLRESULT and turn.frame.action == "MeterValues"
    number = request_of(turn.frame).get("transactionId")
    over = is_values and number is not None and number not in running(turn)
    follow(turn)
    await (_REFUSED(turn) if over else turn.send())


async def _ran_over(turn: Turn) -> None:
    begun = running(turn).get(stopped(turn) or 0, {}).get("meterStart")
    ended = request_of(turn.frame).get("meterStop")
    follow(turn)
    await (_REFUSED(turn) if begun is not None and ended is not None and ended < begun else turn.send())
