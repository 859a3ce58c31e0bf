"""How Alembic reaches the database: one connection, one transaction, the URL given by `store.migrations.migrate`."""

from alembic import context
from sqlalchemy import create_engine

from store.tables import metadata


def run() -> None:
    """Apply the revisions inside one transaction."""
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
