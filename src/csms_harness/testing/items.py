"""What the pytest plugin does with a target: its cases one after another on one Charge Point, and what each came to."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack
from csms_harness.report.account import account
from csms_harness.report.telling import told
from csms_harness.report.write import write_reports
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.runner.bench import Bench
from csms_harness.runner.campaign import Campaign
from csms_harness.runner.turns import turns
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.target import Target
from csms_harness.testing.beside import Beside
from csms_harness.testing.locks import holding, take_one
from csms_harness.testing.running import Silent, broken_rules
from csms_harness.verdict import Verdict

_FINE: Final = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


class NoChargePoint(RuntimeError):
    """More test processes than Charge Points; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a case came to for a test: why it fails, or why it was not run; ``remarks`` are what else is told."""

    failure: str = ""
    skip: str = ""
    remarks: str = ""


@dataclass(slots=True)
class Player:
    """Plays the cases of a campaign for one test process.

    Each process has a Charge Point of its own; ``locks`` is the folder in which they keep off each other.
    """

    campaign: Campaign
    locks: Path
    beside: Beside = field(default_factory=Beside)
    _entry: ChargePointEntry | None = None
    _taken: IO[bytes] | None = None
    _bench: Bench | None = None
    _facts: Facts | None = None
    _played: dict[str, CaseFact] = field(default_factory=dict)
    _broken: dict[str, int] = field(default_factory=dict)

    def names(self) -> Iterator[tuple[str, str]]:
        """Id and name of every selected case, those without a scenario too, in the order of the document."""
        plan, library = self.campaign.plan, self.campaign.library
        chosen = {case.id: case.name for case in plan.run} | {one.case.id: one.case.name for one in plan.decided}
        chosen |= {entry.id: entry.name for entry in plan.unimplemented}
        order = (*(entry.id for entry in library.catalogue), *library.pack)
        yield from ((case_id, chosen[case_id]) for case_id in order if case_id in chosen)

    def play(self, case_id: str) -> Judged:
        """Run a case, unless its verdict stands already, and say what it came to."""
        for one in self.campaign.plan.decided:
            if one.case.id == case_id:
                skipped = one.verdict is Verdict.NOT_APPLICABLE
                return Judged(skip=one.reason) if skipped else Judged(failure=f"{one.verdict}: {one.reason}")
        for entry in self.campaign.plan.unimplemented:
            if entry.id == case_id:
                return Judged(skip=entry.reason or "there is no scenario for it yet")
        with self._turn(case_id):
            bench = self._ready()
            self.beside.do(bench.play(case_id), bench.lane.interrupt)
        self._played = dict(bench.session.results)
        self._facts = told(bench.facts())
        return self._judged(case_id, self._facts)

    def target(self) -> Target:
        """The target with nobody but the Charge Point of this process, which is at nothing else now."""
        entry = self.mine()
        self._rest()
        return self.campaign.target.model_copy(update={"charge_points": (entry,)})

    def mine(self) -> ChargePointEntry:
        """The Charge Point of this process. Raises NoChargePoint when others have all there are."""
        if self._entry is None:
            entries = {entry.id: entry for entry in self.campaign.target.charge_points}
            taken = take_one(entries, self.locks)
            if taken is None:
                raise NoChargePoint(too_many(len(entries) + 1, len(entries)))
            self._entry, self._taken = entries[taken[0]], taken[1]
        return self._entry

    def close(self, out: Path | None = None) -> None:
        """End the connection, and write the reports of what was played into a folder."""
        self._rest()
        self.beside.close()
        if self._taken is not None:
            self._taken.close()
        if out is not None and self._facts is not None:
            write_reports(self._facts, out)

    def _ready(self) -> Bench:
        if self._bench is None:
            opening = Bench.open(self.campaign, self.mine(), Silent(), self._played)
            self._bench = self.beside.do(opening)
        return self._bench

    def _rest(self) -> None:
        bench, self._bench = self._bench, None
        if bench is not None:
            self.beside.do(bench.close())

    @contextmanager
    def _turn(self, case_id: str) -> Iterator[None]:
        """Keep other processes off the idTags that this case shares with theirs."""
        library, name = self.campaign.library, self.mine().id
        case = library.find(case_id)
        shared = turns([case] if case else [], library, self.campaign.configs()).users.get((case_id, name), frozenset())
        with holding((f"idTag {tag}" for tag in shared), self.locks):
            yield
            if shared:
                time.sleep(self.campaign.deadlines.settle)

    def _judged(self, case_id: str, facts: Facts) -> Judged:
        case = next(one for one in (*facts.cases, *facts.pack) if one.id == case_id)
        heavy = pack.weighs(case) and case.verdict not in _FINE
        told_case = account(case, written=False) if heavy or case.findings else ""
        rules = broken_rules(self._newly_broken(case, facts.rules))
        failure = "\n\n".join((*([f"{case.verdict}: {case.reason}", told_case] if heavy else []), *rules))
        return Judged(failure=failure, remarks="" if heavy else told_case)

    def _newly_broken(self, case: CaseFact, rules: tuple[RuleVerdict, ...]) -> list[RuleVerdict]:
        """The standing rules that this case broke, or what crossed before it."""
        counts = {rule.id: len(rule.breaches) + rule.more for rule in rules if rule.verdict is Verdict.FAIL}
        before, self._broken = self._broken, counts
        return [_of(case, rule) for rule in rules if counts.get(rule.id, 0) > before.get(rule.id, 0)]


def _of(case: CaseFact, rule: RuleVerdict) -> RuleVerdict:
    """A rule with the breaches that stand in this case, or right before it; with all of them where none is listed."""
    places = (case.id, f"{case.lane} before {case.id}")
    here = tuple(one for one in rule.breaches if one.case in places)
    return replace(rule, breaches=here or rule.breaches)


def too_many(processes: int, charge_points: int) -> str:
    """Why so many test processes cannot share a target."""
    return (
        f"{processes} test processes need {processes} Charge Points, and the target names {charge_points}: "
        f"add some under charge_points, or run pytest with -n {charge_points}"
    )


def locks_of(run: str) -> Path:
    """Where the processes of one test run keep their locks."""
    return Path(tempfile.gettempdir()) / f"csms-harness-{run}"
