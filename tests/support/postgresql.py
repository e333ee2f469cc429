"""A PostgreSQL of our own on a free port of loopback, where one is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MISSING: Final = [name for name in ("initdb", "postgres") if shutil.which(name) is None] + [
    name for name in ("asyncpg",) if importlib.util.find_spec(name) is None
]
"""What is not here, and is needed."""

DEADLINE: Final = 60.0
_NOBODY: Final = "nobody"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of an empty database, as long as the block lasts; ``folder`` is below one that everybody may enter."""
    user = _NOBODY if os.getuid() == 0 else None  # PostgreSQL refuses to be root
    folder.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(folder, user)
    data = str(folder / "data")
    _do(["initdb", "--no-sync", "--auth=trust", "--username=csms", "--encoding=UTF8", "-D", data], user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
    log = (folder.parent / f"{folder.name}.log").open("wb")
    with log, subprocess.Popen(words, user=user, stdout=log, stderr=log, cwd="/") as server:
        try:
            _do(["pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"], user, until=DEADLINE)
            yield f"postgresql+asyncpg://csms@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(2)  # no new connections, the open ones are cut
            server.wait(DEADLINE)


def _do(words: list[str], user: str | None, until: float = 0.0) -> None:
    import time

    ends = time.monotonic() + until
    while True:
        done = subprocess.run(words, user=user, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode == 0:
            return
        assert time.monotonic() < ends, done.stderr
        time.sleep(0.05)
