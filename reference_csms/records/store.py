"""The one database connection, and transactions that a vanished caller cannot tear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, Update, bindparam, event, func, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from reference_csms.records import tables

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
Connect = Callable[..., Awaitable[Any]]
"""What makes a connection of the driver that the URL names."""

_SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=2000")


class StoreError(Exception):
    """The database cannot be used; the text is one sentence for the operator."""


class Store:
    """Runs units of work one after another, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection) -> None:
        self._engine = engine
        self._connection = connection
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, connect: Connect | None = None) -> Store:
        """Connect, by the database's own driver or by ``connect``, and create what is missing; raises StoreError."""
        try:
            engine = create_async_engine(url) if connect is None else create_async_engine(url, async_creator=connect)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise StoreError(f"--database is no usable database URL ({_first_line(error)}).") from None
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", _set_pragmas)
        connection: AsyncConnection | None = None
        try:
            connection = await engine.connect()
            store = cls(engine, connection)
            await store.within(lambda db: db.run_sync(_make_tables))
        except (SQLAlchemyError, OSError, _OtherTablesError) as error:
            if connection is not None:
                await connection.close()
            await engine.dispose()
            place = engine.url.render_as_string(hide_password=True)
            raise StoreError(f"The database {place} cannot be opened ({_first_line(error)}).") from None
        return store

    async def within(self, work: Work[T]) -> T:
        """Run a unit of work in a transaction, and return what it returns.

        A caller that is cancelled does not take the transaction with it: a torn connection would be lost,
        and with it a database in memory.
        """
        return await asyncio.shield(asyncio.create_task(self._transact(work)))

    async def _transact(self, work: Work[T]) -> T:
        async with self._turn, self._connection.begin():
            return await work(self._connection)

    async def close(self) -> None:
        """Wait for the running unit of work, then let the database go."""
        async with self._turn:
            await self._connection.close()
            await self._engine.dispose()


class _OtherTablesError(Exception):
    """The tables that are there are not those of this version."""


def _make_tables(connection: Connection) -> None:
    """Create what is missing. A table that is there has to have the columns of this version: nothing is migrated."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in tables.metadata.sorted_tables:
        if table.name in there:
            found = {column["name"] for column in inspector.get_columns(table.name)}
            if found != set(table.columns.keys()):
                raise _OtherTablesError(
                    f"its table {table.name} is that of another version of this program; "
                    "name another database, or remove this one"
                )
    tables.metadata.create_all(connection)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


async def put(db: AsyncConnection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Update the row of a key, or insert it."""
    if values:
        named = {f"new_{name}": value for name, value in values.items()}
        if (await db.execute(_update_of(table, tuple(key), tuple(values)), _of_key(key) | named)).rowcount:
            return
    elif await fetch_one(db, table, key):
        return
    await db.execute(insert(table), key | values)


async def fetch_one(db: AsyncConnection, table: Table, key: dict[str, Any]) -> Any:
    """The row of a key, or None."""
    return (await db.execute(_select_of(table, tuple(key)), _of_key(key))).first()


def _of_key(key: dict[str, Any]) -> dict[str, Any]:
    return {f"key_{name}": value for name, value in key.items()}


@lru_cache(maxsize=256)
def _select_of(table: Table, key: tuple[str, ...]) -> Select[Any]:
    return select(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in key))


@lru_cache(maxsize=256)
def _update_of(table: Table, key: tuple[str, ...], values: tuple[str, ...]) -> Update:
    found = update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    return found.values({name: bindparam(f"new_{name}") for name in values})


async def next_number(db: AsyncConnection, kind: str) -> int:
    """Give out the next number of a kind, starting at 1."""
    last = await db.scalar(select(tables.numbers.c.last).where(tables.numbers.c.kind == kind))
    await put(db, tables.numbers, {"kind": kind}, {"last": (last or 0) + 1})
    return (last or 0) + 1


async def note_number(db: AsyncConnection, kind: str, number: int) -> None:
    """Let no later number of a kind be one that somebody else chose."""
    last = await db.scalar(select(func.max(tables.numbers.c.last)).where(tables.numbers.c.kind == kind))
    if number > (last or 0):
        await put(db, tables.numbers, {"kind": kind}, {"last": number})
