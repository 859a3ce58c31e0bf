"""Reads of who was active when: customers with a purchase in a window before an instant, and cohorts by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, or_, select

from store import Session
from store.facts.belonging import owner, source
from store.facts.cut import By, Cut, Key, counted, month_of, named
from store.facts.sales import standing
from store.tables import cohorts as cohort_counts
from store.tables import customers, sales


@dataclass(frozen=True, slots=True)
class Activity:
    """Customers active at the start and at the end of a period; ``kept`` at both, ``new`` first bought in it.

    ``again`` are those active at the start who bought in the period.
    """

    start: int = 0
    end: int = 0
    kept: int = 0
    new: int = 0
    again: int = 0

    def __add__(self, other: "Activity") -> "Activity":
        return Activity(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Windows:
    """The instants from which a purchase makes a customer active at a period's start, and at its end."""

    from_start: datetime
    from_end: datetime


FEW_DAYS = timedelta(days=200)
"""Up to so many days of sales are read faster by day than all sales by customer."""


async def activity(session: Session, cut: Cut, windows: Windows, by: By) -> Mapping[Key, Activity]:
    """Count active customers, under their owner (rep), channel or campaign; under None where ``by`` is the day.

    Who had a purchase in ``[t − W, t)`` is exactly who had the last purchase before t in it.
    """
    each, first = _recent(cut, windows) if cut.end - windows.from_start <= FEW_DAYS else _all(cut, windows)
    at_start, at_end = each.c.before >= windows.from_start, each.c.last >= windows.from_end

    def those(*conditions: ColumnElement[bool]) -> Any:
        return func.count(case((and_(*conditions), 1)))

    query: Any = select(
        those(at_start),
        those(at_end),
        those(at_start, at_end),
        those(first, at_end),
        those(at_start, each.c.last >= cut.start),
    )
    owned = whose(cut, at_start)
    if by != "day" or cut.filters.named:
        query = query.join_from(each, customers, customers.c.id == each.c.customer_id).where(*of_customer(cut, owned))
    if by != "day":
        key = owned if by == "rep" else source(cut, by)
        query = query.add_columns(key).group_by(key)
    totals: dict[Key, Activity] = {}
    for row in await session.execute(query):
        totals[row[5] if by != "day" else None] = Activity(*row[:5])
    return totals


def _all(cut: Cut, windows: Windows) -> tuple[Subquery, ColumnElement[bool]]:
    """Customers active at either end (``customer_id``, ``last`` purchase, last ``before`` the cut); and who is new."""
    at = sales.c.at
    last, before = func.max(at).label("last"), func.max(case((at < cut.start, at))).label("before")
    each = (
        select(sales.c.customer_id, last, before)
        .where(sales.c.team_id == cut.team_id, counted("sales"), at < cut.end, standing(cut))
        .group_by(sales.c.customer_id)
        .having(last >= windows.from_start)
        .subquery("each_customer")
    )
    return each, each.c.before.is_(None)


def _recent(cut: Cut, windows: Windows) -> tuple[Subquery, ColumnElement[bool]]:
    """The same from the sales since the start's window alone: only who seems new is looked up among those before."""
    at, older = sales.c.at, sales.alias("older")
    last, before = func.max(at).label("last"), func.max(case((at < cut.start, at))).label("before")
    opening = windows.from_start.astimezone(cut.zone).date()
    # grouped by the plain column, SQLite would read all sales by customer for the sake of their order
    customer_id = sales.c.customer_id + 0
    each = (
        select(customer_id.label("customer_id"), last, before)
        .where(
            sales.c.team_id == cut.team_id, counted("sales"), sales.c.day.between(opening, cut.last_day),
            at >= windows.from_start, at < cut.end, standing(cut),
        )
        .group_by(customer_id)
        .subquery("each_customer")
    )  # fmt: skip
    long_ago = exists().where(
        older.c.team_id == cut.team_id, older.c.customer_id == each.c.customer_id, counted("older"),
        older.c.at < windows.from_start, standing(cut, older),
    )  # fmt: skip
    return each, and_(each.c.before.is_(None), ~long_ago.correlate(each))


def whose(cut: Cut, at_start: Any) -> ColumnElement[Any]:
    """Return the one owner of a customer: that of the start for those it begins with, that of the end for the rest."""
    return case((at_start, owner(cut.team_id, cut.start)), else_=owner(cut.team_id, cut.end))


def of_customer(cut: Cut, owned: ColumnElement[Any] | None = None) -> list[ColumnElement[bool]]:
    """Return the filters, on a customer; ``owned`` is whose it was, at the end of the cut where not told."""
    wanted = cut.filters
    held: list[ColumnElement[bool]] = []
    if wanted.rep is not None:
        held.append((owner(cut.team_id, cut.end) if owned is None else owned) == wanted.rep)
    if wanted.channel is not None:
        held.append(named(source(cut, "channel"), wanted.channel))
    if wanted.campaign is not None:
        held.append(named(source(cut, "campaign"), wanted.campaign))
    return held


async def first_purchase(session: Session, cut: Cut) -> datetime | None:
    """Return when the team's first purchase was, as known at now."""
    found = await session.execute(
        select(sales.c.at)
        .where(sales.c.team_id == cut.team_id, counted("sales"), at_known(cut))
        .order_by(sales.c.day, sales.c.at)
        .limit(1)
    )
    first: datetime | None = found.scalar()
    return first


def at_known(cut: Cut) -> ColumnElement[bool]:
    """Keep purchases as they stood at now."""
    return and_(sales.c.at < cut.now, standing(cut))


async def cohorts(session: Session, cut: Cut) -> Mapping[tuple[int, int], int]:
    """Count, of the customers first buying in a month, those who bought in each month, as known at now.

    Months are year × 12 + month − 1 in the team's zone. Filters leave out other customers.
    """
    if cut.filters.named or await _knows_later(session, cut):
        return await _counted_anew(session, cut)
    found = await session.execute(
        select(cohort_counts.c.cohort, cohort_counts.c.month, cohort_counts.c.customers).where(
            cohort_counts.c.team_id == cut.team_id
        )
    )
    return {(cohort, month): count for cohort, month, count in found}


async def _knows_later(session: Session, cut: Cut) -> bool:
    """Tell whether the derived counts know of a purchase, or of a full refund, that lies at or after now."""
    today = cut.now.astimezone(cut.zone).date()
    later = and_(sales.c.team_id == cut.team_id, counted("sales"), sales.c.day >= today, sales.c.at >= cut.now)
    taken = and_(sales.c.team_id == cut.team_id, counted("sales"), sales.c.refunded_at >= cut.now)
    found = await session.execute(select(or_(exists().where(later), exists().where(taken))))
    return bool(found.scalar_one())


async def _counted_anew(session: Session, cut: Cut) -> Mapping[tuple[int, int], int]:
    query = select(sales.c.customer_id, sales.c.day).where(
        sales.c.team_id == cut.team_id, counted("sales"), at_known(cut)
    )
    if cut.filters.named:
        mine = of_customer(cut, owner(cut.team_id, cut.now))
        query = query.join_from(sales, customers, customers.c.id == sales.c.customer_id).where(*mine)
    bought: dict[int, set[int]] = {}
    for customer_id, day in await session.execute(query):
        bought.setdefault(customer_id, set()).add(month_of(day))
    counts: dict[tuple[int, int], int] = {}
    for months in bought.values():
        cohort = min(months)
        for month in months:
            counts[cohort, month] = counts.get((cohort, month), 0) + 1
    return counts
