"""``run --watch``: the same run again whenever a file that it is made of changes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import typer

from csms_harness.cli.common import USAGE

LOOK_EVERY: Final = 0.3
"""Seconds between two looks; a file that has changed is read when it has been the same for so long."""
SIGNALLED: Final = 128

Stamps = dict[Path, tuple[int, int]]


def watching(paths: Sequence[Path], work: Callable[[bool], int]) -> int:
    """Do the work now, and again after each change, until somebody stops it; returns the last exit code.

    ``work`` is told whether it is done again. A mistake in a file is told and waited out.
    """
    again = False
    while True:
        before = stamps(paths)
        try:
            code = work(again)
        except typer.Exit as ended:
            code = ended.exit_code
            if code != USAGE:
                raise
        if code > SIGNALLED:
            return code
        again = True
        names = ", ".join(str(path) for path in paths)
        print(f"Exit code {code}. Waiting for a change of {names}; Ctrl-C ends.", file=sys.stderr)
        try:
            wait_for_change(paths, before)
        except KeyboardInterrupt:
            return code


def wait_for_change(paths: Sequence[Path], before: Stamps) -> None:
    """Wait until a file is no longer as it was, and whoever writes it is done."""
    seen = before
    while True:
        time.sleep(LOOK_EVERY)
        now = stamps(paths)
        if now == seen != before:
            return
        seen = now


def stamps(paths: Iterable[Path]) -> Stamps:
    """When each file was changed, and its size; of a folder the YAML files below it."""
    files = (file for path in paths for file in (path.rglob("*.y*ml") if path.is_dir() else (path,)))
    found: Stamps = {}
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue  # gone: that is a change as well
        found[file] = (status.st_mtime_ns, status.st_size)
    return found
