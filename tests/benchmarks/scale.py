"""A big team for the benchmarks, kept between runs: its records are written in bulk, what follows from them derived.

The rows are those that the product's own writes leave (the import's benchmark measures those);
`store.derived.refreshing.rebuild` then makes journeys, portraits and totals, as ``chot rebuild`` does.
"""

import hashlib
import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, CreateTable

from store import Database
from store.catalogue.products import change_product, product_named
from store.derived.refreshing import rebuild
from store.migrations import migrate
from store.people.membership import member_named
from store.people.team import create_team
from store.records.bulk import NewCustomer, add_customers
from store.tables import metadata
from tests.benchmarks.history import Row, history

NOW = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
DAYS = 3 * 365
BATCH = 50_000
VERSION = 4
T = TypeVar("T")


def batched(some: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` (itertools has it from Python 3.12)."""
    rest = iter(some)
    while part := list(islice(rest, size)):
        yield part


async def big_database(records: int) -> tuple[Database, int]:
    """Return a database with one team of that many records, made once per schema, and the team's id."""
    path = _kept_at(records)
    if not path.exists():
        begun = time.perf_counter()
        await _make(path, records)
        print(f"made {path} in {time.perf_counter() - begun:.0f} s", flush=True)
    return Database(f"sqlite+aiosqlite:///{path}"), 1


def _kept_at(records: int) -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chot-bench"
    folder.mkdir(parents=True, exist_ok=True)
    schema = [
        str(CreateTable(one)) + "".join(sorted(str(CreateIndex(index)) for index in one.indexes)) for one in tables()
    ]
    digest = hashlib.sha256(f"{VERSION}".encode() + "".join(schema).encode()).hexdigest()
    return folder / f"{records}-{digest[:10]}.db"


def tables() -> list[Table]:
    """Return the schema's tables in one order, with their indexes."""
    return sorted(metadata.tables.values(), key=lambda one: one.name)


async def _make(path: Path, records: int) -> None:
    for old in path.parent.glob(f"{records}-*"):
        old.unlink()  # of another schema, or left by a run that was broken off
    draft = path.with_suffix(".making")
    migrate(f"sqlite+aiosqlite:///{draft}")
    database = Database(f"sqlite+aiosqlite:///{draft}")
    people, reps, products = await _cast(database, records)
    await database.close()
    _write(draft, history(records, people, reps, products, NOW, DAYS))
    database = Database(f"sqlite+aiosqlite:///{draft}")
    async with database.begin() as session:
        await rebuild(session, 1, 90)
    await database.close()
    with sqlite3.connect(draft) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    draft.rename(path)


async def _cast(database: Database, records: int) -> tuple[list[int], list[int], list[int]]:
    """Make the team, its customers, reps and products."""
    start = NOW - timedelta(days=DAYS)
    async with database.begin() as session:
        team = await create_team(session, name="Big", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=start)
        reps = [await member_named(session, team, f"Rep {number}", start) for number in range(1, 13)]
        products = [await product_named(session, team, f"Product {number}") for number in range(1, 41)]
        for place, product in enumerate(products):
            await change_product(session, team, product, category=f"Kind {place % 8}", unit_cost_minor=300_000)
        names = [NewCustomer(f"Khách {number}", owner_id=reps[number % 12]) for number in range(max(10, records // 12))]
        people = [one for some in batched(names, 20_000) for one in await add_customers(session, team, some)]
    return people, reps, products


def _write(path: Path, rows: Iterable[Row]) -> None:
    """Write rows a batch at a time, with the indexes off: they are made at the end, at once."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    made = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in made:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    for some in batched(rows, BATCH):
        _insert(connection, some)
    connection.execute("UPDATE teams SET next_number = (SELECT max(number) + 1 FROM records)")
    for _, statement in made:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.close()


def _insert(connection: sqlite3.Connection, rows: list[Row]) -> None:
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = defaultdict(list)
    for table, row in rows:
        groups[table, tuple(row)].append(tuple(row.values()))
    for (table, columns), values in groups.items():
        places = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)
