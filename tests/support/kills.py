"""Kills a run at random moments, makes its report, goes on with it, and looks whether anything was lost.

``python -m tests.support.kills 100`` does so a hundred times against the reference CSMS and prints what came of it.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final
from xml.etree import ElementTree as ET

from csms_harness.record.reading import read_facts
from csms_harness.runner.reference import reference_csms
from tests.support.command_line import Ended, finish, harness, journal, started
from tests.support.targets import reference_target

EARNED: Final = ("PASS", "FAIL")
USAGE: Final = 2


@dataclass
class Kills:
    """A run that is killed again and again; ``said`` counts what became of each attempt."""

    target: Path
    place: Path
    patterns: tuple[str, ...] = ()
    chance: random.Random = field(default_factory=random.Random)
    said: Counter[str] = field(default_factory=Counter)
    whole: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def undisturbed(self) -> None:
        """What the run gives when nobody kills it, and how long it takes."""
        began, out = monotonic(), self.place / "undisturbed"
        ended = harness("run", *self.patterns, "--target", self.target, "--out", out)
        assert ended.code in (0, 1), ended.said
        self.seconds = monotonic() - began
        self.whole = _verdicts(out)

    def times(self, wanted: int) -> None:
        """Kill so many times; whenever a run comes to its end all the same, the next one begins."""
        number = 0
        while self.said["killed"] < wanted:
            number += 1
            self._one_run(self.place / f"run-{number}", wanted)

    def _one_run(self, out: Path, wanted: int) -> None:
        words: list[str | Path] = ["run", *self.patterns, "--target", self.target, "--out", out]
        earned: dict[str, str] = {}
        while True:
            ended = self._killed(words) if self.said["killed"] < wanted else harness(*words)
            if ended is not None:
                break
            earned = self._looked_at(out, earned)
            words = ["run", "--resume", out] if earned or _begun(out) else words
            self.said["resumed" if "--resume" in words else "begun again"] += 1
            if "--resume" not in words and "--force" not in words:
                words.append("--force")
        assert ended.code in (0, 1), ended.said
        assert _verdicts(out) == self.whole
        assert read_facts(out).run.complete
        _is_sound(out, earned)
        again = harness("replay", out)
        assert again.code == 0, again.said
        self.said["ended"] += 1

    def _killed(self, words: list[str | Path]) -> Ended | None:
        """Run and kill at a random moment; what it said if it was over before."""
        with started(words) as process:
            try:
                return finish(process, self.chance.uniform(0.0, self.seconds * 1.1))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self.said["killed"] += 1
        return None

    def _looked_at(self, out: Path, before: dict[str, str]) -> dict[str, str]:
        """Make the report of a killed run, and see that nothing is corrupt or lost; returns what was earned by now."""
        earned = {fact["id"]: fact["verdict"] for fact in journal(out, "case") if fact["verdict"] in EARNED}
        assert earned.items() >= before.items()
        report = harness("report", out)
        assert report.is_clean, report.said
        if not _begun(out):
            assert report.code == USAGE, report.said
            return before
        assert report.code == 0, report.said
        _is_sound(out, earned)
        self.said["reported"] += 1
        return earned


def _begun(out: Path) -> bool:
    return bool(journal(out, "run"))


def _verdicts(out: Path) -> dict[str, str]:
    facts = read_facts(out)
    return {case.id: str(case.verdict) for case in (*facts.cases, *facts.pack)}


def _is_sound(out: Path, earned: dict[str, str]) -> None:
    """Every file can be read, is as its manifest says, and holds what was earned."""
    assert _verdicts(out).items() >= earned.items()
    ET.parse(out / "junit.xml")
    for transcript in (out / "transcripts").glob("*.jsonl"):
        for line in transcript.read_text("utf-8").splitlines():
            json.loads(line)
    assert (out / "certificate.html").read_text("utf-8").rstrip().endswith("</html>")
    verified = harness("verify", out)
    assert verified.code == 0, verified.said


def main() -> None:
    """Kill as often as the command line says."""
    wanted, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as place, reference_csms() as ports:
        kills = Kills(reference_target(ports, Path(place)), Path(place), chance=random.Random(seed))
        kills.undisturbed()
        _say(f"undisturbed: {len(kills.whole)} cases in {kills.seconds:.1f} s")
        began = monotonic()
        kills.times(wanted)
        _say(f"{dict(kills.said)} in {monotonic() - began:.0f} s: nothing lost, nothing corrupt")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
