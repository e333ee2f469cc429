"""What only one of several test processes may use at a time: locks on files, which end with the process."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes], *, wait: bool = True) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes], *, wait: bool = True) -> None:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def holding(names: Iterable[str], folder: Path) -> Iterator[None]:
    """Hold the locks of these names, kept in a folder, while the block lasts; waits for whoever holds one.

    They are taken in the order of the alphabet, so that two that want the same ones never wait for each other.
    """
    with ExitStack() as held:
        for name in sorted(set(names)):
            file = held.enter_context(_opened(name, folder))
            _lock(file)
        yield


def take_one(names: Iterable[str], folder: Path) -> tuple[str, IO[bytes]] | None:
    """The first of these names that nobody holds, and the file to close when it is given back; None if all are held."""
    for name in names:
        file = _opened(name, folder)
        try:
            _lock(file, wait=False)
        except OSError:
            file.close()
        else:
            return name, file
    return None


def _opened(name: str, folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.lock").open("wb")
