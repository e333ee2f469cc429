"""The harness as the benchmarks drive it: one synthetic case of many CALLs, through a whole run and all its paper."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report.manifest import write_manifest
from csms_harness.report.write import write_reports
from csms_harness.resources import folder
from csms_harness.runner.campaign import Campaign, Options, prepare, run
from csms_harness.scenario.library import Entry, Library
from csms_harness.scenario.load import load_library, parse_case
from csms_harness.verdict import Verdict

CASE = """\
id: TC_900_CSMS
name: Many CALLs
section: "0"
edition: "2025-11"
profile: Core
purpose: What one judged CALL costs.
scenario:
  - repeat: {times}
    steps:
      - send: Authorize
        with: {{idTag: $config.valid_id_tag}}
        expect: {{idTagInfo: {{status: Accepted}}}}
"""
TARGET = """\
url: ws://127.0.0.1:{port}/ocpp
charge_points: [{{id: CP_01}}]
config: {{valid_id_tag: TAG-001, connector_id: 1}}
deadlines: {{calls: 0 s}}
"""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Watches a run and says nothing."""

    def case_started(self, lane: str, case_id: str, name: str) -> None:
        """A case begins."""

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """A lane waits."""

    def case_finished(self, fact: CaseFact) -> None:
        """A case has its verdict."""


@cache
def _shipped() -> Library:
    return load_library(folder("scenarios"))


def _library(calls: int) -> Library:
    """The shipped states and rules, and one case of so many CALLs."""
    shipped = _shipped()
    case = parse_case(CASE.format(times=calls), "many.yaml", shipped.states)
    entry = Entry(case.id, case.name, case.section, case.profile, "Core")
    return replace(shipped, cases={case.id: case}, catalogue=(entry,))


@contextmanager
def campaign_of(calls: int, port: int) -> Iterator[Campaign]:
    """A run of one case with so many CALLs against the Central System on a port; its folder goes with the block."""
    with TemporaryDirectory(prefix="csms-harness-") as place:
        target = Path(place) / "target.yaml"
        target.write_text(TARGET.format(port=port), "utf-8")
        yield prepare(Options(target=target, out=Path(place) / "out"), _library(calls))


def judged(campaign: Campaign) -> Facts:
    """Run it to the last report. Raises RuntimeError when the case does not pass, for then nothing was measured."""
    facts = asyncio.run(run(campaign, Nobody())).facts
    write_reports(facts, campaign.options.out)
    write_manifest(campaign.options.out, ())
    (case,) = facts.cases
    if case.verdict is not Verdict.PASS:
        raise RuntimeError(f"the benchmark's own case is {case.verdict}: {case.reason}")
    return facts
