"""Schedules: what is due when, claimed by one worker; each due time is run once, or recorded as missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.people.team import TEAM, TeamRow, team_row
from store.tables import runs, schedules, teams


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something to be done by the clock: ``rule`` and ``what`` are the JSON of whoever made it.

    A chat's schedule names its chat and topic; one that a team has by itself (``key``) names neither.
    """

    id: int
    team_id: int
    kind: str
    key: str | None
    rule: Mapping[str, Any]
    zone: str
    next_run_at: datetime
    grace_s: int
    chat_id: int | None
    thread_id: int
    what: Mapping[str, Any]
    made_by_id: int | None
    paused_at: datetime | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one due time: ``sent``, ``empty``, ``held`` or ``missed``; ``kept`` is what was said."""

    period: str
    due_at: datetime
    done_at: datetime
    state: str
    reason: str | None
    kept: Mapping[str, Any] | None


_SCHEDULE = tuple(schedules.c[name] for name in Schedule.__dataclass_fields__)
_RUN = tuple(runs.c[name] for name in Run.__dataclass_fields__)
_LIVE = (schedules.c.paused_at.is_(None), schedules.c.removed_at.is_(None))


async def add(
    session: AsyncConnection,
    team_id: int,
    kind: str,
    rule: Mapping[str, Any],
    zone: str,
    next_run_at: datetime,
    now: datetime,
    *,
    grace_s: int,
    what: Mapping[str, Any] | None = None,
    key: str | None = None,
    chat_id: int | None = None,
    thread_id: int = 0,
    made_by_id: int | None = None,
) -> int | None:
    """Make a schedule and return its id; None when the team has one of that ``key``."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    made = await session.execute(
        module.insert(schedules)
        .values(
            team_id=team_id, kind=kind, key=key, rule=dict(rule), zone=zone, next_run_at=next_run_at, grace_s=grace_s,
            chat_id=chat_id, thread_id=thread_id, what=dict(what or {}), made_by_id=made_by_id, made_at=now,
        )
        .on_conflict_do_nothing(index_elements=["team_id", "key"])
        .returning(schedules.c.id)
    )  # fmt: skip
    row = made.first()
    return None if row is None else int(row.id)


async def due(session: AsyncConnection, now: datetime) -> bool:
    """Whether something may be due: a look that takes no lock."""
    found = await session.execute(select(schedules.c.id).where(*_LIVE, schedules.c.next_run_at <= now).limit(1))
    return found.first() is not None


async def claim(session: AsyncConnection, now: datetime, until: datetime, most: int) -> list[Schedule]:
    """Take due schedules that nobody holds, the longest due first."""
    free = or_(schedules.c.claimed_until.is_(None), schedules.c.claimed_until < now)
    wanted = (
        select(schedules.c.id)
        .where(*_LIVE, schedules.c.next_run_at <= now, free)
        .order_by(schedules.c.next_run_at, schedules.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = await session.execute(
        update(schedules)
        .where(schedules.c.id.in_(wanted.scalar_subquery()))
        .values(claimed_until=until)
        .returning(*_SCHEDULE)
    )
    return sorted((Schedule(*row) for row in taken), key=lambda one: (one.next_run_at, one.id))


async def release(session: AsyncConnection) -> None:
    """Give up every lease: for the start of a process that is alone."""
    await session.execute(update(schedules).where(schedules.c.claimed_until.is_not(None)).values(claimed_until=None))


async def put_off(session: AsyncConnection, schedule: Schedule, until: datetime) -> None:
    """Let a schedule that could not be worked on be taken up again at ``until``; its due time stays."""
    await session.execute(update(schedules).where(schedules.c.id == schedule.id).values(claimed_until=until))


async def record(
    session: AsyncConnection,
    schedule: Schedule,
    period: str,
    due_at: datetime,
    now: datetime,
    state: str,
    *,
    reason: str | None = None,
    kept: Mapping[str, Any] | None = None,
) -> bool:
    """Note what became of a due time; False when its period has been run: nothing more may be said then."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    made = await session.execute(
        module.insert(runs)
        .values(
            team_id=schedule.team_id, schedule_id=schedule.id, period=period, due_at=due_at, done_at=now,
            state=state, reason=reason, kept=dict(kept) if kept is not None else None,
        )
        .on_conflict_do_nothing(index_elements=["team_id", "schedule_id", "period"])
        .returning(runs.c.id)
    )  # fmt: skip
    return made.first() is not None


async def advance(session: AsyncConnection, schedule: Schedule, next_run_at: datetime) -> bool:
    """Set the next due time and give the lease up; False when somebody has moved or removed the schedule meanwhile."""
    moved = await session.execute(
        update(schedules)
        .where(schedules.c.id == schedule.id, schedules.c.next_run_at == schedule.next_run_at, *_LIVE)
        .values(next_run_at=next_run_at, claimed_until=None)
    )
    return moved.rowcount == 1


async def change(session: AsyncConnection, team_id: int, schedule_id: int, **columns: object) -> None:
    """Set columns of a schedule; its lease is given up."""
    await session.execute(
        update(schedules)
        .where(schedules.c.team_id == team_id, schedules.c.id == schedule_id)
        .values(**columns, claimed_until=None)
    )


async def end_in(session: AsyncConnection, team_id: int, chat_id: int, thread_id: int, now: datetime) -> None:
    """Remove what a team has set up for a chat or topic: nothing of the team's is to go there any more."""
    await session.execute(
        update(schedules)
        .where(
            schedules.c.team_id == team_id, schedules.c.chat_id == chat_id, schedules.c.thread_id == thread_id,
            schedules.c.removed_at.is_(None),
        )
        .values(removed_at=now, claimed_until=None)
    )  # fmt: skip


async def schedule_of(session: AsyncConnection, team_id: int, schedule_id: int) -> Schedule:
    """Return a team's schedule, or raise `NotFound`."""
    found = await session.execute(
        select(*_SCHEDULE).where(
            schedules.c.team_id == team_id, schedules.c.id == schedule_id, schedules.c.removed_at.is_(None)
        )
    )
    row = found.first()
    if row is None:
        raise NotFound("schedule", schedule_id)
    return Schedule(*row)


async def of_kind(session: AsyncConnection, team_id: int, kind: str) -> list[Schedule]:
    """Return a team's schedules of a kind, oldest first."""
    found = await session.execute(
        select(*_SCHEDULE)
        .where(schedules.c.team_id == team_id, schedules.c.kind == kind, schedules.c.removed_at.is_(None))
        .order_by(schedules.c.id)
    )
    return [Schedule(*row) for row in found]


async def of_team(session: AsyncConnection, team_id: int) -> list[Schedule]:
    """Return every schedule of a team that is not removed, oldest first."""
    found = await session.execute(
        select(*_SCHEDULE)
        .where(schedules.c.team_id == team_id, schedules.c.removed_at.is_(None))
        .order_by(schedules.c.id)
    )
    return [Schedule(*row) for row in found]


async def live(session: AsyncConnection) -> list[Schedule]:
    """Return every team's schedules that are neither paused nor removed."""
    return [Schedule(*row) for row in await session.execute(select(*_SCHEDULE).where(*_LIVE))]


async def without(session: AsyncConnection, key: str) -> list[TeamRow]:
    """Return the teams that have no schedule of that key yet."""
    has = select(schedules.c.team_id).where(schedules.c.key == key)
    return [team_row(row) for row in await session.execute(select(*TEAM).where(teams.c.id.not_in(has)))]


async def unmiss(session: AsyncConnection, now: datetime) -> None:
    """Forget that due times of the future were missed: a clock had been wrong."""
    await session.execute(delete(runs).where(runs.c.state == "missed", runs.c.due_at > now))


async def runs_of(session: AsyncConnection, team_id: int, schedule_id: int, most: int) -> list[Run]:
    """Return what became of a schedule's last due times, newest first."""
    found = await session.execute(
        select(*_RUN)
        .where(runs.c.team_id == team_id, runs.c.schedule_id == schedule_id)
        .order_by(runs.c.id.desc())
        .limit(most)
    )
    return [Run(*row) for row in found]


async def ran(session: AsyncConnection, schedule: Schedule, periods: Sequence[str]) -> frozenset[str]:
    """Return those of the periods that have been run or recorded as missed."""
    found = await session.execute(
        select(runs.c.period).where(
            runs.c.team_id == schedule.team_id, runs.c.schedule_id == schedule.id, runs.c.period.in_(periods)
        )
    )
    return frozenset(found.scalars())


async def standing(session: AsyncConnection, team_id: int, key: str) -> Schedule | None:
    """Return a team's own schedule of that key, held until the transaction ends: what it keeps may be rewritten."""
    found = await session.execute(
        select(*_SCHEDULE).where(schedules.c.team_id == team_id, schedules.c.key == key).with_for_update()
    )
    row = found.first()
    return None if row is None else Schedule(*row)
