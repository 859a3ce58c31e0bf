"""What is to be told next: a schedule's run, a follow-up, or a message that waits for its time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import followups, outbox, schedules


async def is_due(session: AsyncConnection, kind: str, now: datetime) -> bool:
    """Tell whether a schedule of a kind is to be run, or a message to be sent, by now."""
    run = exists().where(schedules.c.kind == kind, schedules.c.next_run_at <= now, *_standing())
    sent = exists().where(outbox.c.due_at <= now, outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    return bool((await session.execute(select(or_(run, sent)))).scalar_one())


async def next_told(session: AsyncConnection, kind: str, now: datetime) -> datetime | None:
    """Return when the next schedule of a kind, follow-up or waiting message of any team comes; None for none ahead."""
    ahead: list[tuple[Any, tuple[Any, ...]]] = [
        (schedules.c.next_run_at, (schedules.c.kind == kind, *_standing())),
        (followups.c.due_at, (followups.c.told_at.is_(None), followups.c.done_at.is_(None))),
        (outbox.c.due_at, (outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))),
    ]
    times = [
        (await session.execute(select(func.min(column)).where(column > now, *others))).scalar()
        for column, others in ahead
    ]
    return min((at for at in times if at is not None), default=None)


def _standing() -> Iterator[ColumnElement[bool]]:
    return (schedules.c[name].is_(None) for name in ("paused_at", "removed_at"))
