"""Looks: what of a team is looked at from time to time, at which state of its data, and what was told of it.

A look is claimed by setting when the next one is due, so that one of several processes does it, and one that fails is
tried again later without holding up the others. What was told is written in the transaction that tells it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import looks, targets, teams

NEVER = -1
"""The version of a team that was never looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """A claimed look: ``kept`` is what was told before, ``version`` the state of the data then."""

    team_id: int
    version: int
    kept: Mapping[str, Any]


async def due(session: AsyncConnection, kind: str, now: datetime, most: int) -> list[int]:
    """Return the teams of which such a look is due, the longest due first."""
    found = await session.execute(
        select(looks.c.team_id).where(looks.c.kind == kind, looks.c.due_at <= now).order_by(looks.c.due_at).limit(most)
    )
    return list(found.scalars())


async def behind(session: AsyncConnection, kind: str, now: datetime, most: int) -> list[int]:
    """Return the teams with targets whose data have changed since they were looked at."""
    aimed = exists().where(targets.c.team_id == teams.c.id)
    moved = and_(looks.c.version != teams.c.version, looks.c.due_at <= now)
    found = await session.execute(
        select(teams.c.id)
        .join_from(teams, looks, and_(looks.c.team_id == teams.c.id, looks.c.kind == kind), isouter=True)
        .where(aimed, or_(looks.c.id.is_(None), moved))
        .order_by(looks.c.due_at, teams.c.id)
        .limit(most)
    )
    return list(found.scalars())


async def claim(session: AsyncConnection, team_id: int, kind: str, now: datetime, until: datetime) -> Look | None:
    """Take a team's look, whose next is due at ``until``; None when it is not due, or somebody has taken it."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    made = module.insert(looks).values(team_id=team_id, kind=kind, version=NEVER, due_at=until, kept={})
    taken = await session.execute(
        made.on_conflict_do_update(
            index_elements=["team_id", "kind"], set_={"due_at": until}, where=looks.c.due_at <= now
        ).returning(looks.c.team_id, looks.c.version, looks.c.kept)
    )
    row = taken.first()
    return None if row is None else Look(*row)


async def looked(session: AsyncConnection, team_id: int, kind: str, version: int, kept: Mapping[str, Any]) -> None:
    """Keep what was told, and at which version of the team's data."""
    await session.execute(
        update(looks).where(looks.c.team_id == team_id, looks.c.kind == kind).values(version=version, kept=dict(kept))
    )


async def start(session: AsyncConnection, team_id: int, kind: str, now: datetime) -> None:
    """Have such a look from now on, the first at once."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    made = module.insert(looks).values(team_id=team_id, kind=kind, version=NEVER, due_at=now, kept={})
    await session.execute(made.on_conflict_do_update(index_elements=["team_id", "kind"], set_={"due_at": now}))


async def end(session: AsyncConnection, team_id: int, kind: str) -> None:
    """Have no such look any more."""
    await session.execute(delete(looks).where(looks.c.team_id == team_id, looks.c.kind == kind))


async def version_of(session: AsyncConnection, team_id: int) -> int:
    """Return the version of a team's data, which every change of a record raises."""
    return int((await session.execute(select(teams.c.version).where(teams.c.id == team_id))).scalar_one())
