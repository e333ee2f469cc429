"""What several commands share: reading the library, ending with one clear sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from csms_harness.runner.campaign import Campaign, Options
    from csms_harness.scenario.model import Library

FAILED = 1
USAGE = 2
NOTHING_SELECTED = 5


def stop(text: str, code: int = USAGE) -> NoReturn:
    """Say why on standard error, and end."""
    print(text, file=sys.stderr)
    raise typer.Exit(code)


def need_reference() -> None:
    """End with one sentence when the reference CSMS cannot run here, because its extra is not installed."""
    from reference_csms.extra import missing

    if (sentence := missing()) is not None:
        stop(sentence)


def load(scenarios: Path | None = None) -> Library:
    """The scenario library: the shipped one, or that of a folder. Every mistake is told at once, exit 2."""
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.resources import folder
    from csms_harness.scenario.load import load_library

    try:
        return load_library(scenarios or folder("scenarios"))
    except Mistakes as mistakes:
        stop(str(mistakes))
    except OSError as error:
        stop(f"{scenarios}: the scenarios cannot be read: {error.strerror or error}")


def ready(options: Options, scenarios: Path | None) -> Campaign:
    """The campaign of these options, ready to run; whatever is wrong with options or files ends the command now."""
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.runner.campaign import UsageError, prepare
    from csms_harness.runner.selection import NothingSelected

    try:
        return prepare(options, load(scenarios))
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    except (Mistakes, UsageError) as error:
        stop(str(error))
