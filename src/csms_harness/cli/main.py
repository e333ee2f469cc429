"""The ``csms-harness`` command, and its exit codes for what is no verdict."""

from __future__ import annotations

import os
import sys
from typing import Annotated, TextIO

import typer

from csms_harness._version import __version__
from csms_harness.cli import streams
from csms_harness.cli.commands import Group

INTERNAL_ERROR = 3
INTERRUPTED = 130
BROKEN_PIPE = 141

app = typer.Typer(
    name="csms-harness",
    cls=Group,
    help="Open compliance harness for OCPP 1.6-J Central Systems.",
    epilog="Options can stand in the environment (CSMS_HARNESS_TARGET) or in pyproject.toml ([tool.csms_harness]).",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"csms-harness {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Open compliance harness for OCPP 1.6-J Central Systems."""


def main() -> None:
    """Run the command line. An error of our own exits 3, never 1: that number means "the CSMS is wrong"."""
    streams.guard()
    code = streams.told(_code())
    _let_it_stand()
    sys.exit(code)


def _let_it_stand() -> None:
    """From here on a signal changes nothing any more: it would take the place of the exit code of what is over."""
    import signal

    for name in ("SIGHUP", "SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _code() -> int:
    screen = sys.stdout
    try:
        app()
    except SystemExit as ended:
        # typer exits 1 when the reader of a pipe is gone, and shows it by other streams.
        if not (_said(screen) and sys.stdout is screen):
            return BROKEN_PIPE
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BaseException as error:  # a panic of a library in Rust is no Exception
        if os.environ.get("CSMS_HARNESS_DEBUG"):
            raise
        print(
            f"csms-harness: internal error: {type(error).__name__}: {error}\n"
            "This is a fault of the harness, not of the Central System. "
            "Set CSMS_HARNESS_DEBUG=1 to see where it happened, and report it.",
            file=sys.stderr,
        )
        return INTERNAL_ERROR
    return 0


def _said(screen: TextIO) -> bool:
    """Whether all that was printed found a reader."""
    try:
        screen.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), screen.fileno())
        return False
    return True


if __name__ == "__main__":
    main()
