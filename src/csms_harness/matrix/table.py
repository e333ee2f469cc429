"""Fault by fault: what landed, and which check of which case or rule killed it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from csms_harness.evidence import Finding
from csms_harness.matrix.trial import Result, run_trial, virtual_cases, virtual_pack
from csms_harness.record.facts import CaseFact
from csms_harness.report.telling import told_case
from csms_harness.resources import folder
from csms_harness.scenario.library import Library
from csms_harness.scenario.load import load_library
from csms_harness.target.target import Target, read_target
from csms_harness.verdict import Level, Verdict
from reference_faults.deviation import Deviation, plug
from reference_faults.faults import FAULTS
from reference_faults.faults.model import Group
from reference_faults.faults.session import CloseInstead, Refusal, Subprotocol
from reference_faults.noise import NOISES

KILLS_PER_CASE = 2
"""Every implemented case is to be failed by at least so many different faults."""


@dataclass(frozen=True, slots=True)
class Kill:
    """A case or a rule that a fault failed, and the check that did it."""

    by: str
    check: str


@dataclass(frozen=True, slots=True)
class Row:
    """One fault or noise: how often it was seen on the wire, what it failed, and where the harness itself broke."""

    name: str
    group: str
    what: str
    clause: str
    landed: int
    kills: tuple[Kill, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, and the ids of the cases and rules they could fail; ``pack`` are the cases beyond the document."""

    faults: tuple[Row, ...]
    noises: tuple[Row, ...]
    cases: tuple[str, ...]
    rules: tuple[str, ...]
    pack: tuple[str, ...] = ()

    def gaps(self) -> list[str]:
        """What must not be: a fault that does not land or that nothing kills, a loud noise, a case few fail."""
        return [*self._idle_faults(), *self._loud_noises(), *self._idle_cases(), *self._broken()]

    def killers(self, by: str) -> list[str]:
        """The faults that fail a case or a rule. A connection that breaks or is refused says nothing of a case."""
        speaking = (row for row in self.faults if row.group != Group.SESSION)
        return [row.name for row in speaking if any(kill.by == by for kill in row.kills)]

    def _idle_faults(self) -> Iterator[str]:
        for row in self.faults:
            if not row.landed:
                yield f"fault {row.name} never landed on the wire"
            elif not row.kills:
                yield f"fault {row.name} landed {row.landed} times and nothing killed it"

    def _loud_noises(self) -> Iterator[str]:
        for row in self.noises:
            for kill in row.kills:
                yield f"noise {row.name} is legal, and {kill.by} failed on it ({kill.check})"
            if not row.landed:
                yield f"noise {row.name} never landed on the wire"

    def _idle_cases(self) -> Iterator[str]:
        for case in self.cases:
            killers = self.killers(case)
            if len(killers) < KILLS_PER_CASE:
                yield f"{case} is failed by {len(killers)} faults: {', '.join(killers) or 'none'}"
        yield from (f"{case} is failed by 0 faults: none" for case in self.pack if not self.killers(case))

    def _broken(self) -> Iterator[str]:
        for row in (*self.faults, *self.noises):
            for text in row.broken:
                yield f"{row.name}: {text}"


_worker: tuple[Library, Target] | None = None


def start_worker() -> None:
    """Read scenarios and target, once for each process."""
    global _worker  # noqa: PLW0603  a worker process reads the scenarios once
    _worker = load_library(folder("scenarios")), read_target(folder("targets") / "reference.yaml")


def _enter_pool() -> None:
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    start_worker()
    gc.freeze()  # the scenarios stay: collecting what trials leave behind need not walk through them
    gc.set_threshold(50_000, 20, 50)


def _end_with_the_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def fault_row(name: str) -> Row:
    """Run all cases of the document that can meet a fault, or the cases beyond it that one of theirs is meant for."""
    fault = FAULTS[name]
    if fault.group is Group.BEYOND:
        return _row(fault, fault.group, fault.clause, _WRONG, fault.cases)
    session = fault.session
    keeps_out = isinstance(session, Refusal | Subprotocol) or (isinstance(session, CloseInstead) and session.turns_away)
    return _row(fault, fault.group, fault.clause, _UNREACHED if keeps_out else _WRONG, _meeting(fault.cases))


def _meeting(meant: Collection[str]) -> Iterator[str]:
    """What the security whitepaper adds crosses in its own cases alone, and what is meant for these in no others.

    What a standing rule alone is to catch is wrong wherever it crosses.
    """
    cases = _library().cases
    secured = {case.id for case in cases.values() if case.profile == "Security"}
    wanted = cases.keys() & set(meant)
    its_own = bool(wanted) and wanted <= secured
    return (one for one in virtual_cases(_library()) if (one in secured) is its_own or one in wanted or not wanted)


def noise_row(name: str) -> Row:
    """Run all cases under one noise. A noise fails a case when that does not PASS, INCONCLUSIVE included.

    What a legal noise does may all the same be less than a Central System should do: that is a remark, as in any run.
    """
    row = _row(NOISES[name], "noise", "", _UNREACHED, (*virtual_cases(_library()), *virtual_pack(_library())))
    told = {case.id for case in _library().pack.values() if case.level != Level.MUST}
    return replace(row, kills=tuple(kill for kill in row.kills if kill.by not in told))


def make_table(
    faults: Sequence[str], noises: Sequence[str], progress: Callable[[str], None], workers: int | None = None
) -> Table:
    """Run every fault and noise on all cores; the order of rows is that of the names."""
    start_worker()
    assert _worker is not None
    library = _worker[0]
    with ProcessPoolExecutor(workers or os.cpu_count(), initializer=_enter_pool) as pool:
        fault_rows = tuple(_told(pool.map(fault_row, faults, chunksize=4), progress))
        noise_rows = tuple(_told(pool.map(noise_row, noises, chunksize=2), progress))
    cases = tuple(entry.id for entry in library.catalogue if entry.id in virtual_cases(library))
    rules = tuple(rule.id for rule in library.rules)
    return Table(fault_rows, noise_rows, cases, rules, virtual_pack(library))


def _told(rows: Iterable[Row], progress: Callable[[str], None]) -> Iterator[Row]:
    for row in rows:
        progress(row.name)
        yield row


_WRONG = frozenset({Verdict.FAIL})
_UNREACHED = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE})
"""A Central System that lets nobody in can be noticed by INCONCLUSIVE only; a noise must not cause even that."""


def _library() -> Library:
    assert _worker is not None
    return _worker[0]


def _row(
    deviation: Deviation,
    group: str,
    clause: str,
    counting: frozenset[Verdict],
    only: Iterable[str] | None = None,
) -> Row:
    assert _worker is not None
    library, target = _worker
    plugged = plug([deviation])
    result = run_trial(library, target, plugged.seams, None if only is None else tuple(only))
    name, what, landed = deviation.name, deviation.what, plugged.landed(deviation.name)
    return Row(name, group, what, clause, landed, _kills(result, counting), _broken(result))


def _kills(result: Result, counting: frozenset[Verdict]) -> tuple[Kill, ...]:
    cases = [Kill(case.id, _check(case)) for case in result.cases if case.verdict in counting]
    rules = [Kill(rule.id, rule.title) for rule in result.rules if rule.verdict is Verdict.FAIL]
    return (*cases, *rules)


def _check(case: CaseFact) -> str:
    """The check that decided: its step, its kind and the member it looks at."""
    deciding = next((finding for finding in case.findings if finding.decides is case.verdict), None)
    return told_case(case).reason if deciding is None else _in_words(deciding)


def _in_words(finding: Finding) -> str:
    member = f" {finding.path}" if finding.path else ""
    return f"{finding.step or 'case'}, {finding.kind}{member}"


def _broken(result: Result) -> tuple[str, ...]:
    return tuple(f"{case.id}: {told_case(case).reason}" for case in result.cases if case.verdict is Verdict.ERROR)
