"""What happens to each frame during a case: sent CALLs and their answers, expected CALLs, and all the rest.

The order is that of the design: an answer goes to the CALL with its uniqueId; a CALL that an armed
expectation recognises is judged once; a forbidden one is a FAIL; anything else is answered the way a good
Charge Point would, and noted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from csms_harness.charge_point.behaviour import Ambient, answer
from csms_harness.charge_point.defaults import fill
from csms_harness.engine.effects import Effect, ReleaseTrigger, RequestProvision, RequestTrigger, SendFrame
from csms_harness.engine.judgement import DECIDES, Finding, Judgement, Kind
from csms_harness.engine.line import Line
from csms_harness.engine.masking import secrets_in
from csms_harness.engine.transcript import Transcript
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocppj.frames import Breach, Call, CallError, CallResult, Frame, Message, Payload, encode
from csms_harness.ocppj.rpc import Answer, Request, Stray
from csms_harness.verdict import Verdict

CLOCK_MARGIN = 0.001
"""Seconds by which a stamp of arrival and a stamp of writing may be apart and still say nothing about order."""


@dataclass(slots=True)
class Outgoing:
    """A CALL of ours on its way: queued, sent, answered or given up."""

    action: str
    payload: Payload
    filled: tuple[str, ...]
    role: str
    step: str
    limit: float
    call: Call | None = None
    frame_number: int | None = None
    sent_at: float | None = None
    answer: Answer | None = None
    answered_at: float | None = None
    answer_number: int | None = None
    given_up: bool = False
    sample: int | None = None

    @property
    def due(self) -> float | None:
        """When its answer is due; None while it has not been written."""
        return None if self.sent_at is None else self.sent_at + self.limit


@dataclass(slots=True)
class Heard:
    """A CALL of the Central System as it arrived: its frame, its number in the transcript, its payload's breaches."""

    request: Request
    at: float
    number: int
    breaches: tuple[Breach, ...]

    @property
    def action(self) -> str:
        """The action it names."""
        return self.request.call.action

    @property
    def payload(self) -> Payload:
        """Its payload."""
        return self.request.call.payload


@dataclass(slots=True)
class Ticket:
    """A trigger that was asked for, and what became of it."""

    number: int
    action: str
    asked_at: float
    outcome: str = ""
    text: str = ""
    adapter: str = ""
    finished_at: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The wait for one answer, in seconds; ``resumed`` until the harness looked."""

    action: str
    seconds: float
    resumed: float
    late: bool
    answered: bool
    clock: str


@dataclass(frozen=True, slots=True)
class Initiated:
    """A CALL that a trigger brought: seconds from asking to arrival."""

    action: str
    seconds: float
    adapter: str


Claim = Callable[[Heard], bool]
"""An armed expectation: offered each CALL; True when the CALL is its own (then it has also been answered)."""


@dataclass(slots=True)
class Exchange:
    """The frames of one case. Holds no rules about steps: those are the interpreter's."""

    line: Line
    epoch: datetime
    response_limits: Mapping[str, float]
    now: float = 0.0
    role: str = "preparation"
    step: str = ""
    effects: list[Effect] = field(default_factory=list)
    transcript: Transcript = field(default_factory=Transcript)
    judgement: Judgement = field(default_factory=Judgement)
    samples: list[Sample] = field(default_factory=list)
    initiated: list[Initiated] = field(default_factory=list)
    breaches: list[tuple[int, Breach]] = field(default_factory=list)
    ambient: list[Heard] = field(default_factory=list)
    disturbances: list[tuple[float, int]] = field(default_factory=list)
    strays: list[tuple[float, int, str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    forbidden: Callable[[Heard], str | None] = field(default=lambda _heard: None)
    tickets: list[Ticket] = field(default_factory=list)
    _queue: deque[Outgoing] = field(default_factory=deque)
    _open: dict[str, Outgoing] = field(default_factory=dict)
    _replying: set[str] = field(default_factory=set)
    _replied_at: float = float("-inf")

    # -- time ---------------------------------------------------------------------------------------

    def utc(self) -> datetime:
        """The wall clock now."""
        return self.epoch + timedelta(seconds=self.now)

    # -- findings -----------------------------------------------------------------------------------

    def find(self, kind: Kind, text: str, **more: Any) -> Finding:
        """Write down a finding at the current step; what it decides depends on where the case is."""
        decides = self._decides(more.pop("decides", DECIDES.get(kind)))
        for name in ("required", "observed"):
            more[name] = self.transcript.masked(more.get(name, ""))
        finding = Finding(kind, decides, more.pop("step", self.step), self.transcript.masked(text), **more)
        self.judgement.add(finding)
        return finding

    def _decides(self, decides: Verdict | None) -> Verdict | None:
        """Before the scenario a failure only means that the purpose was not reached; after it, nothing."""
        if self.role == "cleanup" and decides is not Verdict.ERROR:
            return None
        if self.role == "preparation" and decides is Verdict.FAIL:
            return Verdict.INCONCLUSIVE
        return decides

    # -- our CALLs ----------------------------------------------------------------------------------

    def submit(self, action: str, given: Payload, *, role: str, limit: float | None = None) -> Outgoing:
        """Queue a CALL; it is written as soon as no other CALL of ours is outstanding."""
        payload, filled = fill(action, given, self.line.charge_point, self.utc())
        seconds = limit if limit is not None else self.response_limits.get(action, self.response_limits[""])
        outgoing = Outgoing(action, payload, filled, role, self.step, seconds)
        self._queue.append(outgoing)
        self.pump()
        return outgoing

    def pump(self) -> None:
        """Write the next CALL if the line is free; the scenario goes before the background."""
        line = self.line
        if not line.connected or line.conversation.outstanding is not None:
            return
        if self._queue:
            self._write(self._queue.popleft())
        elif line.background:
            action, given = line.background.popleft()
            payload, filled = fill(action, given, line.charge_point, self.utc())
            self._write(Outgoing(action, payload, filled, "background", self.step, self.response_limits[""]))

    def _write(self, outgoing: Outgoing) -> None:
        call = self.line.conversation.open_call(outgoing.action, outgoing.payload)
        outgoing.call = call
        self._open[call.unique_id] = outgoing
        self.line.last_call_at = self.now
        outgoing.frame_number = self._send(call, outgoing.action, outgoing.role, outgoing.step, outgoing.filled)

    def _send(self, message: Message, name: str, role: str, step: str, filled: tuple[str, ...] = ()) -> int:
        if not isinstance(message, Call):
            self.line.last_reply_at = self.now
        text = encode(message)
        self.effects.append(SendFrame(text, message.unique_id, not isinstance(message, Call)))
        return self.transcript.sent(self.now, text, message, name=name, role=role, step=step, filled=filled)

    def written(self, unique_id: str, at: float) -> None:
        """A frame of ours left for the socket."""
        if unique_id in self._replying:
            self._replying.discard(unique_id)
            self._replied_at = at
        outgoing = self._open.get(unique_id)
        if outgoing is not None and outgoing.sent_at is None:
            outgoing.sent_at = at

    def give_up(self, outgoing: Outgoing) -> None:
        """The answer did not come in time: stop waiting, free the line."""
        outgoing.given_up = True
        self._measured(outgoing, Sample(outgoing.action, outgoing.limit, outgoing.limit, True, False, "user"))
        self._learn(outgoing, {})
        if self.line.conversation.outstanding is outgoing.call:
            self.line.conversation.give_up()

    def recall(self) -> None:
        """CALLs that still wait for the line are not sent any more."""
        self._queue.clear()

    def cut(self) -> None:
        """The connection is gone, and with it all that was queued for it or not answered yet."""
        self._open.clear()
        self._replying.clear()
        self.line.conversation.give_up()

    def overdue(self) -> Outgoing | None:
        """The background CALL whose answer is overdue, if there is one."""
        due, outgoing = self.background_due(), self._outstanding()
        return outgoing if due is not None and self.now >= due else None

    def background_due(self) -> float | None:
        """When the answer to the background CALL that is outstanding is due; None when there is no such CALL."""
        outgoing = self._outstanding()
        return outgoing.due if outgoing is not None and outgoing.role == "background" else None

    def _outstanding(self) -> Outgoing | None:
        """The CALL of ours that waits for its answer; there is one at most (OCPP-J 1.6 section 4.1.1)."""
        call = self.line.conversation.outstanding
        return None if call is None else self._open.get(call.unique_id)

    # -- frames of the Central System -----------------------------------------------------------------

    def received(self, data: str | bytes, at: float, resumed: float, clock: str) -> None:
        """Take one frame of the Central System."""
        self.line.heard += 1
        match self.line.conversation.receive(data):
            case Answer() as arrival:
                self._take_answer(arrival, at, resumed, clock)
            case Request() as arrival:
                self._take_request(arrival, at)
            case Stray(frame):
                number = self.transcript.received(at, frame, name="", role="ambient", step=self.step)
                self._note_breaches(number, frame.breaches)
                words = "an unreadable frame" if frame.message is None else "an answer that belongs to no CALL of ours"
                self.strays.append((at, number, words))

    def _note_breaches(self, number: int, breaches: tuple[Breach, ...]) -> None:
        masked = self.transcript.masked
        self.breaches.extend((number, replace(breach, text=masked(breach.text))) for breach in breaches)

    def _take_answer(self, arrival: Answer, at: float, resumed: float, clock: str) -> None:
        outgoing = self._open.get(arrival.call.unique_id)
        role = outgoing.role if outgoing is not None else "ambient"
        latency = at - outgoing.sent_at if outgoing is not None and outgoing.sent_at is not None else None
        payload_breaches = _answer_breaches(arrival)
        number = self.transcript.received(
            at, arrival.frame, name=arrival.call.action, role=role, step=self.step, latency=latency
        )
        if payload_breaches:
            self.transcript.breached(number, (*arrival.frame.breaches, *payload_breaches))
        self._note_breaches(number, (*arrival.frame.breaches, *payload_breaches))
        if arrival.again or outgoing is None or latency is None:
            return
        late, looked = arrival.late or latency > outgoing.limit, max(latency, resumed - (at - latency))
        self._measured(outgoing, Sample(outgoing.action, latency, looked, late, True, clock))
        if arrival.late:
            self._late(outgoing, latency, number)
            return
        outgoing.answer, outgoing.answered_at, outgoing.answer_number = arrival, at, number
        message = arrival.frame.message
        self._learn(outgoing, message.payload if isinstance(message, CallResult) else {})

    def _measured(self, outgoing: Outgoing, sample: Sample) -> None:
        """One sample for each CALL: an answer that comes after all takes the place of its absence."""
        if outgoing.sample is None:
            outgoing.sample = len(self.samples)
            self.samples.append(sample)
        else:
            self.samples[outgoing.sample] = sample

    def _learn(self, outgoing: Outgoing, answer: Payload) -> None:
        """The Charge Point knows what it reported, whatever the answer to it was."""
        self.line.charge_point.sent(outgoing.action, outgoing.payload, answer, self.utc())

    def _late(self, outgoing: Outgoing, latency: float, number: int) -> None:
        decides = Verdict.FAIL if outgoing.role == "scenario" else None
        self.find(
            Kind.LATE,
            f"{outgoing.action}.conf came late",
            step=outgoing.step,
            decides=decides,
            required=f"within {outgoing.limit:g} s",
            observed=f"after {latency:.3f} s",
            frame=number,
        )

    def _take_request(self, request: Request, at: float) -> None:
        breaches = judge_payload(request.call.action, Direction.REQUEST, request.call.payload)
        self.transcript.hide(secrets_in(request.call.action, request.call.payload))
        number = self.transcript.received(at, request.frame, name=request.call.action, role="ambient", step=self.step)
        every = (*request.frame.breaches, *breaches, *self._second_open(at))
        if every:
            self.transcript.breached(number, every)
        self._note_breaches(number, every)
        self._replying.add(request.call.unique_id)
        heard = Heard(request, at, number, (*request.frame.breaches, *breaches))
        if any(claim(heard) for claim in list(self.claims)):
            self.transcript.amend(number, role=self.role)
            return
        self.unclaimed(heard)

    def _second_open(self, at: float) -> tuple[Breach, ...]:
        """OCPP-J 1.6 section 4.1.1: no second CALL before the first is answered."""
        if at < self._replied_at - CLOCK_MARGIN:
            return (Breach("one_call", "a second CALL came before the first was answered"),)
        return ()

    def unclaimed(self, heard: Heard) -> None:
        """A CALL that no step expects: a FAIL if it is forbidden, answered in any case, and noted."""
        reason = self.forbidden(heard)
        if reason is not None:
            self.find(Kind.FORBIDDEN, reason, required=f"no {heard.action}.req", observed="it came", frame=heard.number)
        ambient = self.answer_ambiently(heard)
        if reason is not None or self.role == "cleanup":
            return
        self.ambient.append(heard)
        if ambient.disruptive:
            self.disturbances.append((heard.at, heard.number))
            self.find(
                Kind.DISTURBANCE, f"{heard.action}.req came unasked and was answered with a refusal", frame=heard.number
            )
        self.find(
            Kind.COMPATIBILITY,
            f"{heard.action}.req came although no step expects it: OCPP allows it, the official tool does not",
            frame=heard.number,
        )

    def answer_ambiently(self, heard: Heard) -> Ambient:
        """Answer a CALL the way a good Charge Point would, and let the Charge Point learn from it."""
        ambient = self.ordinary_answer(heard)
        unique_id = heard.request.call.unique_id
        if ambient.error is not None:
            code, description = ambient.error
            self._send(CallError(unique_id, code, description), heard.action, "ambient", self.step)
        else:
            reply = ambient.reply or {}
            self._send(CallResult(unique_id, reply), heard.action, "ambient", self.step)
            self.line.charge_point.applied(heard.action, heard.payload, reply, self.utc())
        self.line.background.extend(ambient.follow_up)
        return ambient

    def ordinary_answer(self, heard: Heard, *, refuse_disruptive: bool = True) -> Ambient:
        """What this Charge Point would answer by itself; nothing is sent."""
        return answer(
            heard.action,
            heard.payload,
            self.line.charge_point,
            self.utc(),
            refuse_disruptive=refuse_disruptive,
        )

    def reply(self, heard: Heard, payload: Payload) -> None:
        """Answer an expected CALL as the scenario says."""
        self._send(CallResult(heard.request.call.unique_id, payload), heard.action, self.role, self.step)
        self.line.charge_point.applied(heard.action, heard.payload, payload, self.utc())

    def reply_error(self, heard: Heard, code: str, description: str, details: Payload | None = None) -> None:
        """Answer an expected CALL with a CALLERROR, as the scenario says."""
        error = CallError(heard.request.call.unique_id, code, description, details or {})
        self._send(error, heard.action, self.role, self.step)

    # -- triggers -------------------------------------------------------------------------------------

    def request_trigger(self, action: str, fields: Payload) -> Ticket:
        """Ask for a CALL of the Central System."""
        self.transcript.hide(secrets_in(action, fields))
        ticket = self._ticket(action, f"{action}.req", fields)
        self.effects.append(RequestTrigger(ticket.number, action, fields))
        return ticket

    def request_provision(self, item: str, fields: Payload) -> Ticket:
        """Ask for something to exist in the Central System: an idTag, chargePoint or password."""
        ticket = self._ticket(item, f"the {item}", {name: fields[name] for name in fields if name != "password"})
        self.effects.append(RequestProvision(ticket.number, item, fields))
        return ticket

    def _ticket(self, action: str, wish: str, shown: Payload) -> Ticket:
        ticket = Ticket(len(self.tickets) + 1, action, self.now)
        self.tickets.append(ticket)
        words = ", ".join(f"{name} {value}" for name, value in shown.items())
        self.transcript.note(
            self.now, "trigger", f"asked for {wish}" + (f" ({words})" if words else ""),
            role=self.role, step=self.step, message=action,
        )  # fmt: skip
        return ticket

    def trigger_finished(self, number: int, outcome: str, text: str, adapter: str, at: float) -> None:
        """A trigger ended; what it says is evidence about itself only."""
        if not 0 < number <= len(self.tickets):
            return
        ticket = self.tickets[number - 1]
        ticket.outcome, ticket.text, ticket.adapter, ticket.finished_at = outcome, text, adapter, at
        self.transcript.note(
            at, "trigger", f"{ticket.action}: {outcome}" + (f", {text}" if text else ""),
            role=self.role, step=self.step, message=ticket.action,
        )  # fmt: skip

    def trigger_served(self, ticket: Ticket, heard: Heard) -> None:
        """The CALL that was asked for has come."""
        self.initiated.append(Initiated(ticket.action, max(0.0, heard.at - ticket.asked_at), ticket.adapter))
        if not ticket.outcome:
            self.effects.append(ReleaseTrigger(ticket.number, ticket.action))


def _answer_breaches(arrival: Answer) -> tuple[Breach, ...]:
    message = arrival.frame.message
    if isinstance(message, CallResult):
        return judge_payload(arrival.call.action, Direction.CONFIRMATION, message.payload)
    return ()


def broken(frame: Frame, breaches: tuple[Breach, ...]) -> list[Breach]:
    """The breaches that are more than a note."""
    return [breach for breach in (*frame.breaches, *breaches) if not breach.note]
