"""Steps as generators: each verb of the scenario language, in the Charge Point's point of view."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from csms_harness.charge_point.behaviour import DISRUPTIVE
from csms_harness.engine.effects import CloseConnection, OpenConnection
from csms_harness.engine.exchange import Exchange, Heard, Outgoing, Ticket
from csms_harness.engine.expectation import Expectation, observe, report, save
from csms_harness.engine.judgement import Finding, Kind
from csms_harness.engine.waiting import TIMEOUT, CaseStopped, Steps, Wait, pause
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocppj.datetimes import format_datetime
from csms_harness.ocppj.frames import CallError, CallResult
from csms_harness.scenario.matching import count_checks, match
from csms_harness.scenario.model import (
    Absent,
    AnyOf,
    Branch,
    Connect,
    Disconnect,
    ForEach,
    Receive,
    Reference,
    Repeat,
    RunState,
    Send,
    State,
    Step,
)
from csms_harness.scenario.model import Wait as WaitStep
from csms_harness.scenario.references import Scope, resolve, seconds, seconds_until, value_at

GRACE = 5.0
"""Seconds in which the right CALL may still follow a harmless one that did not match."""

READING_SLACK = 0.05
"""Seconds that the harness gives itself to read an answer that arrived just in time."""

Outcome = Literal["held", "failed", "not reached"]


@dataclass(slots=True)
class Executed:
    """One step as it ran."""

    step: str
    title: str
    note: str
    checks: int = 0
    outcome: Outcome = "held"


@dataclass(slots=True)
class Interpreter:
    """Runs steps against an exchange. ``connection`` events are told to it by the case."""

    exchange: Exchange
    states: dict[str, State]
    action_limit: float
    pace: float = 0.0
    executed: list[Executed] = field(default_factory=list)
    refused: str | None = None
    subprotocol: str | None = None
    opening: bool = False
    closing: bool = False
    recording: bool = False
    _path: tuple[str, ...] = ()
    _optional: list[Expectation] = field(default_factory=list)
    _absences: list[tuple[Absent, Scope, str]] = field(default_factory=list)

    # -- sequences ------------------------------------------------------------------------------------

    def run(self, steps: Sequence[Step], scope: Scope) -> Steps:
        """Run steps in order; a ``receive`` that may come early is armed one step ahead."""
        ahead: Expectation | None = None
        for position, step in enumerate(steps):
            armed, ahead = ahead, self._arm_ahead(steps, position, scope)
            yield from self._step(step, scope, armed)

    def _arm_ahead(self, steps: Sequence[Step], position: int, scope: Scope) -> Expectation | None:
        following = steps[position + 1] if position + 1 < len(steps) else None
        if not isinstance(following, Receive) or following.optional:
            return None
        if following.trigger is not None and following.action not in DISRUPTIVE:
            return None  # unasked ones of its kind are normal; only what comes after the trigger counts
        expectation = self._expect(following, scope)
        self._listen(expectation)
        return expectation

    def _step(self, step: Step, scope: Scope, armed: Expectation | None) -> Steps:
        record = self._record(step, scope)
        exchange = self.exchange
        outside, exchange.step = exchange.step, record.step
        checks, findings = exchange.judgement.checks, len(exchange.judgement.findings)
        try:
            yield from self._verb(step, scope, armed)
        except BaseException:
            record.outcome = "failed"
            raise
        finally:
            record.checks = exchange.judgement.checks - checks
            if any(found.decides is not None for found in exchange.judgement.findings[findings:]):
                record.outcome = "failed"
            exchange.step = outside

    def _verb(self, step: Step, scope: Scope, armed: Expectation | None) -> Steps:
        match step:
            case Send():
                yield from self._send(step, scope)
            case Receive():
                yield from self._receive(step, scope, armed)
            case Absent():
                yield from self._absent(step, scope)
            case RunState():
                yield from self._state(step, scope)
            case Connect():
                yield from self._connect(step, scope)
            case Disconnect():
                yield from self._disconnect(step, scope)
            case WaitStep():
                yield from self._wait(step, scope)
            case AnyOf():
                yield from self._any_of(step, scope)
            case ForEach():
                for value in resolve(step.values, scope, self.exchange.utc()):
                    scope.saved[step.name] = value
                    yield from self.run(step.steps, scope)
            case Repeat():
                yield from self._repeat(step, scope)

    def _record(self, step: Step, scope: Scope) -> Executed:
        record = Executed(self._label(step), _title(step, scope), step.note)
        if self.recording and not isinstance(step, ForEach | Repeat | AnyOf):
            self.executed.append(record)
        return record

    def _label(self, step: Step) -> str:
        if step.numbers:
            return " › ".join((*self._path, _numbered(step.numbers)))
        inside = " › ".join(self._path)
        return self.exchange.step if self.exchange.step.startswith(inside) else inside

    # -- send -----------------------------------------------------------------------------------------

    def _send(self, step: Send, scope: Scope) -> Steps:
        exchange = self.exchange
        limit = None if step.within is None else seconds(step.within, scope)
        outgoing = exchange.submit(
            step.action, resolved(step.payload, scope, exchange), role=exchange.role, limit=limit
        )
        yield from self.answered(outgoing)
        self._judge_answer(step, outgoing, scope)

    def answered(self, outgoing: Outgoing) -> Steps:
        """Wait until a CALL of ours is answered or overdue."""
        exchange = self.exchange
        if not exchange.line.connected:
            raise ValueError(f"{exchange.step}: {outgoing.action} is to be sent, but the scenario has no connection")
        yield Wait(f"the line for {outgoing.action}.req", lambda: outgoing.sent_at, lambda: None)
        found = yield Wait(f"{outgoing.action}.conf", lambda: outgoing.answer, lambda: _later(outgoing.due))
        if found is TIMEOUT:
            exchange.give_up(outgoing)

    def _judge_answer(self, step: Send, outgoing: Outgoing, scope: Scope) -> None:
        exchange = self.exchange
        exchange.judgement.checks += 1 + count_checks(step.expect) + count_checks(step.expect_error)
        if outgoing.answer is None or outgoing.answered_at is None or outgoing.sent_at is None:
            raise CaseStopped(self._no_answer(outgoing))
        before = len(exchange.judgement.findings)
        latency = outgoing.answered_at - outgoing.sent_at
        if latency > outgoing.limit:
            exchange.find(
                Kind.LATE, f"{outgoing.action}.conf came late", frame=outgoing.answer_number,
                required=f"within {outgoing.limit:g} s", observed=f"after {latency:.3f} s",
            )  # fmt: skip
        match outgoing.answer.frame.message:
            case CallError() as error:
                self._judge_error(step, outgoing, error, scope)
            case CallResult() as result:
                self._judge_result(step, outgoing, result, scope)
        self._judge_budget(step, outgoing, latency, scope)
        self._stop_on_failure(before)

    def _stop_on_failure(self, before: int) -> None:
        for finding in self.exchange.judgement.findings[before:]:
            if finding.decides is not None:
                raise CaseStopped(finding)

    def _no_answer(self, outgoing: Outgoing) -> Finding:
        exchange = self.exchange
        came = (stray for stray in exchange.strays if outgoing.sent_at is None or stray[0] >= outgoing.sent_at)
        _, frame, words = next(came, (0.0, outgoing.frame_number, ""))
        return exchange.find(
            Kind.NO_ANSWER, f"no {outgoing.action}.conf within {outgoing.limit:g} s",
            required=f"{outgoing.action}.conf within {outgoing.limit:g} s",
            observed=f"{words}, and no other" if words else "no answer", frame=frame,
        )  # fmt: skip

    def _judge_error(self, step: Send, outgoing: Outgoing, error: CallError, scope: Scope) -> None:
        exchange, message = self.exchange, f"CALLERROR to {step.action}.req"
        if step.expect_error is None:
            exchange.find(
                Kind.CALLERROR, f"{step.action}.req was answered with a CALLERROR",
                required=f"{step.action}.conf", observed=f"CALLERROR {error.code} {error.description}".strip(),
                frame=outgoing.answer_number,
            )  # fmt: skip
            return
        answer = outgoing.answer
        assert answer is not None
        told = {"code": error.code, "description": error.description, "details": error.details}
        breaches = [breach for breach in answer.frame.breaches if not breach.note]
        mismatches = match(step.expect_error, told, scope, exchange.utc())
        report(exchange, exchange.step, message, outgoing.answer_number, breaches, mismatches)

    def _judge_result(self, step: Send, outgoing: Outgoing, result: CallResult, scope: Scope) -> None:
        exchange, number, name = self.exchange, outgoing.answer_number, f"{step.action}.conf"
        answer = outgoing.answer
        assert answer is not None
        if step.expect_error is not None:
            exchange.find(
                Kind.MISMATCH, f"{step.action}.req was answered, but must be refused",
                required="a CALLERROR", observed=name, frame=number,
            )  # fmt: skip
            return
        every = (*answer.frame.breaches, *judge_payload(step.action, Direction.CONFIRMATION, result.payload))
        breaches = [breach for breach in every if not breach.note]
        now = exchange.utc()
        mismatches = [] if step.expect is None else match(step.expect, result.payload, scope, now)
        report(exchange, exchange.step, name, number, breaches, mismatches)
        if step.observe is not None:
            for mismatch in match(step.observe, result.payload, scope, now):
                observe(exchange, exchange.step, name, number, mismatch)
        save(step.save, result.payload, scope)

    def _judge_budget(self, step: Send, outgoing: Outgoing, latency: float, scope: Scope) -> None:
        if step.budget is not None and latency > (budget := seconds(step.budget, scope)):
            self.exchange.find(
                Kind.BUDGET, f"{step.action}.conf took longer than its budget", frame=outgoing.answer_number,
                required=f"within {budget:g} s", observed=f"{latency:.3f} s",
            )  # fmt: skip

    # -- receive --------------------------------------------------------------------------------------

    def _expect(self, step: Receive, scope: Scope) -> Expectation:
        return Expectation(step, self._label(step), scope, self.exchange)

    def _listen(self, *expectations: Expectation) -> None:
        """Offer each CALL to these first: what a running step expects goes before what is armed ahead of its time."""
        for expectation in expectations:
            self._disarm(expectation)
        self.exchange.claims[:0] = [one.claim for one in expectations]

    def disarm_all(self) -> None:
        """Nothing is expected any longer; a CALL that came too early to be judged is answered all the same."""
        claims, self.exchange.claims = self.exchange.claims, []
        for claim in claims:
            expectation = getattr(claim, "__self__", None)
            if isinstance(expectation, Expectation):
                expectation.abandon()

    def _disarm(self, expectation: Expectation) -> None:
        claims = self.exchange.claims
        claims[:] = [claim for claim in claims if getattr(claim, "__self__", None) is not expectation]

    def _receive(self, step: Receive, scope: Scope, armed: Expectation | None) -> Steps:
        expectation = armed or self._expect(step, scope)
        if step.optional:
            self._optional.append(expectation)
            self.exchange.claims.append(expectation.claim)
            expectation.start()
            return
        self._listen(expectation)
        expectation.start()
        began = self.exchange.now
        ticket = (yield from self._ask(step, scope, expectation)) if expectation.heard is None else None
        try:
            yield from self._heard([expectation], ticket, self._action_limit(step, scope))
            if expectation.heard is None:
                self._nothing_came([expectation], ticket, began)
            elif ticket is not None:
                self.exchange.trigger_served(ticket, expectation.heard)
        finally:
            for done in (expectation, *self._optional):
                self._disarm(done)
            self._optional.clear()
        self._stop_if_wrong(expectation)

    def _action_limit(self, step: Receive, scope: Scope) -> float:
        return self.action_limit if step.within is None else seconds(step.within, scope)

    def _ask(self, step: Receive, scope: Scope, *asking: Expectation) -> Generator[Wait, Any, Ticket | None]:
        """Ask for a CALL, but not before the Central System had time to take in our last answer."""
        if step.trigger is None:
            return None
        yield from self._keep_pace()
        if any(expectation.heard is not None for expectation in asking):
            return None
        ticket = self.exchange.request_trigger(step.action, resolved(step.trigger, scope, self.exchange))
        for expectation in asking:
            expectation.asked_at = self.exchange.utc()
        return ticket

    def _heard(self, expectations: Sequence[Expectation], ticket: Ticket | None, limit: float) -> Steps:
        """Wait until one of the expectations has its CALL, its trigger gave up, or its time is over."""
        exchange, began = self.exchange, self.exchange.now

        def ready() -> Any:
            for expectation in expectations:
                if expectation.heard is not None:
                    return expectation
            return ticket if ticket is not None and ticket.outcome in ("declined", "failed") else None

        def until() -> float | None:
            if ticket is not None and ticket.finished_at is None:
                return None  # the trigger is bounded by itself, and always ends
            start = began if ticket is None or ticket.finished_at is None else max(began, ticket.finished_at)
            suspects = [one.suspect[0].at for one in expectations if one.suspect is not None]
            grace = min((max(start, at) + GRACE for at in suspects), default=start + limit)
            return min(start + limit, grace)

        if (yield Wait(_asked_for(expectations), ready, until)) is not TIMEOUT:
            return
        for expectation in expectations:
            if expectation.suspect is not None:
                exchange.step = expectation.label or exchange.step
                expectation.condemn_suspect()
                return

    def _stop_if_wrong(self, expectation: Expectation) -> None:
        for finding in self.exchange.judgement.findings:
            heard = expectation.heard
            if finding.decides is not None and heard is not None and finding.frame == heard.number:
                raise CaseStopped(finding)

    def _nothing_came(self, expectations: Sequence[Expectation], ticket: Ticket | None, began: float) -> NoReturn:
        exchange, wanted = self.exchange, _asked_for(expectations)
        if ticket is not None and ticket.outcome in ("declined", "failed"):
            reason = ticket.text or "no reason given"
            text = f"the trigger for {ticket.action} {_TRIGGER_WORDS[ticket.outcome]}: {reason}"
            raise CaseStopped(exchange.find(Kind.TRIGGER, text))
        early = next((found for one in expectations if (found := self._early(one, began)) is not None), None)
        if early is not None:
            text = f"a {early.action}.req came {began - early.at:.1f} s too early, before it was asked for"
            exchange.find(Kind.EARLY, text, frame=early.number)
            raise CaseStopped(exchange.find(Kind.PREREQUISITE, f"{text}; none came afterwards", frame=early.number))
        disturbed = [number for at, number in exchange.disturbances if at >= began]
        if disturbed:
            text = f"no {wanted} came, but another CALL disturbed this step"
            raise CaseStopped(exchange.find(Kind.PREREQUISITE, text, frame=disturbed[0]))
        limit = self._action_limit(expectations[0].step, expectations[0].scope)
        actions = {one.step.action for one in expectations}
        other = next((heard for heard in exchange.ambient if heard.action in actions and heard.at >= began), None)
        raise CaseStopped(
            exchange.find(
                Kind.ABSENT_CALL,
                f"no {wanted} came" if other is None else f"no {wanted} came that is the one of this step",
                observed="none" if other is None else "another one",
                required=f"{wanted} within {limit:g} s" + (" of the trigger" if ticket is not None else ""),
                frame=None if other is None else other.number,
            )
        )

    def _early(self, expectation: Expectation, began: float) -> Heard | None:
        """A CALL that would have been right, had it not come before the step."""
        step = expectation.step
        for heard in self.exchange.ambient:
            if heard.action != step.action or heard.at >= began:
                continue
            wanted = [matcher for matcher in (step.match, step.expect) if matcher is not None]
            now = self.exchange.utc()
            if not any(match(matcher, heard.payload, expectation.names(now), now) for matcher in wanted):
                return heard
        return None

    # -- absence, time, connection ----------------------------------------------------------------------

    def _absent(self, step: Absent, scope: Scope) -> Steps:
        exchange = self.exchange
        exchange.judgement.checks += 1
        before = len(exchange.judgement.findings)
        watch = (step, scope, exchange.step)
        self._absences.append(watch)
        try:
            yield pause(seconds(step.during, scope), exchange.now, f"no {step.action}.req")
        finally:
            self._absences.remove(watch)
        self._stop_on_failure(before)

    def must_be_absent(self, heard: Heard) -> str | None:
        """Why a CALL must not come now, or None."""
        for step, scope, _label in self._absences:
            wanted = step.match is None or not match(step.match, heard.payload, scope, self.exchange.utc())
            if heard.action == step.action and wanted:
                return f"{heard.action}.req must not come here"
        return None

    def _wait(self, step: WaitStep, scope: Scope) -> Steps:
        yield pause(self._length(step, scope), self.exchange.now, step.because)

    def _length(self, step: WaitStep, scope: Scope) -> float:
        length = seconds_until(step.duration, scope, self.exchange.utc())
        if step.at_most is not None and length > (most := seconds(step.at_most, scope)):
            self._shortened(length, most)
            return most
        return length

    def _shortened(self, length: float, most: float) -> None:
        self.exchange.find(
            Kind.OBSERVATION, "a wait was shortened to our patience", required=f"{length:g} s", observed=f"{most:g} s"
        )

    def _repeat(self, step: Repeat, scope: Scope) -> Steps:
        every = 0.0 if step.every is None else seconds(step.every, scope)
        if step.at_most is not None and every > (most := seconds(step.at_most, scope)):
            self._shortened(every, most)
            every = most
        for _ in range(int(resolve(step.times, scope, self.exchange.utc()))):
            yield pause(every, self.exchange.now, f"the next of {_title(step.steps[0], scope)}")
            yield from self.run(step.steps, scope)

    def _connect(self, step: Connect, scope: Scope) -> Steps:
        yield from self.open()
        exchange = self.exchange
        facts = {"subprotocol": self.subprotocol, "status": 101}
        if step.expect is not None:
            exchange.judgement.checks += count_checks(step.expect)
            mismatches = match(step.expect, facts, scope, exchange.utc())
            report(exchange, exchange.step, "the handshake", None, [], mismatches)
        self._save_moment(step.save, scope)

    def open(self) -> Steps:
        """Open the connection, or stop the case with the reason why there is none."""
        exchange = self.exchange
        self.refused = None
        if not self.opening:  # one that was interrupted may still be under way
            self.opening = True
            exchange.effects.append(OpenConnection())
        yield Wait("a connection", lambda: exchange.line.connected or self.refused, lambda: None)
        if not exchange.line.connected:
            raise CaseStopped(exchange.find(Kind.REFUSED, self.refused or "no connection was had"))

    def _disconnect(self, step: Disconnect, scope: Scope) -> Steps:
        yield from self.close(drop=step.drop)
        self._save_moment(step.save, scope)

    def close(self, *, drop: bool = False) -> Steps:
        """Close the connection and wait until it is closed."""
        exchange = self.exchange
        if not exchange.line.connected:
            return
        yield from self._keep_pace()
        self.closing = True
        exchange.effects.append(CloseConnection(drop))
        yield from self.closed()

    def _keep_pace(self) -> Steps:
        """Give the Central System the time to take in our last answer (docs/decisions/0007)."""
        soonest = self.exchange.line.last_reply_at + self.pace
        if self.exchange.now < soonest:
            yield Wait("the Central System to take in the last answer", lambda: None, lambda: soonest)

    def closed(self) -> Steps:
        """Wait until a connection that we close is closed; the transport bounds the time."""
        line = self.exchange.line
        yield Wait("the end of the connection", lambda: None if line.connected else True, lambda: None)

    def _save_moment(self, names: Any, scope: Scope) -> None:
        moment = {"at": format_datetime(self.exchange.utc())}
        for name, path in names.items():
            scope.save(name, value_at(moment, path))

    # -- states and branches ------------------------------------------------------------------------------

    def _state(self, step: RunState, scope: Scope) -> Steps:
        yield from self.state(step, scope, _numbered(step.numbers))

    def state(self, step: RunState, scope: Scope, label: str = "") -> Steps:
        """Run a reusable state with its arguments; what it saves is visible to its caller."""
        state = self.states[step.name]
        now = self.exchange.utc()
        values = {name: resolve(value, scope, now) for name, value in state.parameters.items()}
        values |= {name: resolve(value, scope, now) for name, value in step.arguments.items()}
        inner = scope.inner(values, {})
        outside = self._path
        self._path = (*outside, *((label,) if label else ()), state.name)
        try:
            for earlier in state.before:
                yield from self.state(earlier, inner)
            yield from self.run(state.steps, inner)
        finally:
            self._path = outside

    def _any_of(self, step: AnyOf, scope: Scope) -> Steps:
        armed = self._armed(step.branches, scope)
        otherwise = next((branch for branch in step.branches if not _listens(branch)), None)
        for expectation in armed.values():
            expectation.start()
        yield from self._first_of(step.branches, armed, otherwise, scope)

    def _armed(self, branches: Sequence[Branch], scope: Scope) -> dict[str, Expectation]:
        """Every branch that begins with a CALL of the Central System listens, in the order of the file."""
        firsts = {branch.name: branch.steps[0] for branch in branches}
        armed = {name: self._expect(step, scope) for name, step in firsts.items() if isinstance(step, Receive)}
        self._listen(*armed.values())
        return armed

    def _first_of(
        self, branches: Sequence[Branch], armed: dict[str, Expectation], otherwise: Branch | None, scope: Scope
    ) -> Steps:
        limit = self.action_limit
        if otherwise is not None:
            first = otherwise.steps[0]
            limit = self._length(first, scope) if isinstance(first, WaitStep) else 0.0
        began = self.exchange.now
        asking = next((one for one in armed.values() if one.step.trigger is not None), None)
        ticket = None if asking is None else (yield from self._ask(asking.step, scope, *armed.values()))
        try:
            yield from self._heard(list(armed.values()), ticket, limit)
            taken = next((branch for branch in branches if _has_heard(armed, branch)), None)
            if taken is not None:
                self._served(ticket, armed[taken.name])
        finally:
            for expectation in armed.values():
                self._disarm(expectation)
        if taken is not None:
            yield from self._go_on(taken, armed[taken.name], scope)
        elif otherwise is None:
            self._nothing_came(list(armed.values()), ticket, began)
        elif isinstance(otherwise.steps[0], WaitStep):
            self._record(otherwise.steps[0], scope)
            yield from self.run(otherwise.steps[1:], scope)
        else:
            yield from self.run(otherwise.steps, scope)

    def _go_on(self, branch: Branch, expectation: Expectation, scope: Scope) -> Steps:
        """The first message of a branch has come and is judged: write its step down, run the others."""
        record = self._record(branch.steps[0], scope)
        record.checks = 1 + count_checks(expectation.step.expect)
        try:
            self._stop_if_wrong(expectation)
        except CaseStopped:
            record.outcome = "failed"
            raise
        yield from self.run(branch.steps[1:], scope)

    def _served(self, ticket: Ticket | None, expectation: Expectation) -> None:
        if ticket is not None and expectation.heard is not None:
            self.exchange.trigger_served(ticket, expectation.heard)


def resolved(payload: Any, scope: Scope, exchange: Exchange) -> dict[str, Any]:
    """A payload with every name replaced. A member written as null stays, so that it is left out, not filled."""
    now = exchange.utc()
    return {name: resolve(value, scope, now) for name, value in payload.items()}


def _later(due: float | None) -> float | None:
    """An answer that arrived in time may be read a moment later; its stamp decides whether it was late."""
    return None if due is None else due + READING_SLACK


def _asked_for(expectations: Sequence[Expectation]) -> str:
    return " or ".join(dict.fromkeys(f"{one.step.action}.req" for one in expectations))


def _listens(branch: Branch) -> bool:
    return isinstance(branch.steps[0], Receive)


def _has_heard(armed: dict[str, Expectation], branch: Branch) -> bool:
    return branch.name in armed and armed[branch.name].heard is not None


def untold_steps(steps: Sequence[Step], interpreter: Interpreter) -> list[Executed]:
    """The top-level steps that were not reached, as the report shows them."""
    reached = {record.step for record in interpreter.executed}
    last = max((numbers[-1] for numbers in _reached_numbers(steps, reached)), default=0)
    return [
        Executed(_numbered(step.numbers), _title(step, Scope({})), step.note, outcome="not reached")
        for step in steps
        if step.numbers and step.numbers[0] > last and not isinstance(step, ForEach | Repeat | AnyOf)
    ]


def _reached_numbers(steps: Sequence[Step], reached: set[str]) -> list[tuple[int, ...]]:
    return [step.numbers for step in steps if step.numbers and _numbered(step.numbers) in reached]


_TRIGGER_WORDS = {"declined": "was declined", "failed": "failed"}


def _numbered(numbers: tuple[int, ...]) -> str:
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"step {numbers[0]}"
    if numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"steps {numbers[0]}-{numbers[-1]}"
    return "steps " + ", ".join(str(number) for number in numbers)


def _title(step: Step, scope: Scope) -> str:
    """One line of what a step does."""
    match step:
        case Send(action=action):
            return f"Charge Point sends {action}.req{_of(step.payload, scope)}"
        case Receive(action=action):
            return f"Central System sends {action}.req"
        case Absent(action=action):
            return f"no {action}.req comes"
        case RunState(name=name):
            return f"reusable state {name}"
        case Connect():
            return "Charge Point connects"
        case Disconnect(drop=drop):
            return "the connection is lost" if drop else "Charge Point closes the connection"
        case WaitStep(because=because):
            return f"time passes: {because}"
        case _:
            return type(step).__name__


def _of(payload: Any, scope: Scope) -> str:
    """The telling member of a payload: a status, if it has one."""
    status = payload.get("status")
    if isinstance(status, Reference):
        status = scope.value(status) if scope.has(status.name) else None
    return f" ({status})" if isinstance(status, str) else ""
