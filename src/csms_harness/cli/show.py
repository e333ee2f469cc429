"""``csms-harness show``: a case or state as the two-column table of the certification document, a rule in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csms_harness.cli import completing
from csms_harness.cli.common import NOTHING_SELECTED, load, stop
from csms_harness.cli.shared import Scenarios

if TYPE_CHECKING:
    from csms_harness.scenario.library import Library


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A test case (TC_010_CSMS), a rule (WIRE_006) or a state (Charging).",
            autocompletion=completing.cases,
        ),
    ],
    scenarios: Scenarios = None,
    target: Annotated[
        Path | None, typer.Option(help="A target file, whose values are shown for its first Charge Point.")
    ] = None,
) -> None:
    """Print a test case: what the Charge Point does, what the Central System must do. Or a rule, or a state."""
    library = load(scenarios)
    values = {} if target is None else _configured(target)
    print("\n\n".join(_other(name, library, values) or _cases(name, library, values)))


def _configured(path: Path) -> dict[str, Any]:
    """What ``$config.…`` means for the first Charge Point of a target."""
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.target.target import read_target

    try:
        target = read_target(path)
    except Mistakes as mistakes:
        stop(str(mistakes))
    return {f"config.{name}": value for name, value in target.lane_config(target.charge_points[0]).items()}


def _other(name: str, library: Library, values: Mapping[str, Any]) -> list[str]:
    """The rule or the state of this name, as a list of one; empty when there is none."""
    from csms_harness.scenario.show import rule_text, state_table

    wanted = name.casefold()
    rules = [rule_text(rule) for rule in library.rules if rule.id.casefold() == wanted]
    states = (state for state in library.states.values() if state.name.casefold() == wanted)
    return rules or [state_table(state, library, values) for state in states]


def _cases(name: str, library: Library, values: Mapping[str, Any]) -> Iterator[str]:
    from csms_harness.runner.selection import NothingSelected, select
    from csms_harness.scenario.show import two_columns

    try:
        entries = select([name], library)
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    shown = [case for entry in entries if (case := library.find(entry.id)) is not None]
    if not shown:
        stop(f"{entries[0].id} {entries[0].name} has no scenario yet: {entries[0].reason}", NOTHING_SELECTED)
    return (two_columns(case, library, values) for case in shown)
