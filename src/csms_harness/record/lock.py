"""The folder of a run belongs to one process at a time: two that write into one would spoil both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

fcntl: Any
try:
    import fcntl
except ImportError:  # a system without such locks
    fcntl = None

_LOCKS: Final = fcntl is not None


class Busy(Exception):
    """Another process is at work in a folder; the text is one sentence."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder that is there to oneself; the system gives it back however the process ends. Raises Busy.

    The lock is on the folder itself, so that nothing is left behind in it. Where there are no locks, nothing is done.
    """
    if not _LOCKS:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not take(descriptor):
            raise Busy(f"{folder}: another run is at work in this folder; wait for its end, or name another")
        yield
    finally:
        os.close(descriptor)


def take(descriptor: int) -> bool:
    """Lock an open file until it is closed, however that comes about; False where another process has it.

    Where the system or the file system has no locks, everybody gets it.
    """
    if not _LOCKS:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
