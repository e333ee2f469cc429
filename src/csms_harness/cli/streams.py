"""Standard streams that cannot end a run: closed ones are opened on nothing, full ones are noted and passed over.

A verdict is worth more than the line that tells it. So an error of a stream never decides the exit code of a run; what
was lost is said on the stream that is left. A reader of a pipe who goes away is another matter (``BrokenPipeError``).
"""

from __future__ import annotations

import io
import os
import sys
from typing import Final, TextIO

UNWRITTEN = 7
"""The exit code for a report, or the output of a command, that could not be written."""

_STREAMS: Final = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))
_NAMES: Final = {"stdout": "standard output", "stderr": "standard error"}


class _Forgiving(io.FileIO):
    """A raw stream that throws away what cannot be written, and remembers why."""

    lost: OSError | None = None

    def write(self, data: object, /) -> int:
        """Write like ``FileIO``; an error other than a broken pipe is kept in ``lost``."""
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except BrokenPipeError:
            raise
        except OSError as error:
            self.lost = self.lost or error
            return memoryview(data).nbytes  # type: ignore[arg-type]


def guard() -> None:
    """Make the standard streams of this process such streams; a width that is no width is forgotten."""
    for number, (name, mode) in enumerate(_STREAMS):
        if _closed(number):
            _open_on_nothing(number, mode)
        if number and getattr(sys, name) is getattr(sys, f"__{name}__"):  # else somebody else's, who knows why
            setattr(sys, name, _forgiving(number, getattr(sys, name)))
        if sys.stdin is None:
            sys.stdin = open(number, closefd=False)  # noqa: SIM115  a descriptor, for as long as the process
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "").isdecimal() or not int(os.environ[name]):
            os.environ.pop(name, None)


def _closed(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return True
    return False


def _open_on_nothing(number: int, mode: int) -> None:
    """Or the next file that is opened takes the number, and what is printed lands in it."""
    nowhere = os.open(os.devnull, mode)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)


def _forgiving(number: int, stream: TextIO | None) -> TextIO:
    encoding = stream.encoding if stream is not None else "utf-8"
    raw = _Forgiving(number, "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=number == 2 or raw.isatty()
    )


def lost(stream: TextIO) -> OSError | None:
    """Why something written to a guarded stream found no place; None when all did."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw.lost if isinstance(raw, _Forgiving) else None


_verdict: bool = False


def code_stands() -> None:
    """The exit code of this command says what it found; lines that nobody could read change nothing in it."""
    global _verdict  # noqa: PLW0603  one process, one command
    _verdict = True


def told(code: int) -> int:
    """The exit code after saying on the stream that is left what the other could not take."""
    found = False
    for name, other in (("stdout", sys.stderr), ("stderr", sys.stdout)):
        error = lost(getattr(sys, name))
        if error is not None:
            from csms_harness.foreign import for_terminal

            found = True
            text = f"csms-harness: {_NAMES[name]} could not be written: {error.strerror or error}."
            print(for_terminal(text), file=other, flush=True)
    return UNWRITTEN if found and not code and not _verdict else code
