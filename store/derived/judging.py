"""Up-sells and cross-sells: the verdict on each purchase, judged against what its customer had bought before it.

Verdicts are derived: whoever changes what a purchase was of, or what it cost, has its customer's judged anew in the
same transaction (`store.derived.refreshing.refresh` does).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Subquery, bindparam, case, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.facts.cut import counted
from store.tables import products, sales

CHUNK = 400
"""Customers judged in one statement."""

_TEAM = bindparam("of_team", type_=BigInteger)


def verdicts(*purchases: ColumnElement[bool]) -> Subquery:
    """Judge these purchases: ``id``, ``customer_id``, ``at``, ``base_minor``, ``verdict``.

    They must be all that their customers had bought before the last of them. A verdict is ``upsell``, ``cross``,
    ``repeat`` or, without product and tag, none.
    """
    one = _each_sale(*purchases).c
    dearer = (one.of_product == 0) & (one.price > one.dearest)
    more = (one.of_product > 0) & (one.quantity > one.most)
    verdict = case(
        (one.tag.in_(("upsell", "cross")), one.tag),
        (one.product_id.is_(None), None),
        (one.of_category == 0, "cross"),
        (or_(dearer, more), "upsell"),
        else_="repeat",
    )
    return select(one.id, one.customer_id, one.at, one.base_minor, verdict.label("verdict")).subquery("judged")


def _each_sale(*purchases: ColumnElement[bool]) -> Subquery:
    """Return purchases, each with what came before it."""
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
        .where(counted("sales"), *purchases)
        .subquery("each_sale")
    )  # fmt: skip


async def judge(session: AsyncConnection, team_id: int, customer_ids: Sequence[int]) -> None:
    """Write the verdicts on these customers' purchases; only those that differ are touched."""
    for start in range(0, len(customer_ids), CHUNK):
        given = {"of_team": team_id, "customer_ids": customer_ids[start : start + CHUNK]}
        await session.execute(JUDGE, given)


async def judge_money(session: AsyncConnection, team_id: int, ids: Sequence[int]) -> None:
    """Judge anew the purchases of everybody of whom these sales are: what they are worth has changed."""
    for start in range(0, len(ids), CHUNK):
        given = {"of_team": team_id, "ids": ids[start : start + CHUNK]}
        found = (await session.execute(BUYERS_OF_MONEY, given)).scalars().all()
        await judge(session, team_id, found)


async def judge_product(session: AsyncConnection, team_id: int, product_id: int) -> None:
    """Judge anew the purchases of everybody who bought a product: its category has changed."""
    found = (await session.execute(BUYERS_OF_PRODUCT, {"of_team": team_id, "product_id": product_id})).scalars().all()
    await judge(session, team_id, found)


def _judging() -> Any:
    bought = (
        sales.c.team_id == _TEAM,
        sales.c.customer_id.in_(bindparam("customer_ids", expanding=True)),
        sales.c.refunded_at.is_(None),
    )
    one = verdicts(*bought).c
    differs = sales.c.verdict.is_distinct_from(one.verdict)
    return update(sales).where(sales.c.id == one.id, differs).values(verdict=one.verdict)


JUDGE = _judging()
BUYERS_OF_MONEY = (
    select(sales.c.customer_id)
    .where(sales.c.team_id == _TEAM, sales.c.id.in_(bindparam("ids", expanding=True)))
    .distinct()
)
BUYERS_OF_PRODUCT = (
    select(sales.c.customer_id)
    .where(sales.c.team_id == _TEAM, sales.c.product_id == bindparam("product_id"))
    .distinct()
)
