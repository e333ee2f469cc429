"""One run of one case. Pure: feed it events, do its effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from csms_harness.engine import asking, background, connecting, incoming
from csms_harness.engine.effects import Effect
from csms_harness.engine.events import (
    Connected,
    Event,
    FrameReceived,
    FrameSent,
    GoOn,
    Interrupted,
    KeyMade,
    Lost,
    Parted,
    PongReceived,
    Refused,
    Stalled,
    TimePassed,
    TlsProbed,
    TriggerBegan,
    TriggerFinished,
)
from csms_harness.engine.flood import BYTES, FRAMES, Flood, kept_entries, kept_findings, short_entries, short_findings
from csms_harness.engine.given import Given
from csms_harness.engine.line import Line
from csms_harness.engine.notebook import Notebook
from csms_harness.engine.phases import Phases
from csms_harness.engine.pinging import heard_pong
from csms_harness.engine.program import Program
from csms_harness.engine.stage import Limits, Stage
from csms_harness.engine.telling import untold_steps
from csms_harness.engine.waiting import TIMEOUT, CaseStopped, ConnectionGone, HarnessBroken, Steps, Stopped, Wait
from csms_harness.evidence import Entry, Executed, Finding, Happening, Initiated, Kind, Role, Sample, What
from csms_harness.frozen import dataclass
from csms_harness.message import MessageType
from csms_harness.scenario.library import State, TestCase
from csms_harness.scenario.references import Scope
from csms_harness.verdict import Verdict, worst

__all__ = ["CaseResult", "CaseRun", "Limits"]

_NOT_YET = float("-inf")
_DATED = (FrameReceived, TimePassed)
"""Events that say how late it is on the line: every other one may be told before a frame that arrived earlier."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case came to. Times of entries are monotonic; ``began`` is when the case started.

    ``flooded``: more was said than anybody can judge, and only a part of it is kept. ``between`` crossed before the
    case; ``kept_out``: the Central System lets this Charge Point in no more; ``limits``: what it can take;
    ``security_profile``: the one it ran under.
    """

    verdict: Verdict
    octt_verdict: Verdict
    findings: tuple[Finding, ...]
    checks: int
    executed: tuple[Executed, ...]
    entries: tuple[Entry, ...]
    samples: tuple[Sample, ...]
    initiated: tuple[Initiated, ...]
    began: float
    ended: float
    heard: int
    flooded: bool = False
    between: tuple[Entry, ...] = ()
    kept_out: bool = False
    limits: Mapping[str, int | str] = field(default_factory=dict)
    security_profile: int | None = None


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
        security_profile: int | None = None,
    ) -> None:
        """``epoch`` is the wall clock (UTC) at monotonic 0; ``config`` holds the target's configuration.

        ``security_profile`` is the one that the case runs under; a connection under another one is not gone on with.
        """
        self.case, self.line = case, line
        line.begin(epoch)
        line.secure(security_profile)
        line.charge_point.own_key = str(config.get("own_authorization_key", ""))
        self._security_profile = line.charge_point.security_profile
        self._stage = Stage(line, limits, forbidden=case.forbid)
        scope = Scope(Given(config, line.charge_point))
        self._program: Steps = Phases(case, self._stage, Program(self._stage, states), scope).whole()
        self._wait: Wait | None = None
        self._stopping = False
        self._flood = Flood()
        self.result: CaseResult | None = None

    @property
    def done(self) -> bool:
        """Whether the case has ended."""
        return self.result is not None

    @property
    def notes(self) -> Notebook:
        """All that is written down so far."""
        return self._stage.notebook

    @property
    def awaiting(self) -> tuple[str, float | None]:
        """What the case waits for, and until when (monotonic seconds; None without a limit of its own)."""
        wait = self._wait
        return ("", None) if wait is None else (wait.what, wait.until())

    @property
    def wake_at(self) -> float | None:
        """When something is due if no event comes first."""
        return self.sooner(self.awaiting[1])

    def sooner(self, due: float | None) -> float | None:
        """This moment, or when something in the background is due before it."""
        return background.sooner(self._stage, due)

    def begin(self, at: float, before: Sequence[Event] = ()) -> list[Effect]:
        """Start at this moment; ``before`` is what happened since the last case ended."""
        stage = self._stage
        stage.now = stage.began = at  # anew once the Central System has settled, if the case is not stopped before
        self.line.dialogue.close_books()
        for event in before:
            self._take(event)
        self._resume(next, self._program)
        self._advance()
        return self._effects()

    def handle(self, event: Event) -> list[Effect]:
        """Take one event; returns what to do now."""
        stage = self._stage
        stage.now = max(stage.now, event.at)
        self._take(event)
        if self.result is None:
            reached = event.at if isinstance(event, _DATED) else _NOT_YET
            if reached > _NOT_YET:
                background.act(stage, reached)
            self._advance(reached)
        if self.result is None:
            stage.pump()  # only now: the scenario goes before the background
        return self._effects()

    def _effects(self) -> list[Effect]:
        effects, self._stage.effects = self._stage.effects, []
        return effects

    # -- events -----------------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        stage = self._stage
        match event:
            case FrameReceived():
                self._receive(event)
            case FrameSent():
                self.line.dialogue.written(event.unique_id, event.at)
            case PongReceived():
                heard_pong(stage, event)
            case TriggerBegan():
                asking.began(stage, event)
            case TriggerFinished():
                asking.finished(stage, event)
            case Connected(at, subprotocol):
                self.line.take(event)
                stage.note(Happening.CONNECTED, at, text=subprotocol or "", fields=self.line.tried)
            case Refused(at, sentence):
                self.line.take(event)
                told = {"status": event.status} if self.line.tried and event.status is not None else {}
                stage.note(Happening.REFUSED, at, text=sentence, fields={**self.line.tried, **told})
            case Lost():
                self._lose(event)
            case Parted() | TlsProbed() | KeyMade():
                self.line.take(event)
            case Interrupted():
                self._interrupt()
            case GoOn(to_the_end=to_the_end):
                stage.held, stage.to_the_end = False, stage.to_the_end or to_the_end
            case Stalled(at, seconds):
                stage.stalls.add(at, seconds)

    def _receive(self, event: FrameReceived) -> None:
        """A scenario that breaks while a frame is judged is an ERROR of ours, never a crash of the run."""
        if self._flood.over:
            return
        if self._flood.took(event.data, len(self._stage.notebook.samples)):
            self._drown()
            return
        try:
            incoming.receive(self._stage, event)
        except Exception as error:  # noqa: BLE001  whatever it is, the run goes on
            self._throw(HarnessBroken(error))

    def _drown(self) -> None:
        """Nobody can listen to that much: leave the connection without a word, and end the case."""
        flood, stage = self._flood, self._stage
        observed = f"{flood.frames} frames, {flood.size} bytes"
        required = f"at most {FRAMES} frames, {BYTES} bytes"
        finding = stage.find(Kind.FLOOD, What.FLOODED, required=required, observed=observed)
        connecting.leave(stage)
        self._throw(CaseStopped(finding))

    def _lose(self, event: Lost) -> None:
        try:
            connecting.lost(self._stage, event)
        except ConnectionGone as gone:
            self._throw(gone)

    def _interrupt(self) -> None:
        if not self._stopping and self._stage.role is not Role.CLEANUP:
            self._stopping = True
            self._stage.find(Kind.INTERRUPTED, What.STOPPED)
            self._throw(Stopped())

    # -- the program --------------------------------------------------------------------------------------

    def _advance(self, reached: float = _NOT_YET) -> None:
        while self._wait is not None:
            found = self._wait.ready()
            if found is None or found is False:
                until = self._wait.until() if reached > _NOT_YET else None
                if until is None or reached < until:
                    return
                found = TIMEOUT
            self._resume(self._program.send, found)

    def _throw(self, error: Exception) -> None:
        if not self.done:
            self._resume(self._program.throw, error)

    def _resume(self, step: Callable[[Any], Wait], given: Any) -> None:
        try:
            self._wait = step(given)
        except StopIteration:
            self._wait = None
            self._finish()

    # -- the end --------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        stage, notebook = self._stage, self._stage.notebook
        verdict = notebook.verdict()
        self.line.fresh = self.line.fresh or distrusted(verdict, notebook.findings)
        flood = self._flood
        findings = kept_findings(notebook.findings) if flood.over else notebook.findings
        if _unsettle(notebook.entries):
            self.line.unsettled_at = stage.now
        self.result = CaseResult(
            verdict=verdict,
            octt_verdict=worst((verdict, notebook.verdict(octt=True))),
            findings=tuple(short_findings(findings)),
            checks=notebook.checks,
            executed=(*notebook.executed, *untold_steps(self.case.steps, notebook.executed)),
            entries=tuple((kept_entries if flood.much else short_entries)(notebook.entries)),
            samples=tuple(notebook.samples),
            initiated=tuple(notebook.initiated),
            began=stage.began,
            ended=stage.now,
            heard=self.line.heard - stage.heard,
            flooded=flood.much,
            between=tuple(short_entries(notebook.between)),
            kept_out=self.line.kept_out,
            limits=stage.bounds,
            security_profile=self._security_profile,
        )


_UNSETTLING = frozenset({"StopTransaction", "ReserveNow", "CancelReservation"})
"""CALLs after which a Central System may still be at work on the end of a transaction or of a reservation."""


def _unsettle(entries: Iterable[Entry]) -> bool:
    """Whether one of these leaves the Central System something to tidy up."""
    for entry in entries:
        message, note = entry.message, entry.note
        if message is not None and message.action in _UNSETTLING and message.type is MessageType.CALL:
            return True
        if note is not None and note.what is Happening.DISCONNECTED:
            return True
    return False


def distrusted(verdict: Verdict, findings: Iterable[Finding]) -> bool:
    """Whether a case leaves a connection that the next one must not go on with.

    Where only a trigger did not work, nothing happened on it.
    """
    deciding = [one.kind for one in findings if one.decides is not None]
    return verdict is not Verdict.PASS and not (deciding and all(kind is Kind.TRIGGER for kind in deciding))
