"""Steps in order, reusable states, branches and loops: the parts of a scenario that hold other steps.

The verbs themselves stand in modules of their own and never come back here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from csms_harness.charge_point.behaviour import DISRUPTIVE
from csms_harness.engine.admission import TurnedAway, admission_of
from csms_harness.engine.asking import ask, served
from csms_harness.engine.connecting import connect, disconnect
from csms_harness.engine.expectation import Expectation
from csms_harness.engine.framing import frame
from csms_harness.engine.passing import absent, length_of, shortened, wait
from csms_harness.engine.pinging import ping, pong
from csms_harness.engine.probing import probe
from csms_harness.engine.receiving import nothing_came, receive, stop_if_wrong, wait_for
from csms_harness.engine.registering import BOOT, boot
from csms_harness.engine.sending import send
from csms_harness.engine.spoiling import send_spoilt
from csms_harness.engine.stage import Stage
from csms_harness.engine.telling import numbered, record_of
from csms_harness.engine.waiting import CaseStopped, Steps, Wait, pause
from csms_harness.evidence import Executed
from csms_harness.frozen import dataclass
from csms_harness.scenario.library import State
from csms_harness.scenario.matching import count_checks
from csms_harness.scenario.model import (
    Absent,
    AnyOf,
    Branch,
    Connect,
    Disconnect,
    ForEach,
    Frame,
    Ping,
    Pong,
    Probe,
    Receive,
    Repeat,
    RunState,
    Send,
    Spoil,
    Step,
)
from csms_harness.scenario.model import Wait as WaitStep
from csms_harness.scenario.references import Scope, resolve, seconds


def _send(stage: Stage, step: Send, scope: Scope) -> Steps:
    """A boot has a way of its own: it may be repeated."""
    return boot(stage, step, scope) if step.action == BOOT else send(stage, step, scope)


_PLAIN: Final[Mapping[type[Step], Callable[[Stage, Any, Scope], Steps]]] = {
    Send: _send,
    Spoil: send_spoilt,
    Frame: frame,
    Ping: ping,
    Pong: pong,
    Absent: absent,
    Connect: connect,
    Probe: probe,
    Disconnect: disconnect,
    WaitStep: wait,
}
"""The verbs that need nothing but the stage."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """The last step that connected, and how many steps were written down before it."""

    step: int | None = None
    executed: int = 0


_NOWHERE: Final = _Mark()


@dataclass(slots=True)
class Program:
    """Runs steps on a stage. ``recording`` is on while the scenario itself runs; ``path`` are the states run now."""

    stage: Stage
    states: Mapping[str, State]
    recording: bool = False
    path: tuple[str, ...] = ()

    def run(self, steps: Sequence[Step], scope: Scope) -> Steps:
        """Run steps in order; a ``receive`` that may come early is armed one step ahead."""
        at, connected = 0, _NOWHERE
        ahead: Expectation | None = None
        while at < len(steps):
            step, following = steps[at], steps[at + 1] if at + 1 < len(steps) else None
            if isinstance(step, Connect):
                connected = _Mark(at, len(self.stage.notebook.executed))
            armed, ahead = ahead, self._arm_ahead(following, scope) if isinstance(following, Receive) else None
            try:
                yield from self._step(step, scope, armed)
            except TurnedAway as away:
                if connected.step is None:
                    raise
                yield from self._connect_again(away, connected, ahead)
                at, ahead = connected.step, None
            else:
                at += 1

    def _connect_again(self, away: TurnedAway, mark: _Mark, ahead: Expectation | None) -> Steps:
        """Go back to where the Charge Point connected: nothing was said since. Raises CaseStopped when it is enough."""
        if ahead is not None:
            self.stage.disarm(ahead)
        yield from admission_of(self.stage).refused(away.refusal, away.step)
        del self.stage.notebook.executed[mark.executed :]

    def _arm_ahead(self, following: Receive, scope: Scope) -> Expectation | None:
        if following.optional:
            return None
        if following.trigger is not None and following.action not in DISRUPTIVE:
            return None  # unasked ones of its kind are normal; only what comes after the trigger counts
        expectation = self._expect(following, scope)
        self.stage.arm(expectation)
        return expectation

    def _expect(self, step: Receive, scope: Scope) -> Expectation:
        return Expectation(step, " › ".join(self._place(step)), scope, self.stage)

    def _place(self, step: Step) -> tuple[str, ...]:
        """Where a step stands: its own numbers, or else where we are already, within the same states."""
        if step.numbers:
            return (*self.path, numbered(step.numbers))
        outside = self.stage.place
        return outside if outside[: len(self.path)] == self.path else self.path

    def _step(self, step: Step, scope: Scope, armed: Expectation | None) -> Steps:
        stage, notebook = self.stage, self.stage.notebook
        outside, stage.place = stage.place, self._place(step)
        record = self._record(step, stage.step, scope)
        checks, findings = notebook.checks, len(notebook.findings)
        try:
            if self.recording and (record.verb or isinstance(step, AnyOf)) and stage.hold():
                yield Wait("you, at the next step", lambda: not stage.held, lambda: None)
            yield from self._act(step, scope, armed)
        except BaseException:
            record.outcome = "failed"
            raise
        finally:
            record.checks = notebook.checks - checks
            if len(notebook.findings) > findings and any(
                found.decides is not None for found in notebook.findings[findings:]
            ):
                record.outcome = "failed"
            stage.place = outside

    def _record(self, step: Step, place: str, scope: Scope) -> Executed:
        record = record_of(step, place, scope)
        if self.recording and record.verb:
            self.stage.notebook.executed.append(record)
        return record

    def _act(self, step: Step, scope: Scope, armed: Expectation | None) -> Steps:
        plain = _PLAIN.get(type(step))
        if plain is not None:
            return plain(self.stage, step, scope)
        match step:
            case Receive():
                return receive(self.stage, step, scope, armed or self._expect(step, scope))
            case RunState():
                return self.state(step, scope, numbered(step.numbers))
            case AnyOf():
                return self._any_of(step, scope)
            case ForEach():
                return self._for_each(step, scope)
            case Repeat():
                return self._repeat(step, scope)
        raise TypeError(f"{type(step).__name__} is no step that can be run")

    # -- states and loops -----------------------------------------------------------------------------

    def state(self, step: RunState, scope: Scope, label: str = "") -> Steps:
        """Run a reusable state with its arguments; what it saves is visible to its caller."""
        state, now = self.states[step.name], self.stage.utc()
        values = {name: resolve(value, scope, now) for name, value in {**state.parameters, **step.arguments}.items()}
        inner = scope.inner(values, {})
        outside, tested_by = self.path, self.stage.tested_by
        self.path = (*outside, *((label,) if label else ()), state.name)
        self.stage.tested_by = tested_by or state.tested_by
        try:
            for earlier in state.before:
                yield from self.state(earlier, inner)
            yield from self.run(state.steps, inner)
        finally:
            self.path, self.stage.tested_by = outside, tested_by

    def _for_each(self, step: ForEach, scope: Scope) -> Steps:
        for value in resolve(step.values, scope, self.stage.utc()):
            scope.saved[step.name] = value
            yield from self.run(step.steps, scope)

    def _repeat(self, step: Repeat, scope: Scope) -> Steps:
        every = 0.0 if step.every is None else seconds(step.every, scope)
        every = shortened(self.stage, every, step.at_most, scope)
        for _ in range(int(resolve(step.times, scope, self.stage.utc()))):
            if every:
                yield pause(every, self.stage.now, "the next round")
            yield from self.run(step.steps, scope)

    # -- branches -------------------------------------------------------------------------------------

    def _any_of(self, step: AnyOf, scope: Scope) -> Steps:
        """Every branch that begins with a CALL of the Central System listens, in the order of the file."""
        firsts = {branch.name: branch.steps[0] for branch in step.branches}
        armed = {name: self._expect(first, scope) for name, first in firsts.items() if isinstance(first, Receive)}
        self.stage.arm(*armed.values())
        for expectation in armed.values():
            expectation.start()
        yield from self._first_of(step.branches, armed, scope)

    def _first_of(self, branches: Sequence[Branch], armed: Mapping[str, Expectation], scope: Scope) -> Steps:
        stage, listening = self.stage, list(armed.values())
        otherwise = next((branch for branch in branches if branch.name not in armed), None)
        began, limit = stage.now, self._patience(otherwise, scope)
        asking = next((one for one in listening if one.step.trigger is not None), None)
        ticket = None if asking is None else (yield from ask(stage, asking.step, scope, *listening))
        try:
            yield from wait_for(listening, stage, ticket, limit)
            taken = next((one for one in branches if one.name in armed and armed[one.name].heard is not None), None)
            if taken is not None:
                served(stage, ticket, armed[taken.name])
        finally:
            stage.disarm(*listening)
        if taken is not None:
            yield from self._go_on(taken, armed[taken.name], scope)
        elif otherwise is not None:
            yield from self._otherwise(otherwise, scope)
        else:
            nothing_came(listening, stage, ticket, began)

    def _patience(self, otherwise: Branch | None, scope: Scope) -> float:
        """How long the CALLs of the branches may take: until the branch of our own action begins, if there is one."""
        if otherwise is None:
            return self.stage.limits.action
        first = otherwise.steps[0]
        return length_of(self.stage, first, scope) if isinstance(first, WaitStep) else 0.0

    def _otherwise(self, branch: Branch, scope: Scope) -> Steps:
        steps = branch.steps
        if isinstance(steps[0], WaitStep):  # its time has passed while the others listened
            self._record(steps[0], " › ".join(self._place(steps[0])), scope)
            steps = steps[1:]
        yield from self.run(steps, scope)

    def _go_on(self, branch: Branch, expectation: Expectation, scope: Scope) -> Steps:
        """The first message of a branch has come and is judged: write its step down, run the others."""
        record = self._record(branch.steps[0], " › ".join(self._place(branch.steps[0])), scope)
        record.checks = 1 + count_checks(expectation.step.expect)
        try:
            stop_if_wrong(self.stage, expectation)
        except CaseStopped:
            record.outcome = "failed"
            raise
        yield from self.run(branch.steps[1:], scope)
