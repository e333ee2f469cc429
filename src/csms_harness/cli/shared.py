"""Options that several commands take, each with what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Scenarios = Annotated[Path | None, typer.Option(help="A folder of scenarios of your own, laid over the shipped ones.")]
TargetFile = Annotated[Path | None, typer.Option(help="The target file: how to reach the CSMS and make it act.")]
Url = Annotated[str | None, typer.Option(help="The WebSocket URL up to the identity; overrides that of the target.")]
PicsFile = Annotated[Path | None, typer.Option(help="The PICS file: what the vendor declares.")]
