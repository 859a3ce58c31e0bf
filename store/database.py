"""Opens the database and hands out transactions: one writer on SQLite, a pool on PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from store.one_visit import connected
from store.remembering import Remembering

READERS = 4
BUSY_MS = 30_000


class Database:
    """The engines behind one ``DATABASE_URL``.

    ``begin`` is a writing transaction, committed when its block ends well; ``read`` is a snapshot that cannot write.
    On SQLite all writers share one connection (fair and never "locked"), and each transaction begins IMMEDIATE: the
    driver's own late begin loses read-modify-write updates.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite:
            self._writer = _sqlite_engine(self.url, size=1, writes=True)
            self._reader = _sqlite_engine(self.url, size=READERS, writes=False)
        else:
            self._writer = create_async_engine(self.url, pool_size=8, max_overflow=8, pool_pre_ping=True)
            self._reader = self._writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction: commits at the end of the block, rolls back when it raises."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent snapshot for reading; writing raises on SQLite and PostgreSQL alike."""
        async with self._reader.connect() as connection:
            if not self.sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield await connection.execution_options(snapshot=True)

    @asynccontextmanager
    async def remembering(self) -> AsyncIterator[AsyncConnection]:
        """A snapshot as `read` gives it, which asks the database nothing twice."""
        async with self.read() as connection:
            yield Remembering(connection)

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[AsyncConnection]:
        """A connection outside any transaction, for locks that last as long as the process holds it."""
        async with self._writer.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Give all connections back to the operating system."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(self.url.database) if self.sqlite and self.url.database else None


def _sqlite_engine(url: URL, size: int, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000},
    )

    event.listen(engine.sync_engine, "do_connect", connected)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        _pragmas(connection, writes=writes)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _pragmas(connection: Any, *, writes: bool) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a confirmed record survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "cache_size=-8000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    if not writes:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()
