"""How long the whole suite takes: it waits on eight lanes at once, so its longest case sets the pace."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import ROUNDS, Figure, Outcome, cpu_of_children
from benchmarks.paper import show
from csms_harness.resources import folder
from csms_harness.runner.reference import Ports, reference_csms


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of one run: of the whole command, of the run in it, of the longest case, of all cases; and of CPU."""

    command: float
    run: float
    longest: float
    all_cases: float
    cpu: float


def measure(patterns: tuple[str, ...] = (), rounds: int = ROUNDS) -> Outcome:
    """``csms-harness run`` over the reference CSMS, again and again."""
    with reference_csms() as ports:
        runs = [_run(ports, patterns) for _ in range(rounds)]
    return Outcome(
        "The whole suite",
        f"`csms-harness run` with eight lanes against the reference CSMS, reports written; median of {rounds} runs.",
        (
            Figure("the run, to its longest case", median(one.run / one.longest for one in runs), goal=1.2),
            Figure("the command, to its longest case", median(one.command / one.longest for one in runs)),
            Figure("all cases one after another, to the run", median(one.all_cases / one.run for one in runs)),
            Figure("the command", median(one.command for one in runs), "s"),
            Figure("the longest case", median(one.longest for one in runs), "s"),
            Figure("CPU of the command", median(one.cpu for one in runs), "s"),
        ),
    )


def _run(ports: Ports, patterns: tuple[str, ...]) -> _Run:
    with TemporaryDirectory(prefix="csms-harness-") as place:
        out = Path(place) / "out"
        target = _target(ports, Path(place))
        command = ["-m", "csms_harness.cli.main", "run", *patterns, "--target", str(target), "--out", str(out)]
        began, cpu = time.monotonic(), cpu_of_children()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)  # noqa: S603
        seconds = time.monotonic() - began
        facts: dict[str, Any] = json.loads((out / "facts.json").read_text("utf-8"))
        cases = [case["seconds"] for case in facts["cases"]]
        return _Run(seconds, facts["run"]["seconds"], max(cases), sum(cases), cpu_of_children() - cpu)


def _target(ports: Ports, place: Path) -> Path:
    """The shipped target file of the reference CSMS, at the ports it listens on."""
    text = (folder("targets") / "reference.yaml").read_text("utf-8")
    text = text.replace("ws://127.0.0.1:9000/ocpp", ports.ocpp_url).replace("http://127.0.0.1:9100", ports.api_url)
    path = place / "target.yaml"
    path.write_text(text, "utf-8")
    return path


if __name__ == "__main__":
    show(measure())
