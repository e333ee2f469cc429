"""What a user asked for, and a run that is ready to begin: data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from csms_harness.record.rebuild import Told
from csms_harness.runner.plan import Plan
from csms_harness.scenario.library import Library
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.expected import KnownFailure
from csms_harness.target.pics import Pics
from csms_harness.target.target import Target

Strictness = Literal["spec", "octt"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for. ``lanes`` is at most the number of Charge Points; ``seed`` shuffles the cases.

    ``keyword`` is an expression of words and ``only`` a list of ids, which both narrow what the patterns select;
    ``max_fail`` ends the run after so many FAILs (0: never). ``stepwise``: each step waits for a key. The cases of
    ``first`` begin; ``settings`` says where options stand that were not on the command line.
    """

    patterns: tuple[str, ...] = ()
    target: Path | None = None
    url: str | None = None
    pics: Path | None = None
    out: Path = Path("reports/latest")
    lanes: int | None = None
    deadlines: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    expected: Path | None = None
    strictness: Strictness = "spec"
    seed: int | None = None
    scenarios: Path | None = None
    keyword: str = ""
    only: tuple[str, ...] | None = None
    max_fail: int = 0
    stepwise: bool = False
    first: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A run that is ready to begin: everything that can be wrong in files and options has been found by now.

    ``resumes`` is what the journal in its folder holds already, of a run that goes on.
    """

    options: Options
    library: Library
    target: Target
    pics: Pics
    plan: Plan
    deadlines: Deadlines
    lanes: int
    expected: tuple[KnownFailure, ...] = ()
    resumes: Told | None = None

    def configs(self) -> dict[str, dict[str, Any]]:
        """What ``$config.…`` means on each lane, by the identity of its Charge Point."""
        return {entry.id: self.target.lane_config(entry) for entry in self.target.charge_points[: self.lanes]}
