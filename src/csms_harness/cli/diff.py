"""``csms-harness diff``: two runs side by side."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import FAILED, stop


class Format(StrEnum):
    """How the comparison is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def diff(
    before: Annotated[Path, typer.Argument(help="The folder of the first run, or its facts.json.")],
    after: Annotated[Path, typer.Argument(help="The folder of the second run, or its facts.json.")],
    output: Annotated[Format, typer.Option("--format", help="text, markdown or json")] = Format.TEXT,
    slower: Annotated[
        float | None, typer.Option(metavar="FACTOR", help="A wait longer by this factor (such as 1.5) counts as worse.")
    ] = None,
) -> None:
    """Compare two runs: verdicts that changed, and waits that became longer or shorter.

    Exit codes: 0 no verdict got worse, 1 something did, 2 these are no runs. Waits are listed when they doubled or
    halved; they only count with --slower.
    """
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.record.reading import read_facts
    from csms_harness.report.comparison import compare
    from csms_harness.report.comparison_paper import comparison_json, comparison_markdown, comparison_text

    if slower is not None and not 1 < slower < float("inf"):
        stop(f"--slower {slower:g}: write a factor above 1, such as 1.5")
    try:
        comparison = compare(read_facts(resolved(before)), read_facts(resolved(after)), slower)
    except ReportError as error:
        stop(str(error))
    papers = {Format.TEXT: comparison_text, Format.MARKDOWN: comparison_markdown, Format.JSON: comparison_json}
    sys.stdout.write(papers[output](comparison))
    if comparison.worse:
        raise typer.Exit(FAILED)
