"""``csms-harness report``: the reports of a finished run, made again from its facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import stop


def report(folder: Annotated[Path, typer.Argument(help="The folder of a run.")]) -> None:
    """Write all reports of a run again, from its facts.json; a killed run is rebuilt from its journal."""
    from csms_harness.report.read import read_facts
    from csms_harness.report.write import ReportError, write_reports

    try:
        facts = read_facts(folder)
        written = write_reports(facts, folder)
    except ReportError as error:
        stop(str(error))
    for path in written.values():
        print(path)
