"""The Charge Point's side of correlation: uniqueIds, the outstanding CALL, correlation (OCPP-J 1.6 section 4.1)."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from csms_harness.frozen import dataclass
from csms_harness.ocppj.breach import MAX_SHOWN, Breach
from csms_harness.ocppj.frames import MAX_UNIQUE_ID, Call, CallError, CallResult, Frame, parse_frame

REUSED, AGAIN, UNKNOWN = "reused", "again", "unknown"
"""What is wrong with a uniqueId: a CALL had it before, its CALL is answered already, no CALL has it."""

REMEMBERED = 4096
"""How many ended uniqueIds a conversation remembers, so that its memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a CALL of ours: ``late`` when that CALL had been given up, ``again`` when answered before."""

    frame: Frame
    action: str
    late: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A CALL of the Central System."""

    frame: Frame
    call: Call


@dataclass(frozen=True, slots=True)
class Stray:
    """A frame that belongs to nothing: unreadable, or an answer to no CALL of ours."""

    frame: Frame


Arrival = Answer | Request | Stray


@dataclass(slots=True)
class Correlation:
    """What one connection's Charge Point side knows: the CALL it waits for, and the ids both sides used.

    ``pardons``: so many frames were sent as they stand and are not answered; their answers may name no CALL of ours.
    """

    prefix: str = "cp"
    outstanding: Call | None = None
    count: int = 0
    pardons: int = 0
    _ended: dict[str, tuple[str, bool]] = field(default_factory=dict)
    _theirs: dict[str, str] = field(default_factory=dict)

    def open_call(
        self, action: str, payload: dict[str, object], length: int | None = None, unique_id: str | None = None
    ) -> Call:
        """A new CALL with a uniqueId of its own, of ``length`` characters; outstanding until answered or given up.

        With ``unique_id`` it is this one, though it may have been used on an earlier connection.
        """
        if self.outstanding is not None:
            raise RuntimeError(f"{self.outstanding.action} is still outstanding; OCPP-J allows one CALL at a time")
        self.count += 1
        given, unique_id = unique_id, f"{self.prefix}-{self.count}"
        if length is not None:
            unique_id = unique_id[-length:].ljust(length, "x")
        self.outstanding = Call(unique_id if given is None else given, action, payload)
        return self.outstanding

    def give_up(self) -> None:
        """Stop waiting for the outstanding CALL; an answer that comes now is late."""
        if self.outstanding is not None:
            self._remember(self.outstanding, answered=False)
            self.outstanding = None

    def receive(self, raw: str | bytes) -> Arrival:
        """Read one frame and say what it is to this conversation. Never raises on what it reads."""
        frame = parse_frame(raw)
        message = frame.message
        if message is None:
            return Stray(frame)
        if isinstance(message, Call):
            return Request(self._note_reuse(frame, message), message)
        return self._correlate(frame, message)

    def _note_reuse(self, frame: Frame, call: Call) -> Frame:
        if len(call.unique_id) > MAX_UNIQUE_ID:
            return frame  # a breach by itself, and remembering it would fill the memory
        earlier = self._theirs.get(call.unique_id)
        self._theirs[call.unique_id] = call.action[:MAX_SHOWN]
        _bound(self._theirs)
        if earlier is None:
            return frame
        text = f"uniqueId {call.unique_id!r} was used before, by a {earlier}.req"
        return _with_breach(frame, Breach("correlation", text, keyword=REUSED))

    def _correlate(self, frame: Frame, answer: CallResult | CallError) -> Arrival:
        call = self.outstanding
        awaited, known = call is not None and answer.unique_id == call.unique_id, answer.unique_id in self._ended
        if (awaited or known) and len(answer.unique_id) > MAX_UNIQUE_ID:
            frame = _pardoned(frame)  # it is as long as we made it
        if call is not None and awaited and (not frame.breaches or _has_string_id(frame)):
            self._remember(call, answered=True)
            self.outstanding = None
            return Answer(frame, call.action)
        if known:
            earlier, answered = self._ended[answer.unique_id]
            self._ended[answer.unique_id] = (earlier, True)
            text = "was answered before" if answered else "had been given up"
            # An answer that is only late breaks a deadline, not the correlation.
            text = f"an answer to {earlier}.req, which {text}"
            breach = Breach("correlation", text, note=not answered, keyword=AGAIN if answered else "late")
            return Answer(_with_breach(frame, breach), earlier, late=not answered, again=answered)
        pardoned = self.pardons > 0
        if pardoned:
            self.pardons, frame = self.pardons - 1, _pardoned(frame)
        text, keyword = f"an answer with uniqueId {answer.unique_id[:MAX_SHOWN]!r}, which no CALL of ours has", UNKNOWN
        if call is not None and answer.unique_id.strip().casefold() == call.unique_id.strip().casefold():
            text += f", but for its letters: {call.action}.req has {call.unique_id!r}"
            keyword = "letters"
        breach = Breach("correlation", text, note=pardoned, keyword=keyword)
        return Stray(_with_breach(frame, breach))

    def _remember(self, call: Call, *, answered: bool) -> None:
        self._ended[call.unique_id] = (call.action, answered)
        _bound(self._ended)


def _has_string_id(frame: Frame) -> bool:
    return not any(breach.rule == "unique_id" for breach in frame.breaches)


def _pardoned(frame: Frame) -> Frame:
    """The frame without what is wrong with its uniqueId, which is an echo of what is wrong with ours."""
    return Frame(frame.raw, frame.message, tuple(one for one in frame.breaches if one.rule != "unique_id"))


def _with_breach(frame: Frame, breach: Breach) -> Frame:
    return Frame(frame.raw, frame.message, (*frame.breaches, breach))


def _bound(ids: dict[str, Any]) -> None:
    while len(ids) > REMEMBERED:
        del ids[next(iter(ids))]
