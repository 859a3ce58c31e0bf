"""The outbox: what is to be said unasked, kept in the transaction that decided it, sent exactly once.

A row is one message on Telegram. Workers take rows by a lease, the oldest due one of each chat, so that a chat's
messages keep their order. `trying` is committed before Telegram is asked: a row found that way afterwards may have
been sent (its *outcome is unknown*); it is tried once more, marked, and given up after a second doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import links, mutes, outbox, schedules

MUTED = "muted"
"""Why a message to a chat that cannot be reached is not sent."""
EXPIRED = "expired"
UNKNOWN = "unknown"
UNLINKED = "unlinked"
FORGOTTEN = "forgotten"
TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to keep: to which chat and topic (0: none), in which language, and what it says.

    ``key`` is unique in the team: the same thing is never said twice. ``picture`` is a PNG, or a file whose name the
    payload holds as ``file``. ``due_at`` is when it may go at the earliest,
    ``expires_at`` from when on it is no longer worth sending.
    """

    team_id: int
    key: str
    kind: str
    chat_id: int
    language: str
    payload: Mapping[str, Any]
    due_at: datetime
    thread_id: int = 0
    picture: bytes | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A row to send; ``doubts`` counts the attempts whose outcome is unknown."""

    id: int
    team_id: int
    dedupe_key: str
    kind: str
    chat_id: int
    thread_id: int
    language: str
    payload: Mapping[str, Any]
    picture: bytes | None
    expires_at: datetime | None
    attempts: int
    doubts: int


_POSTED = tuple(outbox.c[name] for name in Posted.__dataclass_fields__)
_OPEN = (outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
_DONE = {"payload": null(), "picture": None, "claimed_until": None, "tried_at": None}


async def put(session: AsyncConnection, message: Outgoing, now: datetime) -> bool:
    """Keep a message; False when its key is there already, or its chat is muted: it is kept as failed then."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    muted = await is_muted(session, message.chat_id, message.thread_id)
    values = {name: getattr(message, name) for name in Outgoing.__dataclass_fields__ if name != "key"}
    if muted:
        values |= {"failed_at": now, "failure": MUTED, "payload": null(), "picture": None}
    made = await session.execute(
        module.insert(outbox)
        .values(**values, dedupe_key=message.key, made_at=now, attempts=0, doubts=0)
        .on_conflict_do_nothing(index_elements=["team_id", "dedupe_key"])
        .returning(outbox.c.id)
    )
    return made.first() is not None and not muted


async def waiting(session: AsyncConnection, now: datetime) -> bool:
    """Whether a message may be due: a look that takes no lock."""
    found = await session.execute(select(outbox.c.id).where(*_OPEN, outbox.c.due_at <= now).limit(1))
    return found.first() is not None


async def claim(session: AsyncConnection, now: datetime, until: datetime, most: int) -> list[Posted]:
    """Take due messages that nobody holds, oldest first, one a chat; what a dead process left in doubt is counted.

    A message waits for the earlier ones of its chat that are due or whose turn has come before, not for one of later.
    """
    earlier = outbox.alias()
    blocked = exists().where(
        earlier.c.chat_id == outbox.c.chat_id,
        earlier.c.id < outbox.c.id,
        earlier.c.sent_at.is_(None),
        earlier.c.failed_at.is_(None),
        or_(earlier.c.due_at <= now, earlier.c.attempts > 0),
    )
    free = or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until < now)
    due = (
        select(outbox.c.id)
        .where(*_OPEN, outbox.c.due_at <= now, free, ~blocked)
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    doubts = outbox.c.doubts + case((outbox.c.tried_at.is_not(None), 1), else_=0)
    taken = await session.execute(
        update(outbox)
        .where(outbox.c.id.in_(due.scalar_subquery()))
        .values(claimed_until=until, doubts=doubts, tried_at=None)
        .returning(*_POSTED)
    )
    return sorted((Posted(*row) for row in taken), key=lambda row: row.id)


async def release(session: AsyncConnection) -> None:
    """Give up every lease: for the start of a process that is alone, where a lease can only be a dead one's."""
    await session.execute(update(outbox).where(*_OPEN, outbox.c.claimed_until.is_not(None)).values(claimed_until=None))


async def trying(session: AsyncConnection, row_id: int, now: datetime) -> None:
    """Say that Telegram is asked now."""
    await session.execute(
        update(outbox).where(outbox.c.id == row_id).values(tried_at=now, attempts=outbox.c.attempts + 1)
    )


async def sent(session: AsyncConnection, row_id: int, now: datetime, message_id: int | None) -> None:
    """Say that Telegram took the message, and blank it."""
    await session.execute(
        update(outbox).where(outbox.c.id == row_id).values(sent_at=now, message_id=message_id, **_DONE)
    )


async def put_off(session: AsyncConnection, row_id: int, until: datetime, *, doubtful: bool = False) -> None:
    """Let a message wait: it was not sent, or, when ``doubtful``, nobody knows. It keeps its place."""
    turns = case((outbox.c.attempts == 0, 1), else_=outbox.c.attempts)
    values: dict[str, Any] = {"due_at": until, "claimed_until": None, "tried_at": None, "attempts": turns}
    if doubtful:
        values["doubts"] = outbox.c.doubts + 1
    await session.execute(update(outbox).where(outbox.c.id == row_id).values(**values))


async def fail(session: AsyncConnection, row_id: int, now: datetime, reason: str) -> None:
    """Give a message up, and say why."""
    await session.execute(update(outbox).where(outbox.c.id == row_id).values(failed_at=now, failure=reason, **_DONE))


async def drop(session: AsyncConnection, team_id: int, chat_id: int, thread_id: int, now: datetime) -> None:
    """Give up what a team still has to say in a chat or topic that it has let go."""
    here = (outbox.c.team_id == team_id, outbox.c.chat_id == chat_id, outbox.c.thread_id == thread_id)
    await session.execute(
        update(outbox)
        .where(*_OPEN, *here, outbox.c.tried_at.is_(None))
        .values(failed_at=now, failure=UNLINKED, **_DONE)
    )


async def mute(session: AsyncConnection, chat_id: int, thread_id: int, now: datetime, reason: str) -> bool:
    """Say nothing more in a chat or topic; its open messages fail. False when it was muted already."""
    if await is_muted(session, chat_id, thread_id):
        return False
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    made = await session.execute(
        module.insert(mutes)
        .values(chat_id=chat_id, thread_id=thread_id, muted_at=now, reason=reason)
        .on_conflict_do_nothing(index_elements=["chat_id", "thread_id"])
        .returning(mutes.c.id)
    )
    if made.first() is None:
        return False
    here = [outbox.c.chat_id == chat_id, *([outbox.c.thread_id == thread_id] if thread_id else [])]
    await session.execute(update(outbox).where(*_OPEN, *here).values(failed_at=now, failure=MUTED, **_DONE))
    return True


async def unmute(session: AsyncConnection, chat_id: int, thread_id: int) -> None:
    """A chat, or that topic of it, can be reached again; other topics stay as they are."""
    await session.execute(delete(mutes).where(mutes.c.chat_id == chat_id, mutes.c.thread_id.in_({0, thread_id})))


async def is_muted(session: AsyncConnection, chat_id: int, thread_id: int) -> bool:
    """Whether a chat, or that topic of it, cannot be reached."""
    found = await session.execute(
        select(mutes.c.id).where(mutes.c.chat_id == chat_id, mutes.c.thread_id.in_({0, thread_id})).limit(1)
    )
    return found.first() is not None


async def follow(session: AsyncConnection, old: int, new: int) -> None:
    """A group has become a supergroup: everything meant for it goes to the new id."""
    for table in (outbox, links, schedules):
        await session.execute(update(table).where(table.c.chat_id == old).values(chat_id=new))
    await session.execute(delete(mutes).where(mutes.c.chat_id == old))
