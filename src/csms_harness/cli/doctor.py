"""``csms-harness doctor``: is the system ready to be tested, and if not, what to do."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from csms_harness.cli import completing
from csms_harness.cli.checks import Format, tell
from csms_harness.cli.common import ready, stop
from csms_harness.cli.shared import PicsFile, Scenarios, TargetFile, Url


def doctor(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            help="The cases that are meant to be run, as for 'run'; all by default.", autocompletion=completing.patterns
        ),
    ] = None,
    target: TargetFile = None,
    url: Url = None,
    pics: PicsFile = None,
    deadline: Annotated[
        list[str] | None, typer.Option(help="NAME=DURATION, as for 'run': response, action, connection …")
    ] = None,
    lanes: Annotated[int | None, typer.Option(help="So many Charge Points; all of the target by default.")] = None,
    triggers: Annotated[
        bool, typer.Option("--triggers/--no-triggers", help="Log in and try the triggers by what changes nothing.")
    ] = True,
    output: Annotated[Format, typer.Option("--format", help="text or json")] = Format.TEXT,
    scenarios: Scenarios = None,
) -> None:
    """Connect every Charge Point, boot, authorise the configured idTags, try the triggers; say what would spoil a run.

    Exit codes: 0 ready (remarks are allowed), 2 a mistake in options or files, 4 something that makes cases
    INCONCLUSIVE, 5 nothing selected.
    """
    import asyncio

    from csms_harness.doctor.checks import exit_code
    from csms_harness.doctor.doctor import examine, summary
    from csms_harness.runner.campaign import Options
    from csms_harness.target.deadlines import parse_option

    try:
        limits = dict(parse_option(text) for text in deadline or ())
    except ValueError as error:
        stop(str(error))
    options = Options(tuple(patterns or ()), target=target, url=url, pics=pics, lanes=lanes, deadlines=limits)
    checks = asyncio.run(tell(examine(ready(options, scenarios), tries=triggers), output))
    print(summary(checks), file=sys.stderr)
    raise typer.Exit(exit_code(checks))
