"""The CALLs that the Central System sends: what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from reference_csms.passwords import is_secret
from reference_csms.wire.frames import Payload, Reply

KEPT_CALLS = 1000


class CallState(StrEnum):
    """How far a CALL got."""

    QUEUED = "queued"
    SENT = "sent"
    ANSWERED = "answered"
    REFUSED = "refused"
    FLAWED = "flawed"
    TIMEOUT = "timeout"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One CALL: `answer` is the CALLRESULT's payload, `error` the CALLERROR's code or what went wrong."""

    charge_point_id: str
    action: str
    payload: Payload
    queued_at: datetime
    unique_id: str = field(default_factory=lambda: str(uuid4()))
    state: CallState = CallState.QUEUED
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    answer: Any = None
    error: str | None = None


class OrderRefusedError(Exception):
    """A CALL is not sent; `status` is the HTTP status that says so, the text one sentence."""

    def __init__(self, status: int, sentence: str, member: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.member = member


# What stands for the reply when there was none.
CONNECTION_LOST = Reply("", flaw="the connection ended before an answer came")
NO_ANSWER = Reply("", flaw="no answer came in time")


def outcome_of(reply: Reply, flaw: str | None, now: datetime) -> dict[str, Any]:
    """What a reply says about its CALL; `flaw` is what is wrong with its payload, if anything."""
    end = {"ended_at": now, "answer": reply.payload, "error": reply.flaw or flaw}
    if reply is CONNECTION_LOST:
        return end | {"state": CallState.LOST}
    if reply is NO_ANSWER:
        return end | {"state": CallState.TIMEOUT}
    if end["error"] is not None:
        return end | {"state": CallState.FLAWED}
    if reply.error is not None:
        return end | {"state": CallState.REFUSED, "error": f"{reply.error}: {reply.description}"}
    return end | {"state": CallState.ANSWERED}


class CallLog:
    """The last CALLs, oldest first; a secret in a payload is masked before it is kept."""

    def __init__(self) -> None:
        self._records: dict[str, CallRecord] = {}

    def add(self, call: CallRecord) -> None:
        """Keep a new CALL, and forget the oldest one when there are too many."""
        self._records[call.unique_id] = replace(call, payload=mask(call.payload))
        if len(self._records) > KEPT_CALLS:
            del self._records[next(iter(self._records))]

    def note(self, call: CallRecord, **changes: Any) -> None:
        """Keep how far a CALL got, if it is still remembered."""
        if call.unique_id in self._records:
            self._records[call.unique_id] = replace(self._records[call.unique_id], **changes)

    def of(self, charge_point_id: str | None = None) -> list[CallRecord]:
        """The CALLs to one Charge Point, or to all."""
        return [call for call in self._records.values() if charge_point_id in (None, call.charge_point_id)]

    def clear(self) -> None:
        """Forget all."""
        self._records.clear()


def mask(payload: Payload) -> Payload:
    """Hide the password that ChangeConfiguration carries."""
    key = payload.get("key")
    if isinstance(key, str) and is_secret(key) and "value" in payload:
        return payload | {"value": "***"}
    return payload
