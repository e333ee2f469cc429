"""The Charge Point's side of one connection: one CALL at a time, correlation, lateness, and ordinary answers.

Whoever holds a dialogue writes what it returns to the wire, tells it when a frame was written, and hands it what
arrives. It knows no steps and no transcript: a case and the doctor use the same one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import field, replace
from datetime import datetime
from typing import Final

from csms_harness.charge_point.behaviour import Ambient, answer
from csms_harness.charge_point.defaults import fill
from csms_harness.charge_point.model import ChargePoint
from csms_harness.dialogue.outgoing import WHOLE, Framing, Outgoing
from csms_harness.evidence import Role
from csms_harness.frozen import dataclass
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocppj.breach import Breach
from csms_harness.ocppj.correlation import Answer, Correlation, Request
from csms_harness.ocppj.forging import forged, id_length, own_id
from csms_harness.ocppj.frames import Call, CallError, CallResult, Frame, Payload, encode

CLOCK_MARGIN = 0.001
"""Seconds by which a stamp of arrival and a stamp of writing may be apart and still say nothing about order."""


SPELL = 1.0
"""Seconds over which the pace of our CALLs is averaged."""

MARGIN = 0.05
"""Seconds by which CALLs may arrive closer to each other than they were written."""

_REMEMBERED = 1000
"""So many CALLs in a spell are no pace any more."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a CALL of ours.

    ``outgoing`` is None when nobody asked for it any more; ``given_up``: it came after we had stopped waiting for it;
    ``again``: it is not the first; ``misdated``: by its stamp it came before its CALL, so when we looked counts.
    """

    message: Message
    outgoing: Outgoing | None
    given_up: bool = False
    again: bool = False
    misdated: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A CALL of the Central System, which waits for our answer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Stray:
    """A frame that belongs to nothing: unreadable, or an answer to no CALL of ours."""

    message: Message


Arrival = Answered | Asked | Stray


GIVEN_UP: Final = 5.0
"""Seconds after which a Central System may have given up a CALL that we owe an answer."""


@dataclass(slots=True)
class Dialogue:
    """What one connection is in the middle of. Moments are monotonic seconds; ``utc`` gives the wall clock at one.

    ``waiting`` are CALLs that wait for the line; ``background`` those that yield to them (answers to a
    TriggerMessage, heartbeats), not yet filled in.
    """

    charge_point: ChargePoint
    utc: Callable[[float], datetime]
    correlation: Correlation = field(default_factory=Correlation)
    waiting: deque[Outgoing] = field(default_factory=deque)
    background: deque[tuple[str, Payload]] = field(default_factory=deque)
    outstanding: Outgoing | None = None
    last_call_at: float = 0.0
    last_reply_at: float = float("-inf")
    _unanswered: dict[str, Outgoing] = field(default_factory=dict)
    _owed: dict[str, float] = field(default_factory=dict)
    _replying: set[str] = field(default_factory=set)
    _replied_at: float = float("-inf")
    _called_at: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    # -- CALLs of the Charge Point ------------------------------------------------------------------

    def submit(
        self,
        action: str,
        given: Payload,
        role: Role,
        limit: float,
        at: float,
        step: str = "",
        *,
        raw: bool = False,
        framing: Framing = WHOLE,
    ) -> Outgoing:
        """Queue a CALL, its unnamed members filled in; nothing is, and nothing is left out, when it is ``raw``."""
        payload, filled = (given, ()) if raw else self.filled(action, given, at)
        outgoing = Outgoing(action, payload, role, limit, step, filled, raw, framing=framing)
        self.waiting.append(outgoing)
        return outgoing

    def forge(self, text: str, role: Role, limit: float, step: str = "", framing: Framing = WHOLE) -> Outgoing:
        """Queue a frame that is sent as it stands."""
        outgoing = Outgoing("", {}, role, limit, step, raw=True, forged=text, framing=framing)
        self.waiting.append(outgoing)
        return outgoing

    def filled(self, action: str, given: Payload, at: float) -> tuple[Payload, tuple[str, ...]]:
        """A payload with its unnamed members, and which of them were filled in; nothing is sent."""
        return fill(action, given, self.charge_point, self.utc(at))

    @property
    def may_call(self) -> bool:
        """Whether the line is free, and a CALL waits for it."""
        return self.outstanding is None and bool(self.waiting or self.background)

    def unhurried_at(self, pace: float) -> float:
        """When one more CALL keeps this pace: so many seconds between two, on the average of a spell; 0 for any."""
        if not pace:
            return float("-inf")
        spell = max(SPELL, pace)
        most = int(spell / pace + 0.5)
        while len(self._called_at) > most:
            self._called_at.popleft()
        return self._called_at[0] + spell + MARGIN if len(self._called_at) == most else float("-inf")

    def next_call(self, at: float, limit: float, step: str = "") -> tuple[Outgoing, Message] | None:
        """Open the next CALL if the line is free; ``limit`` and ``step`` are those of a background CALL."""
        if self.outstanding is not None:
            return None
        if not self.waiting and self.background:
            action, given = self.background.popleft()
            self.submit(action, given, Role.BACKGROUND, limit, at, step)
        return self._open(self.waiting.popleft(), at) if self.waiting else None

    def _open(self, outgoing: Outgoing, at: float) -> tuple[Outgoing, Message]:
        text = outgoing.forged
        length, own = (id_length(text), own_id(text)) if text else (None, None)
        call = self.correlation.open_call(outgoing.action, outgoing.payload, length, own)
        outgoing.unique_id = call.unique_id
        self.outstanding = self._unanswered[call.unique_id] = outgoing
        self.last_call_at = at
        self._called_at.append(at)
        if not text:
            return outgoing, _ours(call, _CALL, call.action, call.payload, at)
        self.correlation.pardons += 1
        text = forged(text, call.unique_id)
        return outgoing, Message(at, _CHARGE_POINT, MessageType.UNREADABLE, "", call.unique_id, text, (), {}, "")

    def written(self, unique_id: str, at: float) -> None:
        """A frame of ours left for the socket."""
        if unique_id in self._replying:
            self._replying.discard(unique_id)
            self._replied_at = at
        outgoing = self._unanswered.get(unique_id)
        if outgoing is not None and outgoing.sent_at is None:
            outgoing.sent_at = at

    def give_up(self, outgoing: Outgoing, at: float) -> None:
        """Stop waiting for an answer; the line is free again, and an answer that comes now is late."""
        if not outgoing.raw:
            self.charge_point.sent(outgoing.action, outgoing.payload, {}, self.utc(at))
        if self.outstanding is outgoing:
            self.correlation.give_up()
            self.outstanding = None

    def abandon(self) -> None:
        """Stop waiting for whatever is under way; the line is free."""
        self.background.clear()
        if self.outstanding is not None:
            self.correlation.give_up()
            self.outstanding = None

    def close_books(self) -> None:
        """Nobody asks any longer for answers that were given up: what still comes is the business of no case."""
        self.correlation.pardons = 0
        self._unanswered = {} if self.outstanding is None else {self.outstanding.unique_id: self.outstanding}

    def forget(self) -> None:
        """Nobody asks any longer for what is still unanswered, and what waits for the line is not sent any more."""
        self.abandon()
        self.waiting.clear()
        self._unanswered.clear()
        self._owed.clear()
        self._replying.clear()

    # -- frames of the Central System -----------------------------------------------------------------

    def receive(self, data: str | bytes, at: float, looked: float | None = None) -> Arrival:
        """Recognise one frame; its payload is judged here and nowhere else. Never raises on what it holds.

        ``at`` is its stamp, ``looked`` the moment at which it was read, both in monotonic seconds.
        """
        arrived = self.correlation.receive(data)
        if isinstance(arrived, Answer):
            return self._answered(arrived, at, looked)
        if isinstance(arrived, Request):
            return self._asked(arrived.frame, arrived.call, at)
        return Stray(_theirs(arrived.frame, "", at))

    def _answered(self, arrived: Answer, at: float, looked: float | None) -> Answered:
        action, message = arrived.action, _theirs(arrived.frame, arrived.action, at)
        outgoing = None if arrived.again else self._unanswered.get(message.unique_id)
        sent = None if outgoing is None else outgoing.sent_at
        misdated = sent is not None and looked is not None and at < sent - CLOCK_MARGIN
        if misdated and looked is not None and sent is not None:
            at = max(sent, looked)
            message = replace(message, at=at)
        if outgoing is self.outstanding:
            self.outstanding = None
        if outgoing is not None and sent is not None:  # an answer to what was not written yet is none
            del self._unanswered[message.unique_id]
            outgoing.latency = at - sent
            self.correlation.pardons -= bool(outgoing.forged)
            if message.type is _CALLRESULT:
                self.charge_point.confirmed(action, outgoing.payload)
            if not arrived.late:
                outgoing.answer = message
                told = message.payload if message.type is _CALLRESULT else {}
                if told or not outgoing.raw:
                    self.charge_point.sent(action, outgoing.payload, told, self.utc(at))
        return Answered(message, outgoing, arrived.late, arrived.again, misdated)

    def _asked(self, frame: Frame, call: Call, at: float) -> Asked:
        hurried = at < self._replied_at - CLOCK_MARGIN  # OCPP-J 1.6 section 4.1.1
        hurried = hurried or any(at - began < GIVEN_UP for began in self._owed.values())
        self._owed[call.unique_id] = at
        self._replying.add(call.unique_id)
        return Asked(_theirs(frame, call.action, at, (_SECOND_CALL,) if hurried else ()))

    # -- answers of the Charge Point --------------------------------------------------------------------

    def ordinary_answer(self, asked: Message, at: float, *, refuse_disruptive: bool = True) -> Ambient:
        """What this Charge Point would answer by itself; nothing changes."""
        judged = tuple(breach for breach in asked.breaches if breach.rule in ("schema", "datetime"))
        return answer(
            asked.action, asked.payload, self.charge_point, self.utc(at), judged, refuse_disruptive=refuse_disruptive
        )

    def answer_ordinarily(
        self, asked: Message, at: float, *, refuse_disruptive: bool = True
    ) -> tuple[Ambient, Message]:
        """Answer as a good Charge Point would, and let it learn from it; what it brings forth joins the background."""
        ambient = self.ordinary_answer(asked, at, refuse_disruptive=refuse_disruptive)
        if ambient.error is None:
            reply = self.reply(asked, ambient.reply or {}, at)
        else:
            reply = self.refuse(asked, *ambient.error, at=at)
        self.background.extend(ambient.follow_up)
        return ambient, reply

    def reply(self, asked: Message, payload: Payload, at: float) -> Message:
        """Answer a CALL with a CALLRESULT."""
        self.charge_point.applied(asked.action, asked.payload, payload, self.utc(at))
        self._owed.pop(asked.unique_id, None)
        self.last_reply_at = at
        return _ours(CallResult(asked.unique_id, payload), _CALLRESULT, asked.action, payload, at)

    def refuse(
        self, asked: Message, code: str, description: str, details: Payload | None = None, *, at: float
    ) -> Message:
        """Answer a CALL with a CALLERROR."""
        error = CallError(asked.unique_id, code, description, details or {})
        self._owed.pop(asked.unique_id, None)
        self.last_reply_at = at
        return _ours(error, MessageType.CALLERROR, asked.action, _error_object(error), at, code)


# Looked up once: each message passes here.
_CALL, _CALLRESULT = MessageType.CALL, MessageType.CALLRESULT
_REQUEST, _CONFIRMATION = Direction.REQUEST, Direction.CONFIRMATION
_CHARGE_POINT, _CENTRAL_SYSTEM = Side.CHARGE_POINT, Side.CENTRAL_SYSTEM
_SECOND_CALL = Breach("one_call", "a second CALL came before the first was answered")


def _ours(
    message: Call | CallResult | CallError, kind: MessageType, action: str, payload: Payload, at: float, code: str = ""
) -> Message:
    return Message(at, _CHARGE_POINT, kind, action, message.unique_id, encode(message), (), payload, code)


def _theirs(frame: Frame, action: str, at: float, more: tuple[Breach, ...] = ()) -> Message:
    """A frame of the Central System with all that is wrong with it."""
    told, unique_id, code = frame.message, "", ""
    payload: Payload = {}
    judged: tuple[Breach, ...] = ()
    if isinstance(told, CallResult):
        kind, unique_id, payload = _CALLRESULT, told.unique_id, told.payload
        judged = judge_payload(action, _CONFIRMATION, payload) if action else ()
    elif isinstance(told, Call):
        kind, unique_id, payload = _CALL, told.unique_id, told.payload
        judged = judge_payload(action, _REQUEST, payload)
    elif isinstance(told, CallError):
        kind, unique_id, payload, code = MessageType.CALLERROR, told.unique_id, _error_object(told), told.code
    else:
        kind = MessageType.UNREADABLE
    breaches = (*frame.breaches, *judged, *more)
    return Message(at, _CENTRAL_SYSTEM, kind, action, unique_id, frame.text, breaches, payload, code)


def _error_object(error: CallError) -> Payload:
    return {"code": error.code, "description": error.description, "details": error.details}
