"""Faults that the certification document does not see: what people met, killed by the cases beyond it.

Each refuses, or treats wrongly, what a Charge Point may send and the document never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from reference_csms.wire.frames import CALL, CALLRESULT, Payload
from reference_faults.edits import put
from reference_faults.faults.beyond_fragments import fragment_faults
from reference_faults.faults.beyond_frames import frame_form_faults, handshake_faults
from reference_faults.faults.beyond_habits import habit_faults
from reference_faults.faults.beyond_id_tags import id_tag_faults_beyond
from reference_faults.faults.beyond_letters import letter_faults
from reference_faults.faults.beyond_memory import memory_faults
from reference_faults.faults.beyond_parts import Holds, answering, clause_of, request_of, sampled, stopped
from reference_faults.faults.beyond_policy import policy_faults
from reference_faults.faults.beyond_queue import queue_faults
from reference_faults.faults.beyond_security import security_beyond
from reference_faults.faults.beyond_sessions import session_faults_beyond
from reference_faults.faults.beyond_spoilt import spoilt_faults
from reference_faults.faults.beyond_values import value_faults
from reference_faults.faults.beyond_wire import wire_faults
from reference_faults.faults.deeds import error, only, payload
from reference_faults.faults.model import Fault
from reference_faults.faults.second_connection import second_connection_faults
from reference_faults.landing import Deed, Turn


def beyond_faults() -> Iterator[Fault]:
    """All faults of the group."""
    yield from _of_meter_values()
    yield from _of_stops()
    yield from _of_starts()
    yield from _of_statuses()
    yield from _of_texts()
    yield from _of_reports()
    yield from letter_faults()
    yield from habit_faults()
    yield from value_faults()
    yield from spoilt_faults()
    yield from frame_form_faults()
    yield from handshake_faults()
    yield from fragment_faults()
    yield from wire_faults()
    yield from second_connection_faults()
    yield from security_beyond()
    yield from policy_faults()
    yield from session_faults_beyond()
    yield from queue_faults()
    yield from id_tag_faults_beyond()
    yield from memory_faults()


def _of_meter_values() -> Iterator[Fault]:
    clause, refused = clause_of("OCPP 1.6, 4.7", "FIELD_001"), error("InternalError")

    def fault(name: str, what: str, holds: Holds, *cases: str) -> Fault:
        return clause.fault(f"meter-values-{name}", what, only(answering("MeterValues", holds), refused), cases)

    yield fault("of-a-transaction-refused", "refuses MeterValues.req with a transactionId", _has("transactionId"))
    yield fault("clock-aligned-refused", "refuses clock-aligned MeterValues.req", _context("Sample.Clock"))
    yield fault(
        "without-transaction-refused", "refuses MeterValues.req without a transactionId", _lacks("transactionId"),
        "FIELD_002",
    )  # fmt: skip
    yield fault("of-the-main-meter-refused", "refuses MeterValues.req of connectorId 0", _is("connectorId", 0),
                "FIELD_002")  # fmt: skip
    for member, value, name in (
        ("measurand", "SoC", "soc"),
        ("measurand", "Energy.Reactive.Import.Interval", "reactive-energy"),
        ("measurand", "RPM", "rpm"),
        ("unit", "Celsius", "celsius"),
        ("unit", "kvarh", "kvarh"),
        ("context", "Interruption.Begin", "interruption"),
        ("phase", "L1-L2", "line-to-line"),
        ("location", "Cable", "cable"),
        ("format", "SignedData", "signed"),
    ):
        what = f"refuses MeterValues.req with the {member} {value}"
        yield fault(f"{name}-refused", what, _sample(member, value), "FIELD_022")
    yield fault("bare-refused", "refuses a SampledValue that is nothing but its value", _bare, "FIELD_022")


def _of_stops() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.10", "FIELD_003")

    def fault(name: str, what: str, holds: Holds, *cases: str, code: str = "InternalError") -> Fault:
        deed = only(answering("StopTransaction", holds), error(code))
        return clause.fault(f"stop-{name}", what, deed, cases)

    yield fault("without-id-tag-refused", "refuses StopTransaction.req without an idTag", _lacks("idTag"))
    yield fault("on-power-loss-refused", "refuses a stop for the reason PowerLoss", _is("reason", "PowerLoss"),
                "FIELD_004")  # fmt: skip
    yield fault("for-emergency-refused", "refuses a stop for the reason EmergencyStop", _is("reason", "EmergencyStop"),
                "FIELD_023")  # fmt: skip
    yield fault("without-reason-refused", "refuses a stop without a reason", _lacks("reason"), "FIELD_023")
    yield fault("with-data-refused", "refuses StopTransaction.req with transactionData", _has("transactionData"),
                "FIELD_012")  # fmt: skip
    yield clause.fault(
        "stop-of-unknown-refused", "refuses the stop of a transaction that it never started", _unknown_stop,
        ("FIELD_007",),
    )  # fmt: skip
    yield clause.fault("stop-again-refused", "refuses a stop that it has answered before", _stop_again, ("FIELD_013",))
    yield clause.fault(
        "stop-of-unknown-unanswered", "does not answer the stop of a transaction that it never started",
        _silent_on_unknown, ("FIELD_007",),
    )  # fmt: skip
    yield clause.fault(
        "stop-of-unknown-ends-the-running", "takes the stop of an unknown transaction for that of the running one",
        _guessed, ("FIELD_077",),
    )  # fmt: skip


def _of_starts() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.8", "FIELD_005")
    elsewhere = answering("StartTransaction", lambda request: request.get("connectorId") != 1)
    deed = only(elsewhere, error("InternalError"))
    yield clause.fault("second-connector-unknown", "refuses a transaction on any connector but 1", deed)
    yield clause.fault(
        "second-connector-not-accepted", "calls each idTag Invalid at any connector but 1",
        only(elsewhere, payload(put("idTagInfo.status", "Invalid"))),
    )  # fmt: skip
    yield clause.fault(
        "two-transactions-one-id", "gives the second transaction of a Charge Point the id of the first", _same_id,
        ("FIELD_006",),
    )  # fmt: skip
    yield clause.fault(
        "refused-start-ends-the-running", "ends the running transaction when another start is refused", _swept,
        ("FIELD_008",),
    )  # fmt: skip
    old = _old("StartTransaction")
    yield clause.fault("old-start-refused", "refuses a start that is hours old", old, ("FIELD_015",))
    old = _old("MeterValues")
    yield clause.fault("old-meter-values-refused", "refuses readings that are hours old", old, ("FIELD_015",))
    yield clause.fault(
        "start-right-after-stop-concurrent", "takes a stopped transaction for a running one for a moment", _lingering,
        ("FIELD_019",),
    )  # fmt: skip
    for action in ("Authorize", "StartTransaction"):
        name = "authorize-minds-the-case" if action == "Authorize" else "start-minds-the-case"
        foreign = answering(action, lambda request: str(request.get("idTag")) != str(request.get("idTag")).upper())
        deed = only(foreign, payload(put("idTagInfo.status", "Invalid")))
        what = f"knows no idTag in small letters in {action}.req"
        yield clause_of("OCPP 1.6, 7.1 and 7.28", "FIELD_016").fault(name, what, deed)


def _of_statuses() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.9", "FIELD_009")

    def fault(name: str, what: str, holds: Holds, *cases: str) -> Fault:
        deed = only(answering("StatusNotification", holds), error("FormationViolation"))
        return clause.fault(f"status-{name}", what, deed, cases)

    yield fault("with-info-refused", "refuses a status with info", _has("info"))
    yield fault("with-vendor-id-refused", "refuses a status with a vendorId", _has("vendorId"))
    yield fault("with-vendor-code-refused", "refuses a status with a vendorErrorCode", _has("vendorErrorCode"))
    yield fault("without-timestamp-refused", "refuses a status without a timestamp", _lacks("timestamp"))
    yield fault(
        "suspendedevse-refused", "refuses the status SuspendedEVSE", _is("status", "SuspendedEVSE"), "FIELD_010"
    )
    for code in ("EVCommunicationError", "LocalListConflict", "WeakSignal", "InternalError"):
        name = f"{code.lower()}-refused"
        yield fault(name, f"refuses the errorCode {code}", _is("errorCode", code), "FIELD_011")


def _of_texts() -> Iterator[Fault]:
    foreign = answering("StatusNotification", lambda request: not str(request.get("info", "")).isascii())
    clause = clause_of("OCPP-J 1.6, 4.1.2", "FIELD_018")
    yield clause.fault(
        "status-beyond-ascii-refused", "refuses texts beyond ASCII", only(foreign, error("GenericError"))
    )
    clause = clause_of("OCPP 1.6, 3.14", "FIELD_017")
    for name, what, holds in (
        ("status-with-offset-refused", "refuses timestamps that are not in UTC", lambda text: "+01:00" in text),
        ("status-without-fraction-refused", "refuses timestamps without fractions of a second",
         lambda text: "." not in text and text.endswith("Z")),
        ("status-with-seven-decimals-refused", "refuses timestamps with seven decimals",
         lambda text: "1234567" in text),
    ):  # fmt: skip
        select = answering("StatusNotification", _text("timestamp", holds))
        yield clause.fault(name, what, only(select, error("TypeConstraintViolation")))


def _of_reports() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 4.2", "FIELD_021")
    for member in ("iccid", "meterSerialNumber", "chargeBoxSerialNumber"):
        deed = only(answering("BootNotification", _has(member)), error("InternalError"))
        yield clause.fault(f"boot-with-{member.lower()}-refused", f"refuses a boot with {member}", deed)
    deed = only(answering("BootNotification", _lacks("firmwareVersion")), error("InternalError"))
    yield clause.fault("boot-without-firmware-refused", "refuses a boot without a firmwareVersion", deed)
    clause = clause_of("OCPP 1.6, 4.4 and 4.5", "FIELD_024")
    for action, status in (("FirmwareStatusNotification", "DownloadFailed"), ("DiagnosticsStatusNotification", "Idle")):
        deed = only(answering(action, _is("status", status)), error("InternalError"))
        name = f"{action.removesuffix('StatusNotification').lower()}-{status.lower()}-refused"
        yield clause.fault(name, f"refuses {action}.req with {status}", deed)


# -- what a request is ------------------------------------------------------------------------------------


def _has(member: str) -> Holds:
    return lambda request: member in request


def _lacks(member: str) -> Holds:
    return lambda request: member not in request


def _is(member: str, value: Any) -> Holds:
    return lambda request: member in request and request[member] == value


def _text(member: str, holds: Callable[[str], bool]) -> Holds:
    return lambda request: member in request and holds(str(request[member]))


def _sample(member: str, value: str) -> Holds:
    return lambda request: any(sample.get(member) == value for sample in sampled(request))


def _context(value: str) -> Holds:
    return lambda request: "transactionId" in request and _sample("context", value)(request)


def _bare(request: Payload) -> bool:
    return any(set(sample) == {"value"} for sample in sampled(request))


# -- what is remembered -----------------------------------------------------------------------------------


def _started(turn: Turn) -> set[int]:
    known: set[int] = turn.memory.setdefault("started", set())
    if turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction":
        known.add(turn.frame.message[-1]["transactionId"])
    return known


async def _unknown_stop(turn: Turn) -> None:
    known, number = _started(turn), stopped(turn)
    await (error("NotSupported")(turn) if number is not None and number not in known else turn.send())


async def _silent_on_unknown(turn: Turn) -> None:
    known, number = _started(turn), stopped(turn)
    if number is None or number in known:
        await turn.send()


async def _stop_again(turn: Turn) -> None:
    number, seen = stopped(turn), turn.memory.setdefault("stopped", set())
    again = number is not None and number in seen
    seen.add(number)
    await (error("InternalError")(turn) if again else turn.send())


async def _same_id(turn: Turn) -> None:
    """Remember the transactions that run; a second one of a Charge Point gets the id of the first."""
    running: dict[str, set[int]] = turn.memory.setdefault("running", {})
    mine, number = running.setdefault(turn.line.charge_point_id, set()), stopped(turn)
    if number is not None:
        mine.discard(number)
    if turn.frame.kind != CALLRESULT or turn.frame.action != "StartTransaction":
        await turn.send()
        return
    if mine:
        await payload(put("transactionId", next(iter(mine))))(turn)
        return
    mine.add(turn.frame.message[-1]["transactionId"])
    await turn.send()


async def _swept(turn: Turn) -> None:
    running: dict[tuple[str, int], int] = turn.memory.setdefault("at", {})
    swept: set[int] = turn.memory.setdefault("swept", set())
    number = stopped(turn)
    if number in swept:
        await error("InternalError")(turn)
        return
    if turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction":
        where = (turn.line.charge_point_id, request_of(turn.frame).get("connectorId", 0))
        if turn.frame.message[-1]["idTagInfo"]["status"] == "Accepted":
            running[where] = turn.frame.message[-1]["transactionId"]
        elif where in running:
            swept.add(running[where])
    await turn.send()


async def _guessed(turn: Turn) -> None:
    """Take the stop of an unknown transaction for that of the running one, and know nothing of that any more."""
    known, ended = _started(turn), turn.memory.setdefault("guessed", set())
    number = stopped(turn)
    if number is not None and number not in known:
        ended.update(known)
    order = turn.frame.message[-1] if turn.frame.kind == CALL and turn.frame.action == "RemoteStopTransaction" else {}
    if order.get("transactionId") not in ended:
        await turn.send()


async def _lingering(turn: Turn) -> None:
    """A start that comes as the very next message after a stop finds the old transaction still running."""
    after_stop = turn.connection_memory.get("last") == "StopTransaction"
    if turn.frame.kind == CALLRESULT:
        turn.connection_memory["last"] = turn.frame.action
    at_once = after_stop and turn.frame.kind == CALLRESULT and turn.frame.action == "StartTransaction"
    await (payload(put("idTagInfo.status", "ConcurrentTx"))(turn) if at_once else turn.send())


def _old(action: str) -> Deed:
    """Refuse what happened well before the newest moment that was read so far."""

    async def deed(turn: Turn) -> None:
        refused = False
        if turn.frame.kind == CALLRESULT:
            told = list(_moments(request_of(turn.frame)))
            newest = max([str(turn.memory.get("newest", "")), *told])
            refused = turn.frame.action == action and any(text[:13] < newest[:13] for text in told)
            turn.memory["newest"] = newest
        await (error("PropertyConstraintViolation")(turn) if refused else turn.send())

    return deed


def _moments(request: Payload) -> Iterator[str]:
    if "timestamp" in request:
        yield str(request["timestamp"])
    yield from (str(value["timestamp"]) for value in request.get("meterValue", ()))
