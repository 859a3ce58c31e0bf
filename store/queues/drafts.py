"""Lines that wait for one answer: kept in the database, so that a restart forgets nobody's question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import AlreadyDone, NotFound
from store.tables import drafts

LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A line, who wrote it and when, and in ``question`` what was asked and what has been answered so far."""

    id: int
    member_id: int
    chat_id: int
    message_id: int
    inbox_id: int
    line: int
    verb: str
    text: str
    sent_at: datetime
    question: Mapping[str, Any]
    settled_at: datetime | None


DRAFT = tuple(drafts.c[name] for name in DraftRow.__dataclass_fields__)


async def keep(
    session: AsyncConnection,
    team_id: int,
    *,
    member_id: int,
    chat_id: int,
    message_id: int,
    inbox_id: int,
    line: int,
    verb: str,
    text: str,
    sent_at: datetime,
    question: Mapping[str, Any],
) -> int:
    """Keep a line with the question put about it; returns the draft's id."""
    made = await session.execute(
        insert(drafts)
        .values(
            team_id=team_id,
            member_id=member_id,
            chat_id=chat_id,
            message_id=message_id,
            inbox_id=inbox_id,
            line=line,
            verb=verb,
            text=text,
            sent_at=sent_at,
            question=dict(question),
        )
        .returning(drafts.c.id)
    )
    return int(made.scalar_one())


async def draft(session: AsyncConnection, team_id: int, draft_id: int) -> DraftRow:
    """Return a draft of the team, settled or not, or raise `NotFound`."""
    found = await session.execute(select(*DRAFT).where(drafts.c.team_id == team_id, drafts.c.id == draft_id))
    row = found.first()
    if row is None:
        raise NotFound("draft", draft_id)
    return DraftRow(*row)


async def open_drafts(session: AsyncConnection, team_id: int, member_id: int, chat_id: int) -> list[DraftRow]:
    """Return a member's unsettled drafts in a chat, newest first."""
    rows = await session.execute(
        select(*DRAFT)
        .where(
            drafts.c.team_id == team_id,
            drafts.c.member_id == member_id,
            drafts.c.chat_id == chat_id,
            drafts.c.settled_at.is_(None),
        )
        .order_by(drafts.c.id.desc())
    )
    return [DraftRow(*row) for row in rows]


async def latest(
    session: AsyncConnection, team_id: int, member_id: int, chat_id: int, limit: int = 50
) -> list[DraftRow]:
    """Return a member's newest drafts in a chat, settled or not, newest first."""
    rows = await session.execute(
        select(*DRAFT)
        .where(drafts.c.team_id == team_id, drafts.c.member_id == member_id, drafts.c.chat_id == chat_id)
        .order_by(drafts.c.id.desc())
        .limit(limit)
    )
    return [DraftRow(*row) for row in rows]


async def of_message(session: AsyncConnection, team_id: int, chat_id: int, message_id: int) -> list[DraftRow]:
    """Return the drafts that a message made, by line."""
    rows = await session.execute(
        select(*DRAFT)
        .where(drafts.c.team_id == team_id, drafts.c.chat_id == chat_id, drafts.c.message_id == message_id)
        .order_by(drafts.c.line)
    )
    return [DraftRow(*row) for row in rows]


async def ask_again(
    session: AsyncConnection, team_id: int, draft_id: int, question: Mapping[str, Any], text: str | None = None
) -> None:
    """Put the next question about the same line."""
    values: dict[str, Any] = {"question": dict(question)}
    if text is not None:
        values["text"] = text
    await session.execute(update(drafts).where(drafts.c.team_id == team_id, drafts.c.id == draft_id).values(**values))


async def settle(session: AsyncConnection, team_id: int, draft_id: int, now: datetime) -> None:
    """Close a draft, recorded or given up; raises `AlreadyDone` when it is closed."""
    changed = await session.execute(
        update(drafts)
        .where(drafts.c.team_id == team_id, drafts.c.id == draft_id, drafts.c.settled_at.is_(None))
        .values(settled_at=now)
    )
    if not changed.rowcount:
        raise AlreadyDone("draft")
