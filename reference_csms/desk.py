"""The desk: where the CALLs of the Central System are made, and where it is kept what became of each."""

from __future__ import annotations

from uuid import uuid4

from reference_csms import outcomes
from reference_csms.basis import Basis
from reference_csms.calls import CallLog, CallRecord, CallState, outcome_of
from reference_csms.frames_seen import FramesSeen
from reference_csms.seams import Seams
from reference_csms.wire.frames import Payload, Reply
from reference_csms.wire.payloads import find_breach


class CallDesk:
    """One for all conversations of a Central System; `seams` is what is plugged into them."""

    def __init__(self, basis: Basis, seams: Seams) -> None:
        self.basis = basis
        self.seams = seams
        self.calls = CallLog()
        self.frames = FramesSeen(basis.now)

    def make(self, charge_point_id: str, action: str, payload: Payload) -> CallRecord:
        """A new CALL with a payload that is prepared."""
        unique_id = self.seams.named(str(uuid4()))
        call = CallRecord(charge_point_id, action, payload, self.basis.now(), unique_id)
        self.calls.add(call)
        return call

    def note_sent(self, call: CallRecord) -> None:
        """Keep that a CALL went out."""
        self.calls.note(call, state=CallState.SENT, sent_at=self.basis.now())

    async def settle(self, call: CallRecord, reply: Reply) -> None:
        """Keep what became of a CALL, and change what its answer changes."""
        answer = {} if reply.payload is None else reply.payload
        breach = None if reply.flaw or reply.error is not None else find_breach(call.action, answer, answer=True)
        outcome = outcome_of(reply, breach.sentence if breach else None, self.basis.now())
        if outcome["state"] is CallState.ANSWERED:
            answered = outcomes.Answered(call.charge_point_id, call.action, call.payload, answer, self.basis.now())
            await self.basis.store.within(lambda db: outcomes.apply(db, answered))
        self.calls.note(call, **outcome)
