import json
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

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


def test_hand_overs_are_filled_from_the_trail(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    config = Config()
    config.set_main_option("script_location", str(Path(store.migrations.__file__).parent))
    config.attributes["url"] = blocking_url(url)
    command.upgrade(config, "0012")
    engine = create_engine(blocking_url(url))
    told = ((1, {"owner_id": None}), (2, {"name": "An"}), (3, {"owner_id": 7, "phone": None}))
    with engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys = OFF"))
        for number, before in told:
            row = {"id": number, "team_id": 1, "at": number, "action": "customer", "customer_id": 5}
            connection.execute(text(f"INSERT INTO audit ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)
            values = {"id": number, "team_id": 1, "audit_id": number, "before": json.dumps(before)}
            connection.execute(
                text(f"INSERT INTO audit_values ({', '.join(values)}) VALUES (:{', :'.join(values)})"), values
            )
    migrate(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT customer_id, at, from_id FROM hand_overs ORDER BY at")).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [(5, 1, None), (5, 3, 7)]


def test_an_empty_database_has_no_revision(tmp_path: Path) -> None:
    assert revision(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}") is None


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:///a.db", "sqlite:///a.db"])
def test_sqlite_urls_lose_their_async_driver(url: str) -> None:
    assert blocking_url(url).drivername == "sqlite"
