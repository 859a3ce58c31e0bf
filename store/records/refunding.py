"""What refunds do to their sale: how much of it is left, and when it was made whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound, TooLarge
from store.tables import customers, records, refunds, sales


@dataclass(frozen=True, slots=True)
class PastSale:
    """A sale of which something is left to give back; ``left_minor`` in minor units of ``currency``."""

    id: int
    number: int
    customer_name: str
    at: datetime
    left_minor: int
    currency: str


async def settle_refunds(session: AsyncConnection, team_id: int, sale_id: int) -> date:
    """Write when, if ever, the refunds of a sale made it whole: the instant of the one that completed it.

    Returns the sale's day, whose totals that moves.
    """
    sale = (
        await session.execute(
            select(sales.c.amount_minor, sales.c.at, sales.c.day).where(
                sales.c.team_id == team_id, sales.c.id == sale_id
            )
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
    day: date = sale.day
    return day


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a sale: its instant, and ``left_minor`` in minor units of its currency."""

    at: datetime
    currency: str
    left_minor: int


async def sale_left(session: AsyncConnection, team_id: int, sale_id: int) -> Left:
    """Return what is left of a sale that stands; raises `NotFound`."""
    found = await session.execute(
        select(sales.c.at, sales.c.currency, sales.c.amount_minor)
        .join_from(sales, records, records.c.id == sales.c.id)
        .where(sales.c.team_id == team_id, sales.c.id == sale_id, records.c.removed_at.is_(None))
    )
    row = found.first()
    if row is None:
        raise NotFound("sale", sale_id)
    given, _ = await _given(session, team_id, sale_id, row.currency)
    return Left(row.at, row.currency, row.amount_minor - given)


async def past_sales(
    session: AsyncConnection,
    team_id: int,
    *,
    limit: int,
    member_id: int | None = None,
    customer_ids: Sequence[int] = (),
) -> list[PastSale]:
    """Return the newest sales with something left to give back: of one member, of some customers, or of the team."""
    given = (
        select(func.coalesce(func.sum(refunds.c.amount_minor), 0))
        .where(refunds.c.team_id == team_id, refunds.c.sale_id == sales.c.id, refunds.c.counted)
        .scalar_subquery()
    )
    held = [sales.c.team_id == team_id, sales.c.counted, sales.c.refunded_at.is_(None)]
    if member_id is not None:
        held.append(sales.c.member_id == member_id)
    if customer_ids:
        held.append(sales.c.customer_id.in_(customer_ids))
    found = await session.execute(
        select(
            sales.c.id,
            records.c.number,
            customers.c.name,
            sales.c.at,
            (sales.c.amount_minor - given).label("left_minor"),
            sales.c.currency,
        )
        .join_from(sales, records, records.c.id == sales.c.id)
        .join(customers, customers.c.id == sales.c.customer_id)
        .where(*held)
        .order_by(sales.c.day.desc(), sales.c.at.desc(), sales.c.id.desc())
        .limit(limit)
    )
    return [PastSale(row.id, row.number, row.name, row.at, int(row.left_minor), row.currency) for row in found]


async def count_refunds(session: AsyncConnection, team_id: int, sale_id: int, *, counted: bool) -> None:
    """Count a sale's standing refunds with it, or leave them out with it."""
    kept = select(records.c.id).where(records.c.team_id == team_id, records.c.removed_at.is_(None))
    own = (refunds.c.team_id == team_id, refunds.c.sale_id == sale_id, refunds.c.id.in_(kept))
    await session.execute(update(refunds).where(*own).values(counted=counted))


async def follow_customer(session: AsyncConnection, team_id: int, sale_id: int, customer_id: int) -> None:
    """Move a sale's refunds to the customer whom the sale was moved to."""
    own = select(refunds.c.id).where(refunds.c.team_id == team_id, refunds.c.sale_id == sale_id)
    await session.execute(
        update(records).where(records.c.team_id == team_id, records.c.id.in_(own)).values(customer_id=customer_id)
    )
    await session.execute(
        update(refunds)
        .where(refunds.c.team_id == team_id, refunds.c.sale_id == sale_id)
        .values(customer_id=customer_id)
    )


async def follow_sales(session: AsyncConnection, team_id: int, customer_ids: Sequence[int]) -> None:
    """Let the refunds that these customers hold of each other's sales be of whom the sale is of."""
    found = await session.execute(
        select(sales.c.id, sales.c.customer_id)
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(
            refunds.c.team_id == team_id,
            refunds.c.customer_id.in_(customer_ids),
            sales.c.customer_id.in_(customer_ids),
            refunds.c.customer_id != sales.c.customer_id,
        )
        .distinct()
    )
    for sale_id, customer_id in found.all():
        await follow_customer(session, team_id, sale_id, customer_id)


async def sale_counts(session: AsyncConnection, team_id: int, sale_id: int) -> bool:
    """Whether a sale is in the figures."""
    found = await session.execute(select(sales.c.counted).where(sales.c.team_id == team_id, sales.c.id == sale_id))
    return bool(found.scalar())


async def check_fit(session: AsyncConnection, team_id: int, kind: str, record_id: int, row: Mapping[str, Any]) -> None:
    """Raise `TooLarge` unless a sale, or a refund, goes together with the (other) refunds of that sale.

    ``row`` is the record as it is to be: nothing may be written before this is known.
    """
    if kind == "sale":
        given, foreign = await _given(session, team_id, record_id, row["currency"])
        if given > row["amount_minor"] or foreign:
            raise TooLarge(row["amount_minor"] - given)
    if kind == "refund" and row["sale_id"] is not None:
        found = await session.execute(
            select(sales.c.amount_minor, sales.c.currency).where(
                sales.c.team_id == team_id, sales.c.id == row["sale_id"]
            )
        )
        sale = found.one()
        given, _ = await _given(session, team_id, row["sale_id"], sale.currency, apart=record_id)
        if row["amount_minor"] > sale.amount_minor - given or row["currency"] != sale.currency:
            raise TooLarge(sale.amount_minor - given)


async def _given(
    session: AsyncConnection, team_id: int, sale_id: int, currency: str, apart: int | None = None
) -> tuple[int, int]:
    """What the standing refunds of a sale come to, without one of them, and how many are in another currency."""
    held = [refunds.c.team_id == team_id, refunds.c.sale_id == sale_id, records.c.removed_at.is_(None)]
    if apart is not None:
        held.append(refunds.c.id != apart)
    found = await session.execute(
        select(func.sum(refunds.c.amount_minor), func.count(case((refunds.c.currency != currency, 1))))
        .join_from(refunds, records, records.c.id == refunds.c.id)
        .where(*held)
    )
    amount, foreign = found.one()
    return int(amount or 0), int(foreign)
