"""``csms-harness show``: one case as the two-column table of the certification document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import NOTHING_SELECTED, load, stop


def show(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="A test case, such as TC_010_CSMS.")],
    scenarios: Annotated[Path | None, typer.Option(help="A folder of scenarios instead of the shipped ones.")] = None,
) -> None:
    """Print a test case: what the Charge Point does, what the Central System must do."""
    from csms_harness.runner.selection import NothingSelected, select
    from csms_harness.scenario.show import two_columns

    library = load(scenarios)
    try:
        entries = select([case_id], library)
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    shown = [entry for entry in entries if entry.id in library.cases]
    if not shown:
        stop(f"{entries[0].id} {entries[0].name} has no scenario yet: {entries[0].reason}", NOTHING_SELECTED)
    print("\n\n".join(two_columns(library.cases[entry.id], library) for entry in shown))
