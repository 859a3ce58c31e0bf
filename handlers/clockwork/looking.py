"""Looks at what depends on records rather than on the clock: each team that is due, by one of several processes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import Database, Session
from store.queues import looks

Due = Callable[[Session, str, datetime, int], Awaitable[list[int]]]
Work = Callable[[Database, looks.Look, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is looked at: kept under ``kind``, of a team at most once in ``again``, of ``most`` teams at a tick.

    ``due`` finds the teams, ``work`` looks at one and writes what it tells together with what was told.
    """

    kind: str
    again: timedelta
    most: int
    due: Due
    work: Work


async def look_at_teams(watch: Watch, database: Database, now: datetime) -> None:
    """Look at the teams that are due; a team that fails is tried again after ``again``, the others have their turn."""
    async with database.read() as session:
        due = await watch.due(session, watch.kind, now, watch.most)
    for team_id in due:
        async with database.begin() as session:
            taken = await looks.claim(session, team_id, watch.kind, now, now + watch.again)
        if taken is not None:
            await watch.work(database, taken, now)
