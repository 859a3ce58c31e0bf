"""What is recorded: tables, transactions, writes, derived rows, and the reads that the metrics are made of.

Nothing here knows of chat, words or charts. A newcomer's map:

- ``database`` opens SQLite or PostgreSQL and hands out transactions; ``tables`` is the schema, ``types`` its column
  types, ``migrations`` its history.
- ``team``, ``customers``, ``records``, ``corrections``, ``inbox``, ``drafts``, ``audit`` write and look up.
- ``journeys`` derives each customer's journeys and first and last purchase from the records.
- ``facts`` reads what the metrics need, one function per shape of question.

Every statement is Core, built once where it is hot (see docs/decisions/0003).
"""

from sqlalchemy.ext.asyncio import AsyncConnection as Session

from store.database import Database
from store.errors import AlreadyDone, Duplicate, NotFound, StoreError

__all__ = ["AlreadyDone", "Database", "Duplicate", "NotFound", "Session", "StoreError"]
