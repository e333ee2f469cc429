"""The command line as a user types it: the installed script in a process of its own, always with a deadline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.support.children import mortal

SCRIPT = Path(sys.executable).with_name("csms-harness")
DEADLINE = 60.0
LOOK_EVERY = 0.01

CHANGING = (
    *("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "CSMS_HARNESS_DEBUG"),
    *("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"),
)
"""Variables of whoever runs the tests that would change what is printed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended: its exit code, and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams, with runs of blanks and line ends as one blank, as wrapped sentences need it."""
        return " ".join(f"{self.out} {self.err}".split())

    @property
    def is_clean(self) -> bool:
        """Whether nothing was said that only a programmer understands."""
        return not any(word in self.said for word in ("Traceback", "Error:", "Exception ignored", "Warning:"))


def environment(**changes: str) -> dict[str, str]:
    """The environment of a child process: wide lines, no colours."""
    kept = {name: value for name, value in os.environ.items() if name not in CHANGING}
    return kept | {"COLUMNS": "200", "TERM": "dumb"} | changes


def harness(
    *arguments: str | Path, deadline: float = DEADLINE, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Ended:
    """Run ``csms-harness`` to its end; raises TimeoutExpired when it is not over within ``deadline`` seconds."""
    ended = subprocess.run(
        [SCRIPT, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        timeout=deadline,
        preexec_fn=mortal,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@contextmanager
def started(arguments: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """``csms-harness`` at work while the block lasts; killed at its end if it still runs."""
    process = subprocess.Popen(
        [str(SCRIPT), *map(str, arguments)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=mortal,
        **options,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def finish(process: subprocess.Popen[bytes], deadline: float = DEADLINE) -> Ended:
    """Wait for the end of a process."""
    out, err = process.communicate(timeout=deadline)
    return Ended(process.returncode, (out or b"").decode(), (err or b"").decode())


def journal(folder: Path, kind: str) -> list[Any]:
    """What the lines of one kind in a journal hold, as far as they are whole."""
    try:
        lines = (folder / "journal.jsonl").read_text("ascii").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    records = [json.loads(line) for line in lines if line.endswith("\n")]
    return [record["fact"] for record in records if record["kind"] == kind]


def wait_for_cases(
    folder: Path, enough: Callable[[list[str]], bool], process: subprocess.Popen[bytes], deadline: float = DEADLINE
) -> None:
    """Wait until the finished cases in the journal are enough; the process must not end before."""
    ends = monotonic() + deadline
    while not enough([fact["id"] for fact in journal(folder, "case")]):
        assert process.poll() is None, process.communicate()
        assert monotonic() < ends, f"there were not enough finished cases within {deadline:g} s"
        sleep(LOOK_EVERY)  # a file has no event to wait for


def facts(folder: Path) -> dict[str, Any]:
    """The ``facts.json`` of a run."""
    content: dict[str, Any] = json.loads((folder / "facts.json").read_text("utf-8"))
    return content


def verdicts(folder: Path) -> dict[str, str]:
    """Case to verdict, from the facts of a run."""
    return {case["id"]: case["verdict"] for case in facts(folder)["cases"]}


def case_of(folder: Path, case_id: str) -> dict[str, Any]:
    """One case, from the facts of a run."""
    found: dict[str, Any] = next(case for case in facts(folder)["cases"] if case["id"] == case_id)
    return found
