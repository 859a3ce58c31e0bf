"""SQLite's connections live in a thread each: a statement is run and read there in one visit, not in four."""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """SQLAlchemy's cursor, which visits the thread to open, to execute, to fetch and to close; this one only once."""

    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return connection._conn.cursor()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            self._rows = deque(await self._connection._execute(_rows, self._cursor, operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            await self._connection._execute(self._cursor.executemany, operation, seq_of_parameters)

    async def _async_soft_close(self) -> None:
        """Nothing is left open: all rows were read."""

    def close(self) -> None:
        """Let go of the rows; SQLite's own cursor ends with its last reference, in its thread if that is at work."""
        self._rows.clear()


class Connection(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's connection to SQLite, with such cursors; one that streams visits its thread for each part."""

    __slots__ = ()

    _cursor_cls = Cursor


def connected(dialect: Any, _record: object, given: Sequence[Any], options: dict[str, Any]) -> Connection:
    """Connect as the dialect does; for the engine's event ``do_connect``."""
    connection = dialect.connect(*given, **options)
    return Connection(connection.dbapi, connection.driver_connection)


def _rows(cursor: sqlite3.Cursor, operation: Any, parameters: Any) -> Sequence[Any]:
    cursor.execute(operation, parameters)
    return cursor.fetchall() if cursor.description else ()
