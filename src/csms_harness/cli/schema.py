"""``csms-harness schema``: the JSON Schema that editors use for scenario files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import stop


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the file of the shipped scenarios with it.")
    ] = False,
    write: Annotated[Path | None, typer.Option(help="Write it to this file instead of standard output.")] = None,
) -> None:
    """Print the editor schema of scenario files."""
    from csms_harness.resources import folder
    from csms_harness.scenario.editor_schema import editor_schema

    text = json.dumps(editor_schema(), indent=1, ensure_ascii=False) + "\n"
    if check:
        shipped = folder("scenarios") / "scenario.schema.json"
        if not shipped.is_file() or shipped.read_text("utf-8") != text:
            stop(
                f"{shipped.name} is not what the model says; run: csms-harness schema --write scenarios/{shipped.name}"
            )
        print(f"{shipped.name} is up to date")
    elif write is not None:
        write.write_text(text, "utf-8")
    else:
        print(text, end="")
