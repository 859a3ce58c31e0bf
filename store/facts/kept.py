"""Reads of how customers who stayed active, and those who did not, were looked after: contacts, tickets, ratings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, select

from store import Session
from store.facts.belonging import owner
from store.facts.buying import Windows, of_customer
from store.facts.cut import Cut, counted
from store.facts.sales import standing
from store.tables import contacts, customers, ratings, sales, tickets


@dataclass(frozen=True, slots=True)
class Looked:
    """How customers were looked after: how many there are, had a contact, had a ticket; their ratings and the sum."""

    customers: int = 0
    contacted: int = 0
    ticketed: int = 0
    ratings: int = 0
    score: int = 0


async def looked_after(session: Session, cut: Cut, windows: Windows) -> Mapping[bool, Looked]:
    """Tell of the customers active at the start those kept (True) and those lost (False) at the end.

    What counts happened from the start of the first window, W days before the cut, to the cut's end.
    """
    at = sales.c.at
    kept = func.max(case((and_(at >= windows.from_end, at < cut.end), 1), else_=0)).label("kept")
    start = func.max(case((and_(at >= windows.from_start, at < cut.start), 1), else_=0))
    query = (
        select(sales.c.customer_id.label("id"), kept)
        .where(sales.c.team_id == cut.team_id, counted("sales"), at >= windows.from_start, at < cut.end, standing(cut),
               sales.c.day.between(windows.from_start.astimezone(cut.zone).date(), cut.last_day))
        .group_by(sales.c.customer_id)
        .having(start == 1)
    )  # fmt: skip
    if cut.filters.named:
        of_sale = customers.c.id == sales.c.customer_id
        query = query.join_from(sales, customers, of_sale).where(*of_customer(cut, owner(cut.team_id, cut.start)))
    each = query.subquery("each_customer")

    def theirs(table: Any) -> tuple[Any, ...]:
        inside = and_(table.c.at >= windows.from_start, table.c.at < cut.end)
        return (table.c.team_id == cut.team_id, table.c.customer_id == each.c.id, counted(table.name), inside)

    def had(table: Any) -> Any:
        return func.sum(case((exists().where(*theirs(table)), 1), else_=0))

    def of_ratings(value: Any) -> Any:
        return func.sum(select(func.coalesce(value, 0)).where(*theirs(ratings)).scalar_subquery())

    counts = select(
        each.c.kept, func.count(), had(contacts), had(tickets), of_ratings(func.count(ratings.c.id)),
        of_ratings(func.sum(ratings.c.score)),
    ).group_by(each.c.kept)  # fmt: skip
    return {bool(kept): Looked(*map(int, rest)) for kept, *rest in await session.execute(counts)}
