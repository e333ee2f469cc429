"""``csms-harness list``: every case of the certification document."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from csms_harness.cli import completing
from csms_harness.cli.common import NOTHING_SELECTED, load, stop
from csms_harness.cli.shared import Scenarios


class Format(StrEnum):
    """How the list is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def list_cases(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids, patterns, functionalities, Beyond, or all; the document by default.",
            autocompletion=completing.patterns,
        ),
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="text, json or, for the cases beyond, markdown")
    ] = Format.TEXT,
    scenarios: Scenarios = None,
) -> None:
    """List the test cases of the certification document, and which are implemented. Beyond lists the others."""
    import json

    from csms_harness.runner.selection import NothingSelected, catalogue, pack, select

    library = load(scenarios)
    try:
        chosen = {entry.id for entry in select(patterns or (), library)}
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    entries = [entry for entry in catalogue(library) if entry["id"] in chosen]
    beyond = [entry for entry in pack(library) if entry["id"] in chosen]
    if output is Format.JSON:
        print(json.dumps([*entries, *beyond], indent=1, ensure_ascii=False))
        return
    if output is Format.MARKDOWN:
        from csms_harness.scenario.show import pack_table

        print(pack_table([library.pack[entry["id"]] for entry in beyond]))
        return
    if entries:
        _print_cases(entries)
    if beyond:
        _print_pack(beyond, after_others=bool(entries))
    elif not patterns and library.pack:
        print(f"{len(library.pack)} checks beyond the document: csms-harness list Beyond")


def _print_cases(entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        mark = " " if entry["implemented"] else "-"
        print(f"{mark} {entry['id']:<16} {entry['functionality']:<36} {entry['name']}")
    missing = sum(not entry["implemented"] for entry in entries)
    print(
        f"\n{len(entries)} cases, {len(entries) - missing} implemented" + (" (- marks the others)" if missing else "")
    )


def _print_pack(entries: list[dict[str, Any]], *, after_others: bool) -> None:
    print("\nBeyond the document" if after_others else "Beyond the document")
    for entry in entries:
        print(f"  {entry['id']:<16} {entry['level']:<12} {entry['name']}")
    print(f"\n{len(entries)} checks beyond the document")
