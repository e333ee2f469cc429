"""A run from Python: the cases and rules of ``csms-harness run``, and its facts instead of its files."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack
from csms_harness.report.account import account
from csms_harness.report.summary import ExitCode, exit_code
from csms_harness.report.telling import told
from csms_harness.report.write import write_reports
from csms_harness.resources import folder
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.runner import campaign
from csms_harness.runner.campaign import Campaign, Options, Strictness, UsageError
from csms_harness.scenario.load import load_library
from csms_harness.target.deadlines import parse_option
from csms_harness.target.target import Target
from csms_harness.testing.reference import ReferenceCsms
from csms_harness.verdict import Verdict


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """What a run came to. ``facts`` are all of it, with a sentence to each finding."""

    facts: Facts

    def __repr__(self) -> str:
        counts = Counter(str(case.verdict) for case in self.cases.values())
        broken = [rule.id for rule in self.facts.rules if rule.verdict is Verdict.FAIL]
        told_cases = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "no case"
        return f"<Run: {told_cases}" + (f"; {', '.join(broken)} broken>" if broken else ">")

    @property
    def passed(self) -> bool:
        """Whether every case that weighs is PASS or NOT APPLICABLE, and no standing rule was broken."""
        return self.exit_code in (ExitCode.PASSED, ExitCode.CLAIM_OPEN)

    @property
    def exit_code(self) -> ExitCode:
        """What ``csms-harness run`` would have ended with."""
        return exit_code(self.facts)

    @property
    def cases(self) -> Mapping[str, CaseFact]:
        """All cases by id, in the order of the document; those beyond it come last."""
        return {case.id: case for case in (*self.facts.cases, *self.facts.pack)}

    @property
    def rules(self) -> Mapping[str, RuleVerdict]:
        """The standing rules by id."""
        return {rule.id: rule for rule in self.facts.rules}

    def verdict(self, name: str) -> Verdict:
        """The verdict of a case or a standing rule. Raises KeyError for what was not run."""
        cases = self.cases
        return cases[name].verdict if name in cases else self.rules[name].verdict

    def account(self) -> str:
        """What kept the run from passing, in plain lines: step, required, observed, frame; empty when nothing did."""
        told_cases = [
            f"{case.id} {case.name}: {case.verdict}\n\n{account(case, written=False)}"
            for case in self.cases.values()
            if pack.weighs(case) and case.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
        ]
        return "\n\n".join((*told_cases, *broken_rules(self.facts.rules)))

    def write(self, place: Path | str) -> dict[str, Path]:
        """Write the reports of a run into a folder; the path of each by its kind. Raises ReportError."""
        return write_reports(self.facts, Path(place))


def broken_rules(rules: Iterable[RuleVerdict]) -> list[str]:
    """A text to each standing rule that was broken: its title, its clause, and what broke it."""
    return [
        "\n".join((f"{rule.id} is broken: {rule.title} ({rule.clause})", *(f"  {one.text}" for one in rule.breaches)))
        for rule in rules
        if rule.verdict is Verdict.FAIL
    ]


async def run(
    target: ReferenceCsms | Target | Path | str,
    *patterns: str,
    pics: Path | str | None = None,
    scenarios: Path | str | None = None,
    strictness: Strictness = "spec",
    deadlines: Mapping[str, str] | None = None,
    lanes: int | None = None,
    out: Path | str | None = None,
) -> Run:
    """Run the cases that the patterns name (those of the certification document without one) against a target.

    All is as with ``csms-harness run``: ``target`` a target file, or a Central System of :func:`reference_csms`;
    ``deadlines`` are durations by name, as in ``{"response": "5 s"}``. The journal is kept in the folder ``out``;
    without one nothing stays on disk. Signals are left to the caller. Raises Mistakes, NothingSelected and UsageError,
    each with sentences for a person, for what is wrong with files and options.
    """
    ready = prepare(
        target, patterns, pics=pics, scenarios=scenarios, strictness=strictness, deadlines=deadlines, lanes=lanes
    )
    with tempfile.TemporaryDirectory(prefix="csms-harness-") as place:
        ready = replace(ready, options=replace(ready.options, out=Path(place if out is None else out)))
        outcome = await campaign.run(ready, Silent(), signals=False)
    return Run(told(outcome.facts))


def prepare(
    target: ReferenceCsms | Target | Path | str,
    patterns: Iterable[str] = (),
    *,
    pics: Path | str | None = None,
    scenarios: Path | str | None = None,
    strictness: Strictness = "spec",
    deadlines: Mapping[str, str] | None = None,
    lanes: int | None = None,
) -> Campaign:
    """A run that is ready to begin. Raises Mistakes, NothingSelected, UsageError."""
    given = target.target if isinstance(target, ReferenceCsms) else target
    file = None if isinstance(given, Target) else Path(given)
    own = None if scenarios is None else Path(scenarios)
    options = Options(
        patterns=tuple(patterns),
        target=file,
        pics=None if pics is None else Path(pics),
        deadlines=_durations(deadlines or {}),
        strictness=strictness,
        scenarios=own,
        lanes=lanes,
    )
    library = load_library(folder("scenarios"), own)
    return campaign.prepare(options, library, given if isinstance(given, Target) else None)


def _durations(given: Mapping[str, str]) -> dict[str, float]:
    try:
        return dict(parse_option(f"{name}={duration}") for name, duration in given.items())
    except ValueError as error:
        raise UsageError(str(error)) from None


class Silent:
    """Nobody watches."""

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """Nothing."""

    def case_started(self, lane: str, case_id: str, name: str) -> None:
        """Nothing."""

    def case_finished(self, fact: Any) -> None:
        """Nothing."""
