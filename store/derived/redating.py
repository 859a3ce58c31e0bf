"""Writing days and instants anew: what a change of the team's time zone does to its records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.refreshing import local_day, rebuild
from store.records.refunding import settle_refunds
from store.tables import metadata, records, refunds, sales, tickets

CHUNK = 5000
_PAIRS = (("at", "day", "date_only"), ("opened_at", "opened_day", "opened_date_only"),
          ("closed_at", "closed_day", "closed_date_only"))  # fmt: skip
_ANSWERS = (tickets.c.answered_at, tickets.c.resolved_at)


@dataclass(frozen=True, slots=True)
class Move:
    """A team's move from one zone to another, made at ``now``."""

    before: ZoneInfo
    after: ZoneInfo
    now: datetime

    def of(self, at: datetime, on: date, date_only: bool) -> tuple[datetime, date]:
        """Return a record's instant and day after the move.

        What happened at an hour stays at its instant, and its day follows; what is known by its date alone stays on
        that date at the same wall time, though not later than now where it was not before.
        """
        if not date_only:
            return at, local_day(at, self.after)
        moved = self.wall(at, on)
        if at <= self.now < moved:
            moved = max(self.now, datetime.combine(on, time(), self.after).astimezone(UTC))
        return moved, on

    def wall(self, at: datetime, on: date) -> datetime:
        """Return the instant of the same wall time on a day in the new zone."""
        return datetime.combine(on, at.astimezone(self.before).time(), self.after).astimezone(UTC)


def dated() -> Iterator[tuple[Table, tuple[str, str, str]]]:
    """Yield each table of records with its instant, the local day beside it, and whether only that is known."""
    for table in metadata.sorted_tables:
        if "counted" not in table.c:
            continue
        for names in _PAIRS:
            if set(names) <= set(table.c.keys()):
                yield table, names


async def size_of(session: AsyncConnection, team_id: int) -> int:
    """Return how many records a team has, removed ones too."""
    found = await session.execute(select(func.count()).select_from(records).where(records.c.team_id == team_id))
    return int(found.scalar_one())


async def redate(session: AsyncConnection, team_id: int, move: Move, gap_days: int) -> int:
    """Write what a move of zone changes and derive what follows; returns how many customers there are."""
    if move.before != move.after:
        for table, names in dated():
            await _redate(session, team_id, move, table, names)
        await _reanswer(session, team_id, move)
        await _resettle(session, team_id)
    return await rebuild(session, team_id, gap_days)


async def _redate(
    session: AsyncConnection, team_id: int, move: Move, table: Table, names: tuple[str, str, str]
) -> None:
    """Go through the rows by id; only one that moves is written."""
    instant, day, _ = names
    last = 0
    while True:
        rows = (
            await session.execute(
                select(table.c.id, *(table.c[name] for name in names))
                .where(table.c.team_id == team_id, table.c.id > last)
                .order_by(table.c.id)
                .limit(CHUNK)
            )
        ).all()
        if not rows:
            return
        last = rows[-1][0]
        changes: list[dict[str, Any]] = []
        for row_id, at, on, vague in rows:
            if at is not None and (to := move.of(at, on, vague)) != (at, on):
                changes.append({"of_id": row_id, "to_at": to[0], "to_day": to[1]})
        if changes:
            written: dict[str, Any] = {instant: bindparam("to_at"), day: bindparam("to_day")}
            await session.execute(update(table).where(table.c.id == bindparam("of_id")).values(written), changes)


async def _reanswer(session: AsyncConnection, team_id: int, move: Move) -> None:
    """Let the answers of tickets that are known by their date stay on theirs: those at the start of a day."""
    found = await session.execute(
        select(tickets.c.id, *_ANSWERS).where(
            tickets.c.team_id == team_id, tickets.c.date_only, or_(*(one.is_not(None) for one in _ANSWERS))
        )
    )
    for ticket_id, *answers in found.all():
        moved = [
            move.wall(at, wall.date())
            if at is not None and (wall := at.astimezone(move.before)).time() == time()
            else at
            for at in answers
        ]
        values = dict(zip(_ANSWERS, moved, strict=True))
        await session.execute(update(tickets).where(tickets.c.id == ticket_id).values(values))


async def _resettle(session: AsyncConnection, team_id: int) -> None:
    """Write anew what sales and refunds know of each other's instants, where one of them is known by its date."""
    found = await session.execute(
        select(sales.c.id)
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(refunds.c.team_id == team_id, or_(refunds.c.date_only, sales.c.date_only))
        .distinct()
    )
    for sale_id in found.scalars().all():
        await settle_refunds(session, team_id, sale_id)
