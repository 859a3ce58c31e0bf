"""The schema's history: Alembic revisions, and the one call that brings a database up to date."""

from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

HEAD = "0018"
"""The newest revision; a test holds it to ``versions/``. Known here so that a start need not import Alembic."""


def migrate(url: str) -> None:
    """Bring the database at ``url`` (as in ``DATABASE_URL``) to `HEAD`; does nothing when it is there."""
    if revision(url) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = blocking_url(url)
    command.upgrade(config, "head")


def revision(url: str) -> str | None:
    """Return the revision that the database is at, or None when it is empty."""
    engine = create_engine(blocking_url(url))
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def blocking_url(url: str) -> URL:
    """Return the same database's URL with a driver that needs no event loop."""
    parsed = make_url(url)
    return parsed.set(drivername="sqlite") if parsed.get_backend_name() == "sqlite" else parsed
