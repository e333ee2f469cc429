"""How quickly the command line is there, beside the smallest one that Python's own library can build."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import Figure, Outcome, cpu_of_children, ratio
from benchmarks.paper import show

ROUNDS = 9
SCRIPT: Final = Path(sys.executable).with_name("csms-harness")
SMALLEST: Final = '''\
"""Three commands; what they need is imported when they run."""
import argparse

parser = argparse.ArgumentParser(prog="smallest", description="The smallest command line.")
parser.add_argument("--version", action="version", version="smallest 1")
commands = parser.add_subparsers()
for name in ("run", "list", "show"):
    command = commands.add_parser(name, help=f"The command {name}.")
    command.add_argument("patterns", nargs="*", help="What to work on.")
    command.add_argument("--format", choices=("text", "json"), help="How it is printed.")
parser.parse_args()
'''


@dataclass(frozen=True, slots=True)
class _Start:
    """One start of a command line: seconds on the wall, and of CPU."""

    wall: float
    cpu: float


def measure(rounds: int = ROUNDS) -> Outcome:
    """CPU of the whole process, from its start to its end."""
    with TemporaryDirectory(prefix="csms-harness-") as place:
        smallest = Path(place) / "smallest.py"
        smallest.write_text(SMALLEST, "utf-8")
        commands = {
            "smallest": (sys.executable, str(smallest), "--help"),
            "help": (str(SCRIPT), "--help"),
            "version": (str(SCRIPT), "--version"),
            "list": (str(SCRIPT), "list"),
        }
        found: dict[str, list[_Start]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                start = _start(command, Path(place) / "bytecode")
                if number:  # the first one reads from the disk what the others find in memory, and compiles it
                    found[name].append(start)
    cpu = {name: [one.cpu for one in starts] for name, starts in found.items()}
    wall = {name: median(one.wall for one in starts) for name, starts in found.items()}
    return Outcome(
        "The command line",
        "CPU of the process from start to end, beside a script with three commands on `argparse` that imports nothing "
        f"else; median of {rounds} interleaved rounds.",
        (
            Figure("`--help`, to `argparse`", ratio(cpu["help"], cpu["smallest"]), goal=3),
            Figure("`--version`, to `argparse`", ratio(cpu["version"], cpu["smallest"])),
            Figure("`list`, to `argparse`", ratio(cpu["list"], cpu["smallest"])),
            Figure("`list`", wall["list"], "s", goal=0.4),
            Figure("`--help`", wall["help"], "s"),
            Figure("the script on `argparse`", wall["smallest"], "s"),
        ),
    )


def _start(command: Sequence[str], bytecode: Path) -> _Start:
    """Modules are compiled once, as an installation has them, whatever the environment says of writing bytecode."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    began, cpu = time.monotonic(), cpu_of_children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603
    return _Start(time.monotonic() - began, cpu_of_children() - cpu)


if __name__ == "__main__":
    show(measure())
