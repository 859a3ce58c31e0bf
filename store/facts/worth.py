"""Reads of what customers have been worth so far: all their purchases up to an instant."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select

from store import Session
from store.facts.buying import of_customer
from store.facts.cut import Cut, counted
from store.facts.firsts import firsts
from store.facts.sales import standing
from store.tables import customers, refunds, sales


@dataclass(frozen=True, slots=True)
class Worth:
    """Purchases before the end of a cut less their own refunds known at now (minor units), and who made them.

    Purchases without an exchange rate are left out, with whoever bought nothing else. ``first_at`` is the earliest of
    all; ``repeated`` tells whether anybody bought at more than one instant.
    """

    revenue: int
    purchases: int
    customers: int
    first_at: datetime | None

    @property
    def repeated(self) -> bool:
        """Whether the lifetimes, from first to last purchase, can add up to anything."""
        return self.purchases > self.customers


async def worth(session: Session, cut: Cut) -> Worth:
    """Sum the purchases of the team, or of the customers filtered for, before the cut's end."""
    bought = (sales.c.team_id == cut.team_id, counted("sales"), sales.c.at < cut.end, standing(cut))
    query = select(func.count(), func.count(sales.c.base_minor), func.sum(sales.c.base_minor)).where(
        *bought, sales.c.day <= cut.last_day
    )
    back = (
        select(func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(refunds.c.team_id == cut.team_id, counted("refunds"), refunds.c.sale_at < cut.end,
               refunds.c.at < cut.now, sales.c.base_minor.is_not(None), *bought)
    )  # fmt: skip
    born = await firsts(session, cut)
    who = select(func.count(), func.min(born.c.first_at, type_=sales.c.at.type)).where(born.c.first_at < cut.end)
    bare = _bare(cut, bought)
    if cut.filters.named:
        of_sale = customers.c.id == sales.c.customer_id
        query = query.join_from(sales, customers, of_sale).where(*of_customer(cut))
        back = back.join(customers, of_sale).where(*of_customer(cut))
        bare = bare.join_from(sales, customers, of_sale).where(*of_customer(cut))
        who = who.join_from(born, customers, customers.c.id == born.c.customer_id).where(*of_customer(cut))
    lines, priced, gross = (await session.execute(query)).one()
    less = (await session.execute(back)).scalar()
    count, first_at = (await session.execute(who)).one()
    if priced < lines:
        count -= (await session.execute(bare)).scalar_one()
    return Worth(int(gross or 0) - int(less or 0), priced, count, first_at)


def _bare(cut: Cut, bought: tuple[ColumnElement[bool], ...]) -> Select[int]:
    """Count the customers none of whose purchases has an exchange rate."""
    other = sales.alias("priced_sales")
    priced = exists().where(
        other.c.team_id == cut.team_id, other.c.customer_id == sales.c.customer_id, counted(other.name),
        other.c.at < cut.end, standing(cut, other), other.c.base_minor.is_not(None),
    )  # fmt: skip
    return select(func.count(sales.c.customer_id.distinct())).where(*bought, sales.c.base_minor.is_(None), ~priced)
