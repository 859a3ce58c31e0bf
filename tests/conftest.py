"""What every test may ask for: a migrated, empty database of each kind."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import LRUCache

from bot.sample import sample_team
from store import Database
from store.migrations import migrate
from store.tables import metadata
from tests.watching import watch_writes

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def _postgres_answers() -> bool:
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


HAS_POSTGRES = _postgres_answers()
WAITING = ["torture", "browser", "conversations", "bot"]
"""Folders whose tests mostly wait, for other processes or for the clock; the longest first."""
BACKENDS = ["sqlite", "postgresql"] if HAS_POSTGRES or os.environ.get("CI") else ["sqlite"]


def pytest_report_header() -> str:
    """Say in one line what is left out."""
    if len(BACKENDS) == 2:
        return "databases: SQLite and PostgreSQL"
    return "databases: SQLite only (no PostgreSQL answers; set TEST_POSTGRES_URL to run its half)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files whose tests mostly wait among those that compute, so that neither come all at once.

    The longest begin first: one that began at the end would keep its worker busy while the others have nothing.
    """
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    waiting = [file for folder in WAITING for file in files if file[0].path.parent.name == folder]
    computing = [file for file in files if file not in waiting]
    apart = max(len(computing) // max(len(waiting), 1) - 1, 1)
    spread = [
        one for place, file in enumerate(waiting) for one in (file, *computing[place * apart : (place + 1) * apart])
    ]
    items[:] = chain.from_iterable([*spread, *computing[len(waiting) * apart :]])


def _compile_once() -> None:
    """Let all engines of a kind share compiled statements, as all chats of one deployment do.

    Each test opens a database of its own, for which SQLAlchemy would compile the product's statements anew: a quarter
    of a test's time.
    """
    for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    compiled, make = LRUCache[Any, Any](2000), Engine.__init__

    def made(self: Engine, *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        if self.dialect.is_async:
            self._compiled_cache = compiled

    Engine.__init__ = made  # type: ignore[method-assign]


_compile_once()


@pytest.fixture(autouse=True)
def _log_lines() -> None:
    """Log lines go to pytest's log (`caplog`): structlog's own way draws a traceback for seconds, to a terminal."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[plain], logger_factory=structlog.stdlib.LoggerFactory())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


SAMPLED = datetime(2026, 11, 26, 8, tzinfo=UTC)


@pytest.fixture(scope="session")
def sample_template(sqlite_template: Path) -> Path:
    """A SQLite file with the sample team's year up to `SAMPLED`, to be read, or copied: making one takes seconds."""
    path = sqlite_template.with_name("sample.db")
    path.write_bytes(sqlite_template.read_bytes())

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await sample_team(database, SAMPLED)
        await database.close()

    loop = asyncio.new_event_loop()
    loop.run_until_complete(fill())
    loop.close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated PostgreSQL database, emptied after each test: making one for each would take most of a second."""
    name = f"chot_test_{uuid.uuid4().hex[:12]}"
    _administer(f"CREATE DATABASE {name}")
    _administer(f"ALTER DATABASE {name} SET synchronous_commit = off")  # processes are killed here, the server is not
    url = POSTGRES.rsplit("/", 1)[0] + "/" + name
    migrate(url)
    yield url
    _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


_EMPTY = b"; ".join(statement.encode() for statement in (
    # of one in a transaction the end is waited for, by tenths of a second
    "SELECT pg_terminate_backend(pid, CASE state WHEN 'idle' THEN 0 ELSE 5000 END) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "SET LOCAL session_replication_role = replica",  # deletes in any order, without regard to foreign keys
    *(f'DELETE FROM "{name}"' for name in metadata.tables),
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences "
    "WHERE last_value IS NOT NULL",
))  # fmt: skip


@cache
def _janitor(url: str) -> psycopg.Connection[Any]:
    """One connection for all emptying of a database: a new one would have to learn every table first."""
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def emptied(url: str) -> None:
    """Take all rows out of a PostgreSQL database that nobody uses any more."""
    _janitor(url).execute(_EMPTY)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database that this run of the test is on."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated, empty database."""
    if backend == "sqlite":
        path = tmp_path / "chot.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite+aiosqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_url")
        yield url
        emptied(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, opened."""
    opened = Database(database_url)
    forgotten = watch_writes(opened)
    yield opened
    await opened.close()
    assert not forgotten, f"changed without store.derived.daily.moved in the same transaction: {forgotten}"
