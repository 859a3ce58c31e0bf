"""The inbox: every update kept before Telegram is told, handled exactly once, answered at least once.

A row is *handled* in the transaction that holds its effect (`settle`) and *answered* once the reply was accepted
(`mark_answered`). Workers take rows by a lease, `claimed_until`; a row is only claimed when no earlier row of the same
sender waits to be handled, so that each sender's messages take effect in order, across replicas too.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, null, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database
from store.errors import AlreadyDone
from store.tables import inbox

KEEP = timedelta(hours=48)
"""How long an update's id is remembered; Telegram keeps an update for 24 hours and restarts ids after a week."""

MOST = 1_000
"""How many rows one claim takes at most."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update as it came: its id, who sent it (0 for nobody), and Telegram's JSON."""

    update_id: int
    sender: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """An inbox row to work on; ``reply`` is what was decided when it is ``handled`` already."""

    id: int
    update_id: int | None
    sender: int
    payload: Mapping[str, Any]
    handled: bool = False
    reply: Mapping[str, Any] | None = None
    attempts: int = 0


_VALUES: dict[str, Any] = {
    name: bindparam(name) for name in ("bot_id", "update_id", "sender", "payload", "received_at")
}
_KEPT = (inbox.c.id, inbox.c.update_id)
_KEEP = {
    module.dialect.name: module.insert(inbox)
    .values(**_VALUES, claimed_until=bindparam("claimed_until"), attempts=0)
    .on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
    .returning(*_KEPT)
    for module in (sqlite, postgresql)
}
_SETTLE = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.handled_at.is_(None), inbox.c.set_aside_at.is_(None))
    .values(handled_at=bindparam("now"), reply=bindparam("said"))
)
_ANSWER = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"))
    .values(
        answered_at=bindparam("now"),
        handled_at=func.coalesce(inbox.c.handled_at, bindparam("now", type_=inbox.c.handled_at.type)),
        payload=null(),
        reply=null(),
        claimed_until=None,
    )
)
_OPEN = (inbox.c.answered_at.is_(None), inbox.c.set_aside_at.is_(None))


async def keep(
    session: AsyncConnection, bot_id: int, incoming: Sequence[Incoming], now: datetime, claimed_until: datetime | None
) -> list[Stored]:
    """Keep updates, in order; returns the rows that are new (an update kept in the last 48 hours is not)."""
    made = await _insert(session, bot_id, incoming, now, claimed_until)
    missing = [update for update in incoming if update.update_id not in made]
    if missing and await _forget(session, bot_id, [update.update_id for update in missing], now - KEEP):
        made |= await _insert(session, bot_id, missing, now, claimed_until)
    return [
        Stored(made[update.update_id], update.update_id, update.sender, update.payload)
        for update in incoming
        if update.update_id in made
    ]


async def _insert(
    session: AsyncConnection, bot_id: int, incoming: Sequence[Incoming], now: datetime, claimed_until: datetime | None
) -> dict[int, int]:
    statement = _KEEP[session.dialect.name]
    made = {}
    for update_ in incoming:
        values = {
            "bot_id": bot_id,
            "update_id": update_.update_id,
            "sender": update_.sender,
            "payload": update_.payload,
            "received_at": now,
            "claimed_until": claimed_until,
        }
        row = (await session.execute(statement, values)).first()
        if row is not None:
            made[update_.update_id] = row.id
    return made


async def _forget(session: AsyncConnection, bot_id: int, update_ids: Sequence[int], before: datetime) -> int:
    """Let go of update ids kept before an instant, so that Telegram may use them again."""
    forgotten = await session.execute(
        update(inbox)
        .where(inbox.c.bot_id == bot_id, inbox.c.update_id.in_(update_ids), inbox.c.received_at < before)
        .values(update_id=None)
    )
    return forgotten.rowcount


async def claim(
    session: AsyncConnection,
    bot_id: int,
    now: datetime,
    until: datetime,
    *,
    sender: int | None = None,
    whole: bool = False,
) -> list[Stored]:
    """Take rows that wait and that nobody holds, oldest first.

    Per sender only the earliest that is not handled, unless ``whole``: a process alone takes every row, and keeps the
    order itself. One ``sender``, or all.
    """
    earlier = inbox.alias()
    blocked = exists().where(
        earlier.c.sender == inbox.c.sender,
        earlier.c.bot_id == inbox.c.bot_id,
        earlier.c.id < inbox.c.id,
        earlier.c.handled_at.is_(None),
        earlier.c.set_aside_at.is_(None),
    )
    free = or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until < now)
    waiting = select(inbox.c.id).where(*_OPEN, inbox.c.bot_id == bot_id, free)
    if not whole:
        waiting = waiting.where(or_(inbox.c.handled_at.is_not(None), ~blocked))
    if sender is not None:
        waiting = waiting.where(inbox.c.sender == sender)
    waiting = waiting.order_by(inbox.c.id).limit(MOST).with_for_update(skip_locked=True)
    taken = await session.execute(
        update(inbox).where(inbox.c.id.in_(waiting.scalar_subquery())).values(claimed_until=until).returning(*inbox.c)
    )
    return sorted((_stored(row) for row in taken), key=lambda stored: stored.id)


async def waiting(session: AsyncConnection, bot_id: int) -> int:
    """Count the rows that are not answered yet."""
    counted = await session.execute(select(func.count()).select_from(inbox).where(*_OPEN, inbox.c.bot_id == bot_id))
    return int(counted.scalar_one())


async def release(session: AsyncConnection, bot_id: int) -> None:
    """Give up every lease: for the start of a process that is alone, where a lease can only be a dead one's."""
    await session.execute(
        update(inbox)
        .where(*_OPEN, inbox.c.bot_id == bot_id, inbox.c.claimed_until.is_not(None))
        .values(claimed_until=None)
    )


async def settle(session: AsyncConnection, row_id: int, reply: Mapping[str, Any], now: datetime) -> None:
    """Mark a row handled, with its reply; raises AlreadyDone when it was, and the transaction must be given up."""
    marked = await session.execute(_SETTLE, {"row": row_id, "now": now, "said": reply})
    if marked.rowcount != 1:
        raise AlreadyDone


async def mark_answered(session: AsyncConnection, row_ids: Iterable[int], now: datetime) -> None:
    """Mark rows answered (and handled, where only read), and blank what was said."""
    await session.execute(_ANSWER, [{"row": row_id, "now": now} for row_id in row_ids])


async def count_failure(session: AsyncConnection, row_id: int) -> int:
    """Count a failed attempt at a row; returns how many there were."""
    counted = await session.execute(
        update(inbox).where(inbox.c.id == row_id).values(attempts=inbox.c.attempts + 1).returning(inbox.c.attempts)
    )
    return int(counted.scalar_one())


async def set_aside(session: AsyncConnection, row_id: int, now: datetime) -> None:
    """Take a row that cannot be handled out of the line; it stays for the operator to look at."""
    await session.execute(update(inbox).where(inbox.c.id == row_id).values(set_aside_at=now))


async def reply_of(session: AsyncConnection, row_id: int) -> Mapping[str, Any] | None:
    """Return the reply kept with a handled row; None when it has been sent."""
    kept: Mapping[str, Any] | None = (
        await session.execute(select(inbox.c.reply).where(inbox.c.id == row_id))
    ).scalar_one_or_none()
    return kept


async def prune(session: AsyncConnection, now: datetime) -> int:
    """Delete rows answered and kept for 48 hours; returns how many. Rows set aside stay for the operator."""
    gone = await session.execute(
        delete(inbox).where(inbox.c.answered_at.is_not(None), inbox.c.received_at < now - KEEP)
    )
    return gone.rowcount


@asynccontextmanager
async def alone(database: Database, bot_id: int) -> AsyncIterator[bool]:
    """Yield whether this process may poll: True on SQLite, and on PostgreSQL for one process at a time.

    The lock belongs to a connection, so that a killed process gives it up at once.
    """
    if database.sqlite:
        yield True
        return
    async with database.hold() as connection:
        locked = await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": bot_id})
        granted = bool(locked.scalar_one())
        try:
            yield granted
        finally:
            if granted:
                with suppress(DBAPIError):  # a connection that is gone has given the lock up already
                    await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": bot_id})


def passes(error: BaseException) -> bool:
    """Whether an error is the database's passing trouble (away, locked, full) and not the message's fault."""
    if isinstance(error, PoolTimeout | OSError):
        return True
    if not isinstance(error, OperationalError | InterfaceError | DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    words = str(error.orig).lower()
    return any(word in words for word in ("locked", "busy", "disk", "full", "connection", "deadlock", "serialize"))


def _stored(row: Any) -> Stored:
    return Stored(
        row.id, row.update_id, row.sender, row.payload or {}, row.handled_at is not None, row.reply, row.attempts
    )
