"""Reads of up-sells and cross-sells: each sale judged against what its customer had bought before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Subquery, and_, case, cast, func, or_, select

from store import Session
from store.facts.belonging import belonging
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key, counted, within
from store.facts.firsts import firsts
from store.facts.sales import standing
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


async def judged(session: Session, cut: Cut) -> Subquery:
    """Return the cut's standing sales to existing customers: ``id``, ``customer_id``, ``base_minor``, ``verdict``.

    A verdict is ``upsell``, ``cross``, ``repeat`` or, without product and tag, none.
    """
    one = (await _each_sale(session, cut)).c
    dearer = and_(one.of_product == 0, one.price > one.dearest)
    more = and_(one.of_product > 0, one.quantity > one.most)
    verdict = case(
        (one.tag.in_(("upsell", "cross")), one.tag),
        (one.product_id.is_(None), None),
        (one.of_category == 0, "cross"),
        (or_(dearer, more), "upsell"),
        else_="repeat",
    )
    return (
        select(one.id, one.customer_id, one.base_minor, verdict.label("verdict"))
        .where(one.at >= cut.start)
        .subquery("judged")
    )


async def _each_sale(session: Session, cut: Cut) -> Subquery:
    """Return all purchases of existing customers who bought in the cut, each with what came before it."""
    born = await firsts(session, cut)
    existing = select(born.c.customer_id).where(born.c.first_at < cut.start)
    buyers = select(sales.c.customer_id).where(within(sales, cut), sales.c.at >= cut.start, standing(cut))
    price = cast(sales.c.base_minor, Float) / sales.c.quantity
    # a product without category is a category of its own
    alone = case((products.c.category.is_(None), sales.c.product_id))
    order = {"order_by": (sales.c.at, sales.c.id), "rows": (None, -1)}
    category: Any = {"partition_by": (sales.c.customer_id, products.c.category, alone), **order}
    product: Any = {"partition_by": (sales.c.customer_id, sales.c.product_id), **order}
    return (
        select(
            sales.c.id, sales.c.customer_id, sales.c.at, sales.c.base_minor, sales.c.product_id, sales.c.quantity,
            sales.c.tag, price.label("price"),
            func.count().over(**category).label("of_category"),
            func.max(price).over(**category).label("dearest"),
            func.count().over(**product).label("of_product"),
            func.max(sales.c.quantity).over(**product).label("most"),
        )
        .join_from(sales, products, products.c.id == sales.c.product_id, isouter=True)
        .where(sales.c.team_id == cut.team_id, counted("sales"), sales.c.at < cut.end, standing(cut),
               sales.c.customer_id.in_(existing), sales.c.customer_id.in_(buyers))
        .subquery("each_sale")
    )  # fmt: skip


async def upsold(session: Session, cut: Cut, by: By) -> Mapping[Key, Upsold]:
    """Count existing customers and what they bought, under owner, channel or campaign; by day all under None."""
    born = await firsts(session, cut)
    grouped = by != "day"
    existing: Any = (
        select(func.count())
        .join_from(born, customers, customers.c.id == born.c.customer_id)
        .where(born.c.first_at < cut.start, *of_customer(cut))
    )
    bought = _bought(await judged(session, cut), cut)
    if grouped:
        key = belonging(cut, by)
        existing = existing.add_columns(key).group_by(key)
        bought = bought.add_columns(key).group_by(key)
    totals: dict[Key, Upsold] = {}
    for row in await session.execute(existing):
        totals[row[1] if grouped else None] = Upsold(existing=row[0])
    for row in await session.execute(bought):
        under = row[10] if grouped else None
        totals[under] = totals.get(under, Upsold()) + Upsold(0, *(int(value or 0) for value in row[:10]))
    return totals


def _bought(sale: Subquery, cut: Cut) -> Any:
    """Sum each customer's sales first, then customers."""
    own = (
        select(refunds.c.sale_id, func.sum(refunds.c.base_minor).label("back"))
        .where(refunds.c.team_id == cut.team_id, counted("refunds"), refunds.c.sale_at >= cut.start,
               refunds.c.sale_at < cut.end, refunds.c.at < cut.now)
        .group_by(refunds.c.sale_id)
        .subquery("own")
    )  # fmt: skip
    verdict, left = sale.c.verdict, sale.c.base_minor - func.coalesce(own.c.back, 0)
    up, cross = verdict == "upsell", verdict == "cross"

    def flag(held: Any) -> Any:
        return func.max(case((held, 1), else_=0))

    each = (
        select(
            sale.c.customer_id,
            flag(or_(up, cross)).label("moved"),
            flag(up).label("upsold"),
            flag(cross).label("crossed"),
            func.min(case((verdict.is_(None), 1), else_=0)).label("vague"),
            func.count(case((verdict.is_(None), 1))).label("unclassified"),
            func.count(case((or_(up, cross), 1))).label("lines"),
            func.sum(case((or_(up, cross), left))).label("revenue"),
            func.sum(case((verdict.is_not(None), left))).label("value"),
            func.count(case((sale.c.base_minor.is_(None), 1))).label("unpriced"),
        )
        .join_from(sale, own, own.c.sale_id == sale.c.id, isouter=True)
        .group_by(sale.c.customer_id)
        .subquery("each_customer")
    )
    names = ("moved", "upsold", "crossed", "vague", "unclassified", "lines", "revenue", "value", "unpriced")
    return (
        select(func.count(), *(func.sum(each.c[name]) for name in names))
        .join_from(each, customers, customers.c.id == each.c.customer_id)
        .where(*of_customer(cut))
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
        .where(*of_customer(cut))
        .order_by(sales.c.at, sales.c.id)
    )  # fmt: skip
    return (await session.execute(query)).all()
