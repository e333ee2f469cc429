"""The three parts of a case: preparation, scenario, cleanup. What goes wrong in each means something else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from csms_harness.documents.location import Location
from csms_harness.engine.admission import TurnedAway, admission_of
from csms_harness.engine.asking import provide
from csms_harness.engine.connecting import close_line, closed, open_line, part
from csms_harness.engine.giving_back import before_the_case, give_back, give_back_password
from csms_harness.engine.line import Link
from csms_harness.engine.program import Program
from csms_harness.engine.sending import answered
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import CaseStopped, ConnectionGone, HarnessBroken, Steps, Stopped, Wait, pause
from csms_harness.evidence import Kind, Role, What
from csms_harness.message import MessageType
from csms_harness.scenario.library import TestCase
from csms_harness.scenario.model import RunState
from csms_harness.scenario.references import Scope, UndefinedName, resolve
from csms_harness.verdict import Verdict

CLEANUP_LIMIT = 5.0
"""Seconds that the answer to a CALL of the cleanup may take; the verdict is settled by then."""

_BOOTED = RunState(where=Location("", 0, 0), name="Booted")


@dataclass(slots=True)
class Phases:
    """One case from its preparation to the end of its cleanup, as one long sequence of waits."""

    case: TestCase
    stage: Stage
    program: Program
    scope: Scope

    def whole(self) -> Steps:
        """All of it; never raises on what the Central System or the scenario does."""
        stage, notebook = self.stage, self.stage.notebook
        try:
            yield from self._between()
            yield from self._prepare()
            self._configure()  # again: a Central System may have changed a key after the boot
            stage.role, stage.place, notebook.checks = Role.SCENARIO, (), 0
            self.program.recording = True
            yield from self.program.run(self.case.steps, self.scope)
        except TurnedAway as away:
            self._turned_away(away)
        except (CaseStopped, ConnectionGone, Stopped):
            pass
        except Exception as error:  # noqa: BLE001  a broken scenario must not end the run
            self._broke(error)
        self.program.recording = False
        checks = notebook.checks
        yield from self._clean_up()
        notebook.checks = checks  # what comes after the scenario proves nothing

    # -- between two cases ------------------------------------------------------------------------------

    def _between(self) -> Steps:
        """Give the Central System the time to settle what the last case ended; then the case begins."""
        stage, since = self.stage, self.stage.line.unsettled_at
        soonest = stage.now if since is None else since + stage.limits.settle
        if stage.now < soonest:
            yield Wait("the Central System to settle", lambda: None, lambda: soonest)
        stage.line.unsettled_at = None
        stage.turn_page()

    # -- preparation ------------------------------------------------------------------------------------

    def _prepare(self) -> Steps:
        stage, line, before = self.stage, self.stage.line, self.case.before
        stage.role, stage.place = Role.PREPARATION, ("before",)
        if line.fresh or before.start == "disconnected":
            yield from close_line(stage)
            line.charge_point.restart()
        self._configure()
        for item in before.memory:
            yield from provide(stage, item, self.scope)
        if before.start == "booted":
            yield from self._boot()
            yield from self._catch_up()
        for state in before.states:
            yield from self.program.state(state, self.scope, "before")

    def _boot(self) -> Steps:
        """Connect and boot, again where the Central System turns the Charge Point away; let it say what it has to."""
        stage, line = self.stage, self.stage.line
        if line.connected and line.charge_point.booted:
            return
        while True:
            try:
                if not line.connected:
                    yield from open_line(stage)
                yield from self.program.state(_BOOTED, self.scope, "before")
                break
            except TurnedAway as away:
                yield from admission_of(stage).refused(away.refusal, away.step)
        yield pause(stage.limits.settle, stage.now, "the Central System to settle")

    def _turned_away(self, away: TurnedAway) -> None:
        """Where no step of the case connects, none can connect again."""
        admission_of(self.stage).give_up(away.refusal, away.step)

    def _catch_up(self) -> Steps:
        """Give back what earlier cases could not, and begin on a connection on which nothing of that is under way."""
        stage, line = self.stage, self.stage.line
        with suppress(ConnectionGone, TurnedAway):
            yield from before_the_case(stage, self.case.id)
        if line.fresh:
            yield from close_line(stage)
            line.charge_point.restart()
        yield from self._boot()

    def _configure(self) -> None:
        configuration = self.stage.line.charge_point.configuration
        for name, value in self.case.before.configuration.items():
            configuration.set(name, _configured(resolve(value, self.scope, self.stage.utc())))
        self.stage.bounds = configuration.limits()

    # -- cleanup ----------------------------------------------------------------------------------------

    def _clean_up(self) -> Steps:
        stage = self.stage
        stage.role, stage.place = Role.CLEANUP, ("cleanup",)
        listening, stage.armed = stage.armed, []
        for listener in listening:
            listener.abandon()
        stage.line.dialogue.waiting.clear()
        parts = (self._part_ways, self._settle, self._after, self._give_back, self._tidy_up, self._settle)
        for one in parts:
            yield from self._part(one)
        self._note_what_stays()
        stage.line.charge_point.reset_to_idle(stage.utc())

    def _part(self, part: Callable[[], Steps]) -> Steps:
        """Each part is tried, whatever became of the one before; none of them changes the verdict."""
        try:
            yield from part()
        except (CaseStopped, ConnectionGone, Stopped, UndefinedName) as stop:
            detail = "" if isinstance(stop, CaseStopped) else str(stop)
            self.stage.find(Kind.CLEANUP, What.UNFINISHED, detail=detail)
            self.stage.line.fresh = True
        except Exception as error:  # noqa: BLE001  a broken scenario must not end the run
            self._broke(error)

    def _part_ways(self) -> Steps:
        """A connection that was left open beside the present one is of no use to the next case."""
        yield from part(self.stage)

    def _after(self) -> Steps:
        yield from self.program.run(self.case.after, self.scope)

    def _give_back(self) -> Steps:
        yield from give_back(self.stage, self.case.id)
        yield from give_back_password(self.stage)

    def _note_what_stays(self) -> None:
        line = self.stage.line
        line.charge_point.note_changes(self.case.id)
        line.owed.remember(line.charge_point.standing(self.stage.utc()), self.case.id)
        line.owed.remember_open(line.charge_point.unended, self.case.id)

    def _tidy_up(self) -> Steps:
        """Bring the Charge Point back to idle, and let the Central System know."""
        stage, line = self.stage, self.stage.line
        for action, payload in line.charge_point.untidy(stage.utc()):
            if not line.connected:
                yield from open_line(stage)
            outgoing = stage.submit(action, payload, self._limit(action))
            yield from answered(stage, outgoing)
            if outgoing.answer is None:
                finding = stage.find(
                    Kind.CLEANUP, What.UNANSWERED, actions=(action,), type=MessageType.CALLRESULT, frame=outgoing.number
                )
                raise CaseStopped(finding)

    def _settle(self) -> Steps:
        """Let a close and every CALL that is under way end, so that the line is free and the Charge Point knows."""
        stage, line, end = self.stage, self.stage.line, self.stage.now + self._limit("")

        def free() -> bool:
            dialogue = line.dialogue
            return not line.connected or (dialogue.outstanding is None and not dialogue.background)

        if line.link is Link.CLOSING:
            yield from closed(stage)
        if not free():
            yield Wait("the CALLs under way to be answered", free, lambda: end)
        if not free():
            line.dialogue.abandon()

    def _limit(self, action: str) -> float:
        return min(CLEANUP_LIMIT, self.stage.limits.response(action))

    def _broke(self, error: Exception) -> None:
        cause = error.__cause__ if isinstance(error, HarnessBroken) and error.__cause__ else error
        text = str(cause) if isinstance(cause, UndefinedName) else f"{type(cause).__name__}: {cause}"
        self.stage.find(Kind.HARNESS, What.BROKEN, Verdict.ERROR, detail=text)


def _configured(value: Any) -> str:
    """The value of a configuration key as OCPP writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
