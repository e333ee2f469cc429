"""The terminal an operator sits at, as far as a prompt needs it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

if sys.platform != "win32":
    import termios
    import tty

_CLEAR_LINE = "\r\x1b[K"


class Terminal(Protocol):
    """What a prompt asks of a terminal."""

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        ...

    def show(self, text: str) -> None:
        """Print a line that stays."""
        ...

    def status(self, text: str) -> None:
        """Print over the last line; an empty text clears it."""
        ...

    async def key(self) -> str:
        """The next key; may be cancelled without losing one. Empty when there will be none."""
        ...


class StreamTerminal:
    """A terminal over two text streams; single keys need a real one on a system with termios."""

    def __init__(self, reader: TextIO = sys.stdin, writer: TextIO = sys.stderr) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def interactive(self) -> bool:
        """Whether both streams are a terminal whose single keys can be read."""
        return sys.platform != "win32" and self._reader.isatty() and self._writer.isatty()

    def show(self, text: str) -> None:
        """Print a line that stays."""
        self._writer.write(f"{text}\n")
        self._writer.flush()

    def status(self, text: str) -> None:
        """Print over the last line; an empty text clears it."""
        self._writer.write(f"{_CLEAR_LINE}{text}")
        self._writer.flush()

    async def key(self) -> str:
        """The next key, unbuffered and without echo; Ctrl-C keeps its meaning."""
        loop = asyncio.get_running_loop()
        descriptor = self._reader.fileno()
        ready: asyncio.Future[None] = loop.create_future()
        with _single_keys(descriptor):
            loop.add_reader(descriptor, _settle, ready)
            try:
                await ready
            finally:
                loop.remove_reader(descriptor)
            try:
                return os.read(descriptor, 1).decode("ascii", errors="replace")
            except OSError:
                return ""


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


@contextmanager
def _single_keys(descriptor: int) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor, termios.TCSANOW)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
