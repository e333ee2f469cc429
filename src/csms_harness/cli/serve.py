"""``csms-harness serve``: the reference CSMS, which is a program of its own."""

from __future__ import annotations

import typer


def serve(context: typer.Context) -> None:
    """Start the reference CSMS; all options go to it (see: reference-csms --help)."""
    from reference_faults.__main__ import main

    raise typer.Exit(main(context.args))
