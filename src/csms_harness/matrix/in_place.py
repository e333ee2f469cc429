"""A database in memory that works where it is asked: no thread, and so nothing for virtual time to wait for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from typing import Any

import aiosqlite


class InPlace(aiosqlite.Connection):
    """An empty SQLite database, used as aiosqlite is, each statement done before its await comes back.

    A trial opens one and runs hundreds of statements of microseconds: handing each to a thread and back takes as long
    as all the rest of the trial.
    """

    def __init__(self) -> None:
        super().__init__(lambda: sqlite3.connect(":memory:"), iter_chunk_size=64)

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    async def _connect(self) -> aiosqlite.Connection:
        self._connection = self._connector()
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    def stop(self) -> None:
        """No thread has to be told."""
        self._running = False


async def in_place(*_args: object, **_options: object) -> aiosqlite.Connection:
    """What SQLAlchemy calls to connect."""
    return await InPlace()
