"""``csms-harness lint``: what is wrong in scenario, target and PICS files, without connecting."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import USAGE, load


def lint(
    scenarios: Annotated[
        Path | None, typer.Option(help="A folder of scenarios of your own, laid over the shipped ones.")
    ] = None,
    target: Annotated[
        list[Path] | None, typer.Option(help="A target file to check as well; may be given again.")
    ] = None,
    pics: Annotated[list[Path] | None, typer.Option(help="A PICS file to check as well; may be given again.")] = None,
) -> None:
    """Check scenarios, and target and PICS files if given. Exit 2 when something is wrong."""
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.resources import folder
    from csms_harness.scenario.lint import lint as lint_scenarios
    from csms_harness.target.pics import read_pics
    from csms_harness.target.target import read_target

    library = load(scenarios)
    texts = [str(remark) for remark in lint_scenarios(folder("scenarios"), scenarios)]
    for read, paths in ((read_target, target or ()), (read_pics, pics or ())):
        for path in paths:
            try:
                read(path)
            except Mistakes as mistakes:
                texts.append(str(mistakes))
    print(
        "\n".join(texts)
        or f"{len(library.cases) + len(library.pack)} cases, {len(library.states)} states: nothing to remark"
    )
    if texts:
        print(f"{len(texts)} remarks", file=sys.stderr)
        raise typer.Exit(USAGE)
