"""What a member has logged on a day, or since a day: what every log is answered with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.records.entries import DayTotal
from store.tables import contacts, refunds, sales
from store.types import Instant


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a member's records of a span add up to; ``net_minor`` in the team's currency, refunds taken off."""

    calls: int
    sales: int
    net_minor: int


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


async def so_far(session: AsyncConnection, team_id: int, member_id: int, start: datetime, end: datetime) -> SoFar:
    """Return a member's calls, sales and net revenue in ``[start, end)``; a refund is its sale's member's."""
    bound = {"team_id": team_id, "member_id": member_id, "start": start, "end": end}
    number, gross = (await session.execute(SOLD, bound)).one()
    back = (await session.execute(GIVEN_BACK, bound)).scalar()
    calls = (await session.execute(CALLED, bound)).scalar_one()
    return SoFar(int(calls), int(number), int(gross or 0) - int(back or 0))


def _within(table: Any) -> tuple[Any, ...]:
    return (
        table.c.team_id == bindparam("team_id"),
        table.c.counted,
        table.c.at >= bindparam("start", type_=Instant),
        table.c.at < bindparam("end", type_=Instant),
    )


SOLD = select(func.count(), func.sum(sales.c.base_minor)).where(
    *_within(sales), sales.c.member_id == bindparam("member_id")
)
GIVEN_BACK = (
    select(func.sum(refunds.c.base_minor))
    .join(sales, sales.c.id == refunds.c.sale_id)
    .where(*_within(refunds), sales.c.team_id == bindparam("team_id"), sales.c.member_id == bindparam("member_id"))
)
CALLED = select(func.count()).where(
    *_within(contacts), contacts.c.member_id == bindparam("member_id"), contacts.c.kind == "call"
)
