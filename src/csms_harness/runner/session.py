"""A whole run: lanes take cases from one list until it is empty, the fuse blows, or the user stops it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from csms_harness.engine.case import CaseResult
from csms_harness.evidence import Kind
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import case_fact, decided_fact
from csms_harness.record.journal import Played
from csms_harness.record.masking import masking, redacted_case, secrets_of
from csms_harness.report.telling import told_case
from csms_harness.runner.lane import Lane
from csms_harness.runner.plan import Decided
from csms_harness.runner.turns import Turns
from csms_harness.runner.world import Watcher
from csms_harness.scenario.model import TestCase
from csms_harness.target.pics import Pics
from csms_harness.verdict import Verdict

FUSE = 3
"""So many cases in a row without one frame of the Central System, and the rest is not tried."""


class RunWatcher(Watcher, Protocol):
    """Who watches a run: the terminal, or nobody."""

    def case_started(self, lane: str, case_id: str, name: str) -> None:
        """A case begins on a lane."""

    def case_finished(self, fact: CaseFact) -> None:
        """A case has its verdict."""


@dataclass(slots=True)
class Session:
    """The state of a run. ``results`` holds what was earned so far; ``left`` what was not run, and why.

    ``keep`` is told of each case, with what the engine was fed for it; ``turns`` keep lanes off each other's idTags.
    ``stopping`` says why no further case begins:
    because the ``fuse`` has blown, or because the user stopped the run.
    """

    lanes: Sequence[Lane]
    pics: Pics
    octt: bool
    reproduce: Callable[[str], str]
    watcher: RunWatcher
    keep: Callable[[CaseFact, Played | None], None]
    turns: Turns = field(default_factory=Turns)
    results: dict[str, CaseFact] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    stopping: str = ""
    fuse_blown: bool = False
    interrupted: bool = False
    silent: int = 0
    last_refusal: str = ""
    signal: int = 0

    async def run(self, cases: Sequence[TestCase], decided: Sequence[Decided]) -> None:
        """Run the cases on all lanes. Returns when all have a verdict, or the run was stopped."""
        for one in decided:
            self._decide(one.case, one.verdict, one.reason)
        waiting = deque(cases)
        try:
            await asyncio.gather(*(self._work(lane, waiting) for lane in self.lanes))
        finally:
            await asyncio.gather(*(lane.close() for lane in self.lanes), return_exceptions=True)
        for case in waiting:
            self._leave(case)

    def interrupt(self) -> None:
        """Stop after the running cases have cleaned up."""
        self.stopping, self.interrupted = "the run was stopped by the user", True
        for lane in self.lanes:
            lane.interrupt()

    def stalled(self, seconds: float) -> None:
        """The harness stood still for so long, until now."""
        for lane in self.lanes:
            lane.stalled(seconds)

    async def _work(self, lane: Lane, waiting: deque[TestCase]) -> None:
        try:
            while not self.stopping and (case := await self.turns.take(lane.name, waiting)) is not None:
                if self.stopping:
                    waiting.appendleft(case)
                    break
                await self._one(lane, case)
                if lane.stop_asked and not self.stopping:
                    self.interrupt()
        finally:
            self.turns.leave(lane.name)

    async def _one(self, lane: Lane, case: TestCase) -> None:
        self.watcher.case_started(lane.name, case.id, case.name)
        started = lane.world.utc_now()
        result = await lane.run(case)
        fact = self._fact(lane, case, result, started)
        self._fuse(result, fact)
        self._finished(fact, lane.played)

    def _fact(self, lane: Lane, case: TestCase, result: CaseResult, started: datetime) -> CaseFact:
        return case_fact(
            case,
            result,
            octt=self.octt,
            declared=self.pics.claim(case.profile),
            lane=lane.name,
            started=started,
            reproduce=self.reproduce(case.id),
        )

    def _finished(self, fact: CaseFact, played: Played | None = None) -> None:
        self.results[fact.id] = fact
        self.keep(fact, played)
        self.watcher.case_finished(redacted_case(fact, masking(secrets_of(fact))))

    def _decide(self, case: TestCase, verdict: Verdict, reason: str) -> None:
        self._finished(decided_fact(case, verdict, reason, self.pics.claim(case.profile)))

    def _leave(self, case: TestCase) -> None:
        """A case that was not run: INCONCLUSIVE when the fuse blew, only listed when the user stopped the run."""
        self.left[case.id] = self.stopping
        if self.fuse_blown:
            self._decide(case, Verdict.INCONCLUSIVE, self.stopping)

    def _fuse(self, result: CaseResult, fact: CaseFact) -> None:
        if result.heard:
            self.silent = 0
        elif not any(finding.kind in _NOTHING_TO_ANSWER for finding in result.findings):
            self.silent += 1
        if result.heard == 0 and result.verdict is not Verdict.PASS:
            self.last_refusal = told_case(redacted_case(fact, masking(secrets_of(fact)))).reason
        if self.silent >= FUSE and not self.stopping:
            self.fuse_blown = True
            self.stopping = (
                f"not tried: in {FUSE} cases in a row the Central System sent no frame ({self.last_refusal})"
            )


_NOTHING_TO_ANSWER = frozenset({Kind.TRIGGER, Kind.ABSENT_CALL})
"""Findings of a case in which nobody made the Central System speak: no sign that it is not there."""
