"""What a log proves about a Central System: frames, correlation, payloads, and what became of transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from csms_harness.evidence import Entry, Finding, Initiated, Kind, Role, What
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.breach import Breach
from csms_harness.ocppj.correlation import AGAIN, REUSED, UNKNOWN
from csms_harness.ocppj.frames import Call, CallError, CallResult, Frame, parse_frame
from csms_harness.traffic.sorting import Sorted
from csms_harness.verdict import Verdict

PATIENCE: Final = 30.0
"""Seconds that must have passed in a log before a CALL without an answer was left unanswered."""
HURRY: Final = 5.0
"""A second CALL this soon after the first was not sent because its sender had given up waiting."""
_ANSWERED_LATER: Final = 3
_STEP: Final = 0.001
"""Between two frames of a log that tells no time: their order is all there is."""

_TYPES: Final = {Call: MessageType.CALL, CallResult: MessageType.CALLRESULT, CallError: MessageType.CALLERROR}


@dataclass(slots=True)
class Transaction:
    """A transaction in a log. ``started`` and ``stopped`` are the frames of the StartTransaction and the Stop."""

    number: object
    connector_id: object = None
    id_tag: object = None
    started: int | None = None
    stopped: int | None = None


@dataclass(slots=True)
class Lane:
    """The traffic of one Charge Point: what a standing rule looks at (csms_harness.rules.verdicts.Ran), and findings.

    ``epoch`` is the wall clock at second 0; None where the log tells no time, and then no moment is known.
    """

    id: str
    lane: str
    epoch: datetime | None
    transcript: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    transactions: list[Transaction] = field(default_factory=list)
    ours_wrong: Counter[str] = field(default_factory=Counter)
    initiated: tuple[Initiated, ...] = ()
    limits: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def started(self) -> datetime:
        """When it began; any moment will do where none is told."""
        return self.epoch or datetime.fromisoformat("1970-01-01T00:00:00+00:00")

    def moment(self, entry: Entry) -> datetime | None:
        """When an entry was, by the clock of whoever wrote the log."""
        return None if self.epoch is None else self.epoch + timedelta(seconds=entry.at)

    @property
    def heard(self) -> int:
        """How many frames are of the Central System."""
        return sum(entry.side is Side.CENTRAL_SYSTEM for entry in self.transcript)


def judge_lane(name: str, frames: Sequence[Sorted], cut: Sequence[str]) -> Lane:
    """Judge the frames of one Charge Point. ``cut`` are frames of the log that cannot be read whole."""
    times = [one.found.at for one in frames]
    epoch = next((at for at in times if at is not None), None)
    lane = Lane(f"LOG {name}", name, epoch)
    reader = _Reader(lane, cut, timed=epoch is not None)
    for number, one in enumerate(frames, 1):
        at = one.found.at
        reader.read(number, one, (at - epoch).total_seconds() if at is not None and epoch is not None else None)
    reader.excuse_strays()
    lane.transcript = tuple(reader.entries)
    lane.findings = tuple(reader.unanswered())
    return lane


@dataclass(slots=True)
class _Open:
    number: int
    at: float
    action: str
    payload: Mapping[str, Any]
    answered: bool = False


@dataclass(slots=True)
class _Reader:
    lane: Lane
    cut: Sequence[str]
    timed: bool
    entries: list[Entry] = field(default_factory=list)
    calls: dict[Side, dict[str, _Open]] = field(default_factory=lambda: {side: {} for side in Side})
    strays: list[tuple[int, _Open | None]] = field(default_factory=list)
    asking: _Open | None = None
    now: float = 0.0

    def read(self, number: int, one: Sorted, at: float | None) -> None:
        """Take the next frame of the log."""
        self.now = max(self.now, self.now + _STEP if at is None else at)
        frame = parse_frame(one.found.data)
        message, latency = self._message(number, one, frame)
        if one.side is Side.CHARGE_POINT:
            self.lane.ours_wrong.update(f"{breach.rule}" for breach in message.faults)
            message = replace(message, breaches=tuple(replace(breach, note=True) for breach in message.breaches))
        self.entries.append(Entry(number, Role.AMBIENT, "", message, latency=latency))

    def _message(self, number: int, one: Sorted, frame: Frame) -> tuple[Message, float | None]:
        side, told = one.side, frame.message
        match told:
            case Call(unique_id, action, payload):
                judged = judge_payload(action, Direction.REQUEST, payload)
                more = self._called(number, side, told)
                made = self._made(one, frame, MessageType.CALL, action, unique_id, payload, (*judged, *more))
                return made, None
            case CallResult(unique_id, payload):
                call, stray = self._answered(side, unique_id)
                action = "" if call is None else call.action
                judged = judge_payload(action, Direction.CONFIRMATION, payload) if action else ()
                if call is not None:
                    self._transaction(call, payload)
                made = self._made(one, frame, MessageType.CALLRESULT, action, unique_id, payload, (*judged, *stray))
                return made, self._latency(side, call)
            case CallError(unique_id, code, description, details):
                call, stray = self._answered(side, unique_id)
                payload = {"code": code, "description": description, "details": details}
                action = "" if call is None else call.action
                made = self._made(one, frame, MessageType.CALLERROR, action, unique_id, payload, stray, code)
                return made, self._latency(side, call)
        return self._made(one, frame, MessageType.UNREADABLE, "", "", {}, ()), None

    def _made(
        self,
        one: Sorted,
        frame: Frame,
        kind: MessageType,
        action: str,
        unique_id: str,
        payload: dict[str, Any],
        more: tuple[Breach, ...],
        code: str = "",
    ) -> Message:
        breaches = (*frame.breaches, *more)
        return Message(self.now, one.side, kind, action, unique_id, one.found.text, breaches, payload, code)

    def _latency(self, side: Side, call: _Open | None) -> float | None:
        timed = self.timed and call is not None and side is Side.CENTRAL_SYSTEM
        return self.now - call.at if timed and call is not None else None

    def _called(self, number: int, side: Side, call: Call) -> tuple[Breach, ...]:
        found = []
        earlier = self.calls[side].get(call.unique_id)
        if earlier is not None:
            said = f"uniqueId {call.unique_id!r} was used before, by a {earlier.action}.req"
            found.append(Breach("correlation", said, keyword=REUSED))
        opened = self.calls[side][call.unique_id] = _Open(number, self.now, call.action, call.payload)
        if side is Side.CENTRAL_SYSTEM:
            before, self.asking = self.asking, opened
            if before is not None and not before.answered and self.timed and self.now - before.at < HURRY:
                found.append(Breach("one_call", f"a second CALL came before {before.action}.req was answered"))
        return tuple(found)

    def _answered(self, side: Side, unique_id: str) -> tuple[_Open | None, tuple[Breach, ...]]:
        """The CALL that an answer belongs to, and what is wrong with that. The log may begin in the middle."""
        caller = Side.CENTRAL_SYSTEM if side is Side.CHARGE_POINT else Side.CHARGE_POINT
        call = self.calls[caller].get(unique_id)
        if call is None:
            known = not any(unique_id in piece for piece in self.cut)
            waiting = next((one for one in reversed(self.calls[caller].values()) if not one.answered), None)
            self.strays.append((len(self.entries), waiting if known else None))
            said = f"an answer with uniqueId {unique_id[:60]!r}, which no CALL in the log has"
            return None, (Breach("correlation", said, keyword=UNKNOWN),)
        if call.answered:
            said = f"an answer to {call.action}.req, which was answered before"
            return call, (Breach("correlation", said, keyword=AGAIN),)
        call.answered = True
        return call, ()

    def _transaction(self, call: _Open, answer: Mapping[str, Any]) -> None:
        book = self.lane.transactions
        if call.action == "StartTransaction" and isinstance(answer.get("transactionId"), int):
            asked = call.payload
            book.append(Transaction(answer["transactionId"], asked.get("connectorId"), asked.get("idTag"), call.number))
        elif call.action == "StopTransaction" and isinstance(call.payload.get("transactionId"), int):
            told = call.payload["transactionId"]
            running = [one for one in book if one.number == told and one.stopped is None]
            if not running:
                running = [Transaction(told)]
                book.append(running[0])
            running[-1].stopped = call.number

    def excuse_strays(self) -> None:
        """An answer to nothing breaks a rule where a CALL waits for its own in vain; else the log may lack the CALL."""
        for at, waiting in self.strays:
            message = self.entries[at].message
            if message is not None and (waiting is None or waiting.answered):
                breaches = tuple(
                    replace(one, note=True) if one.rule == "correlation" else one for one in message.breaches
                )
                self.entries[at] = replace(self.entries[at], message=replace(message, breaches=breaches))

    def unanswered(self) -> Iterator[Finding]:
        """CALLs of the Charge Point that the Central System left without an answer, as far as the log can show it."""
        cut = {name for name in self.calls[Side.CHARGE_POINT] if any(name in piece for piece in self.cut)}
        named = self.calls[Side.CHARGE_POINT].items()
        ours, told = [call for _, call in named], [name not in cut for name, _ in named]
        shown = {call.action for call in ours if call.answered}
        for at, call in enumerate(ours):
            if call.answered or call.action not in shown or not told[at] or not self._was_due(call, ours[at + 1 :]):
                continue
            yield Finding(
                Kind.NO_ANSWER, Verdict.FAIL, "", What.NO_ANSWER, (call.action,), MessageType.CALLRESULT,
                limit=PATIENCE, frame=call.number,
            )  # fmt: skip
        for entry in self.entries:
            message = entry.message
            if message is not None and message.side is Side.CENTRAL_SYSTEM and message.type is MessageType.CALLERROR:
                known = message.action in ACTIONS
                yield Finding(
                    Kind.OBSERVATION, None, "", What.CALLERROR, (message.action,), MessageType.CALL,
                    detail=message.code, frame=entry.number,
                ) if known else Finding(Kind.OBSERVATION, None, "", What.CALLERROR, frame=entry.number)  # fmt: skip

    def _was_due(self, call: _Open, later: Sequence[_Open]) -> bool:
        """Whether the Charge Point stayed, and enough came afterwards that the answer cannot be on its way still."""
        soon = [one for one in later if not self.timed or one.at - call.at <= PATIENCE]
        if any(one.action == "BootNotification" for one in soon):
            return False  # the connection was another one by then
        if self.timed:
            return self.now - call.at > PATIENCE and any(one.answered for one in later)
        return sum(one.answered for one in later) >= _ANSWERED_LATER
