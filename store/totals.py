"""What a member has logged on a day: the line that every log is answered with."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.entries import DayTotal
from store.tables import contacts, sales


async def today_of(session: AsyncConnection, team_id: int, member_id: int, day: date) -> DayTotal:
    """Return what the member's records of a local day add up to."""
    talked = await session.execute(TODAY_CONTACTS, {"team_id": team_id, "member_id": member_id, "day": day})
    sold = await session.execute(TODAY_SALES, {"team_id": team_id, "member_id": member_id, "day": day})
    contacted, called = talked.one()
    number, amount = sold.one()
    return DayTotal(int(called or 0), contacted, number, int(amount or 0))


def _of_day(table: Any) -> tuple[Any, ...]:
    return (
        table.c.team_id == bindparam("team_id"),
        table.c.member_id == bindparam("member_id"),
        table.c.day == bindparam("day"),
        table.c.counted,
    )


TODAY_CONTACTS = select(func.count(), func.count().filter(contacts.c.kind == "call")).where(*_of_day(contacts))
TODAY_SALES = select(func.count(), func.sum(sales.c.base_minor)).where(*_of_day(sales))
