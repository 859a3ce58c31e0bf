"""Metrics that were asked, kept so that the buttons under an answer can be short and old ones still work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.tables import questions


async def keep_question(
    session: AsyncConnection, team_id: int, member_id: int, question: Mapping[str, Any], now: datetime
) -> int:
    """Keep what was asked; returns the id that its buttons carry."""
    made = await session.execute(
        insert(questions)
        .values(team_id=team_id, member_id=member_id, question=dict(question), made_at=now)
        .returning(questions.c.id)
    )
    return int(made.scalar_one())


async def kept_question(session: AsyncConnection, team_id: int, question_id: int) -> dict[str, Any]:
    """Return what was asked, or raise `NotFound` (also for another team's)."""
    found = await session.execute(
        select(questions.c.question).where(questions.c.team_id == team_id, questions.c.id == question_id)
    )
    row = found.first()
    if row is None:
        raise NotFound("question", question_id)
    return dict(row.question)
