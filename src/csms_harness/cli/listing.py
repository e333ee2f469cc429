"""``csms-harness list``: every case of the certification document."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import NOTHING_SELECTED, load, stop


class Format(StrEnum):
    """How the list is printed."""

    TEXT = "text"
    JSON = "json"


def list_cases(
    patterns: Annotated[
        list[str] | None, typer.Argument(help="Ids, patterns or functionalities; all by default.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json")] = Format.TEXT,
    scenarios: Annotated[Path | None, typer.Option(help="A folder of scenarios instead of the shipped ones.")] = None,
) -> None:
    """List the test cases of the certification document, and which are implemented."""
    import json

    from csms_harness.runner.selection import NothingSelected, catalogue, select

    library = load(scenarios)
    try:
        chosen = {entry.id for entry in select(patterns or (), library)}
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    entries = [entry for entry in catalogue(library) if entry["id"] in chosen]
    if output is Format.JSON:
        print(json.dumps(entries, indent=1, ensure_ascii=False))
        return
    for entry in entries:
        mark = " " if entry["implemented"] else "-"
        print(f"{mark} {entry['id']:<16} {entry['functionality']:<36} {entry['name']}")
    missing = sum(not entry["implemented"] for entry in entries)
    print(
        f"\n{len(entries)} cases, {len(entries) - missing} implemented" + (" (- marks the others)" if missing else "")
    )
