"""``csms-harness coverage``: what of OCPP 1.6 the scenarios send."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from csms_harness.cli.common import load, need_reference, stop
from csms_harness.cli.shared import Scenarios


class Format(StrEnum):
    """How it is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def coverage(
    actions: Annotated[list[str] | None, typer.Argument(help="Actions, such as MeterValues; all by default.")] = None,
    output: Annotated[Format, typer.Option("--format", help="text, json or markdown")] = Format.TEXT,
    scenarios: Scenarios = None,
) -> None:
    """Say which members and values of a Charge Point's messages the scenarios send, and in which cases.

    Every case is played in virtual time against the reference CSMS. Without an action only what is missing is printed.
    Exit 1 when a member or a value of OCPP 1.6 or of the security whitepaper is not sent.
    """
    import json

    need_reference()
    from csms_harness.documents.mistakes import did_you_mean
    from csms_harness.matrix.coverage import coverage as measure
    from csms_harness.matrix.coverage_paper import lines, markdown
    from csms_harness.ocpp16.vocabulary import ACTIONS
    from csms_harness.resources import folder
    from csms_harness.target.target import read_target

    for name in actions or ():
        if name not in ACTIONS:
            stop(f"no action is called {name!r}; {did_you_mean(name, ACTIONS)}".rstrip("; "))
    library = load(scenarios)
    measured = measure(library, read_target(folder("targets") / "reference.yaml"))
    covered = tuple(one for one in measured if not actions or one.action in actions)
    if output is Format.JSON:
        rows = [
            {"message": f"{one.action}.{one.direction}", "member": one.member.path, "cases": one.cases,
             "values": dict(one.values)}
            for one in covered
        ]  # fmt: skip
        print(json.dumps(rows, indent=1))
    elif output is Format.MARKDOWN:
        print(markdown(covered), end="")
    else:
        print("\n".join(lines(covered, whole=bool(actions))))
    raise typer.Exit(0 if all(one.complete for one in covered) else 1)
