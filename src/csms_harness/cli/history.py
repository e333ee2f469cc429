"""``csms-harness history``: the trend over the last runs of a folder."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import stop


class Format(StrEnum):
    """How the trend is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def history(
    folder: Annotated[Path, typer.Argument(help="The folder in which runs lie, each in a folder of its own.")] = Path(
        "reports"
    ),
    last: Annotated[int, typer.Option(metavar="N", help="So many of the newest runs are looked at.")] = 10,
    output: Annotated[Format, typer.Option("--format", help="text, markdown or json")] = Format.TEXT,
) -> None:
    """Show the last runs of a folder, oldest first, and the verdicts that changed among them.

    Exit codes: 0, or 2 when no run lies there.
    """
    from csms_harness.record.errors import ReportError
    from csms_harness.record.reading import read_facts
    from csms_harness.report.side_by_side import side_by_side, trend_json, trend_markdown, trend_text

    if last < 1:
        stop(f"--last {last}: write how many runs are looked at, 1 or more")
    runs, unread = [], []
    for place in sorted({path.parent.resolve(): path.parent for path in folder.glob("*/facts.json")}.items()):
        try:
            runs.append((place[0], read_facts(place[0])))
        except ReportError as error:
            unread.append(str(error))
    for text in unread:
        print(text, file=sys.stderr)
    if not runs:
        stop(f"{folder}: no run lies below this folder; give the one that holds the folders of runs, such as reports")
    newest = sorted(runs, key=lambda run: run[1].run.started)[-last:]
    papers = {Format.TEXT: trend_text, Format.MARKDOWN: trend_markdown, Format.JSON: trend_json}
    sys.stdout.write(papers[output](side_by_side(newest)))
