"""Reads of the customers behind retention: who was active at the start or the end of a period."""

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from store import Session
from store.facts.buying import Windows, of_customer, whose
from store.facts.cut import Cut, counted
from store.facts.sales import standing
from store.tables import customers, sales


async def active_customers(session: Session, cut: Cut, windows: Windows) -> Any:
    """Return name, active at the start, at the end, bought in the period (1 or 0), first and last purchase."""
    at = sales.c.at
    start = func.max(case((and_(at >= windows.from_start, at < cut.start), 1), else_=0))
    end = func.max(case((and_(at >= windows.from_end, at < cut.end), 1), else_=0))
    inside = func.max(case((and_(at >= cut.start, at < cut.end), 1), else_=0))
    mine = [] if cut.filters.rep is None else [whose(cut, start == 1) == cut.filters.rep]
    query = (
        select(customers.c.name, start, end, inside, func.min(at, type_=at.type), func.max(at, type_=at.type))
        .join_from(sales, customers, customers.c.id == sales.c.customer_id)
        .where(
            sales.c.team_id == cut.team_id,
            counted("sales"),
            at < cut.end,
            standing(cut),
            *of_customer(replace(cut, filters=replace(cut.filters, rep=None))),
        )
        .group_by(customers.c.id)
        .having(or_(start == 1, end == 1), *mine)
        .order_by(customers.c.name, customers.c.id)
    )
    return (await session.execute(query)).all()
