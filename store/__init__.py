"""What is recorded: tables, transactions, writes, derived rows, and the reads that the metrics are made of.

Nothing here knows of chat, words or charts. A newcomer's map:

- ``database`` opens SQLite or PostgreSQL and hands out transactions; ``tables`` is the schema, ``types`` its column
  types, ``migrations`` its history.
- ``people``, ``customers``, ``catalogue``, ``records`` and ``queues`` (what waits to be done or sent) write and look
  up; ``names`` says how names are compared.
- ``derived`` keeps what follows from the records: journeys, first and last purchases, totals of days.
- ``facts`` reads what the metrics need, one function per shape of question.

Every statement is Core, built once where it is hot (see docs/decisions/0003).
"""

from sqlalchemy.ext.asyncio import AsyncConnection as Session

from store.database import Database
from store.errors import AlreadyDone, Duplicate, NotFound, StoreError

__all__ = ["AlreadyDone", "Database", "Duplicate", "NotFound", "Session", "StoreError"]
