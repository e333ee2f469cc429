"""The folder of a run belongs to one process at a time: two that write into one would spoil both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

fcntl: Any
try:
    import fcntl
except ImportError:  # a system without such locks
    fcntl = None


class Busy(Exception):
    """Another process is at work in a folder; the text is one sentence."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder that is there to oneself; the system gives it back however the process ends. Raises Busy.

    The lock is on the folder itself, so that nothing is left behind in it. Where there are no locks, nothing is done.
    """
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{folder}: another run is at work in this folder; wait for its end, or name another") from None
        except OSError:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # a file system without locks
        yield
    finally:
        os.close(descriptor)
