"""What every test may ask for: a migrated, empty database of each kind, and a team in it."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from store import Database
from store.migrations import migrate
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
BACKENDS = ["sqlite", "postgresql"] if HAS_POSTGRES or os.environ.get("CI") else ["sqlite"]


def pytest_report_header() -> str:
    """Say in one line what is left out."""
    if len(BACKENDS) == 2:
        return "databases: SQLite and PostgreSQL"
    return "databases: SQLite only (no PostgreSQL answers; set TEST_POSTGRES_URL to run its half)"


@pytest.fixture(autouse=True)
def _log_lines() -> None:
    """Log lines go to pytest's log (`caplog`): structlog's own way draws a traceback for seconds, to a terminal."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[plain], logger_factory=structlog.stdlib.LoggerFactory())


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A migrated, empty database of each kind, copied for each test: migrating every time would be slow."""
    sqlite = tmp_path_factory.mktemp("template") / "empty.db"
    migrate(f"sqlite+aiosqlite:///{sqlite}")
    made = {"sqlite": str(sqlite)}
    if "postgresql" in BACKENDS:
        made["postgresql"] = _create_postgres("template1")
        migrate(_postgres_url(made["postgresql"]))
    yield made
    if "postgresql" in made:
        _drop_postgres(made["postgresql"])


def _postgres_url(name: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + "/" + name


def _administer(statement: str) -> None:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _create_postgres(template: str) -> str:
    name = f"chot_test_{uuid.uuid4().hex[:12]}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def _drop_postgres(name: str) -> None:
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database that this run of the test is on."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, templates: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database."""
    if backend == "sqlite":
        path = tmp_path / "chot.db"
        path.write_bytes(Path(templates["sqlite"]).read_bytes())
        yield f"sqlite+aiosqlite:///{path}"
        return
    name = _create_postgres(templates["postgresql"])
    yield _postgres_url(name)
    _drop_postgres(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, opened."""
    opened = Database(database_url)
    forgotten = watch_writes(opened)
    yield opened
    await opened.close()
    assert not forgotten, f"changed without store.daily.moved in the same transaction: {forgotten}"
