"""How large a team's sales are: what tells a likely amount from a slip of the finger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_high

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import records, sales

NEWEST = 500
"""Sales looked at, newest first: enough to know the team's scale, and read in a millisecond however many there are."""

SAME = timedelta(minutes=10)
"""An equal sale of the same customer entered within this time may be the same one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many of the newest sales were looked at, their median and the smallest, in the team's minor units."""

    sales: int
    median_minor: int | None
    smallest_minor: int | None


AMOUNTS = (
    select(sales.c.base_minor)
    .where(sales.c.team_id == bindparam("team_id"), sales.c.counted)
    .order_by(sales.c.at.desc())
    .limit(NEWEST)
)
RECENT = (
    select(records.c.customer_id, sales.c.amount_minor, records.c.made_at)
    .outerjoin(sales, (sales.c.id == records.c.id) & sales.c.counted)
    .where(records.c.team_id == bindparam("team_id"))
    .order_by(records.c.number.desc())
    .limit(NEWEST // 5)
)


async def scale_of(session: AsyncConnection, team_id: int) -> Scale:
    """Return the scale of the team's newest sales; those without an exchange rate say nothing."""
    rows = await session.execute(AMOUNTS, {"team_id": team_id})
    amounts = [amount for (amount,) in rows if amount is not None]
    if not amounts:
        return Scale(0, None, None)
    return Scale(len(amounts), median_high(amounts), min(amounts))


async def recent_sales(session: AsyncConnection, team_id: int, around: datetime) -> frozenset[tuple[int, int]]:
    """Return (customer, minor units) of the standing sales, among the newest records, entered within `SAME` of then."""
    rows = await session.execute(RECENT, {"team_id": team_id})
    return frozenset(
        (row.customer_id, row.amount_minor)
        for row in rows
        if row.amount_minor is not None and abs(row.made_at - around) <= SAME
    )
