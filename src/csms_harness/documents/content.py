"""The bytes of a file that somebody named; what is no plain file is refused, for a pipe would be waited for forever."""

from __future__ import annotations

from errno import EINVAL
from pathlib import Path
from typing import Final

_USUAL: Final = 1 << 16
"""Nearly all files are smaller, and room for so many bytes is had at once."""


def content(path: Path, most: int) -> bytes:
    """At most so many bytes from the beginning of a file.

    A device or a pipe that a shell hands over (``/dev/stdin``, ``/dev/fd/63``) is read as well. Raises OSError.
    """
    if path.exists() and not (path.is_file() or path.is_dir() or path.as_posix().startswith("/dev/")):
        raise OSError(EINVAL, "it is a pipe, a socket or a device, and a plain file is due")
    with path.open("rb") as file:
        begin = file.read(min(most, _USUAL))
        return begin if len(begin) < _USUAL else begin + file.read(most - _USUAL)
