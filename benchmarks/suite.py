"""How long the whole suite takes: all 77 cases under all security profiles, on eight lanes and on one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.figures import ROUNDS, Figure, Outcome, cpu_of_children
from benchmarks.paper import show
from csms_harness.resources import folder
from csms_harness.runner.reference import Ports, reference_csms

LANES: Final = 8
SETTLE: Final = 0.5
"""Seconds of rest between two cases of a lane, as they are unless somebody sets them."""
HURRIED: Final = ("--deadline", "reboot=0s", "--deadline", "settle=0s")


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of one run: of the whole command, of the run in it, of what its lanes cannot do without; and of CPU."""

    command: float
    run: float
    needed: float
    cpu: float


def measure(patterns: tuple[str, ...] = (), rounds: int = ROUNDS) -> Outcome:
    """``csms-harness run`` over the reference CSMS, again and again; on one lane less often, for it takes a minute."""
    usual = [_run(patterns) for _ in range(rounds)]
    hurried = [_run((*patterns, *HURRIED)) for _ in range(rounds)]
    alone = _run((*patterns, "--lanes", "1"))
    alone_hurried = _run((*patterns, "--lanes", "1", *HURRIED))
    return Outcome(
        "The whole suite",
        "`csms-harness run` with all 77 cases against the reference CSMS, reports written: on eight lanes the median "
        f"of {rounds} runs, on one lane one run; at the default deadlines, and with `reboot` and `settle` 0. Eight "
        "lanes cannot be quicker than their longest case, nor than an eighth of all cases with the rest between them.",
        (
            Figure("the run, to the least that eight lanes need", _ratio(usual), goal=1.2),
            Figure("the command on eight lanes", _middle(usual), "s", goal=12),
            Figure("the command on eight lanes, `reboot` and `settle` 0", _middle(hurried), "s", goal=6),
            Figure("the command on one lane", alone.command, "s", goal=75),
            Figure("the command on one lane, `reboot` and `settle` 0", alone_hurried.command, "s", goal=20),
            Figure("CPU of the command on eight lanes", median(one.cpu for one in usual), "s"),
        ),
    )


def _ratio(runs: list[_Run]) -> float:
    return median(one.run / one.needed for one in runs)


def _middle(runs: list[_Run]) -> float:
    return median(one.command for one in runs)


def _run(words: tuple[str, ...]) -> _Run:
    """One run over a Central System of its own: one that raised a security profile never lowers it again."""
    with reference_csms(secured=True) as ports, TemporaryDirectory(prefix="csms-harness-") as place:
        out = Path(place) / "out"
        target = _target(ports, Path(place))
        command = ["-m", "csms_harness.cli.main", "run", *words, "--target", str(target), "--out", str(out)]
        began, cpu = time.monotonic(), cpu_of_children()
        env = os.environ | {"CSMS_HARNESS_STATE": place}  # a port that comes again means another Central System
        subprocess.run([sys.executable, *command], check=True, capture_output=True, env=env)  # noqa: S603
        seconds = time.monotonic() - began
        facts: dict[str, Any] = json.loads((out / "facts.json").read_text("utf-8"))
        settle = 0.0 if set(HURRIED) <= set(words) else SETTLE
        return _Run(seconds, facts["run"]["seconds"], _needed(facts["cases"], settle), cpu_of_children() - cpu)


def _needed(cases: list[dict[str, Any]], settle: float) -> float:
    """The longest case, or an eighth of all of them: each with the rest after it, but for the last of a lane."""
    lanes = Counter(case["lane"] for case in cases if case["lane"])
    seconds = [float(case["seconds"]) for case in cases]
    rests = sum(number - 1 for number in lanes.values())
    return max(*seconds, (sum(seconds) + rests * settle) / LANES)


def _target(ports: Ports, place: Path) -> Path:
    """The shipped target file of the reference CSMS, at the ports it listens on."""
    text = (folder("targets") / "reference_tls.yaml").read_text("utf-8")
    moved = {9000: ports.ocpp, 9100: ports.api, 9443: ports.tls[2], 9444: ports.tls[3]}
    for shipped, port in moved.items():
        text = text.replace(f"localhost:{shipped}", f"localhost:{port}").replace(
            f"127.0.0.1:{shipped}", f"127.0.0.1:{port}"
        )
    path = place / "target.yaml"
    path.write_text(text, "utf-8")
    return path


if __name__ == "__main__":
    show(measure())
