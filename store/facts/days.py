"""Reads of how often customers came back: on how many distinct days each bought."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, case, func, select, type_coerce

from store import Session
from store.facts.belonging import belonging, owner
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key, counted
from store.facts.daily import SOLD, knows_later
from store.facts.sales import standing
from store.tables import customers, members, sales

LOYAL = 5


@dataclass(frozen=True, slots=True)
class BuyingDays:
    """Customers by the number of distinct local days on which they bought."""

    customers: Mapping[int, int]

    def __add__(self, other: "BuyingDays") -> "BuyingDays":
        added = dict(self.customers)
        for days, count in other.customers.items():
            added[days] = added.get(days, 0) + count
        return BuyingDays(added)


DAYS: Any = func.count(sales.c.day.distinct())
_TWO_DAYS = 2 * 86_400_000_000


def one_or_two(cut: Cut) -> Any:
    """Tell whether a customer bought on one day or on more, for which two stands: not to count them is a third.

    Instants two days apart lie on different days anywhere; only of customers whose all are closer the days are read.
    """
    again, at = sales.alias("again"), type_coerce(sales.c.at, BigInteger)
    apart = func.max(at) - func.min(at)
    near = select(case((func.min(again.c.day) < func.max(again.c.day), 2), else_=1)).where(
        again.c.team_id == cut.team_id, again.c.customer_id == sales.c.customer_id, counted("again"),
        again.c.at < cut.end, standing(cut, again),
    )  # fmt: skip
    return case((apart >= _TWO_DAYS, 2), (apart == 0, 1), else_=near.correlate(sales).scalar_subquery())


@dataclass(frozen=True, slots=True)
class Buyers:
    """Customers with a purchase before a cut's end, to select from: a row each, of ``rows`` where ``held``."""

    rows: FromClause
    customer_id: Any
    days: Any
    first_at: Any
    last_at: Any
    held: tuple[ColumnElement[bool], ...] = ()

    @property
    def with_customers(self) -> FromClause:
        """The rows, each with its customer."""
        if self.rows is customers:
            return self.rows
        return self.rows.join(customers, customers.c.id == self.customer_id)


async def buyers(session: Session, cut: Cut, days: Any = DAYS) -> Buyers:
    """Return who had bought by the cut's end; ``days`` counts the days of a customer's sales.

    Where nothing is known after the cut, that is what stands with each customer.
    """
    at, of = sales.c.at, customers.c
    if cut.end == cut.now and not await knows_later(session, cut, SOLD):
        held = (of.team_id == cut.team_id, of.last_purchase_at.is_not(None))
        return Buyers(customers, of.id, of.buying_days, of.first_purchase_at, of.last_purchase_at, held)
    each = (
        select(
            sales.c.customer_id,
            days.label("days"),
            func.min(at, type_=at.type).label("first_at"),
            func.max(at, type_=at.type).label("last_at"),
        )
        .where(sales.c.team_id == cut.team_id, counted("sales"), at < cut.end, standing(cut))
        .group_by(sales.c.customer_id)
        .subquery("each_customer")
    )
    return Buyers(each, each.c.customer_id, each.c.days, each.c.first_at, each.c.last_at)


async def buying_days(session: Session, cut: Cut, by: By) -> Mapping[Key, BuyingDays]:
    """Count customers by their buying days up to the cut's end, under owner, channel or campaign; by day under None."""
    one = await buyers(session, cut)
    alone = by == "day" and not cut.filters.named
    query: Any = select(one.days, func.count()).where(*one.held).group_by(one.days)
    query = query.select_from(one.rows if alone else one.with_customers).where(*of_customer(cut))
    if by != "day":
        key = belonging(cut, by)
        query = query.add_columns(key).group_by(key)
    totals: dict[Key, dict[int, int]] = defaultdict(dict)
    for row in await session.execute(query):
        totals[row[2] if by != "day" else None][row[0]] = row[1]
    return {key: BuyingDays(found) for key, found in totals.items()}


async def buyers_by_days(session: Session, cut: Cut) -> Any:
    """Return name, owner, buying days, first and last purchase of each customer who bought, most days first."""
    one = await buyers(session, cut)
    query = (
        select(customers.c.name, members.c.name, one.days, one.first_at, one.last_at)
        .select_from(one.with_customers)
        .outerjoin(members, members.c.id == owner(cut.team_id, cut.end))
        .where(*one.held, *of_customer(cut))
        .order_by(one.days.desc(), customers.c.name, customers.c.id)
    )
    return (await session.execute(query)).all()
