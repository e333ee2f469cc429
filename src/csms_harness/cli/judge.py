"""``csms-harness judge``: recorded traffic judged without a Charge Point."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import load, stop
from csms_harness.cli.paper import Pdf, Reports, Sign, wanted


def judge(
    traffic: Annotated[Path, typer.Argument(help="A log with OCPP-J frames in it, JSON lines, or a HAR file.")],
    out: Annotated[
        Path | None, typer.Option(help="The folder of the report; by default one in reports/, called by the time.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the report that lies in the folder.")] = False,
    report: Reports = None,
    pdf: Pdf = False,
    sign: Sign = None,
) -> None:
    """Find the OCPP frames in recorded traffic, and hold those of the Central System against OCPP 1.6.

    The report is like that of a run, and says what cannot be judged from a log. Exit codes: 0 nothing is wrong, 1 the
    Central System broke a rule or left a CALL unanswered, 2 no frames, or no file, 4 nothing could be decided.
    """
    from csms_harness.cli.console import Outlet
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import REPORTS, holds_run, new_folder
    from csms_harness.report.summary import exit_code
    from csms_harness.report.telling import told
    from csms_harness.report.terminal import render_summary
    from csms_harness.traffic.facts import judge as judged
    from csms_harness.traffic.reading import NoTraffic
    from csms_harness.transport.clock import utc_now

    paper = wanted(report, pdf, sign)
    if out is not None and holds_run(out) and not force:
        stop(f"{out}: a run lies there already; name another folder, or add --force to replace that run")
    try:
        facts = told(judged(traffic, load()))
        place = out or new_folder(REPORTS, utc_now(), "judge-")
        written = paper.write(facts, place)
    except (NoTraffic, ReportError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{out or REPORTS}: the report cannot be written: {error.strerror or error}")
    screen = Outlet(highlight=False)
    for remark in facts.run.remarks:
        screen.print(remark, markup=False, soft_wrap=True)
    if facts.run.remarks:
        screen.print()
    screen.print(render_summary(facts, written), crop=False)
    raise typer.Exit(int(exit_code(facts)))
