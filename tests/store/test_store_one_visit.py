"""A statement to SQLite visits its connection's thread once, and gives what the library's own four visits gave."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store import Database

GOODS = [{"name": f"goods {number}"} for number in range(300)]
ADD = text("INSERT INTO goods (name) VALUES (:name)")
COUNT = text("SELECT count(*) FROM goods")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database of one table."""
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'goods.db'}")
    async with opened.begin() as session:
        await session.execute(text("CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"))
        await session.execute(ADD, GOODS)
    yield opened
    await opened.close()


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is taken to the threads of connections."""
    found: list[str] = []
    taken: Any = aiosqlite.Connection._execute

    async def counted(self: Any, work: Any, *given: Any, **named: Any) -> Any:
        found.append(getattr(work, "__name__", str(work)))
        return await taken(self, work, *given, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return found


async def test_each_statement_is_one_visit(database: Database, visits: list[str]) -> None:
    async with database.read() as session:
        await session.execute(COUNT)
        visits.clear()
        for _ in range(3):
            assert (await session.execute(COUNT)).scalar_one() == len(GOODS)
    assert len(visits) == 3 + 1, visits  # and the end of the transaction


async def test_rows_counts_and_ids_are_those_of_the_statement(database: Database) -> None:
    async with database.begin() as session:
        added = await session.execute(ADD, {"name": "tea"})
        assert (added.lastrowid, added.rowcount) == (len(GOODS) + 1, 1)
        changed = await session.execute(text("UPDATE goods SET name = name || '!' WHERE id <= 2 RETURNING id, name"))
        assert list(changed) == [(1, "goods 0!"), (2, "goods 1!")]
        gone = await session.execute(text("DELETE FROM goods WHERE id > 10"))
        assert gone.rowcount == len(GOODS) + 1 - 10
        some = await session.execute(text("SELECT id FROM goods ORDER BY id"))
        assert (some.first(), some.closed) == ((1,), True)
        assert (await session.execute(text("SELECT id FROM goods WHERE id < 0"))).all() == []


async def test_what_is_streamed_comes_in_parts(database: Database, visits: list[str]) -> None:
    async with database.read() as session, session.stream(text("SELECT id FROM goods ORDER BY id")) as found:
        visits.clear()
        assert [row.id async for row in found] == list(range(1, len(GOODS) + 1))
    assert visits.count("fetchmany") > 1


async def test_a_refused_statement_leaves_the_transaction_to_be_rolled_back(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin() as session:
            await session.execute(ADD, {"name": "coffee"})
            await session.execute(ADD, {"name": GOODS[0]["name"]})
    async with database.read() as session:
        assert (await session.execute(COUNT)).scalar_one() == len(GOODS)


async def test_a_cancelled_statement_leaves_a_connection_that_works(database: Database) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"

    under_way = asyncio.Event()

    async def asked() -> None:
        async with database.begin() as session:
            await session.execute(ADD, {"name": "milk"})
            under_way.set()
            await session.execute(text(slow))

    task = asyncio.create_task(asked())
    await under_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.begin() as session:
        assert (await session.execute(COUNT)).scalar_one() == len(GOODS)
        await session.execute(ADD, {"name": "milk"})
