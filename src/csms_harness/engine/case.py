"""One run of one case: preparation, scenario, cleanup. Pure: feed it events, do its effects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from csms_harness.documents.location import Location
from csms_harness.engine.effects import Effect
from csms_harness.engine.events import (
    Connected,
    Event,
    FrameReceived,
    FrameSent,
    Interrupted,
    Lost,
    Refused,
    TimePassed,
    TriggerFinished,
)
from csms_harness.engine.exchange import Exchange, Initiated, Sample
from csms_harness.engine.interpreter import Executed, Interpreter, untold_steps
from csms_harness.engine.judgement import Finding, Kind
from csms_harness.engine.line import Line
from csms_harness.engine.provisioning import provide
from csms_harness.engine.transcript import Entry
from csms_harness.engine.waiting import TIMEOUT, CaseStopped, ConnectionGone, Steps, Stopped, Wait
from csms_harness.ocppj.frames import Breach
from csms_harness.scenario.model import RunState, State, TestCase
from csms_harness.scenario.references import Scope, UndefinedName, resolve
from csms_harness.verdict import Verdict, worst

CLEANUP_LIMIT = 5.0
"""Seconds that the answer to a CALL of the cleanup may take; the verdict is settled by then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines in seconds: ``responses`` by action, the empty name for all others.

    ``pace`` is the time a Central System gets to take in our answer to a CALL before it is asked for the next one
    (docs/decisions/0007).
    """

    action: float = 30.0
    pace: float = 0.1
    responses: Mapping[str, float] = field(default_factory=lambda: {"": 30.0})


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case came to. Times of entries are monotonic; ``began`` is when the case started."""

    verdict: Verdict
    octt_verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]
    checks: int
    executed: tuple[Executed, ...]
    entries: tuple[Entry, ...]
    samples: tuple[Sample, ...]
    initiated: tuple[Initiated, ...]
    breaches: tuple[tuple[int, Breach], ...]
    began: float
    ended: float
    heard: int


class CaseRun:
    """A case in progress on a line.

    Call ``begin`` once and ``handle`` with each event; do the effects they return. ``wake_at`` says when to
    send ``TimePassed`` if nothing happens; ``result`` is there as soon as ``done``.
    """

    def __init__(
        self,
        case: TestCase,
        states: Mapping[str, State],
        line: Line,
        config: Mapping[str, Any],
        limits: Limits,
        epoch: datetime,
    ) -> None:
        """``epoch`` is the wall clock (UTC) at monotonic 0; ``config`` holds the target's configuration."""
        self.case, self.line, self._limits = case, line, limits
        self._exchange = Exchange(line, epoch, limits.responses)
        self._interpreter = Interpreter(self._exchange, dict(states), limits.action, limits.pace)
        self._exchange.forbidden = self._forbidden
        self._scope = Scope(given_names(config, line))
        self._program: Steps | None = None
        self._wait: Wait | None = None
        self._began = 0.0
        self._heard_before = line.heard
        self._stopping = False
        self.result: CaseResult | None = None

    @property
    def done(self) -> bool:
        """Whether the case has ended."""
        return self.result is not None

    @property
    def awaiting(self) -> tuple[str, float | None]:
        """What the case waits for, and until when (monotonic seconds; None without a limit of its own)."""
        return (self._wait.what, self._wait.until()) if self._wait is not None else ("", None)

    @property
    def wake_at(self) -> float | None:
        """When something is due if no event comes first."""
        due = None if self._wait is None else self._wait.until()
        moments = [at for at in (due, self._exchange.background_due(), self._heartbeat_due()) if at is not None]
        return min(moments, default=None)

    def begin(self, at: float) -> list[Effect]:
        """Start at this moment."""
        self._exchange.now = self._began = at
        self._program = self._whole()
        self._resume(None, first=True)
        return self._effects()

    def handle(self, event: Event) -> list[Effect]:
        """Take one event; returns what to do now."""
        exchange = self._exchange
        exchange.now = max(exchange.now, event.at)
        self._take(event)
        if not self.done:
            self._background()
            self._advance()
        if not self.done:
            exchange.pump()  # only now: the scenario goes before the background
        return self._effects()

    def _effects(self) -> list[Effect]:
        effects, self._exchange.effects = self._exchange.effects, []
        return effects

    # -- events -----------------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        exchange = self._exchange
        match event:
            case FrameReceived(at, data, resumed, clock):
                self._guarded(lambda: exchange.received(data, at, resumed if resumed is not None else at, clock))
            case FrameSent(at, unique_id):
                exchange.written(unique_id, at)
            case TriggerFinished(at, ticket, outcome, text, adapter):
                exchange.trigger_finished(ticket, outcome, text, adapter, at)
            case Connected(at, subprotocol):
                self.line.opened(at)
                self._interpreter.opening = False
                self._interpreter.subprotocol = subprotocol
                exchange.transcript.note(
                    at, "connected", f"connected, subprotocol {subprotocol}", role=exchange.role, step=exchange.step
                )
            case Refused(at, sentence):
                self._interpreter.opening = False
                self._interpreter.refused = sentence
                exchange.transcript.note(at, "refused", sentence, role=exchange.role, step=exchange.step)
            case Lost(at, sentence):
                self._lost(at, sentence)
            case Interrupted():
                self._interrupt()
            case TimePassed():
                pass

    def _lost(self, at: float, sentence: str) -> None:
        """The connection is gone: as the scenario wants it, or else a finding, whichever side closed it."""
        exchange, interpreter = self._exchange, self._interpreter
        if not self.line.connected:
            return
        self.line.lost()
        exchange.cut()
        number = exchange.transcript.note(at, "disconnected", sentence, role=exchange.role, step=exchange.step)
        wanted, interpreter.closing = interpreter.closing, False
        if wanted:
            return
        exchange.find(
            Kind.DISCONNECT, "the connection was lost during the case", required="an open connection",
            observed=sentence, frame=number,
        )  # fmt: skip
        self._throw(ConnectionGone(sentence))

    def _interrupt(self) -> None:
        if not self._stopping and self._exchange.role != "cleanup":
            self._stopping = True
            self._exchange.find(Kind.INTERRUPTED, "the run was stopped before the case ended")
            self._throw(Stopped())

    def _background(self) -> None:
        exchange = self._exchange
        overdue = exchange.overdue()
        if overdue is not None:
            exchange.give_up(overdue)
        due = self._heartbeat_due()
        if due is not None and exchange.now >= due:
            self.line.background.append(("Heartbeat", {}))

    def _heartbeat_due(self) -> float | None:
        """A booted Charge Point that is quiet for an interval sends a Heartbeat (OCPP 1.6 section 4.6)."""
        interval = self.line.charge_point.heartbeat_interval
        if not self.line.connected or not self.line.charge_point.booted or not interval or interval < 0:
            return None
        if self.line.conversation.outstanding is not None or self._exchange.role != "scenario":
            return None
        return self.line.last_call_at + max(1.0, float(interval))

    # -- the program --------------------------------------------------------------------------------------

    def _advance(self) -> None:
        while not self.done and self._wait is not None:
            found = self._wait.ready()
            if found is not None and found is not False:
                self._resume(found)
                continue
            until = self._wait.until()
            if until is None or self._exchange.now < until:
                return
            self._resume(TIMEOUT)

    def _resume(self, value: Any, *, first: bool = False) -> None:
        program = self._program
        assert program is not None
        self._step_program(lambda: next(program) if first else program.send(value))
        if first:
            self._advance()

    def _throw(self, error: Exception) -> None:
        program = self._program
        if program is not None and not self.done:
            self._step_program(lambda: program.throw(error))

    def _step_program(self, step: Any) -> None:
        try:
            self._wait = step()
        except StopIteration:
            self._finish()

    def _guarded(self, action: Any) -> None:
        """A scenario that breaks while a frame is judged is an ERROR of ours, never a crash of the run."""
        try:
            action()
        except Exception as error:  # noqa: BLE001  whatever it is, the run goes on
            self._throw(HarnessBroken(error))

    def _whole(self) -> Steps:
        exchange = self._exchange
        try:
            yield from self._prepare()
            self._configure()  # again: a Central System may have changed a key after the boot
            exchange.role, exchange.step = "scenario", ""
            exchange.judgement.checks = 0
            self._interpreter.recording = True
            yield from self._interpreter.run(self.case.steps, self._scope)
        except (CaseStopped, ConnectionGone, Stopped):
            pass
        except Exception as error:  # noqa: BLE001  a broken scenario must not end the run
            self._broke(error)
        checks = exchange.judgement.checks
        self._interpreter.recording = False
        exchange.role, exchange.step = "cleanup", "cleanup"
        self._interpreter.disarm_all()
        exchange.recall()
        for part in (self._settle, self._after, self._tidy_up, self._settle):
            yield from self._part_of_cleanup(part)
        exchange.judgement.checks = checks  # what comes after the scenario proves nothing
        self.line.charge_point.reset_to_idle()

    def _part_of_cleanup(self, part: Callable[[], Steps]) -> Steps:
        """Each part is tried, whatever became of the one before; none of them changes the verdict."""
        try:
            yield from part()
        except (CaseStopped, ConnectionGone, Stopped, UndefinedName) as stop:
            self._exchange.find(Kind.CLEANUP, f"the cleanup could not be finished: {stop}")
            self.line.fresh = True
        except Exception as error:  # noqa: BLE001  a broken scenario must not end the run
            self._broke(error)

    def _broke(self, error: Exception) -> None:
        cause = error.__cause__ if isinstance(error, HarnessBroken) and error.__cause__ else error
        text = str(cause) if isinstance(cause, UndefinedName) else f"{type(cause).__name__}: {cause}"
        self._exchange.find(Kind.HARNESS, f"the harness or the scenario broke: {text}", decides=Verdict.ERROR)

    def _configure(self) -> None:
        for name, value in self.case.before.configuration.items():
            wanted = _configured(resolve(value, self._scope, self._exchange.utc()))
            self.line.charge_point.configuration.set(name, wanted)

    def _prepare(self) -> Steps:
        line, case, interpreter, exchange = self.line, self.case, self._interpreter, self._exchange
        exchange.role, exchange.step = "preparation", "before"
        if line.fresh or case.before.start == "disconnected":
            yield from interpreter.close()
            line.charge_point.restart()
        self._configure()
        for item in case.before.memory:
            yield from provide(exchange, item, self._scope)
        if case.before.start == "booted" and not (line.connected and line.charge_point.booted):
            if not line.connected:
                yield from interpreter.open()
            yield from interpreter.state(RunState(where=_NOWHERE, name="Booted"), self._scope, "before")
        for state in case.before.states:
            yield from interpreter.state(state, self._scope, "before")

    def _after(self) -> Steps:
        yield from self._interpreter.run(self.case.after, self._scope)

    def _tidy_up(self) -> Steps:
        interpreter, exchange, line = self._interpreter, self._exchange, self.line
        for action, payload in line.charge_point.untidy():
            if not line.connected:
                yield from interpreter.open()
            outgoing = exchange.submit(action, payload, role="cleanup", limit=self._cleanup_limit(action))
            yield from interpreter.answered(outgoing)
            if outgoing.answer is None:
                finding = exchange.find(
                    Kind.CLEANUP, f"no {action}.conf while cleaning up", frame=outgoing.frame_number
                )
                raise CaseStopped(finding)

    def _settle(self) -> Steps:
        """Let a close and every CALL that is under way end, so that the line is free and the Charge Point knows."""
        line, end = self.line, self._exchange.now + self._cleanup_limit("")

        def free() -> bool:
            return not line.connected or (line.conversation.outstanding is None and not line.background)

        if self._interpreter.closing:
            yield from self._interpreter.closed()
        if not free():
            yield Wait("the CALLs under way to be answered", free, lambda: end)
        if not free():
            line.conversation.give_up()
            line.background.clear()

    def _cleanup_limit(self, action: str) -> float:
        responses = self._limits.responses
        return min(CLEANUP_LIMIT, responses.get(action, responses[""]))

    def _forbidden(self, heard: Any) -> str | None:
        if self._exchange.role == "scenario" and heard.action in self.case.forbid:
            return f"this case forbids {heard.action}.req"
        return self._interpreter.must_be_absent(heard)

    # -- the end --------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        exchange, judgement = self._exchange, self._exchange.judgement
        self._wait = None
        verdict = judgement.verdict()
        octt = worst((verdict, judgement.verdict(octt=True)))
        if verdict is not Verdict.PASS:
            self.line.fresh = True
        self.result = CaseResult(
            verdict=verdict,
            octt_verdict=octt,
            reason=self._reason(verdict),
            findings=tuple(judgement.findings),
            checks=judgement.checks,
            executed=(*self._interpreter.executed, *untold_steps(self.case.steps, self._interpreter)),
            entries=tuple(exchange.transcript.entries),
            samples=tuple(exchange.samples),
            initiated=tuple(exchange.initiated),
            breaches=tuple(exchange.breaches),
            began=self._began,
            ended=exchange.now,
            heard=self.line.heard - self._heard_before,
        )

    def _reason(self, verdict: Verdict) -> str:
        if verdict is Verdict.PASS:
            return ""
        for finding in self._exchange.judgement.findings:
            if finding.decides is verdict:
                place = f"{finding.step}: " if finding.step else ""
                told = f" (required {finding.required}, observed {finding.observed})" if finding.required else ""
                return f"{place}{finding.text}{told}{_tested_elsewhere(finding)}"
        return "no check on the Central System was executed"


def _tested_elsewhere(finding: Finding) -> str:
    """Which case tests what could not be prepared."""
    if not finding.step.startswith("before"):
        return ""
    state = next((name for name in _TESTED_BY if name in finding.step), None)
    return f"; {_TESTED_BY[state]} tests that" if state is not None else ""


_TESTED_BY = {
    "Booted": "TC_001_CSMS",
    "Charging": "TC_004_1_CSMS",
    "Authorized": "TC_003_CSMS",
    "InitialLocalList": "TC_043_4_CSMS",
}
"""The states that come before a scenario, and the case whose purpose they are."""


class HarnessBroken(Exception):
    """Our own code or the scenario failed while a frame was judged."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.__cause__ = cause


_NOWHERE = Location("", 0, 0)
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def _configured(value: Any) -> str:
    """The value of a configuration key as OCPP writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def given_names(config: Mapping[str, Any], line: Line) -> Mapping[str, Any]:
    """The dotted names a scenario may use: ``config.…``, ``charge_point.…``, ``configuration.…``."""
    return _Given(config, line)


class _Given(Mapping[str, Any]):
    """Looks names up when they are asked for: the configuration key table changes while a case runs."""

    def __init__(self, config: Mapping[str, Any], line: Line) -> None:
        self._config, self._charge_point = config, line.charge_point

    def __getitem__(self, name: str) -> Any:
        group, _, member = name.partition(".")
        if group == "config":
            return self._config[member]
        if group == "configuration":
            return self._configured(member)
        if group == "charge_point" and member in _CHARGE_POINT_NAMES:
            return self._of_charge_point(member)
        raise KeyError(name)

    def _configured(self, key: str) -> Any:
        value = self._charge_point.configuration.value(key)
        if value is None:
            raise KeyError(key)
        return int(value) if _WHOLE.fullmatch(value) else value

    def _of_charge_point(self, member: str) -> Any:
        if member == "id":
            return self._charge_point.identity
        if member == "other_connector_ids":
            return [one for one in self._charge_point.connector_ids if one != self._config.get("connector_id", 1)]
        value = getattr(self._charge_point, member)
        return list(value) if isinstance(value, tuple) else value

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Any:
        return iter(f"config.{name}" for name in self._config)

    def __len__(self) -> int:
        return len(self._config)


_CHARGE_POINT_NAMES = frozenset(
    {"id", "vendor", "model", "serial_number", "firmware_version", "connector_ids", "other_connector_ids"}
)
