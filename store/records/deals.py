"""Deals: open ones, and how they are won and lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.refreshing import local_day
from store.errors import AlreadyDone, NotFound
from store.records.entries import Clock, DealRow, SaleEntry
from store.tables import deals, records


async def open_deals_of(
    session: AsyncConnection, team_id: int, customer_id: int, at: datetime | None = None
) -> list[DealRow]:
    """Return the customer's deals open now, or at ``at``, oldest first."""
    found = await session.execute(
        select(
            deals.c.id, records.c.number, deals.c.customer_id, deals.c.amount_minor, deals.c.currency, deals.c.stage,
            deals.c.opened_at,
        )
        .join(records, records.c.id == deals.c.id)
        .where(
            deals.c.team_id == team_id,
            deals.c.customer_id == customer_id,
            deals.c.counted,
            deals.c.closed_at.is_(None),
            *([deals.c.opened_at <= at] if at is not None else []),
        )
        .order_by(deals.c.opened_at, deals.c.id)
    )  # fmt: skip
    return [DealRow(*row) for row in found]


async def choose_deal(
    session: AsyncConnection, clock: Clock, entry: SaleEntry, deal_id: int | None
) -> tuple[DealRow | None, tuple[int, ...]]:
    """Return the deal that a sale wins, or the ids of those among which somebody must choose."""
    if deal_id == 0:
        return None, ()
    at = None if deal_id else entry.at
    known = await open_deals_of(session, clock.team_id, entry.customer_id, at)
    if deal_id is not None:
        known = [deal for deal in known if deal.id == deal_id]
        if not known:
            raise NotFound("deal", deal_id)
    if len(known) == 1:
        return known[0], ()
    return None, tuple(deal.id for deal in known)


async def close_deal(
    session: AsyncConnection,
    clock: Clock,
    deal_id: int,
    outcome: str,
    at: datetime,
    *,
    reason: str | None = None,
    sale_id: int | None = None,
    date_only: bool = False,
) -> None:
    """Close a deal as ``won`` or ``lost``."""
    await session.execute(
        update(deals)
        .where(deals.c.team_id == clock.team_id, deals.c.id == deal_id)
        .values(
            outcome=outcome,
            reason=reason,
            sale_id=sale_id,
            closed_at=at,
            closed_day=local_day(at, clock.zone),
            closed_date_only=date_only,
        )
    )


async def unclosed_deal(session: AsyncConnection, team_id: int, deal_id: int) -> Any:
    """Return a deal that can still be closed; raises `NotFound`, or `AlreadyDone` for a closed one."""
    row = (
        await session.execute(
            select(deals.c.customer_id, deals.c.closed_at).where(
                deals.c.team_id == team_id, deals.c.id == deal_id, deals.c.counted
            )
        )
    ).first()
    if row is None:
        raise NotFound("deal", deal_id)
    if row.closed_at is not None:
        raise AlreadyDone("deal")
    return row


async def reopen_deal_of(session: AsyncConnection, team_id: int, sale_id: int) -> None:
    """Take back the win that a sale made: undoing the sale reopens its deal."""
    await session.execute(
        update(deals).where(deals.c.team_id == team_id, deals.c.sale_id == sale_id).values(OPEN_AGAIN)
    )


OPEN_AGAIN = {
    "outcome": None,
    "reason": None,
    "sale_id": None,
    "closed_at": None,
    "closed_day": None,
    "closed_date_only": False,
}


async def won_by(session: AsyncConnection, team_id: int, sale_id: int) -> int | None:
    """Return the id of the deal that a sale won, if it won one."""
    found = await session.execute(
        select(deals.c.id).where(deals.c.team_id == team_id, deals.c.sale_id == sale_id, deals.c.counted)
    )
    won = found.scalar()
    return None if won is None else int(won)
