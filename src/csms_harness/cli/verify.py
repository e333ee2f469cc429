"""``csms-harness verify``: whether the evidence of a run is still what it was."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import stop

NOT_AS_IT_WAS = 1


def verify(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    public_key: Annotated[
        Path | None, typer.Option(help="The Ed25519 key (PEM) of whoever signed; the signature must hold then.")
    ] = None,
) -> None:
    """Check every file of a run against its manifest.json. Exit 0: all as it was, 1: not, 2: no manifest."""
    from csms_harness.record.errors import ReportError
    from csms_harness.record.folders import resolved
    from csms_harness.report.manifest import SIGNATURE, check_manifest

    folder = resolved(folder)
    try:
        count, troubles = check_manifest(folder)
        forged = _forged(folder, public_key) if public_key else ""
    except ReportError as error:
        stop(str(error))
    for trouble in troubles:
        print(trouble)
    if forged:
        print(forged)
    if troubles or forged:
        raise typer.Exit(NOT_AS_IT_WAS)
    signed = ", and the signature holds" if public_key else ""
    print(f"{count} files as manifest.json says{signed}")
    if not public_key and (folder / SIGNATURE).is_file():
        print(f"{SIGNATURE} was not checked: give --public-key", file=sys.stderr)


def _forged(folder: Path, public_key: Path) -> str:
    """What is wrong with the signature; empty when it holds."""
    from csms_harness.report.extras import require

    require("sign")
    from csms_harness.report.signature import check_signature, read_public_key

    return check_signature(folder, read_public_key(public_key))
