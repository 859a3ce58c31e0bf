"""What a member usually logs: recent customers, outcomes, durations, goods and prices, to be offered as buttons."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.customers.lookup import CustomerRow, customers_of
from store.tables import contacts, deals, products, records, sales

NEWEST = 120
"""Records looked at, newest first: a few weeks of a busy rep."""


@dataclass(frozen=True, slots=True)
class Good:
    """What is often sold: the product (None for sales without one) and the price of one at its last sale."""

    product: str | None
    price_minor: int


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """A deal that may be won, lost or moved, with its customer."""

    number: int
    customer: CustomerRow
    amount_minor: int | None
    currency: str
    stage: str | None


RECENT_CUSTOMERS = (
    select(records.c.customer_id)
    .where(
        records.c.team_id == bindparam("team_id"),
        records.c.member_id == bindparam("member_id"),
        records.c.customer_id.is_not(None),
        records.c.removed_at.is_(None),
    )
    .order_by(records.c.id.desc())
    .limit(NEWEST)
)


async def recent_customers(session: AsyncConnection, team_id: int, member_id: int, limit: int) -> list[CustomerRow]:
    """Return the customers whom the member logged last, newest first."""
    rows = await session.execute(RECENT_CUSTOMERS, {"team_id": team_id, "member_id": member_id})
    ids = list(dict.fromkeys(row.customer_id for row in rows))
    return (await customers_of(session, team_id, ids[: 2 * limit]))[:limit]


async def usual_durations(session: AsyncConnection, team_id: int, member_id: int, limit: int) -> list[int]:
    """Return the lengths of the member's newest calls that occur most, in seconds, to the whole minute."""
    found = await _newest_calls(session, team_id, member_id, contacts.c.duration_s)
    return _most([60 * max(1, round(seconds / 60)) for seconds in found], limit)


async def usual_outcomes(session: AsyncConnection, team_id: int, member_id: int, limit: int) -> list[str]:
    """Return the outcomes of the member's newest calls, most frequent first."""
    found = await _newest_calls(session, team_id, member_id, contacts.c.outcome)
    return _most(found, limit)


async def usual_goods(session: AsyncConnection, team_id: int, currency: str, limit: int) -> list[Good]:
    """Return what the team sold most among its newest sales in that currency, each at its last price for one."""
    rows = await session.execute(
        select(products.c.name, sales.c.amount_minor, sales.c.quantity)
        .select_from(sales.outerjoin(products, products.c.id == sales.c.product_id))
        .where(sales.c.team_id == team_id, sales.c.counted, sales.c.currency == currency)
        .order_by(sales.c.at.desc(), sales.c.id.desc())
        .limit(NEWEST)
    )
    prices: dict[tuple[str | None, int | None], int] = {}
    times: Counter[tuple[str | None, int | None]] = Counter()
    for name, amount, quantity in rows:
        price = amount // quantity
        key = (name, None if name else price)
        prices.setdefault(key, price)
        times[key] += 1
    often = sorted(times, key=lambda key: (key[0] is None, -times[key]))
    return [Good(key[0], prices[key]) for key in often[:limit]]


async def open_deals(session: AsyncConnection, team_id: int, member_id: int | None, limit: int) -> list[OpenDeal]:
    """Return the newest open deals, of one member or of all."""
    mine = () if member_id is None else (deals.c.member_id == member_id,)
    rows = await session.execute(
        select(records.c.number, deals.c.customer_id, deals.c.amount_minor, deals.c.currency, deals.c.stage)
        .join_from(deals, records, records.c.id == deals.c.id)
        .where(deals.c.team_id == team_id, deals.c.counted, deals.c.closed_at.is_(None), *mine)
        .order_by(deals.c.opened_at.desc(), deals.c.id.desc())
        .limit(limit)
    )
    kept = rows.all()
    known = {row.id: row for row in await customers_of(session, team_id, [row.customer_id for row in kept])}
    return [OpenDeal(row.number, known[row.customer_id], *row[2:]) for row in kept if row.customer_id in known]


async def _newest_calls(session: AsyncConnection, team_id: int, member_id: int, column: Any) -> list[Any]:
    rows = await session.execute(
        select(column)
        .where(
            contacts.c.team_id == team_id,
            contacts.c.member_id == member_id,
            contacts.c.kind == "call",
            contacts.c.counted,
        )
        .order_by(contacts.c.at.desc())
        .limit(NEWEST)
    )
    return [value for (value,) in rows if value]


def _most(found: list[Any], limit: int) -> list[Any]:
    return [value for value, _ in Counter(found).most_common(limit)]
