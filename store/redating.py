"""Writing local days anew: what a change of the team's time zone does to its records."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived import local_day, rebuild
from store.tables import customers, metadata, records

CHUNK = 5000
_PAIRS = (("at", "day"), ("opened_at", "opened_day"), ("closed_at", "closed_day"))


def dated() -> Iterator[tuple[Table, str, str]]:
    """Yield each table of records with an instant and the local day that is kept beside it."""
    for table in metadata.sorted_tables:
        if "counted" not in table.c:
            continue
        for instant, day in _PAIRS:
            if instant in table.c and day in table.c:
                yield table, instant, day


async def size_of(session: AsyncConnection, team_id: int) -> int:
    """Return how many records a team has, removed ones too."""
    found = await session.execute(select(func.count()).select_from(records).where(records.c.team_id == team_id))
    return int(found.scalar_one())


async def redate(session: AsyncConnection, team_id: int, zone: ZoneInfo, gap_days: int) -> int:
    """Write every local day in ``zone`` and derive what follows; returns how many customers there are."""
    for table, instant, day in dated():
        await _redate(session, team_id, zone, table, instant, day)
    return await rebuild(session, team_id, gap_days)


async def _redate(session: AsyncConnection, team_id: int, zone: ZoneInfo, table: Table, instant: str, day: str) -> None:
    """Go through the rows by id; only a day that moves is written."""
    last = 0
    while True:
        rows = (
            await session.execute(
                select(table.c.id, table.c[instant], table.c[day])
                .where(table.c.team_id == team_id, table.c.id > last)
                .order_by(table.c.id)
                .limit(CHUNK)
            )
        ).all()
        if not rows:
            return
        last = rows[-1][0]
        moved: list[dict[str, Any]] = [
            {"of_id": row_id, "on": local_day(at, zone)}
            for row_id, at, on in rows
            if at is not None and local_day(at, zone) != on
        ]
        if moved:
            await session.execute(
                update(table).where(table.c.id == bindparam("of_id")).values({day: bindparam("on")}), moved
            )


async def has_customers(session: AsyncConnection, team_id: int) -> bool:
    """Whether anything may be derived anew at all."""
    found = await session.execute(select(customers.c.id).where(customers.c.team_id == team_id).limit(1))
    return found.first() is not None
