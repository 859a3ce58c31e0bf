"""What refunds do to their sale: how much of it is left, and when it was made whole."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.tables import refunds, sales


async def settle_refunds(session: AsyncConnection, team_id: int, sale_id: int) -> None:
    """Write when, if ever, the refunds of a sale made it whole: the instant of the one that completed it."""
    sale = (
        await session.execute(
            select(sales.c.amount_minor, sales.c.at).where(sales.c.team_id == team_id, sales.c.id == sale_id)
        )
    ).one()
    given = await session.execute(
        select(refunds.c.at, refunds.c.amount_minor)
        .where(refunds.c.team_id == team_id, refunds.c.sale_id == sale_id, refunds.c.counted)
        .order_by(refunds.c.at, refunds.c.id)
    )
    left, whole_at = sale.amount_minor, None
    for at, amount in given:
        left -= amount
        if left <= 0:
            whole_at = at
            break
    here = (sales.c.team_id == team_id, sales.c.id == sale_id)
    await session.execute(update(sales).where(*here).values(refunded_at=whole_at))
    await session.execute(
        update(refunds).where(refunds.c.team_id == team_id, refunds.c.sale_id == sale_id).values(sale_at=sale.at)
    )


async def sale_left(session: AsyncConnection, team_id: int, sale_id: int) -> Any:
    """Return a sale's instant, currency and ``left_minor``; raises `NotFound`."""
    given = (
        select(func.coalesce(func.sum(refunds.c.amount_minor), 0))
        .where(refunds.c.team_id == team_id, refunds.c.sale_id == sale_id, refunds.c.counted)
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(sales.c.at, sales.c.currency, (sales.c.amount_minor - given).label("left_minor")).where(
                sales.c.team_id == team_id, sales.c.id == sale_id, sales.c.counted
            )
        )
    ).first()
    if row is None:
        raise NotFound("sale", sale_id)
    return row
