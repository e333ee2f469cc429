"""``csms-harness schema``: the JSON Schemas that editors use, and those who read the facts of a run."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csms_harness.cli.common import stop


class Of(StrEnum):
    """Whose schema."""

    SCENARIO = "scenario"
    TARGET = "target"
    PICS = "pics"
    EXPECTED = "expected"
    FACTS = "facts"


def schema(
    of: Annotated[Of, typer.Argument(help="scenario, target, pics, expected (known failures) or facts.")] = Of.SCENARIO,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the file of the shipped scenarios with it.")
    ] = False,
    write: Annotated[Path | None, typer.Option(help="Write it to this file instead of standard output.")] = None,
) -> None:
    """Print the JSON Schema of a kind of file; an editor completes and checks with it while you write."""
    from csms_harness.resources import folder
    from csms_harness.target.schemas import SCHEMAS

    text = json.dumps(SCHEMAS[of](), indent=1, ensure_ascii=False) + "\n"
    if check:
        if of is not Of.SCENARIO:
            stop("--check: only the schema of scenarios is shipped as a file")
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
