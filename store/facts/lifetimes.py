"""Reads of customers' buying up to an instant: what they brought, from when to when, on how many days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import case, func, null, select

from store import Session
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key, counted
from store.facts.sales import own_refunds, standing
from store.tables import customers, refunds, sales

_DAWN = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Customers who bought before an instant, and their purchases less those purchases' own refunds (minor units).

    ``days`` adds up each customer's days from the first to the last purchase; ``unpriced`` purchases have no exchange
    rate and are in no sum; ``referred`` customers were sent by another.
    """

    customers: int = 0
    priced: int = 0
    unpriced: int = 0
    revenue: int = 0
    days: int = 0
    referred: int = 0
    referred_revenue: int = 0
    first_day: date | None = None

    def __add__(self, other: "Lifetimes") -> "Lifetimes":
        known = [day for day in (self.first_day, other.first_day) if day is not None]
        added = {name: getattr(self, name) + getattr(other, name) for name in self.__slots__ if name != "first_day"}
        return Lifetimes(**added, first_day=min(known, default=None))


@dataclass(frozen=True, slots=True)
class Buyer:
    """One customer's buying days up to an instant; ``repeat_value`` is what all but the first day brought.

    ``repeat_days`` are those of them with a purchase that has an exchange rate.
    """

    customer_id: int
    name: str
    first_day: date
    last_day: date
    buying_days: int
    repeat_days: int
    repeat_value: int
    revenue: int


def _until(cut: Cut) -> Cut:
    """Everything before the cut's end."""
    return replace(cut, start=_DAWN)


def _bought(cut: Cut) -> tuple[Any, ...]:
    return (sales.c.team_id == cut.team_id, counted("sales"), sales.c.at < cut.end, standing(cut))


async def lifetimes(session: Session, cut: Cut, by: By) -> Mapping[Key, Lifetimes]:
    """Sum the customers' lives before the cut's end under their owner, channel or campaign; None for the whole."""
    keys: dict[str, Any] = {
        "rep": customers.c.owner_id,
        "channel": customers.c.channel,
        "campaign": customers.c.campaign,
    }
    at = sales.c.at
    each = (
        select(
            sales.c.customer_id,
            func.min(at, type_=at.type).label("first_at"),
            func.max(at, type_=at.type).label("last_at"),
            func.count().label("lines"),
            func.count(sales.c.base_minor).label("priced"),
            func.sum(sales.c.base_minor).label("value"),
        )
        .where(*_bought(cut))
        .group_by(sales.c.customer_id)
        .subquery("each_customer")
    )
    columns = (each.c.first_at, each.c.last_at, each.c.lines, each.c.priced, each.c.value)
    query = (
        select(each.c.customer_id, customers.c.referred_by_id, keys.get(by, null()), *columns)
        .join_from(each, customers, customers.c.id == each.c.customer_id)
        .where(*of_customer(cut))
    )
    back = await _refunded(session, cut)
    totals: dict[Key, Lifetimes] = {}
    for number, referrer, key, first_at, last_at, lines, priced, value in await session.execute(query):
        first, last = (moment.astimezone(cut.zone).date() for moment in (first_at, last_at))
        brought, sent = int(value or 0) - back.get(number, 0), int(referrer is not None)
        one = Lifetimes(1, priced, lines - priced, brought, (last - first).days, sent, sent * brought, first)
        under = key if by in keys else None
        totals[under] = totals[under] + one if under in totals else one
    return totals


async def _refunded(session: Session, cut: Cut) -> dict[int, int]:
    """What was refunded of each customer's standing purchases."""
    found = await session.execute(
        select(sales.c.customer_id, func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(own_refunds(_until(cut)))
        .group_by(sales.c.customer_id)
    )
    return {number: int(amount or 0) for number, amount in found}


async def _refunded_by_day(session: Session, cut: Cut) -> dict[tuple[int, date], int]:
    """What was refunded of each customer's standing purchases of a day."""
    found = await session.execute(
        select(sales.c.customer_id, sales.c.day, func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(own_refunds(_until(cut)))
        .group_by(sales.c.customer_id, sales.c.day)
    )
    return {(number, day): int(amount or 0) for number, day, amount in found}


async def buyers_until(session: Session, cut: Cut) -> list[Buyer]:
    """Return each customer with a purchase before the cut's end, by id."""
    days = (
        select(
            sales.c.customer_id,
            sales.c.day,
            func.count(sales.c.base_minor).label("priced"),
            func.sum(sales.c.base_minor).label("value"),
            func.min(sales.c.day, type_=sales.c.day.type).over(partition_by=sales.c.customer_id).label("first_day"),
        )
        .where(*_bought(cut))
        .group_by(sales.c.customer_id, sales.c.day)
        .subquery("days")
    )
    later = days.c.day > days.c.first_day
    query = (
        select(
            days.c.customer_id,
            customers.c.name,
            days.c.first_day,
            func.max(days.c.day, type_=sales.c.day.type),
            func.count(),
            func.sum(case((later & (days.c.priced > 0), 1), else_=0)),
            func.sum(case((later, days.c.value), else_=0)),
            func.sum(days.c.value),
        )
        .join_from(days, customers, customers.c.id == days.c.customer_id)
        .where(*of_customer(cut))
        .group_by(days.c.customer_id, customers.c.name, days.c.first_day)
        .order_by(days.c.customer_id)
    )
    back: dict[int, list[tuple[date, int]]] = {}
    for (number, day), amount in (await _refunded_by_day(session, cut)).items():
        back.setdefault(number, []).append((day, amount))
    return [_buyer(row, back.get(row[0], ())) for row in await session.execute(query)]


def _buyer(row: Any, back: Any) -> Buyer:
    number, name, first_day, last_day, days, priced, repeat, value = row
    less = sum(amount for _, amount in back)
    less_later = sum(amount for day, amount in back if day > first_day)
    return Buyer(
        number, name, first_day, last_day, days, int(priced or 0), int(repeat or 0) - less_later, int(value or 0) - less
    )
