"""``csms-harness demo``: the reference CSMS and the whole suite against it, with one command."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli import completing
from csms_harness.cli.common import NOTHING_SELECTED, need_reference, placed, stop


def demo(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(help="Cases or functionalities; all by default.", autocompletion=completing.patterns),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder of this run; by default one in reports/, which reports/demo points to."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the run that lies in the folder.")] = False,
    csms_option: Annotated[
        list[str] | None, typer.Option(help="An option for the reference CSMS, such as --csms-option=--noise=chatty.")
    ] = None,
) -> None:
    """Start the reference CSMS on its embedded database, run the suite against it, say where the certificate is."""
    need_reference()
    from csms_harness.cli.common import load
    from csms_harness.cli.executing import execute
    from csms_harness.cli.paper import Paper
    from csms_harness.report.extras import available
    from csms_harness.resources import folder
    from csms_harness.runner.campaign import Options, prepare
    from csms_harness.runner.reference import ReferenceFailed, moved, reference_csms
    from csms_harness.runner.selection import NothingSelected

    library, target = load(), folder("targets") / "reference_tls.yaml"
    try:
        with reference_csms(csms_option or (), secured=True) as ports:
            print(f"reference CSMS: {ports.ocpp_url}, control API {ports.api_url}", file=sys.stderr)
            options = Options(patterns=tuple(patterns or ()), target=target)
            campaign = replace(prepare(options, library), target=moved(target, ports))
            with placed(campaign, out, force=force, pointer="demo", prefix="demo-") as there:
                code = execute(there, Paper(pdf=available("pdf")))
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    except ReferenceFailed as error:
        stop(str(error))
    raise typer.Exit(code)
