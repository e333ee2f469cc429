"""``csms-harness report``: the reports of a run, made again from its facts or its journal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli.common import alone, stop
from csms_harness.cli.paper import Pdf, Reports, Sign, wanted

if TYPE_CHECKING:
    from csms_harness.record.facts import Facts


def report(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    report: Reports = None,
    pdf: Pdf = False,
    sign: Sign = None,
) -> None:
    """Write all reports of a run again, from its facts.json; a killed run is rebuilt from its journal.

    The same facts give the same bytes. A certificate.pdf that is there is made again as well.
    """
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.report.summary import headline
    from csms_harness.report.write import report_name

    folder = resolved(folder)
    out = folder if folder.is_dir() else folder.parent
    paper = wanted(report, pdf or (out / report_name("pdf")).exists(), sign)
    with alone(out):
        try:
            facts = _facts(folder)
            written = paper.write(facts, out)
        except ReportError as error:
            stop(str(error))
    for path in written.values():
        print(path)
    print(headline(facts), file=sys.stderr)


def _facts(folder: Path) -> Facts:
    from csms_harness.record.journal import NAME
    from csms_harness.record.reading import read_facts
    from csms_harness.record.rebuild import rebuild
    from csms_harness.report.telling import told

    killed = (folder / NAME).is_file() and not (folder / "facts.json").exists()
    return told(rebuild(folder) if killed else read_facts(folder))
