"""Which Charge Points are at work on this machine: two runs with one identity throw each other out of a Central System.

Each run holds a locked file for each of its identities, in the folder where runs leave notes for later ones. The system
gives the lock back however a process ends.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from csms_harness.record.lock import take

_PORTS: Final = {"ws": 80, "wss": 443}
_HERE: Final = frozenset({"localhost", "::1", "0.0.0.0"})  # noqa: S104  nobody listens: an address of this machine


class Occupied(Exception):
    """Another run of this machine is at work with an identity; the text is one sentence."""


@contextmanager
def at_work(folder: Path, url: str, identities: Iterable[str], doing: str) -> Iterator[None]:
    """Use these identities at a Central System while the block lasts; ``doing`` says for what. Raises Occupied.

    A ``folder`` that cannot be written knows of nobody.
    """
    with ExitStack() as stack:
        for identity in identities:
            descriptor = _opened(_file(folder, url, identity))
            if descriptor is None:
                continue
            stack.callback(os.close, descriptor)
            if not take(descriptor):
                raise Occupied(_sentence(identity, descriptor))
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, json.dumps({"process": os.getpid(), "doing": doing}).encode())
        yield


def _sentence(identity: str, descriptor: int) -> str:
    who = ""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(os.read(descriptor, 4096))
        who = f" (process {told['process']}: {told['doing']})"
    return (
        f"{identity} is at work at this Central System already, in another run of this machine{who}; "
        "wait for its end, or give this run a Charge Point of its own"
    )


def _opened(path: Path) -> int | None:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o600)
    except OSError:
        return None


def _file(folder: Path, url: str, identity: str) -> Path:
    digest = hashlib.sha256(f"{_place(url)}\n{identity}".encode()).hexdigest()
    return folder / "at-work" / f"{digest[:24]}.json"


def _place(url: str) -> str:
    """The same text for two ways to write one address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return f"{'127.0.0.1' if host in _HERE else host}:{port}{parts.path.rstrip('/')}?{parts.query}"
