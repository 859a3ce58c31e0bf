"""Sales that were probably logged twice: another of the customer, amount, currency and product shortly before.

The mark is derived: whoever changes a customer's sales, or what a sale was of, has it set anew in the same transaction
(`store.derived.refreshing.refresh` does).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, func, or_, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.judging import BUYERS_OF_PRODUCT
from store.facts.cut import counted
from store.tables import sales

CHUNK = 400
"""Customers looked at in one statement."""

SAME_WITHIN = timedelta(minutes=10)
"""Two sales to one customer of the same amount and product within this time are probably one: the later is doubled."""

_MICROSECONDS = SAME_WITHIN // timedelta(microseconds=1)


def _doubled() -> Any:
    """Whether a sale has one like it up to ten minutes before; of two at one instant the later record does.

    Both ends are told, so that the index is read between them, not to a customer's last sale.
    """
    first = sales.alias("first")
    at, earlier = (type_coerce(table.c.at, BigInteger) for table in (sales, first))
    return (
        exists()
        .where(
            first.c.team_id == sales.c.team_id,
            first.c.customer_id == sales.c.customer_id,
            counted("first"),
            earlier.between(at - _MICROSECONDS, at),
            or_(earlier < at, first.c.id < sales.c.id),
            *(first.c[name] == sales.c[name] for name in ("amount_minor", "currency")),
            func.coalesce(first.c.product_id, 0) == func.coalesce(sales.c.product_id, 0),
        )
        .correlate(sales)
    )


def _marking() -> Any:
    """The statement that marks the sales of some customers; only rows that differ are touched."""
    theirs = (
        sales.c.team_id == bindparam("of_team"),
        sales.c.customer_id.in_(bindparam("customer_ids", expanding=True)),
        counted("sales"),
    )
    return update(sales).where(*theirs, sales.c.doubled != _doubled()).values(doubled=_doubled())


MARK = _marking()


async def mark(session: AsyncConnection, team_id: int, customer_ids: Sequence[int]) -> None:
    """Mark which of these customers' sales were probably logged twice, and unmark the others."""
    for start in range(0, len(customer_ids), CHUNK):
        await session.execute(MARK, {"of_team": team_id, "customer_ids": customer_ids[start : start + CHUNK]})


async def mark_product(session: AsyncConnection, team_id: int, product_id: int) -> None:
    """Mark the sales of everybody who bought a product anew: another was made one with it, or is no longer."""
    found = (await session.execute(BUYERS_OF_PRODUCT, {"of_team": team_id, "product_id": product_id})).scalars().all()
    await mark(session, team_id, found)
