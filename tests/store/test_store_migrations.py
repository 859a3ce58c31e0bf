from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import store.migrations
from store.migrations import HEAD, blocking_url, migrate, revision
from store.tables import metadata


def test_head_names_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrated_schema_equals_the_tables(database_url: str) -> None:
    engine = create_engine(blocking_url(database_url))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    assert revision(database_url) == HEAD
    migrate(database_url)
    assert revision(database_url) == HEAD


def test_an_empty_database_has_no_revision(tmp_path: Path) -> None:
    assert revision(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}") is None


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:///a.db", "sqlite:///a.db"])
def test_sqlite_urls_lose_their_async_driver(url: str) -> None:
    assert blocking_url(url).drivername == "sqlite"
