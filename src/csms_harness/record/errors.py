"""What can go wrong with a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class ReportError(Exception):
    """A report could not be made, written, read or checked; the message is one sentence for the user.

    ``written`` are the reports that could be, all the same: where each one is, by kind.
    """

    def __init__(self, message: str, written: dict[str, Path] | None = None) -> None:
        super().__init__(message)
        self.written = written or {}


def in_turn(*works: Callable[[], dict[str, Path]]) -> dict[str, Path]:
    """Do each work, whatever became of those before; return where everything is that was written.

    Raises :class:`ReportError` at the end, with a line for each that failed.
    """
    written: dict[str, Path] = {}
    failed = []
    for work in works:
        try:
            written |= work()
        except ReportError as error:
            written |= error.written
            failed.append(str(error))
    if failed:
        raise ReportError("\n".join(failed), written)
    return written
