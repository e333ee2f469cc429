"""Faults of what a Central System remembers: which transaction or reservation is meant, for whom, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from reference_csms.wire.frames import CALL, CALLRESULT, Frame, Payload
from reference_faults.edits import alter, put
from reference_faults.faults.beyond_parts import answering, clause_of, request_of, stopped
from reference_faults.faults.beyond_sessions import follow, running
from reference_faults.faults.deeds import answers, calls, nothing, only, payload
from reference_faults.faults.model import Fault
from reference_faults.landing import Deed, Turn

_ACCEPTED: Final = payload(put("idTagInfo.status", "Accepted"))
_ORDERS: Final = ("ChangeAvailability", "RemoteStartTransaction", "UnlockConnector")


def memory_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _of_transactions()
    yield from _of_reservations()
    yield from _of_trust()
    yield clause_of("OCPP 1.6, 5.2, 5.11 and 5.18", "FIELD_047").fault(
        "orders-for-the-last-connector", "sends each order for the connector that told its status last",
        _last_connector,
    )  # fmt: skip


def _of_transactions() -> Iterator[Fault]:
    yield clause_of("OCPP 1.6, 5.12", "FIELD_084").fault(
        "remote-stop-names-the-last-start", "stops the transaction that was told last, refused or not", _last_start
    )
    yield clause_of("OCPP 1.6, 5.12", "FIELD_085").fault(
        "transactions-of-a-connection", "knows a transaction only as long as the connection lasts on which it began",
        _of_one_connection("transactionId", _began, "RemoteStopTransaction"),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 4.10", "FIELD_086").fault(
        "stop-again-ends-the-next", "takes the stop of a transaction that is over for that of the next one",
        _ending(lambda number, over: number in over),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 4.10", "FIELD_077").fault(
        "stop-of-minus-one-ends-the-running", "takes the transactionId -1 for the transaction that runs",
        _ending(lambda number, _: number < 0),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 5.12", "FIELD_091").fault(
        "remote-stop-once", "orders the stop of a transaction once, whatever the answer is", _ordered_once
    )
    for status in ("SuspendedEV", "Faulted"):
        yield clause_of("OCPP 1.6, 4.9 and 4.10", "FIELD_092").fault(
            f"{status.lower()}-ends-the-transaction", f"holds a transaction for ended where its connector is {status}",
            _ended_by(status),
        )  # fmt: skip
    yield clause_of("OCPP 1.6, 5.2", "FIELD_093").fault(
        "inoperative-believed", "refuses starts where it ordered Inoperative, whatever the answer was", _inoperative
    )
    yield clause_of("OCPP 1.6, 7.2", "FIELD_089").fault(
        "lost-stop-occupies-the-id-tag", "calls an idTag ConcurrentTx at the connector on which its stop was lost",
        _occupied,
    )  # fmt: skip


def _of_reservations() -> Iterator[Fault]:
    for name, pick, case in (("first", min, "FIELD_090"), ("last", max, "FIELD_043")):
        yield clause_of("OCPP 1.6, 5.1", case).fault(
            f"cancels-the-{name}-reservation", f"cancels the reservation of a Charge Point that came {name}",
            _cancelling(pick),
        )  # fmt: skip
    yield clause_of("OCPP 1.6, 5.1", "FIELD_087").fault(
        "reservations-of-a-connection", "knows a reservation only as long as the connection lasts on which it was made",
        _of_one_connection("reservationId", _made, "CancelReservation"),
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 5.13", "FIELD_088").fault(
        "reservation-never-used-up", "keeps others from a connector whose reservation was used", _kept_reserved
    )


def _of_trust() -> Iterator[Fault]:
    verified = "OCPP 1.6, 4.8"
    yield clause_of(verified, "FIELD_081").fault(
        "start-after-a-remote-start-accepted", "takes the next start for the one that it ordered, whoever begins it",
        _ordered,
    )  # fmt: skip
    reserved = answering("StartTransaction", lambda request: "reservationId" in request)
    yield clause_of(verified, "FIELD_082").fault(
        "start-with-a-reservation-accepted", "verifies no start that names a reservation", only(reserved, _ACCEPTED)
    )
    everybody = payload(alter("localAuthorizationList", _all_accepted))
    yield clause_of("OCPP 1.6, 5.15", "FIELD_083").fault(
        "local-list-accepts-all", "puts each idTag on a local list as Accepted", only(calls("SendLocalList"), everybody)
    )
    for status, case in (("Blocked", "FIELD_078"), ("Expired", "FIELD_079")):
        yield clause_of("OCPP 1.6, 4.1", case).fault(
            f"{status.lower()}-once", f"tells who is {status} that he may charge when he asks again", _once(status)
        )


# -- how it is done ---------------------------------------------------------------------------------------


async def _last_start(turn: Turn) -> None:
    begun = _began(turn.frame)
    if begun is not None:
        turn.connection_memory["last"] = begun
    last = turn.connection_memory.get("last", 1)
    await only(calls("RemoteStopTransaction"), payload(put("transactionId", last)))(turn)


def _began(frame: Frame) -> Any:
    """The transaction that an answer begins."""
    is_start = frame.kind == CALLRESULT and frame.action == "StartTransaction"
    return frame.message[-1]["transactionId"] if is_start else None


def _made(frame: Frame) -> Any:
    """The reservation that a CALL makes."""
    return frame.message[-1]["reservationId"] if frame.kind == CALL and frame.action == "ReserveNow" else None


def _of_one_connection(member: str, made: Callable[[Frame], Any], action: str) -> Deed:
    """Send no CALL about what was made on another connection."""

    async def deed(turn: Turn) -> None:
        frame, known = turn.frame, turn.connection_memory.setdefault("known", set())
        known.add(made(frame))
        strange = frame.kind == CALL and frame.action == action and frame.message[-1][member] not in known
        await (nothing(turn) if strange else turn.send())

    return deed


def _ending(takes: Callable[[int, set[int]], bool]) -> Deed:
    """Hold what runs for ended by a stop that is about nothing: it is stopped remotely no more."""

    async def deed(turn: Turn) -> None:
        over: set[int] = turn.memory.setdefault("over", set())
        frame, number, known = turn.frame, stopped(turn), running(turn)
        if number is not None and number not in known and takes(number, over):
            over.update(known)
        follow(turn)
        if number is not None:
            over.add(number)
        lost = calls("RemoteStopTransaction")(frame) and frame.message[-1]["transactionId"] in over
        await (nothing(turn) if lost else turn.send())

    return deed


async def _ordered_once(turn: Turn) -> None:
    frame, ordered = turn.frame, turn.memory.setdefault("ordered", set())
    number = frame.message[-1]["transactionId"] if calls("RemoteStopTransaction")(frame) else None
    await (nothing(turn) if number in ordered else turn.send())
    ordered.update(() if number is None else (number,))


def _ended_by(status: str) -> Deed:
    """Stop nothing remotely that ran when a connector told this status."""

    async def deed(turn: Turn) -> None:
        over: set[int] = turn.memory.setdefault("over", set())
        if answering("StatusNotification", lambda request: request.get("status") == status)(turn.frame):
            over.update(running(turn))
        follow(turn)
        lost = calls("RemoteStopTransaction")(turn.frame) and turn.frame.message[-1]["transactionId"] in over
        await (nothing(turn) if lost else turn.send())

    return deed


async def _inoperative(turn: Turn) -> None:
    frame, memory = turn.frame, turn.connection_memory
    if calls("ChangeAvailability")(frame):
        memory["inoperative"] = frame.message[-1]["type"] == "Inoperative"
    refused = memory.get("inoperative") and answers("StartTransaction")(frame)
    await (payload(put("idTagInfo.status", "Blocked"))(turn) if refused else turn.send())


async def _occupied(turn: Turn) -> None:
    request, is_start = (
        request_of(turn.frame),
        turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction",
    )
    place = ("connectorId", "idTag")
    again = is_start and any(all(one.get(by) == request[by] for by in place) for one in running(turn).values())
    follow(turn)
    await (payload(put("idTagInfo.status", "ConcurrentTx"))(turn) if again else turn.send())


def _cancelling(pick: Callable[[list[int]], int]) -> Deed:
    """Cancel one of the reservations that stand, whichever is meant."""

    async def deed(turn: Turn) -> None:
        standing: list[int] = turn.connection_memory.setdefault("standing", [])
        made = _made(turn.frame)
        if made is not None:
            standing.append(made)
        if turn.frame.kind == CALL and turn.frame.action == "CancelReservation" and standing:
            number = pick(standing)
            standing.remove(number)
            await payload(put("reservationId", number))(turn)
        else:
            await turn.send()

    return deed


async def _kept_reserved(turn: Turn) -> None:
    frame, reserved = turn.frame, turn.memory.setdefault("reserved", {})
    request: Payload = frame.message[-1] if frame.kind == CALL else request_of(frame)
    place = (turn.line.charge_point_id, request.get("connectorId"))
    if _made(frame) is not None:
        reserved[place] = request["idTag"]
    is_start = frame.kind == CALLRESULT and frame.action == "StartTransaction"
    kept = is_start and reserved.get(place, request["idTag"]) != request["idTag"]
    await (payload(put("idTagInfo.status", "Blocked"))(turn) if kept else turn.send())


async def _ordered(turn: Turn) -> None:
    frame, memory = turn.frame, turn.connection_memory
    is_start = frame.kind == CALLRESULT and frame.action == "StartTransaction"
    if frame.kind == CALL and frame.action == "RemoteStartTransaction":
        memory["ordered"] = True
    await (_ACCEPTED(turn) if is_start and memory.pop("ordered", False) else turn.send())


def _all_accepted(entries: Any) -> Any:
    return [one | {"idTagInfo": {"status": "Accepted"}} for one in entries]


def _once(status: str) -> Deed:
    """Refuse an idTag once."""

    async def deed(turn: Turn) -> None:
        frame, refused = turn.frame, turn.memory.setdefault("refused", set())
        info = frame.message[-1].get("idTagInfo", {}) if frame.kind == CALLRESULT else {}
        id_tag = request_of(frame).get("idTag")
        again = info.get("status") == status and id_tag in refused
        if info.get("status") == status and frame.action == "StartTransaction":
            refused.add(id_tag)
        await (_ACCEPTED(turn) if again and frame.action == "Authorize" else turn.send())

    return deed


async def _last_connector(turn: Turn) -> None:
    frame, memory = turn.frame, turn.connection_memory
    if frame.kind == CALLRESULT and frame.action == "StatusNotification" and request_of(frame).get("connectorId"):
        memory["last"] = request_of(frame)["connectorId"]
    if frame.kind == CALL and frame.action in _ORDERS and "last" in memory:
        await payload(put("connectorId", memory["last"]))(turn)
    else:
        await turn.send()
