"""Reads of up-sells and cross-sells: each sale judged against what its customer had bought before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select

from store import Session
from store.derived.judging import verdicts
from store.facts.belonging import belonging
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key, counted, within
from store.facts.firsts import firsts, knows_later
from store.facts.sales import own_refunds, standing
from store.tables import customers, members, products, records, refunds, sales


@dataclass(frozen=True, slots=True)
class Upsold:
    """Existing customers of a period, those of them who bought, and what they bought more of.

    ``moved`` had an up- or a cross-sell; ``vague`` bought nothing but unclassified sales. Money in minor units, of
    standing sales less their own refunds: ``revenue`` of up- and cross-sells, ``value`` of all classified sales.
    """

    existing: int = 0
    buyers: int = 0
    moved: int = 0
    upsold: int = 0
    crossed: int = 0
    vague: int = 0
    unclassified: int = 0
    lines: int = 0
    revenue: int = 0
    value: int = 0
    unpriced: int = 0

    def __add__(self, other: "Upsold") -> "Upsold":
        return Upsold(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


async def existing(session: Session, cut: Cut) -> ColumnElement[bool]:
    """Keep customers who first bought before the cut."""
    if not await knows_later(session, cut):
        return and_(customers.c.team_id == cut.team_id, customers.c.first_purchase_at < cut.start)
    born = await firsts(session, cut)
    return customers.c.id.in_(select(born.c.customer_id).where(born.c.first_at < cut.start))


async def judged(session: Session, cut: Cut) -> Subquery:
    """Return the cut's standing sales: ``id``, ``customer_id``, ``base_minor``, ``verdict``."""
    known = (sales.c.team_id == cut.team_id, sales.c.at < cut.end, standing(cut))
    if await knows_later(session, cut):
        buyers = select(sales.c.customer_id).where(within(sales, cut), sales.c.at >= cut.start, standing(cut))
        one = verdicts(*known, sales.c.customer_id.in_(buyers)).c
        query = select(one.id, one.customer_id, one.base_minor, one.verdict).where(one.at >= cut.start)
    else:
        kept = (sales.c.id, sales.c.customer_id, sales.c.base_minor, sales.c.verdict)
        query = select(*kept).where(*known, counted("sales"), sales.c.at >= cut.start)
    return query.subquery("judged")


async def upsold(session: Session, cut: Cut, by: By) -> Mapping[Key, Upsold]:
    """Count existing customers and what they bought, under owner, channel or campaign; by day all under None."""
    grouped = by != "day"
    held = and_(await existing(session, cut), *of_customer(cut))
    sale = await judged(session, cut)
    known: Any = select(func.count()).select_from(customers).where(held)
    bought, back = _bought(sale, held), _returned(sale, cut).where(held)
    if grouped:
        key = belonging(cut, by)
        known, bought, back = [query.add_columns(key).group_by(key) for query in (known, bought, back)]
    totals: dict[Key, Upsold] = {}
    for row in await session.execute(known):
        totals[row[1] if grouped else None] = Upsold(existing=row[0])
    for row in await session.execute(bought):
        under = row[10] if grouped else None
        totals[under] = totals.get(under, Upsold()) + Upsold(0, *(int(value or 0) for value in row[:10]))
    for row in await session.execute(back):
        under = row[2] if grouped else None
        totals[under] = totals.get(under, Upsold()) + Upsold(revenue=-int(row[0] or 0), value=-int(row[1] or 0))
    return totals


def _bought(sale: Subquery, held: ColumnElement[bool]) -> Any:
    """Sum the sales of each customer who is held first, then customers; their own refunds are not taken off yet."""
    verdict, base = sale.c.verdict, sale.c.base_minor
    one = (
        select(
            sale.c.customer_id,
            func.count().label("sales"),
            func.count(verdict).label("judged"),
            func.count(base).label("priced"),
            func.count(case((verdict == "upsell", 1))).label("up"),
            func.count(case((verdict == "cross", 1))).label("cross"),
            func.sum(case((verdict.in_(("upsell", "cross")), base))).label("revenue"),
            func.sum(case((verdict.is_not(None), base))).label("value"),
        )
        .where(sale.c.customer_id.in_(select(customers.c.id).where(held)))
        .group_by(sale.c.customer_id)
        .subquery("each_customer")
    ).c
    return select(
        func.count(),
        func.count(case((one.up + one.cross > 0, 1))),
        func.count(case((one.up > 0, 1))),
        func.count(case((one.cross > 0, 1))),
        func.count(case((one.judged == 0, 1))),
        func.sum(one.sales - one.judged),
        func.sum(one.up + one.cross),
        func.sum(one.revenue),
        func.sum(one.value),
        func.sum(one.sales - one.priced),
    ).join_from(one.customer_id.table, customers, customers.c.id == one.customer_id)


def _returned(sale: Subquery, cut: Cut) -> Any:
    """What was refunded of the up- and cross-sells, and of all that was classified."""
    amount, moved = refunds.c.base_minor, sale.c.verdict.in_(("upsell", "cross"))
    return (
        select(func.sum(case((moved, amount))), func.sum(case((sale.c.verdict.is_not(None), amount))))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .join(sale, sale.c.id == refunds.c.sale_id)
        .join(customers, customers.c.id == sale.c.customer_id)
        .where(own_refunds(cut))
    )


async def judged_records(session: Session, cut: Cut) -> Any:
    """Return number, at, customer, member, product, quantity, amount, currency, verdict of what was judged."""
    sale = await judged(session, cut)
    query = (
        select(
            records.c.number, sales.c.at, customers.c.name, members.c.name, products.c.name, sales.c.quantity,
            sales.c.amount_minor, sales.c.currency, sale.c.verdict,
        )
        .join_from(sale, sales, sales.c.id == sale.c.id)
        .join(records, records.c.id == sale.c.id)
        .join(customers, customers.c.id == sale.c.customer_id)
        .outerjoin(members, members.c.id == sales.c.member_id)
        .outerjoin(products, products.c.id == sales.c.product_id)
        .where(await existing(session, cut), *of_customer(cut))
        .order_by(sales.c.at, sales.c.id)
    )  # fmt: skip
    return (await session.execute(query)).all()
