"""``csms-harness new``: a scenario of one's own, begun as a copy of another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli import completing
from csms_harness.cli.common import NOTHING_SELECTED, load, stop

if TYPE_CHECKING:
    from csms_harness.scenario.library import Library, TestCase


def new(
    new_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the new case, such as FIELD_101.")],
    origin: Annotated[
        str,
        typer.Option(
            "--from", metavar="ID", help="The case to copy, such as TC_012_CSMS.", autocompletion=completing.cases
        ),
    ],
    scenarios: Annotated[
        Path, typer.Option(help="The folder of scenarios of your own, laid over the shipped ones; made if need be.")
    ] = Path("my-scenarios"),
) -> None:
    """Copy a scenario into your own folder under a new id; run, show, lint and list take it from there.

    With the id of the copied case itself the copy takes its place.
    """
    import json
    import shlex

    from csms_harness.resources import folder
    from csms_harness.scenario.copying import SCHEMA, NoCopy, copied, source_of
    from csms_harness.target.schemas import SCHEMAS

    if scenarios.exists() and not scenarios.is_dir():
        stop(f"--scenarios {scenarios}: is a file; name a folder")
    library = load(scenarios if scenarios.is_dir() else None)
    case, path = _only(origin, library), scenarios / f"{new_id}.yaml"
    try:
        text = copied(source_of(case, library, folder("scenarios")).read_text("utf-8"), case, new_id, library)
        scenarios.mkdir(parents=True, exist_ok=True)
        if not (scenarios / SCHEMA).exists():
            (scenarios / SCHEMA).write_text(json.dumps(SCHEMAS["scenario"](), indent=1, ensure_ascii=False) + "\n")
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        stop(f"{path}: a file is there already; name another id, or move that file away")
    except NoCopy as error:
        stop(str(error))
    except OSError as error:
        stop(f"{path}: cannot be written: {error.strerror or error}")
    own = shlex.join([new_id, "--scenarios", str(scenarios)])
    print(f"{path} is a copy of {case.id}, {case.name}. Change it, then:")
    print(f"  csms-harness show {own}\n  csms-harness lint --scenarios {shlex.quote(str(scenarios))}")
    print(f"  csms-harness run {own} --target target.yaml --trace")


def _only(origin: str, library: Library) -> TestCase:
    """The one case that is meant; ends the command when it is none, or several."""
    from csms_harness.runner.selection import NothingSelected, select

    try:
        entries = select([origin], library)
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    if len(entries) > 1:
        stop(f"--from {origin}: these are {len(entries)} cases, such as {entries[0].id} and {entries[1].id}; name one")
    case = library.find(entries[0].id)
    if case is None:
        stop(f"--from {origin}: {entries[0].id} has no scenario yet: {entries[0].reason}", NOTHING_SELECTED)
    return case
