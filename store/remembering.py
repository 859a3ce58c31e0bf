"""A snapshot that is asked nothing twice: for work that composes many figures from one state of the database."""

from collections.abc import Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import FrozenResult, Result
from sqlalchemy.ext.asyncio import AsyncConnection


class Remembering(AsyncConnection):
    """A connection in a reading transaction; a query that was asked before is answered from memory.

    Right only within a snapshot, and meant for queries of few rows: all of them stay until the connection is let go.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection.engine, connection.sync_connection)
        self._known: dict[Hashable, FrozenResult[Any]] = {}

    async def execute(self, statement: Any, *rest: Any, **options: Any) -> Any:
        """Execute as `AsyncConnection` does, once for each statement and its values."""
        key = None if options else _key(statement, *rest)
        if key is None:
            return await super().execute(statement, *rest, **options)
        if key not in self._known:
            found: Result[Any] = await super().execute(statement, *rest)
            self._known[key] = found.freeze()
        return self._known[key]()


def remembering(connection: AsyncConnection) -> AsyncConnection:
    """Return a connection in a reading transaction as one that is asked nothing twice, for as long as it is held."""
    return connection if isinstance(connection, Remembering) else Remembering(connection)


def _key(statement: Any, given: Mapping[str, Any] = MappingProxyType({})) -> Hashable | None:
    """The statement's own cache key with its values and those given for it; None where it has none."""
    key = statement._generate_cache_key()  # as SQLAlchemy's own recipe for caching does
    if key is None:
        return None
    return key.key, tuple(_hashable(given.get(one.key, one.effective_value)) for one in key.bindparams)


def _hashable(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else value
