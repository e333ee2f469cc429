"""What a flood costs at the deadlines of a user: ``python -m tests.support.flooded [KIND…]``.

Eight lanes against the hostile Central System, which floods one of them in place of each Authorize.conf and is good to
the other seven. For each kind of flood: the verdicts of the honest lanes, how long one lane held up the others at most,
the peak of the process, and the size of the run folder. Beyond a limit it ends with 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import yaml

from tests.support.children import mortal
from tests.support.command_line import environment, facts
from tests.support.hostile.floods import KINDS
from tests.support.hostile.situation import BENT

LANES: Final = 8
PEAK: Final = 150
FOLDER: Final = 20
"""MiB: the most that a process and the folder of its run may take."""

HELD_UP: Final = 0.05
"""Seconds: the most that one lane may hold up another."""

CASES: Final = ("TC_003", "TC_004_1", "TC_004_2", "TC_005_1", "TC_024", "TC_032_1", "TC_037_1", "TC_039")
"""What the hostile Central System does well for those whom it does not flood."""

_GOOD: Final = "good"
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Cost:
    """What a flood came to: ``held`` are the seconds of the longest turn of the event loop, the sizes are in MiB."""

    flooded: tuple[str, ...]
    honest: tuple[str, ...]
    held: float
    seconds: float
    peak: float
    folder: float

    @property
    def is_borne(self) -> bool:
        """Whether it stays within its limits, and nobody else was touched."""
        within = self.held < HELD_UP and self.peak < PEAK and self.folder < FOLDER
        return within and set(self.honest) == {"PASS"}


def _target(kind: str, port: int) -> dict[str, Any]:
    situation = "frames/good" if kind == _GOOD else f"floods/{kind}"
    lanes = [BENT, *(f"HONEST-{number}" for number in range(1, LANES))]
    wish = {"url": f"http://127.0.0.1:{port}/api/{situation}/{{chargePointId}}/{{action}}", "json": "$request"}
    return {
        "url": f"ws://127.0.0.1:{port}/{situation}/{{chargePointId}}",
        "charge_points": [{"id": lane, "config": {"valid_id_tag": f"TAG-{lane}"}} for lane in lanes],
        "triggers": {"default": {"http": wish}},
    }


@contextmanager
def _hostile(place: Path) -> Iterator[int]:
    """The hostile Central System while the block lasts; its port."""
    file = place / "port.json"
    server = subprocess.Popen([sys.executable, "-m", "tests.support.hostile.serve", file], preexec_fn=mortal)
    try:
        while not file.exists():
            sleep(0.02)
        yield int(file.read_text("utf-8"))
    finally:
        server.kill()
        server.wait()


def cost(kind: str, port: int, place: Path) -> Cost:
    """One run of eight lanes, the first of them flooded."""
    place.mkdir()
    target, out, turns = place / "target.yaml", place / "run", place / "turns.txt"
    target.write_text(yaml.safe_dump(_target(kind, port)), "utf-8")
    began = monotonic()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.turns",
            turns,
            "run",
            *CASES,
            "--target",
            target,
            "--out",
            out,
            "--quiet",
        ],
        stdout=subprocess.DEVNULL,
        env=environment(),
        preexec_fn=mortal,
    )
    _, _, usage = os.wait4(process.pid, 0)
    seconds = monotonic() - began
    cases = facts(out)["cases"]
    honest = [case for case in cases if case["lane"] not in (BENT, "")]
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    bent = tuple(case["verdict"] for case in cases if case["lane"] == BENT)
    peak = usage.ru_maxrss / 1024
    return Cost(bent, tuple(c["verdict"] for c in honest), float(turns.read_text("ascii")), seconds, peak, size / _MIB)


def main() -> int:
    """Say for each kind of flood, and for none, what it came to."""
    kinds = (_GOOD, *(sys.argv[1:] or KINDS))
    found: list[Cost] = []
    with tempfile.TemporaryDirectory() as place, _hostile(Path(place)) as port:
        for kind in kinds:
            one = cost(kind, port, Path(place, kind))
            found.append(one)
            sys.stdout.write(
                f"| {KINDS[kind][0] if kind in KINDS else 'no flood'} | {', '.join(one.flooded)} | {len(one.honest)} "
                f"{'/'.join(sorted(set(one.honest)))} | {one.held * 1000:.0f} ms | {one.seconds:.0f} s "
                f"| {one.peak:.0f} MiB | {one.folder:.1f} MiB |\n"
            )
            sys.stdout.flush()
    return int(not all(one.is_borne for one in found))


if __name__ == "__main__":
    sys.exit(main())
