"""Faults with what comes again, late, or out of a lost memory; and with what is seldom filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reference_csms.wire.frames import CALL, CALLRESULT
from reference_faults.edits import put
from reference_faults.faults.beyond_parts import answering, clause_of, request_of, sampled, stopped
from reference_faults.faults.beyond_sessions import follow, running
from reference_faults.faults.deeds import error, only, payload
from reference_faults.faults.model import Fault
from reference_faults.landing import Deed, Turn

_REFUSED: Final = error("InternalError")
_LONG: Final = 255
_REGISTER: Final = "Energy.Active.Import.Register"


def queue_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _of_starts()
    yield from _of_meter_values()
    yield from _of_numbers()
    yield from _of_forms()


def _of_starts() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.8", "FIELD_056")
    what = "refuses a start at a connector on which it believes a transaction to run"
    yield clause.fault("busy-connector-refused", what, _at_a_busy_connector(_REFUSED))
    what = "gives a start the id of the transaction that it believes to run there"
    yield clause.fault("busy-connector-keeps-its-id", what, _at_a_busy_connector(None))
    what = "answers Authorize.req with ConcurrentTx while the idTag has a transaction"
    yield clause_of("OCPP 1.6, 7.2", "FIELD_057").fault("authorize-concurrent", what, _concurrent)


def _of_meter_values() -> Iterator[Fault]:
    what = "ends all transactions of a Charge Point that boots, and refuses their meter values"
    yield clause_of("OCPP 1.6, 4.2 and 4.7", "FIELD_060").fault("boot-ends-transactions", what, _over_at_boot)
    what = "holds the transactions of a Charge Point that it resets for ended, and refuses their stop"
    yield clause_of("OCPP 1.6, 4.10 and 5.14", "FIELD_099").fault("reset-ends-transactions", what, _over_at_reset)
    clause = clause_of("OCPP 1.6, 3.7.1 and 4.7", "FIELD_061")
    yield clause.fault("meter-values-again-refused", "refuses meter values that it has had before", _had_before)
    yield clause.fault("older-meter-values-refused", "refuses meter values that are older than others", _older)
    yield clause_of("OCPP 1.6, 4.10", "FIELD_061").fault(
        "stop-below-meter-values-refused", "refuses a meterStop below the last meter values", _below
    )


def _of_numbers() -> Iterator[Fault]:
    for action, case in (("StopTransaction", "FIELD_007"), ("MeterValues", "FIELD_050")):
        unseen = answering(action, lambda request: request.get("transactionId", 1) <= 0)
        yield clause_of("OCPP 1.6, 4.7 and 4.10", case).fault(
            f"{action.lower()}-of-no-number-refused", f"refuses {action}.req with a transactionId below 1",
            only(unseen, error("PropertyConstraintViolation")),
        )  # fmt: skip


def _of_forms() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.9 and 7.6", "FIELD_011")
    for name, what, faulted in (
        ("status-with-a-warning-refused", "refuses an errorCode beside any status but Faulted", False),
        ("status-faulted-without-code-refused", "refuses the status Faulted without an errorCode", True),
    ):
        yield clause.fault(name, what, only(answering("StatusNotification", _at_odds(faulted=faulted)), _REFUSED))
    clause = clause_of("OCPP 1.6, 4.3", "FIELD_058")
    for name, what, select in (
        ("data-without-message-id-refused", "refuses DataTransfer.req without a messageId",
         answering("DataTransfer", lambda request: "messageId" not in request)),
        ("data-missing-refused", "refuses DataTransfer.req without data",
         answering("DataTransfer", lambda request: not request.get("data"))),
        ("long-data-refused", "refuses DataTransfer.req with long data",
         answering("DataTransfer", lambda request: len(request.get("data", "")) > _LONG)),
    ):  # fmt: skip
        yield clause.fault(name, what, only(select, _REFUSED))
    empty = answering("StopTransaction", lambda request: request.get("transactionData") == [])
    yield clause_of("OCPP 1.6, 6.49", "FIELD_059").fault(
        "empty-transaction-data-refused", "refuses a stop with an empty list of values", only(empty, _REFUSED)
    )


def _at_odds(*, faulted: bool) -> Any:
    return lambda request: (
        (request.get("status") == "Faulted") is faulted and (request.get("errorCode") == "NoError") is faulted
    )


# -- what is remembered -----------------------------------------------------------------------------------


def _answers(turn: Turn, action: str) -> bool:
    return turn.frame.kind == CALLRESULT and turn.frame.action == action


def _at_a_busy_connector(deed: Deed | None) -> Deed:
    """What is done about a start of another idTag there; None for an answer with the id of the old transaction."""

    async def busy(turn: Turn) -> None:
        request = request_of(turn.frame)
        old = [
            number
            for number, start in running(turn).items()
            if _answers(turn, "StartTransaction")
            and start.get("connectorId") == request.get("connectorId")
            and start.get("idTag") != request.get("idTag")
        ]
        follow(turn)
        if not old:
            await turn.send()
        else:
            await (deed or payload(put("transactionId", old[0])))(turn)

    return busy


async def _concurrent(turn: Turn) -> None:
    id_tag = request_of(turn.frame).get("idTag")
    charging = _answers(turn, "Authorize") and any(start.get("idTag") == id_tag for start in running(turn).values())
    follow(turn)
    await (payload(put("idTagInfo.status", "ConcurrentTx"))(turn) if charging else turn.send())


async def _over_at_boot(turn: Turn) -> None:
    over: set[int] = turn.memory.setdefault("over", set())
    if _answers(turn, "BootNotification"):
        over.update(running(turn))
    ended = _answers(turn, "MeterValues") and request_of(turn.frame).get("transactionId") in over
    follow(turn)
    await (_REFUSED(turn) if ended else turn.send())


async def _over_at_reset(turn: Turn) -> None:
    over: set[int] = turn.memory.setdefault("reset", set())
    if turn.frame.kind == CALL and turn.frame.action == "Reset":
        over.update(running(turn))
    ended = stopped(turn) in over
    follow(turn)
    await (_REFUSED(turn) if ended else turn.send())


async def _had_before(turn: Turn) -> None:
    seen: list[Any] = turn.memory.setdefault("seen", [])
    request, again = request_of(turn.frame), False
    if _answers(turn, "MeterValues"):
        again = request in seen
        seen.append(request)
    await (_REFUSED(turn) if again else turn.send())


async def _older(turn: Turn) -> None:
    newest: dict[int, str] = turn.memory.setdefault("newest", {})
    request, old = request_of(turn.frame), False
    if _answers(turn, "MeterValues") and (number := request.get("transactionId")) is not None:
        moment = max(str(value["timestamp"]) for value in request["meterValue"])
        old = moment < newest.get(number, "")
        newest[number] = max(moment, newest.get(number, ""))
    await (_REFUSED(turn) if old else turn.send())


async def _below(turn: Turn) -> None:
    last: dict[Any, float] = turn.memory.setdefault("last", {})
    request, number = request_of(turn.frame), stopped(turn)
    if _answers(turn, "MeterValues") and "transactionId" in request:
        read = [float(one["value"]) for one in sampled(request) if one.get("measurand", _REGISTER) == _REGISTER]
        last.update({request["transactionId"]: max(read)} if read else {})
    below = number is not None and request.get("meterStop", 0) < last.get(number, 0)
    await (_REFUSED(turn) if below else turn.send())
