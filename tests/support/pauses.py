"""Stops a run at random moments, as a machine that is paused stops it, and looks whether anybody was blamed.

``python -m tests.support.pauses 20`` does so in twenty runs against the reference CSMS, by turns with one lane and with
all, and prints what came of it. It ends with 1 when a case failed.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import sleep
from typing import Final

from csms_harness.runner.reference import reference_csms
from tests.support.command_line import finish, started, verdicts, wait_for_cases
from tests.support.targets import reference_target

LENGTHS: Final = (0.5, 1.6, 5.0)
"""Seconds: below a deadline of 1 s, above it, and beyond all."""

SHORT: Final = ("--deadline=response=1s", "--deadline=action=1s")
_BETWEEN: Final = (0.02, 1.5)
_LIMIT: Final = 300.0


def paused_run(
    target: Path, out: Path, lengths: Sequence[float], chance: random.Random, *options: str
) -> dict[str, str]:
    """One run that stands still once for each of ``lengths``, in seconds; returns case and verdict."""
    with started(["run", "--target", target, "--out", out, *SHORT, *options]) as process:
        wait_for_cases(out, bool, process)
        for seconds in lengths:
            sleep(chance.uniform(*_BETWEEN))
            if process.poll() is None:
                _stand_still(process, seconds)
        ended = finish(process, _LIMIT)
    assert ended.is_clean, ended.said
    return verdicts(out)


def _stand_still(process: subprocess.Popen[bytes], seconds: float) -> None:
    process.send_signal(signal.SIGSTOP)
    sleep(seconds)
    process.send_signal(signal.SIGCONT)


def blamed(came_of_it: dict[str, str]) -> list[str]:
    """The cases that say the Central System, or the harness, is wrong."""
    return [name for name, verdict in came_of_it.items() if verdict in ("FAIL", "ERROR")]


def main() -> int:
    """Stop as many runs as the command line says, each of them five times; 1 when a case failed."""
    wanted, chance = int(sys.argv[1]), random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place, reference_csms() as ports:
        target = reference_target(ports, Path(place))
        for number in range(wanted):
            lengths = [*LENGTHS, *chance.choices(LENGTHS, k=2)]
            chance.shuffle(lengths)
            options = ("--lanes=1",) if number % 2 == 0 else ()
            came_of_it = paused_run(target, Path(place, f"run-{number}"), lengths, chance, *options)
            wrong += blamed(came_of_it)
            counted = ", ".join(f"{count} {verdict}" for verdict, count in Counter(came_of_it.values()).items())
            stops = ", ".join(f"{one:g}" for one in lengths)
            sys.stdout.write(
                f"run {number + 1}, stopped for {stops} s: {counted}; blamed: {blamed(came_of_it) or 'nobody'}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{wanted} runs, {5 * wanted} stops: {len(wrong)} FAIL\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
