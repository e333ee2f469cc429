"""``csms-harness replay``: a run judged again from its journal, without a Central System."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import FAILED, load, stop
from csms_harness.cli.shared import Scenarios


class Format(StrEnum):
    """How the result is printed."""

    TEXT = "text"
    JSON = "json"


def replay(
    folder: Annotated[Path, typer.Argument(help="The folder of a run, with its journal.jsonl.")],
    scenarios: Scenarios = None,
    output: Annotated[Format, typer.Option("--format", help="text or json")] = Format.TEXT,
) -> None:
    """Judge a run again from its journal, with the scenarios and rules of today, and say what comes out otherwise.

    Exit codes: 0 everything is judged as before, 1 something is not, 2 this is no run, or the scenarios are wrong.
    """
    from csms_harness.foreign import for_terminal
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.record.rebuild import read_run
    from csms_harness.runner.replay import replay as judge_again

    try:
        told = read_run(resolved(folder))
    except ReportError as error:
        stop(str(error))
    own = told.head.run.own_scenarios
    if own and scenarios is None:
        names = for_terminal(", ".join(sorted(own)), 300)
        print(f"This run had scenarios of its own ({names}): give their folder with --scenarios.", file=sys.stderr)
    found = judge_again(told, load(scenarios))
    if output is Format.JSON:
        print(json.dumps(asdict(found), indent=1))
    else:
        for one in found.differences:
            now = one.now or "not judged"
            change = str(one.recorded) if one.recorded == now else f"{one.recorded}, now {now}"
            print(f"{one.id}  {change}: {for_terminal(one.why, 300)}")
        others = len(found.differences)
        same = found.cases + found.rules - others
        print(f"{found.cases} cases and {found.rules} rules judged again: {same} as before, {others} not.")
    if found.differences:
        raise typer.Exit(FAILED)
