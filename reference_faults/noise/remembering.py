"""Legal noise: a Central System that believes what it was told and what it ordered, until that is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from reference_csms.calls import CallRecord, CallState, OrderRefusedError
from reference_csms.seams import Forward, Line, Seams
from reference_csms.wire.frames import CALL, CALLRESULT, Frame, Payload
from reference_faults.deviation import Ledger
from reference_faults.edits import put, swap
from reference_faults.landing import Turn
from reference_faults.noise.making import noise_by, noise_made

_TELLING: Final = ("Authorize", "StartTransaction", "StopTransaction")
_BLOCKED: Final = swap("idTagInfo.status", "Invalid", "Blocked")


async def _keeping_strangers(turn: Turn) -> None:
    """Whoever charged without being known is known from then on, as Blocked (SteVe does so)."""
    frame = turn.frame
    if frame.kind != CALLRESULT or frame.action not in _TELLING:
        await turn.send()
        return
    known: set[str] = turn.memory.setdefault("known", set())
    id_tag = str((frame.request or {}).get("idTag")).lower()
    changed = frame.with_payload(_BLOCKED(frame.message[-1])) if id_tag in known else frame
    if frame.action == "StartTransaction" and _status(frame.message[-1]) == "Invalid":
        known.add(id_tag)
    await turn.send(changed)


def _status(payload: Any) -> Any:
    return payload.get("idTagInfo", {}).get("status")


async def _disowning(turn: Turn) -> None:
    """What is said of the idTag at the stop of a transaction that does not run may be about the transaction."""
    frame, running = turn.frame, turn.memory.setdefault("running", set())
    if frame.kind == CALLRESULT and frame.action == "StartTransaction" and _status(frame.message[-1]) == "Accepted":
        running.add(frame.message[-1]["transactionId"])
    if frame.kind == CALLRESULT and frame.action == "StopTransaction":
        number = (frame.request or {}).get("transactionId")
        if number not in running:
            frame = frame.with_payload(swap("idTagInfo.status", "Accepted", "Invalid")(frame.message[-1]))
        running.discard(number)
    await turn.send(frame)


_ORDERS: Final = ("CancelReservation", "ChangeAvailability", "ReserveNow")


def _believing(ledger: Ledger) -> Seams:
    """It holds to what a Charge Point accepted: one reservation of a connector, no start where it is Inoperative."""

    async def count(_: Line, frame: Frame, forward: Forward) -> None:
        ledger.landed += frame.kind == CALL and frame.action in _ORDERS
        await forward(frame)

    async def refuse(line: Line, action: str, payload: Payload) -> None:
        connector_id, used = payload.get("connectorId"), ledger.memory.get(line.charge_point_id, set())
        reserved, inoperative = _believed(line.calls)
        taken = [held for number, held in reserved.items() if number not in used]
        if action == "ReserveNow" and any(0 in (connector_id, held) or held == connector_id for held in taken):
            raise OrderRefusedError(409, "The connector is reserved already.", "connectorId")
        if action == "RemoteStartTransaction" and inoperative & {0, connector_id}:
            raise OrderRefusedError(409, "The connector is Inoperative.", "connectorId")

    async def use(line: Line, request: Payload, _: Payload) -> None:
        ledger.memory.setdefault(line.charge_point_id, set()).add(request.get("reservationId"))

    return Seams(outgoing=(count,), ordered=(refuse,), after=(("StartTransaction", use),))


def _believed(calls: Iterable[CallRecord]) -> tuple[dict[int, int], set[int]]:
    """Reservations that were accepted and not taken back, by number with their connector; Inoperative connectors."""
    reserved: dict[int, int] = {}
    inoperative: set[int] = set()
    for call in calls:
        answer, payload = call.answer if isinstance(call.answer, dict) else {}, call.payload
        if call.action not in _ORDERS or answer.get("status") != "Accepted":
            continue
        if call.action == "ReserveNow":
            reserved[payload["reservationId"]] = payload["connectorId"]
        elif call.action == "CancelReservation":
            reserved.pop(payload["reservationId"], None)
        elif payload["type"] == "Inoperative":
            inoperative.add(payload["connectorId"])
        else:
            inoperative -= inoperative if payload["connectorId"] == 0 else {payload["connectorId"]}
    return reserved, inoperative


async def _keeping_profile_ids(turn: Turn) -> None:
    """A profile that replaces another has its chargingProfileId: each place has a number."""
    frame = turn.frame
    if frame.kind != CALL or frame.action != "SetChargingProfile":
        await turn.send()
        return
    request, places = frame.message[-1], turn.memory.setdefault("places", {})
    profile = request["csChargingProfiles"]
    place = (
        turn.line.charge_point_id,
        request["connectorId"],
        profile["chargingProfilePurpose"],
        profile["stackLevel"],
    )
    number = places.setdefault(place, 7001 + len(places))
    await turn.send(frame.with_payload(put("csChargingProfiles.chargingProfileId", number)(request)))


def _sending_again(ledger: Ledger) -> Seams:
    """A CALL whose connection was lost goes out again over the next one, as the first."""

    def opened(line: Line) -> None:
        lost = line.calls[-1] if line.calls else None
        again: set[str] = ledger.memory.setdefault("again", set())
        if lost is not None and lost.state is CallState.LOST and lost.unique_id not in again:
            again.add(lost.unique_id)
            ledger.landed += 1
            line.queue(lost.action, lost.payload)

    return Seams(opened=(opened,))


LOST: Final = (
    noise_made(
        "lost-calls-again", "sends a CALL again that was lost with its connection, as soon as the next one is open",
        _sending_again,
    ),
)  # fmt: skip
"""What shows only where a CALL was lost."""

REMEMBERING: Final = (
    noise_by(
        "profile-ids-kept",
        "gives a profile that replaces another the chargingProfileId of that",
        _keeping_profile_ids,
    ),
    noise_by(
        "strangers-blocked",
        "keeps an unknown idTag as Blocked once a transaction was started with it",
        _keeping_strangers,
    ),
    noise_by(
        "idle-stops-disowned", "calls an idTag Invalid that stops a transaction which does not run", _disowning,
    ),
    noise_made(
        "believes-its-orders",
        "reserves no connector that is reserved, and starts nothing on one that was made Inoperative",
        _believing,
    ),
)  # fmt: skip
"""What it keeps in mind."""
