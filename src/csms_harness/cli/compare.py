"""``csms-harness compare``: several runs side by side, of one Central System or of many."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import stop


class Format(StrEnum):
    """How the comparison is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def compare(
    runs: Annotated[list[Path], typer.Argument(help="The folders of two or more runs, or their facts.json.")],
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with all cases and rules.")] = None,
    output: Annotated[Format, typer.Option("--format", help="text, markdown or json")] = Format.TEXT,
) -> None:
    """Put several Central Systems or versions side by side: what each run came to, and where they are not judged alike.

    Each run is called by product and version of its PICS, or by its folder. Exit codes: 0, or 2 when these are no runs.
    """
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.record.reading import read_facts
    from csms_harness.report.matrix_page import matrix_html
    from csms_harness.report.side_by_side import matrix_json, matrix_markdown, matrix_text, side_by_side
    from csms_harness.report.write import replace_file

    if len(runs) < 2:
        stop("compare needs two runs or more; csms-harness report shows one")
    try:
        beside = side_by_side([(path, read_facts(resolved(path))) for path in runs])
        if html is not None:
            replace_file(html, matrix_html(beside).encode("utf-8", "backslashreplace"))
    except ReportError as error:
        stop(str(error))
    papers = {Format.TEXT: matrix_text, Format.MARKDOWN: matrix_markdown, Format.JSON: matrix_json}
    sys.stdout.write(papers[output](beside))
    if html is not None:
        print(f"{html}: all cases and rules", file=sys.stderr)
