"""What several commands share: reading the library, ending with one clear sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from csms_harness.runner.campaign import Campaign, Options
    from csms_harness.scenario.library import Library

FAILED = 1
USAGE = 2
NOTHING_SELECTED = 5


def stop(text: str, code: int = USAGE) -> NoReturn:
    """Say why on standard error, and end."""
    print(text, file=sys.stderr)
    raise typer.Exit(code)


def plainly(error: typer.BadParameter) -> typer.BadParameter:
    """A value that an option cannot have, in our words where they are those of pydantic."""
    from pydantic import ValidationError

    from csms_harness.documents.validation import first_of

    if isinstance(error.__cause__, ValidationError):
        error.message = first_of(error.__cause__)
    return error


def need_reference() -> None:
    """End with one sentence when the reference CSMS cannot run here, because its extra is not installed."""
    from reference_csms.extra import missing

    if (sentence := missing()) is not None:
        stop(sentence)


def load(scenarios: Path | None = None) -> Library:
    """The scenario library: the shipped one, with a folder of the user's own over it. Says what of it is replaced.

    Every mistake is told at once, exit 2.
    """
    from csms_harness.runner.collector import rarely_collecting

    with rarely_collecting():  # all that is imported and read is kept
        library = _loaded(scenarios)
    for one in library.own:
        if one.replaces:
            from csms_harness.foreign import for_terminal

            print(for_terminal(f"{one.file} replaces the shipped {one.id}."), file=sys.stderr)
    return library


def _loaded(scenarios: Path | None) -> Library:
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.resources import folder
    from csms_harness.scenario.load import load_library

    try:
        return load_library(folder("scenarios"), scenarios)
    except Mistakes as mistakes:
        stop(str(mistakes))
    except OSError as error:
        place = "" if scenarios is None else f"{scenarios}: "
        stop(f"{place}the scenarios cannot be read: {error.strerror or error}")


def cannot_write(folder: Path, error: OSError) -> NoReturn:
    """End with one sentence: a run finds no place here."""
    why = str(error.strerror or error).lower()
    stop(f"{folder}: this run cannot be written down ({why}); name another folder with --out, or make room for it")


@contextmanager
def placed(
    campaign: Campaign, out: Path | None, *, force: bool, pointer: str = "", prefix: str = ""
) -> Iterator[Campaign]:
    """The campaign with its folder: ``out``, if no run lies there or it is to be replaced, else a new one.

    A new one is called by the time, and ``reports/latest`` points to it, or the ``pointer`` of another name. While the
    block lasts nobody else can have the folder.
    """
    from dataclasses import replace

    from csms_harness.record.folders import LATEST, REPORTS, holds_run, new_folder, point, resolved
    from csms_harness.transport.clock import utc_now

    named = out is not None
    try:
        if out is None:
            out, name = new_folder(REPORTS, utc_now(), prefix), REPORTS / (pointer or LATEST)
            moved = point(name, out)
            out = name if pointer and name.is_symlink() else out
            if moved is not None:
                print(f"{name} points to the newest run from now on; what was there is {moved}.", file=sys.stderr)
        folder = resolved(out)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cannot_write(out or REPORTS, error)
    with alone(folder):
        if named and not force and holds_run(folder):
            stop(f"{out}: a run lies there already; name another folder, or add --force to replace that run")
        yield replace(campaign, options=replace(campaign.options, out=folder))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the folder of a run for oneself; end with one sentence where another run is at work in it."""
    from csms_harness.record.lock import Busy, held

    with ExitStack() as stack:
        try:
            stack.enter_context(held(folder))
        except Busy as error:
            stop(str(error))
        except OSError as error:
            stop(f"{folder}: cannot be opened ({error.strerror or error}); give the folder of a run")
        yield


def ready(options: Options, scenarios: Path | None = None) -> Campaign:
    """The campaign of these options, ready to run; whatever is wrong with options or files ends the command now."""
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.runner.campaign import UsageError, prepare
    from csms_harness.runner.selection import NothingSelected

    try:
        return prepare(options, load(options.scenarios or scenarios))
    except NothingSelected as error:
        stop(str(error), NOTHING_SELECTED)
    except (Mistakes, UsageError) as error:
        stop(str(error))
