"""Whose a customer was at an instant, and which source was known at now: history does not move with a hand-over.

A customer's owner now stands with the customer, earlier ones in ``hand_overs``. The source is that of the earliest
record naming one, so as known at a past now it is the same one, or none yet.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_, select, union_all

from store.facts.cut import Cut, counted
from store.tables import customers, hand_overs, leads, sales


def owner(team_id: int, at: Any, table: Any = customers) -> ColumnElement[Any]:
    """Return whose a customer was just before an instant: the one from whom the first hand-over at or after it took.

    ``at`` is an instant or a column of them; ``table`` is ``customers`` or an alias of it, in the query's FROM.
    """
    of_team = select(hand_overs.c.customer_id).correlate(None).where(hand_overs.c.team_id == team_id)
    if isinstance(at, datetime):
        of_team = of_team.where(hand_overs.c.at >= at)
    later = (hand_overs.c.team_id == team_id, hand_overs.c.customer_id == table.c.id, hand_overs.c.at >= at)
    first = (
        select(hand_overs.c.from_id)
        .where(*later)
        .order_by(hand_overs.c.at, hand_overs.c.id)
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    # most teams handed none over, and most customers were not: only the few that were are asked further
    handed = and_(of_team.exists(), table.c.id.in_(of_team), exists().where(*later).correlate(table))
    return case((handed, first), else_=table.c.owner_id)


def source(cut: Cut, name: str) -> ColumnElement[Any]:
    """Return the channel or campaign that a customer came from, as known at now; the query joins ``customers``."""
    today = cut.now.astimezone(cut.zone).date()
    # the days of sales, and the instants of leads, are what their indexes are in order of
    later = union_all(*[
        select(table.c.customer_id).correlate(None).where(
            table.c.team_id == cut.team_id, counted(table.name), table.c.at >= cut.now, *when,
            table.c[name].is_not(None),
        )
        for table, when in ((leads, ()), (sales, (sales.c.day >= today,)))
    ])  # fmt: skip
    before = or_(*[
        exists().where(
            table.c.team_id == cut.team_id, table.c.customer_id == customers.c.id, counted(table.name),
            table.c.at < cut.now, table.c[name].is_not(None),
        ).correlate(customers)
        for table in (leads, sales)
    ])  # fmt: skip
    return case((and_(later.exists(), customers.c.id.in_(later), ~before), null()), else_=customers.c[name])


def attributed(cut: Cut, table: Any, name: str) -> ColumnElement[Any]:
    """Return a record's own channel or campaign, else its customer's source; the query joins ``customers``."""
    return func.coalesce(table.c[name], source(cut, name))


def belonging(cut: Cut, by: str, at: Any = None) -> ColumnElement[Any]:
    """Return what a customer is grouped under: the owner at an instant (the cut's end), or the channel or campaign.

    Each call makes a new expression: what is selected and grouped by must be the same one.
    """
    return owner(cut.team_id, cut.end if at is None else at) if by == "rep" else source(cut, by)
