# ruff: noqa: INP001 - a script, not part of a package
"""Makes reports/samples again: five real runs, each with the behaviour that a published certificate shows.

The reference CSMS answers in place of the product. Its latencies come from the measured values of the
certificate, so the slowest sample really waits its 35 s. Run it from the root of the repository: make samples.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from csms_harness.cli.executing import execute
from csms_harness.cli.paper import Paper
from csms_harness.record.reading import read_facts
from csms_harness.report.certificate import certificate_html
from csms_harness.report.sections import figures
from csms_harness.report.timing import clock_text
from csms_harness.runner.campaign import Options, prepare
from csms_harness.runner.reference import moved, reference_csms
from csms_harness.scenario.load import load_library

SAMPLES: Final = Path("reports/samples")
TARGET: Final = Path("targets/reference.yaml")
_KEPT: Final = {
    "report.md": "certificate.md",
    "certificate.pdf": "certificate.pdf",
}
_SHORT_OF_IT: Final = 0.4
_FAST: Final = 0.05
_LANES: Final = 4


def latencies(certificate: dict[str, Any]) -> str:
    """The value of --latency that reproduces the measured values: the longest wait on the rarest action."""
    measured = certificate["performance"]
    longest = _latency(measured["OCPP response timeout"]["measured"])
    authorize = _latency(measured["Response time Authorize"]["measured"])
    return f"DataTransfer={longest:g}s,Authorize={authorize:g}s"


def _latency(clock: str) -> float:
    """Seconds that are rounded to this hh:mm:ss, and stay below a declared limit of the same length."""
    hours, minutes, seconds = map(int, clock.split(":"))
    whole = hours * 3600 + minutes * 60 + seconds
    return round(whole - _SHORT_OF_IT, 1) if whole else _FAST


def make(sample: Path) -> int:
    """Run one sample and put its certificate into its folder; returns the exit code of the run."""
    certificate = json.loads((sample / "expected.json").read_text("utf-8"))
    options = ("--latency", latencies(certificate))
    with reference_csms(options) as ports, tempfile.TemporaryDirectory(prefix="csms-harness-") as folder:
        wishes = Options(target=TARGET, pics=sample / "pics.yaml", out=Path(folder), lanes=_LANES)
        campaign = replace(prepare(wishes, load_library(Path("scenarios"))), target=moved(TARGET, ports))
        code = execute(campaign, Paper(pdf=True))
        facts = read_facts(Path(folder))
        measured = [clock_text(figure.spread.maximum) for figure in figures(facts) if figure.spread]
        if code or measured != [figure["measured"] for figure in certificate["performance"].values()]:
            told = f"{sample}: not kept, exit code {code}, measured {', '.join(measured)}"
            sys.stderr.write(f"{told}; try again on an idle machine\n")
            return code or 1
        page = certificate_html(facts, evidence=False)
        (sample / "certificate.html").write_text(page, "utf-8")
        for made, kept in _KEPT.items():
            shutil.copyfile(Path(folder) / made, sample / kept)
    return 0


def main() -> int:
    """Make the samples named on the command line, or all; 0 when all of them passed."""
    chosen = [SAMPLES / name for name in sys.argv[1:]] or sorted(path.parent for path in SAMPLES.glob("*/pics.yaml"))
    return max(make(sample) for sample in chosen)


if __name__ == "__main__":
    sys.exit(main())
