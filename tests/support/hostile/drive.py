"""Runs the harness against hostile situations: ``python -m tests.support.hostile.drive FOLDER [SITUATION…]``.

Each run is a process of its own, forked from this one after everything is imported, with a hostile lane and an
honest one. What came of it goes to ``FOLDER/results.json``. A run that took too long on a busy machine gets a second
and a third chance, alone. What says much is played once more with all its objects counted, which takes time: that run
is asked for nothing else.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import traceback
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import typer
import yaml

from csms_harness.cli.common import placed
from csms_harness.cli.executing import execute
from csms_harness.cli.paper import Paper
from csms_harness.report import certificate, junit, markdown, write  # noqa: F401 - imported once, before the forks
from csms_harness.resources import folder
from csms_harness.runner.campaign import Options, prepare
from csms_harness.scenario.library import Library
from csms_harness.scenario.load import load_library
from tests.support.hostile.situation import ASKED, BENT, HONEST, SENDS, Situation
from tests.support.hostile.table import SITUATIONS

DEADLINE: Final = 1.0
CLOSE: Final = 0.2
MARGIN: Final = 0.5
"""Seconds: of a deadline, of a close, and what the harness may need beside them."""

WARM: Final = "frames/good"

MEMORY: Final = 16 * 1024
"""KiB that a run may hold at once: of objects, where they are counted, and elsewhere beyond a run in which all is well.

A process shows not only what it holds but also the holes that its allocator keeps and the code that it touched: other
figures on each Python. Objects are the same everywhere. Where little is said, the process is good enough.
"""

HARD_LIMIT: Final = 60.0
"""Seconds after which a run is killed."""

_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LOOK_EVERY: Final = 0.02
_TRIES: Final = 3
_JOBS: Final = 3
_DEADLINES: Final = {
    "response": DEADLINE, "action": DEADLINE, "connection": DEADLINE, "close": CLOSE, "registration": DEADLINE,
    "reboot": 0.0, "settle": 0.0, "reconnect": 0.0, "pace": 0.01,
}  # fmt: skip
_PATIENT: Final = {**_DEADLINES, "response": 3.0}
"""Where objects are counted, so that a flood comes to its end by its size and not by the clock."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to: of the hostile lane verdict, reason and seconds, of the honest one its verdict.

    ``late`` are the seconds by which this machine was late meanwhile, ``grown`` the KiB by which the process grew,
    ``objects`` the KiB of all objects at their peak, 0 if nobody counted them, ``size`` the bytes of its folder,
    ``missing`` the reports that are not there.
    """

    situation: str
    code: int
    verdict: str
    reason: str
    seconds: float
    honest: str
    broken: tuple[str, ...]
    late: float
    grown: int
    objects: int
    size: int
    missing: tuple[str, ...]
    said: str


@dataclass(slots=True)
class Running:
    """A run at work."""

    situation: str
    folder: Path
    began: float
    late: float = 0.0

    def grown(self, peak: int) -> int:
        """KiB by which the process grew to its peak, since it was forked; 0 where nobody knows."""
        begin = self._number("begin.txt")
        return max(0, peak - begin) if begin else 0

    @property
    def objects(self) -> int:
        """KiB of all its objects when they were most; 0 where nobody counted them."""
        return self._number("objects.txt")

    def _number(self, name: str) -> int:
        file = self.folder / name
        return int(file.read_text("ascii")) if file.exists() else 0


Run = Callable[[str, Library, Path, int], int]
"""How a situation is played: its name, the cases, a folder, the port of the Central System; gives an exit code."""


def target(situation: str, case: str, port: int, timeout: float) -> dict[str, Any]:
    """The target of a run; the lane that has to take the case comes first."""
    tags = {"valid_id_tag": "TAG-1"}
    lanes = [{"id": name, "config": dict(tags)} for name in (BENT, HONEST)]
    url = f"127.0.0.1:{port}"
    wish = {"url": f"http://{url}/api/{situation}/{{chargePointId}}/{{action}}", "json": "$request"}
    return {
        "url": f"ws://{url}/{situation}/{{chargePointId}}",
        "charge_points": lanes if case == SENDS else lanes[::-1],
        "triggers": {"default": {"http": {**wish, "timeout": timeout}}},
    }


def run_one(situation: str, library: Library, place: Path, port: int) -> int:
    """Run the harness in this process against a situation, with both lanes; returns the exit code."""
    return _run(situation, library, place, port, Options((SENDS, ASKED), deadlines=_DEADLINES))


def _run(situation: str, library: Library, place: Path, port: int, wishes: Options) -> int:
    file = place / "target.yaml"
    file.write_text(yaml.safe_dump(target(situation, SITUATIONS[situation].case, port, DEADLINE)), "utf-8")
    options = replace(wishes, target=file, out=place / "run")
    try:
        with placed(prepare(options, library), options.out, force=True) as campaign:
            return execute(campaign, Paper())
    except (SystemExit, typer.Exit) as ended:
        return int(getattr(ended, "exit_code", getattr(ended, "code", 1)) or 0)
    except BaseException:  # noqa: BLE001 - nothing may come out of a run, and this says what did
        traceback.print_exc()
        return 3


def weigh_one(situation: str, library: Library, place: Path, port: int) -> int:
    """The same with the hostile lane alone; the peak of all objects that were made meanwhile is written down."""
    tracemalloc.start()
    options = Options((SITUATIONS[situation].case,), deadlines=_PATIENT)
    code = _run(situation, library, place, port, options)
    (place / "objects.txt").write_text(str(tracemalloc.get_traced_memory()[1] // 1024), "ascii")
    return code


def fork(situation: str, library: Library, place: Path, port: int, run: Run = run_one) -> int:
    """Begin a run in a process of its own; returns its number."""
    place.mkdir(parents=True, exist_ok=True)
    number = os.fork()
    if number:
        return number
    output = os.open(place / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    code = 3
    try:
        if Path("/proc/self/statm").exists():
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
            (place / "begin.txt").write_text(str(pages * os.sysconf("SC_PAGE_SIZE") // 1024), "ascii")
        code = run(situation, library, place, port)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def result(run: Running, code: int, peak: int) -> Result:
    """What a run left in its folder."""
    out = run.folder / "run"
    said = (run.folder / "output.txt").read_text("utf-8", "replace")
    reports = ("facts.json", "certificate.html", "report.md", "junit.xml", "manifest.json", "journal.jsonl")
    missing = tuple(name for name in reports if not (out / name).exists())
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    cases, rules = [], []
    if "facts.json" not in missing:
        facts = json.loads((out / "facts.json").read_text("utf-8"))
        cases, rules = facts["cases"], facts["rules"]
    none: dict[str, Any] = {"verdict": "none", "reason": "", "seconds": 0.0}
    bent = next((case for case in cases if case["lane"] == BENT), none)
    honest = next((case["verdict"] for case in cases if case["lane"] == HONEST), "none")
    broken = tuple(rule["id"] for rule in rules if rule["verdict"] == "FAIL")
    return Result(
        run.situation, code, bent["verdict"], bent["reason"], bent["seconds"], honest, broken, run.late,
        run.grown(peak), run.objects, size, missing, said,
    )  # fmt: skip


def together(
    names: Iterable[str], library: Library, out: Path, port: int, jobs: int, run: Run = run_one
) -> list[Result]:
    """Run these situations, so many at once."""
    waiting, running, found = deque(names), dict[int, Running](), list[Result]()
    while waiting or running:
        while waiting and len(running) < jobs:
            name = waiting.popleft()
            place = out / name
            running[fork(name, library, place, port, run)] = Running(name, place, time.monotonic())
        before = time.monotonic()
        time.sleep(_LOOK_EVERY)
        late = max(0.0, time.monotonic() - before - 2 * _LOOK_EVERY)
        for number, one in list(running.items()):
            one.late += late
            ended, status, usage = os.wait4(number, os.WNOHANG)
            if not ended and time.monotonic() - one.began > HARD_LIMIT:
                os.kill(number, 9)
            if ended:
                del running[number]
                found.append(result(one, os.waitstatus_to_exitcode(status), usage.ru_maxrss))
    return found


def complaints(found: Result, usual: int) -> list[str]:
    """What is not as it must be; ``usual`` are the KiB by which a run grows in which nothing is wrong."""
    wanted = SITUATIONS[found.situation]
    limit = wanted.waits * DEADLINE + CLOSE + MARGIN + found.late
    grown = 0 if wanted.weighs else found.grown
    held = {
        f"verdict {found.verdict}, not {wanted.verdict}": found.verdict == wanted.verdict,
        f"the reason does not say {wanted.reason!r}: {found.reason}": re.search(wanted.reason, found.reason)
        is not None,
        f"no reason for {found.verdict}": bool(found.reason) or found.verdict == "PASS",
        f"rules broken: {found.broken}, not {wanted.broken}": set(found.broken) == set(wanted.broken),
        f"the honest lane: {found.honest}": found.honest == "PASS",
        f"it took {found.seconds:.2f} s, not {limit:.2f} s": found.seconds <= limit,
        f"exit code {found.code}": found.code in _codes(wanted),
        f"not written: {found.missing}": not found.missing,
        f"{grown} KiB more than at its start": grown <= usual + MEMORY,
        f"{found.objects} KiB of objects": found.objects <= MEMORY,
        "signs that a terminal obeys": not _CONTROL.search(found.said),
        f"said: {found.said[-2000:]}": not any(word in found.said for word in ("Traceback", "csms-harness: internal")),
    }
    return [text for text, holds in held.items() if not holds]


def _codes(wanted: Situation) -> tuple[int, ...]:
    if wanted.verdict == "FAIL" or wanted.broken:
        return (1,)
    return (0,) if wanted.verdict == "PASS" else (4,)


def play(names: Sequence[str], out: Path, port: int) -> dict[str, Result]:
    """Run these situations, and those again that did not come out right: a busy machine is no fault of anybody."""
    library = load_library(folder("scenarios"))
    _warm_up(library, out / "warm", port)
    crowd = [name for name in names if not SITUATIONS[name].alone]
    found = {one.situation: one for one in together(crowd, library, out, port, _JOBS)}
    left = [name for name in names if name not in found]
    for _ in range(_TRIES):
        found |= {one.situation: one for one in together(left, library, out, port, 1)}
        left = [name for name, one in found.items() if complaints(one, usual(found))]
    heavy = [name for name in names if SITUATIONS[name].weighs]
    weighed = together(heavy, library, out / "weighed", port, _JOBS, weigh_one)
    objects = {one.situation: one.objects for one in weighed}
    return {name: replace(found[name], objects=objects.get(name, 0)) for name in names}


def spoilt(found: Result) -> bool:
    """Whether the harness itself says that it stood still, on a machine that starved it."""
    return found.verdict == "INCONCLUSIVE" and "the harness itself was late" in found.reason


def read_results(out: Path) -> dict[str, Result]:
    """What ``main`` wrote, by situation."""
    told = json.loads((out / "results.json").read_text("utf-8"))
    lists = ("broken", "missing")
    return {one["situation"]: Result(**{**one, **{name: tuple(one[name]) for name in lists}}) for one in told}


def usual(found: Mapping[str, Result]) -> int:
    """KiB by which the process of a good run grew."""
    return found[WARM].grown if WARM in found else 10 * MEMORY


def _warm_up(library: Library, place: Path, port: int) -> None:
    """Import and compile everything once, so that no run stands still for it."""
    place.mkdir()
    with (place / "output.txt").open("w", encoding="utf-8") as output, redirect_stdout(output), redirect_stderr(output):
        run_one(WARM, library, place, port)


def main(out: Path, names: Sequence[str]) -> None:
    """Start the Central System, run the situations, and write what came of them."""
    import subprocess

    port_file = out / "port.json"
    with (out / "server.txt").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.support.hostile.serve", port_file], stdout=log, stderr=log
        )
    try:
        while not port_file.exists():
            time.sleep(_LOOK_EVERY)
        found = play(names or tuple(SITUATIONS), out, json.loads(port_file.read_text("utf-8")))
    finally:
        server.kill()
        server.wait()
    (out / "results.json").write_text(json.dumps([asdict(one) for one in found.values()], indent=1), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
