"""Reads of what the goods sold cost to buy in."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from store import Session
from store.facts.cut import By, Cut, Key, within
from store.facts.sales import key_of, of_filters, standing
from store.tables import customers, products, refunds, sales


@dataclass(frozen=True, slots=True)
class Goods:
    """What the period's standing sales cost to buy in, and what is left out where that is not known (minor units).

    ``unknown_net`` is the net revenue of sales whose product has no unit cost, ``unknown`` how many they are.
    """

    cost: int = 0
    unknown: int = 0
    unknown_net: int = 0

    def __add__(self, other: "Goods") -> "Goods":
        return Goods(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


async def goods(session: Session, cut: Cut, by: By) -> Mapping[Key, Goods]:
    """Sum the unit costs of what was sold, under each key."""
    totals: dict[Key, Goods] = {}
    unknown = products.c.unit_cost_minor.is_(None)
    stands, key = standing(cut), key_of(cut, by)
    query = (
        select(
            key,
            func.sum(case((stands & sales.c.base_minor.is_not(None), products.c.unit_cost_minor * sales.c.quantity))),
            func.count(case((unknown, sales.c.base_minor))),
            func.sum(case((unknown, sales.c.base_minor))),
        )
        .join_from(sales, products, products.c.id == sales.c.product_id, isouter=True)
        .join(customers, customers.c.id == sales.c.customer_id)
        .where(within(sales, cut), *of_filters(cut))
        .group_by(key)
    )
    for under, cost, count, gross in await session.execute(query):
        totals[under] = Goods(int(cost or 0), int(count), int(gross or 0))
    key = refunds.c.day if by == "day" else key
    # a refund without a sale is of no sale that is left out
    back = (
        select(key, func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .outerjoin(products, products.c.id == sales.c.product_id)
        .join(customers, customers.c.id == sales.c.customer_id)
        .where(within(refunds, cut), unknown, *of_filters(cut))
        .group_by(key)
    )
    for under, less in await session.execute(back):
        totals[under] = totals.get(under, Goods()) + Goods(unknown_net=-int(less or 0))
    return totals
