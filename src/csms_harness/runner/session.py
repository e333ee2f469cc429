"""A whole run: lanes take cases from one list until it is empty, the fuse blows, or the user stops it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from csms_harness.engine.case import CaseResult
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import case_fact, decided_fact
from csms_harness.record.journal import Played
from csms_harness.record.masking import masking, redacted_case, secrets_of
from csms_harness.report.pack import weighs
from csms_harness.report.telling import told_case
from csms_harness.runner.fuses import Fuses
from csms_harness.runner.lane import Lane
from csms_harness.runner.plan import Decided
from csms_harness.runner.restarts import Restarts
from csms_harness.runner.turns import Turns
from csms_harness.runner.world import Watcher
from csms_harness.scenario.library import TestCase
from csms_harness.target.pics import Pics
from csms_harness.verdict import Verdict


class RunWatcher(Watcher, Protocol):
    """Who watches a run: the terminal, or nobody."""

    def case_started(self, lane: str, case_id: str, name: str) -> None:
        """A case begins on a lane."""

    def case_finished(self, fact: CaseFact) -> None:
        """A case has its verdict; its transcript is left out."""


@dataclass(slots=True)
class Session:
    """The state of a run. ``results`` holds what was earned so far; ``left`` what was not run, and why.

    ``keep`` is told of each case, with what the engine was fed for it; ``turns`` keep lanes off each other's idTags.
    ``secrets`` gives those that are known beside the ones which the cases themselves show. ``stopping`` says why no
    further case begins: because every fuse has blown, or because the user stopped the run. ``restarts`` is there where
    cases may change places.
    """

    lanes: Sequence[Lane]
    pics: Pics
    octt: bool
    reproduce: Callable[[str], str]
    watcher: RunWatcher
    keep: Callable[[CaseFact, Played | None], None]
    turns: Turns = field(default_factory=Turns)
    secrets: Callable[[], frozenset[str]] = frozenset
    results: dict[str, CaseFact] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    stopping: str = ""
    fuse_blown: bool = False
    interrupted: bool = False
    fuses: Fuses = field(default_factory=Fuses)
    signal: int = 0
    max_fail: int = 0
    restarts: Restarts | None = None

    async def run(self, cases: Sequence[TestCase], decided: Sequence[Decided]) -> None:
        """Run the cases on all lanes. Returns when all have a verdict, or the run was stopped."""
        for one in decided:
            self._decide(one.case, one.verdict, one.reason)
        waiting = deque(cases)
        try:
            await asyncio.gather(*(self._work(lane, waiting) for lane in self.lanes))
        finally:
            await asyncio.gather(*(lane.close() for lane in self.lanes), return_exceptions=True)
        if waiting and not self.stopping:
            self.fuse_blown = True
            self.stopping = next(reversed(self.fuses.blown.values()))
        for case in waiting:
            self._leave(case)

    async def play(self, lane: Lane, case: TestCase) -> CaseFact:
        """Run one case now, for whoever hands them out one at a time; INCONCLUSIVE where the lane has no fuse left."""
        if lane.name in self.fuses.blown:
            self._decide(case, Verdict.INCONCLUSIVE, self.fuses.blown[lane.name], self.fuses.by)
        else:
            await self._one(lane, case)
        return self.results[case.id]

    def interrupt(self, signum: int = 0) -> None:
        """Stop after the running cases have cleaned up; ``signum`` is the signal that asked for it."""
        self.signal = signum
        self.stopping, self.interrupted = "the run was stopped by the user", True
        for lane in self.lanes:
            lane.interrupt()

    def stalled(self, seconds: float) -> None:
        """The harness stood still for so long, until now."""
        for lane in self.lanes:
            lane.stalled(seconds)

    async def _work(self, lane: Lane, waiting: deque[TestCase]) -> None:
        try:
            fits, rank = partial(self._fits, lane), partial(self._rank, lane)
            while self._may_go_on(lane) and (case := await self.turns.take(lane.name, waiting, fits, rank)) is not None:
                if self.stopping:
                    waiting.appendleft(case)
                    break
                if self.restarts is not None:
                    self.restarts.begin(lane, case)
                await self._one(lane, case)
                if lane.stop_asked and not self.stopping:
                    self.interrupt()
                if self.turns.holds(lane.name) and not self.stopping:
                    await asyncio.sleep(lane.limits.settle)  # before another lane uses the same idTag
        finally:
            self.turns.leave(lane.name)

    def _fits(self, lane: Lane, case: TestCase) -> bool:
        """Whether this lane runs a case, or has to say why nobody can."""
        return not lane.unable(case) or all(one.unable(case) for one in self.lanes if self._may_go_on(one))

    def _rank(self, lane: Lane, case: TestCase) -> int:
        return 0 if self.restarts is None else self.restarts.rank(lane, case)

    def _may_go_on(self, lane: Lane) -> bool:
        return not self.stopping and lane.name not in self.fuses.blown

    async def _one(self, lane: Lane, case: TestCase) -> None:
        unable = lane.unable(case)
        if unable:
            self._decide(case, Verdict.INCONCLUSIVE, unable)
            return
        self.watcher.case_started(lane.name, case.id, case.name)
        result = await lane.run(case)
        fact = self._fact(lane, case, result)
        if why := self.fuses.after(lane.name, result):
            self.fuses.blow(lane.name, case.id, f"{why} ({told_case(self._without_transcript(fact)).reason})")
        self._finished(fact, lane.played)
        if self.max_fail and not self.stopping and self._failed() >= self.max_fail:
            self.stopping = f"the run was to end after {self.max_fail} FAIL (--max-fail)"

    def _failed(self) -> int:
        """How many cases are a FAIL that counts."""
        return sum(fact.verdict is Verdict.FAIL and weighs(fact) for fact in self.results.values())

    def _fact(self, lane: Lane, case: TestCase, result: CaseResult) -> CaseFact:
        return case_fact(
            case,
            result,
            octt=self.octt,
            declared=self.pics.claim(case.profile),
            lane=lane.name,
            started=lane.wall_clock(result.began),
            reproduce=self.reproduce(case.id),
        )

    def _finished(self, fact: CaseFact, played: Played | None = None) -> None:
        self.results[fact.id] = fact
        self.keep(fact, played)
        self.watcher.case_finished(self._without_transcript(fact))

    def _without_transcript(self, fact: CaseFact) -> CaseFact:
        """What a line about a case is made of, without its secrets."""
        bare = fact.model_copy(update={"transcript": (), "between": ()})
        return redacted_case(bare, masking(self.secrets() | secrets_of(fact)))

    def _decide(self, case: TestCase, verdict: Verdict, reason: str, follows: str = "") -> None:
        self._finished(decided_fact(case, verdict, reason, self.pics.claim(case.profile), follows))

    def _leave(self, case: TestCase) -> None:
        """A case that was not run: INCONCLUSIVE when the fuse blew, only listed when the user stopped the run."""
        self.left[case.id] = self.stopping
        if self.fuse_blown:
            self._decide(case, Verdict.INCONCLUSIVE, self.stopping, self.fuses.by)
