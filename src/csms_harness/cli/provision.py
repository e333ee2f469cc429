"""``csms-harness provision``: have the idTags, Charge Points and passwords of a target made in the CSMS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csms_harness.cli.checks import Format, tell
from csms_harness.cli.common import stop

if TYPE_CHECKING:
    from csms_harness.doctor.checks import Check
    from csms_harness.target.target import Target


def provision(
    target: Annotated[Path, typer.Option(help="The target file, with a section 'provision'.")],
    deadline: Annotated[
        list[str] | None, typer.Option(help="NAME=DURATION for one item: action, or operator for a person.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the items away again, where the target says how.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="text or json")] = Format.TEXT,
) -> None:
    """Have every Charge Point, password and idTag of the target made (or removed), by its section 'provision'.

    Exit codes: 0 all done, 2 a mistake in options or files, 4 something was declined or failed.
    """
    import asyncio

    from csms_harness.doctor.checks import exit_code
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.target.deadlines import parse_option
    from csms_harness.target.target import read_target

    try:
        limits = dict(parse_option(text) for text in deadline or ())
        read = read_target(target)
    except (ValueError, Mistakes) as error:
        stop(str(error))
    raise typer.Exit(exit_code(asyncio.run(_run(read, target.parent, limits, output, remove=remove))))


async def _run(target: Target, folder: Path, limits: dict[str, float], output: Format, *, remove: bool) -> list[Check]:
    from csms_harness.doctor.provision import provision as made
    from csms_harness.doctor.provision import remove as removed
    from csms_harness.target.deadlines import decide
    from csms_harness.target.reaching import book_of
    from csms_harness.transport.clock import utc_now

    book = book_of(target, folder)
    todo = removed if remove else made
    try:
        return await tell(todo(target, book, decide(limits, target.deadlines, {}), utc_now()), output)
    finally:
        await book.aclose()
