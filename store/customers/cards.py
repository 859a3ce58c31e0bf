"""A customer summed up: totals, the newest records, the history page by page, and who may be the same person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.customers.lookup import CUSTOMER, OFFERED, STANDING, WITH_OWNER, CustomerRow, customer
from store.names import full_key
from store.tables import contacts, customers, deals, leads, optouts, ratings, records, refunds, sales, tickets

REFERRER = customers.alias("referrer")


@dataclass(frozen=True, slots=True)
class Past:
    """A line of a customer's history; ``amount_minor`` is None for what has no amount."""

    record_id: int
    number: int
    kind: str
    at: datetime
    amount_minor: int | None
    currency: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A customer summed up; money in minor units of the team's currency, ``history`` newest first."""

    customer: CustomerRow
    channel: str | None
    campaign: str | None
    created_at: datetime | None
    last_contact_at: datetime | None
    contacts: int
    sales: int
    net_minor: int
    history: tuple[Past, ...]
    internal: bool = False
    birthday: str | None = None
    birthday_agreed_at: datetime | None = None
    referrer: str | None = None


async def card(session: AsyncConnection, team_id: int, customer_id: int) -> Card:
    """Return a customer with totals and the last five records, or raise `NotFound`."""
    known = await customer(session, team_id, customer_id)
    columns = [customers.c[name] for name in ("channel", "campaign", "created_at")]
    more = [customers.c.internal, customers.c.birthday, customers.c.birthday_agreed_at, REFERRER.c.name]
    found = await session.execute(
        select(*columns, *more)
        .select_from(customers.outerjoin(REFERRER, REFERRER.c.id == customers.c.referred_by_id))
        .where(customers.c.team_id == team_id, customers.c.id == customer_id)
    )
    channel, campaign, created_at, *rest = found.one()
    talked, last = (await session.execute(_sum_of(contacts, team_id, customer_id, func.max(contacts.c.at)))).one()
    sold, gross = (await session.execute(_sum_of(sales, team_id, customer_id, func.sum(sales.c.base_minor)))).one()
    _n, back = (await session.execute(_sum_of(refunds, team_id, customer_id, func.sum(refunds.c.base_minor)))).one()
    net = int(gross or 0) - int(back or 0)
    past = tuple(await history(session, team_id, customer_id, limit=5))
    return Card(known, channel, campaign, created_at, last, talked, sold, net, past, *rest)


def _sum_of(table: Any, team_id: int, customer_id: int, total: Any) -> Any:
    return select(func.count(), total).where(
        table.c.team_id == team_id, table.c.customer_id == customer_id, table.c.counted
    )


async def history(session: AsyncConnection, team_id: int, customer_id: int, *, limit: int, skip: int = 0) -> list[Past]:
    """Return a customer's standing records, newest first, from the ``skip``-th on."""
    dated = (contacts, sales, refunds, leads, tickets, ratings, optouts)
    at = func.coalesce(*(kind.c.at for kind in dated), deals.c.opened_at, records.c.made_at)
    rows = await session.execute(
        select(
            records.c.id,
            records.c.number,
            func.coalesce(contacts.c.kind, records.c.kind),
            at,
            func.coalesce(sales.c.amount_minor, refunds.c.amount_minor, deals.c.amount_minor),
            func.coalesce(sales.c.currency, refunds.c.currency, deals.c.currency),
            func.coalesce(contacts.c.outcome, cast(ratings.c.score, String) + "/5"),
        )
        .select_from(
            records.outerjoin(contacts, contacts.c.id == records.c.id)
            .outerjoin(sales, sales.c.id == records.c.id)
            .outerjoin(refunds, refunds.c.id == records.c.id)
            .outerjoin(leads, leads.c.id == records.c.id)
            .outerjoin(deals, deals.c.id == records.c.id)
            .outerjoin(tickets, tickets.c.id == records.c.id)
            .outerjoin(ratings, ratings.c.id == records.c.id)
            .outerjoin(optouts, optouts.c.id == records.c.id)
        )
        .where(records.c.team_id == team_id, records.c.customer_id == customer_id, records.c.removed_at.is_(None))
        .order_by(at.desc(), records.c.id.desc())
        .limit(limit)
        .offset(skip)
    )
    return [Past(*row) for row in rows]


async def others_like(session: AsyncConnection, team_id: int, known: CustomerRow) -> list[CustomerRow]:
    """Return other customers of the same phone or the same folded name."""
    same = [customers.c.key == full_key(known.name)]
    if known.phone:
        same.append(customers.c.phone == known.phone)
    rows = await session.execute(
        select(*CUSTOMER)
        .select_from(WITH_OWNER)
        .where(*STANDING, customers.c.id != known.id, or_(*same))
        .order_by(customers.c.id)
        .limit(OFFERED),
        {"team_id": team_id},
    )
    return [CustomerRow(*row) for row in rows]
