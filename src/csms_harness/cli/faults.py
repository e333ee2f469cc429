"""``csms-harness faults``: the kill matrix."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import need_reference, stop


def faults(
    names: Annotated[list[str] | None, typer.Argument(help="Faults or noises; all by default.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for kill_matrix.md and kill_matrix.html.")] = Path(
        "reports/faults"
    ),
    workers: Annotated[int | None, typer.Option(help="Processes; one for each core by default.")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="NAME", help="Say all about one fault or noise, and run nothing.")
    ] = None,
) -> None:
    """Run every fault of the reference CSMS against all cases, and write down which check catches it.

    Exit 1 when a fault that was seen on the wire is not caught, or a legal noise fails a case.
    """
    from reference_faults.faults import FAULTS
    from reference_faults.noise import NOISES

    if explain is not None:
        _explain(explain)
        return
    need_reference()
    from csms_harness.documents.mistakes import did_you_mean
    from csms_harness.matrix.paper import html, markdown
    from csms_harness.matrix.table import make_table

    unknown = [name for name in names or () if name not in FAULTS and name not in NOISES]
    if unknown:
        hint = did_you_mean(unknown[0], (*FAULTS, *NOISES)) or "reference-csms --list-faults and --list-noises name all"
        stop(f"no fault or noise is called {unknown[0]!r}; {hint}")
    wanted_faults = [name for name in FAULTS if not names or name in names]
    wanted_noises = [name for name in NOISES if not names or name in names]
    done = 0

    def progress(name: str) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            print(f"\r{done}/{len(wanted_faults) + len(wanted_noises)} {name:<60}", end="", file=sys.stderr)

    table = make_table(wanted_faults, wanted_noises, progress, workers)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "kill_matrix.md").write_text(markdown(table), "utf-8")
        (out / "kill_matrix.html").write_text(html(table), "utf-8")
    except OSError as error:
        stop(f"{out}: the matrix cannot be written: {error.strerror or error}")
    killed = sum(bool(row.landed and row.kills) for row in table.faults)
    print(f"\n{killed} of {len(table.faults)} faults killed, {len(table.noises)} noises run: {out / 'kill_matrix.md'}")
    gaps = table.gaps() if not names else [gap for gap in table.gaps() if "is failed by" not in gap]
    for gap in gaps:
        print(f"gap: {gap}")
    raise typer.Exit(1 if gaps else 0)


def _explain(name: str) -> None:
    from reference_faults.choosing import UnknownNameError, deviation_named
    from reference_faults.listing import page

    try:
        print(page(deviation_named(name)))
    except UnknownNameError as error:
        stop(str(error))
