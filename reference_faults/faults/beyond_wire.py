"""Faults on the line that the document does not see: idle connections; messages that are wrong, large, or repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

from reference_csms.calls import CallState
from reference_csms.seams import Forward, Line, Seams
from reference_csms.wire.frames import CALL, CALLERROR, CALLRESULT, Frame, Payload, call_frame
from reference_faults.deviation import Ledger, Make
from reference_faults.edits import add
from reference_faults.faults.beyond_parts import answering, clause_of, request_of, sampled, stopped
from reference_faults.faults.deeds import Select, error, fresh_id, message, nothing, only, payload
from reference_faults.faults.model import Fault
from reference_faults.faults.session import end
from reference_faults.landing import Turn

MANY = 300
"""Samples of a message that is large."""

LOOK = 0.01
"""Seconds between two looks at what became of a CALL."""

IDLE = 4.0
"""Seconds without a frame after which an impatient Central System closes."""


def wire_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _of_connections()
    yield from _of_refusals()
    yield from _of_nonsense()


def _of_connections() -> Iterator[Fault]:
    yield clause_of("OCPP-J 1.6, 5.4", "FIELD_025").fault(
        "stop-on-another-connection-refused", "refuses the stop of a transaction that began on an earlier connection",
        _bound_to_its_connection,
    )  # fmt: skip
    yield clause_of("OCPP 1.6, 4.6; OCPP-J 1.6, 5.3", "LINE_001").fault(
        "closes-when-idle", "closes a connection on which nothing was said for less than the heartbeat interval",
        _closing_when_idle,
    )  # fmt: skip


def _of_refusals() -> Iterator[Fault]:
    """What becomes of a CALL that the Charge Point answers with a CALLERROR."""
    clause = clause_of("OCPP-J 1.6, 4.1.1 and 4.2.3", "LINE_005")
    what = "sends no CALL any more once one was answered with a CALLERROR"
    yield clause.fault("stuck-after-callerror", what, _stuck_when_refused)
    what = "closes the connection when a CALL is answered with a CALLERROR"
    yield clause.fault("closes-on-callerror", what, _closing_when_refused)

    clause = clause_of("OCPP-J 1.6, 4.1.1", "LINE_006")
    yield clause.fault("answers-nobody-while-it-waits", "answers no CALL while one of its own is open", _one_at_a_time)
    yield clause.fault("refuses-while-it-waits", "refuses each CALL while one of its own is open", _refusing_meanwhile)

    clause = clause_of("OCPP-J 1.6, 4.1.1", "LINE_059")
    what = "sends what is ordered at once, though a CALL is open"
    yield clause.made("orders-at-once", what, _overlooking_order(at_once=True))
    what = "loses what is ordered while a CALL is open"
    yield clause.made("orders-lost-while-it-waits", what, _overlooking_order(at_once=False))


def _overlooking_order(*, at_once: bool) -> Make:
    """What is ordered while a CALL is open never comes in its turn."""

    def make(ledger: Ledger) -> Seams:
        async def ordered(line: Line, action: str, payload: Payload) -> None:
            if _has_open(line):
                ledger.of(line).setdefault("lost", []).append(action)
                ledger.landed += at_once
                if at_once:
                    await line.write(call_frame(fresh_id(), action, payload))

        async def send(line: Line, frame: Frame, forward: Forward) -> None:
            lost = ledger.of(line).get("lost", [])
            if frame.kind == CALL and frame.action in lost:
                lost.remove(frame.action)
                ledger.landed += not at_once
            else:
                await forward(frame)

        return Seams(outgoing=(send,), ordered=(ordered,))

    return make


def _has_open(line: Line) -> bool:
    """Whether a CALL to this Charge Point is open."""
    return any(call.state is CallState.SENT for call in line.calls)


def _of_nonsense() -> Iterator[Fault]:
    """What becomes of messages that are wrong themselves: `code` is the one with which they are refused otherwise."""
    yield clause_of("OCPP-J 1.6, 4.1.1 and 5.4", "LINE_058").fault(
        "stuck-on-a-lost-call", "sends no CALL any more once one was lost with its connection", _stuck_when_lost
    )
    unknown = clause_of("OCPP-J 1.6, 4.2.3", "LINE_010")
    refusal = _refusing("NotImplemented")
    yield unknown.fault("unknown-action-accepted", "answers an action that it does not know", only(refusal, _empty))
    what = "does not answer an action that it does not know"
    yield unknown.fault("unknown-action-unanswered", what, only(refusal, nothing))
    what = "refuses an action that it does not know with InternalError"
    yield unknown.fault("unknown-action-internal-error", what, only(refusal, error("InternalError")))
    for name, what, code, case in (
        ("missing-members-accepted", "accepts messages that lack a member", "OccurenceConstraintViolation", "LINE_011"),
        ("wrong-types-accepted", "accepts members of the wrong type", "TypeConstraintViolation", "LINE_012"),
        ("long-texts-accepted", "accepts texts that are too long", "PropertyConstraintViolation", "LINE_013"),
        (
            "unknown-values-accepted",
            "accepts values that OCPP does not know",
            "PropertyConstraintViolation",
            "LINE_014",
        ),
        ("no-moments-accepted", "accepts timestamps that are none", "PropertyConstraintViolation", "LINE_015"),
    ):
        yield clause_of("OCPP-J 1.6, 4.2.3", case).fault(name, what, only(_refusing(code), _empty))
    clause = clause_of("OCPP-J 1.6, 4.2.3", "LINE_016")
    what = "closes the connection on a message that is wrong"
    yield clause.fault("closes-on-nonsense", what, only(_refusing(), partial(end, code=1002)))
    yield clause.fault("silent-after-nonsense", "says nothing any more after a message that is wrong", _struck_dumb)
    large = answering("MeterValues", lambda request: sum(1 for _ in sampled(request)) > MANY)
    clause = clause_of("OCPP 1.6, 4.7", "LINE_020")
    yield clause.fault("large-message-refused", "refuses large messages", only(large, error("GenericError")))
    yield clause.fault("large-message-closes", "closes on large messages", only(large, partial(end, code=1009)))
    again = clause_of("OCPP 1.6, 3.7.1 and 4.8", "FIELD_014")
    yield again.fault("start-again-billed-twice", "gives a start that comes again another transactionId", _billed_twice)


def _refusing(*codes: str) -> Select:
    """CALLERRORs with one of these codes, or all."""
    return lambda frame: frame.kind == CALLERROR and (not codes or frame.message[2] in codes)


async def _bound_to_its_connection(turn: Turn) -> None:
    mine: set[int] = turn.connection_memory.setdefault("mine", set())
    number = stopped(turn)
    if turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction":
        mine.add(turn.frame.message[-1]["transactionId"])
    await (error("InternalError")(turn) if number is not None and number not in mine else turn.send())


async def _closing_when_idle(turn: Turn) -> None:
    await turn.send()
    turn.connection_memory["last"] = turn
    turn.connection_memory["watch"] = asyncio.create_task(_end_if_idle(turn))


async def _end_if_idle(turn: Turn) -> None:
    await turn.pause(IDLE)
    if turn.connection_memory["last"] is turn and not turn.line.is_over:
        turn.ledger.landed += 1
        await end(turn, 1000)


def _refused(turn: Turn) -> bool:
    return any(one.error is not None and one.answer is None for one in turn.line.calls)


async def _stuck_when_refused(turn: Turn) -> None:
    if turn.frame.kind == CALL and _refused(turn):
        turn.land()
        return
    await turn.send()


def _waits(turn: Turn) -> bool:
    return any(one.ended_at is None for one in turn.line.calls)


async def _one_at_a_time(turn: Turn) -> None:
    if turn.frame.kind != CALL:
        while _waits(turn) and not turn.line.is_over:
            turn.land()
            await asyncio.sleep(LOOK)
    await turn.send()


async def _refusing_meanwhile(turn: Turn) -> None:
    busy = turn.frame.kind == CALLRESULT and _waits(turn)
    await (error("GenericError")(turn) if busy else turn.send())


async def _closing_when_refused(turn: Turn) -> None:
    await turn.send()
    if turn.frame.kind == CALL:
        turn.memory["watching"] = asyncio.create_task(_end_if_refused(turn))


async def _end_if_refused(turn: Turn) -> None:
    while not turn.line.is_over:
        call = next((one for one in turn.line.calls if one.unique_id == turn.frame.message[1]), None)
        if call is not None and call.ended_at is not None:
            if call.error is not None:
                turn.ledger.landed += 1
                await end(turn, 1011)
            return
        await asyncio.sleep(LOOK)


async def _empty(turn: Turn) -> None:
    """Answer with nothing in it, as a Central System does that does not look."""
    await message(lambda parts: [CALLRESULT, parts[1], {}])(turn)


async def _struck_dumb(turn: Turn) -> None:
    if turn.frame.kind == CALLERROR:
        turn.connection_memory["dumb"] = True
    if not turn.connection_memory.get("dumb"):
        await turn.send()


async def _billed_twice(turn: Turn) -> None:
    request, seen = request_of(turn.frame), turn.memory.setdefault("seen", set())
    if turn.frame.kind != CALLRESULT or turn.frame.action != "StartTransaction":
        await turn.send()
        return
    told = (turn.line.charge_point_id, request.get("connectorId"), request.get("idTag"), request.get("timestamp"))
    again = told in seen
    seen.add(told)
    await (payload(add("transactionId", 1_000_000))(turn) if again else turn.send())


async def _stuck_when_lost(turn: Turn) -> None:
    if turn.frame.kind == CALL and any(one.state is CallState.LOST for one in turn.line.calls):
        turn.land()
        return
    await turn.send()
