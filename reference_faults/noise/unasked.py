"""Legal noise: CALLs that no operator ordered, which OCPP 1.6 lets a Central System send at any time."""

from __future__ import annotations

from typing import Final

from reference_csms.seams import Forward, Line, Outgoing, Seams
from reference_csms.wire.frames import CALL, CALLRESULT, Frame, Payload
from reference_faults.deviation import Ledger
from reference_faults.landing import Turn
from reference_faults.noise.making import after, before, noise_by, noise_made
from reference_faults.unordered import ask

LONG = 3600
"""Seconds after which a Charge Point is to boot again, unless it is triggered."""

SLOW = 1.5
"""Seconds that a slow Central System takes; every Charge Point waits longer."""

_ALL: Payload = {}
_KEYS: Payload = {"key": ["HeartbeatInterval", "MeterValueSampleInterval"]}
_SAMPLES: Payload = {"key": "MeterValueSampleInterval", "value": "30"}
_GREETING: Payload = {"vendorId": "org.csms-harness.reference", "messageId": "Greeting", "data": "Hello"}
_EMPTY_LIST: Payload = {"listVersion": 0, "updateType": "Full", "localAuthorizationList": []}
_MAXIMUM: Payload = {
    "connectorId": 0,
    "csChargingProfiles": {
        "chargingProfileId": 9000,
        "stackLevel": 0,
        "chargingProfilePurpose": "ChargePointMaxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32.0}]},
    },
}
_SCHEDULE: Payload = {"connectorId": 1, "duration": 600}


def _trigger(message: str, connector_id: int | None = None) -> Payload:
    connector = {} if connector_id is None else {"connectorId": connector_id}
    return {"requestedMessage": message} | connector


def _chatting(ledger: Ledger) -> Seams:
    async def hook(line: Line, _: Payload, answer: Payload) -> None:
        if answer["status"] == "Accepted":
            for action, payload in _chat(str(answer["interval"])):
                ask(ledger, line, action, payload)

    return Seams(after=(("BootNotification", hook),))


def _chat(interval: str) -> tuple[tuple[str, Payload], ...]:
    return (
        ("GetConfiguration", _ALL),
        ("GetConfiguration", _KEYS),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": interval}),
        ("ChangeConfiguration", _SAMPLES),
        ("TriggerMessage", _trigger("StatusNotification", 1)),
        ("TriggerMessage", _trigger("Heartbeat")),
    )


def _emptying(ledger: Ledger) -> Seams:
    async def hook(line: Line, ordered: str, payload: Payload) -> None:
        if ordered == "SendLocalList" and payload.get("updateType") == "Full":
            ask(ledger, line, "SendLocalList", _EMPTY_LIST)

    return Seams(ordered=(hook,))


def _making_room(ledger: Ledger) -> Seams:
    async def hook(line: Line, ordered: str, payload: Payload) -> None:
        if ordered == "ReserveNow":
            former = max(int(payload.get("reservationId", 1)) - 1, 1)
            ask(ledger, line, "CancelReservation", {"reservationId": former})
        if ordered == "SetChargingProfile":
            ask(ledger, line, "ClearChargingProfile", {"connectorId": payload.get("connectorId", 0)})

    return Seams(ordered=(hook,))


def _standing(ledger: Ledger, line: Line) -> dict[int, Payload]:
    """The reservations of a Charge Point that were ordered and not cancelled, by connector."""
    standing: dict[int, Payload] = ledger.memory.setdefault("standing", {}).setdefault(line.charge_point_id, {})
    return standing


def _noting_reservations(ledger: Ledger) -> Outgoing:
    async def note(line: Line, frame: Frame, forward: Forward) -> None:
        standing, request = _standing(ledger, line), frame.payload or {}
        if frame.kind == CALL and frame.action == "ReserveNow":
            standing[request["connectorId"]] = request
        if frame.kind == CALL and frame.action == "CancelReservation":
            number = request["reservationId"]
            for connector in [at for at, made in standing.items() if made["reservationId"] == number]:
                del standing[connector]
        await forward(frame)

    return note


def _ending_reservations(ledger: Ledger) -> Seams:
    async def hook(line: Line, request: Payload, _: Payload) -> None:
        made = _standing(ledger, line).get(request["connectorId"])
        if request.get("status") == "Available" and made is not None:
            ask(ledger, line, "CancelReservation", {"reservationId": made["reservationId"]})

    return Seams(outgoing=(_noting_reservations(ledger),), after=(("StatusNotification", hook),))


def _restoring_reservations(ledger: Ledger) -> Seams:
    def opened(line: Line) -> None:
        for made in list(_standing(ledger, line).values()):
            ask(ledger, line, "ReserveNow", made)

    async def used(line: Line, request: Payload, _: Payload) -> None:
        if request.get("status", "Available") == "Available":
            _standing(ledger, line).pop(request["connectorId"], None)

    after_those = (("StatusNotification", used), ("StartTransaction", used))
    return Seams(outgoing=(_noting_reservations(ledger),), opened=(opened,), after=after_those)


def _stopping_again(ledger: Ledger) -> Seams:
    ordered: set[int] = set()

    async def note(_: Line, frame: Frame, forward: Forward) -> None:
        if frame.kind == CALL and frame.action == "RemoteStopTransaction":
            ordered.add((frame.payload or {})["transactionId"])
        await forward(frame)

    async def metered(line: Line, request: Payload, _: Payload) -> None:
        if request.get("transactionId") in ordered:
            ask(ledger, line, "RemoteStopTransaction", {"transactionId": request["transactionId"]})

    async def stopped(_: Line, request: Payload, __: Payload) -> None:
        ordered.discard(request["transactionId"])

    return Seams(outgoing=(note,), after=(("MeterValues", metered), ("StopTransaction", stopped)))


def _starting(ledger: Ledger) -> Seams:
    async def hook(line: Line, request: Payload, _: Payload) -> None:
        if request.get("status") == "Preparing":
            connector = request.get("connectorId", 1)
            ask(ledger, line, "RemoteStartTransaction", {"connectorId": connector, "idTag": "TAG-002"})

    return Seams(after=(("StatusNotification", hook),))


async def _slowly_answering(turn: Turn) -> None:
    if turn.frame.kind == CALLRESULT:
        await turn.pause(SLOW)
    await turn.send()


async def _slowly_calling(turn: Turn) -> None:
    if turn.frame.kind == CALL:
        await turn.pause(SLOW)
    await turn.send()


async def _pending_at_first(turn: Turn) -> None:
    await _not_yet(turn, "Pending")


async def _rejected_at_first(turn: Turn) -> None:
    await _not_yet(turn, "Rejected")


async def _pending_until_triggered(turn: Turn) -> None:
    """Pending with a long interval, and then a TriggerMessage for the boot that is accepted."""
    if await _not_yet(turn, "Pending", LONG) and not (turn.line.is_over or turn.line.is_full):
        turn.line.queue("TriggerMessage", _trigger("BootNotification"))


async def _not_yet(turn: Turn, status: str, interval: int = 1) -> bool:
    """Answer the first boot of a connection with this status; whether it was that."""
    frame, memory = turn.frame, turn.connection_memory
    first = (frame.kind, frame.action) == (CALLRESULT, "BootNotification") and "booted" not in memory
    if not first or frame.payload is None:
        await turn.send()
        return False
    memory["booted"] = True
    await turn.send(frame.with_payload(frame.payload | {"status": status, "interval": interval}))
    return True


async def _asking_first(turn: Turn) -> None:
    if turn.frame.kind == CALLRESULT:
        turn.land()
        await turn.line.volunteer("GetConfiguration", _KEYS)
    await turn.send()


UNASKED: Final = (
    noise_made(
        "chatty",
        "after each accepted boot, asks for and changes configuration and triggers messages, one by one",
        _chatting,
    ),
    after("clear-cache-after-boot", "BootNotification", "ClearCache", {}),
    after("maximum-after-boot", "BootNotification", "SetChargingProfile", _MAXIMUM),
    noise_made("list-emptied-first", "empties the local list, as version 0, ahead of each full one", _emptying),
    noise_made(
        "makes-room-first",
        "cancels the former reservation ahead of each new one, and clears what there is ahead of each charging profile",
        _making_room,
    ),
    noise_made(
        "cancels-when-available",
        "cancels a reservation by itself when its connector is Available again",
        _ending_reservations,
    ),
    noise_made(
        "restores-reservations", "orders the reservations that stand again on each connection", _restoring_reservations
    ),
    noise_made(
        "stops-again", "orders the stop of a transaction again whenever it meters on all the same", _stopping_again
    ),
    noise_made("start-when-plugged-in", "starts remotely whenever a cable is plugged in", _starting),
    after("list-version-after-boot", "BootNotification", "GetLocalListVersion", {}),
    after("schedule-after-boot", "BootNotification", "GetCompositeSchedule", _SCHEDULE),
    after("data-transfer-after-boot", "BootNotification", "DataTransfer", _GREETING),
    after("configuration-after-status", "StatusNotification", "GetConfiguration", _ALL),
    after("heartbeat-after-status", "StatusNotification", "TriggerMessage", _trigger("Heartbeat")),
    after("keys-after-authorize", "Authorize", "GetConfiguration", _KEYS),
    after("change-after-authorize", "Authorize", "ChangeConfiguration", _SAMPLES),
    after("meter-values-after-start", "StartTransaction", "TriggerMessage", _trigger("MeterValues", 1)),
    after("schedule-after-start", "StartTransaction", "GetCompositeSchedule", _SCHEDULE),
    after("status-after-stop", "StopTransaction", "TriggerMessage", _trigger("StatusNotification", 1)),
    after("data-transfer-after-stop", "StopTransaction", "DataTransfer", _GREETING),
    after("list-version-after-heartbeat", "Heartbeat", "GetLocalListVersion", {}),
    before("configuration-before-calls", "GetConfiguration", _ALL),
    before("keys-before-calls", "GetConfiguration", _KEYS),
    before("change-before-calls", "ChangeConfiguration", _SAMPLES),
    before("heartbeat-before-calls", "TriggerMessage", _trigger("Heartbeat")),
    before("status-before-calls", "TriggerMessage", _trigger("StatusNotification", 1)),
    before("firmware-status-before-calls", "TriggerMessage", _trigger("FirmwareStatusNotification")),
    before("data-transfer-before-calls", "DataTransfer", _GREETING),
    before("list-version-before-calls", "GetLocalListVersion", {}),
    before("schedule-before-calls", "GetCompositeSchedule", _SCHEDULE),
    noise_by("calls-before-answers", "asks for configuration before it gives an answer", _asking_first),
    noise_by("pending-once", "answers the first boot of each connection with Pending", _pending_at_first),
    noise_by("rejected-once", "answers the first boot of each connection with Rejected", _rejected_at_first),
    noise_by(
        "pending-until-triggered",
        "answers the first boot of each connection with Pending, and triggers the next with a TriggerMessage",
        _pending_until_triggered,
    ),
    noise_by("slow-answers", f"takes {SLOW:g} s for each answer", _slowly_answering),
    noise_by("slow-calls", f"takes {SLOW:g} s for each CALL", _slowly_calling),
)
"""What nobody ordered, and what takes its time."""
