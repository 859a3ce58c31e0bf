"""Reads of customers' buying up to an instant: what they brought, from when to when, on how many days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Text, and_, case, cast, func, select, type_coerce

from store import Session
from store.facts.belonging import belonging
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key, counted
from store.facts.sales import own_refunds, standing
from store.tables import customers, refunds, sales

DAWN = datetime(1900, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Customers who bought before an instant, and their purchases less those purchases' own refunds (minor units).

    ``days`` adds up each customer's days from the first to the last purchase; ``unpriced`` purchases have no exchange
    rate and are left out of all of it, with whoever bought nothing else; ``referred`` customers were sent by another.
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
    return replace(cut, start=DAWN)


def _bought(cut: Cut) -> tuple[Any, ...]:
    return (sales.c.team_id == cut.team_id, counted("sales"), sales.c.at < cut.end, standing(cut))


async def last_purchase(session: Session, cut: Cut) -> datetime | None:
    """Return the instant of the team's last sale before the cut's end: nothing of its customers changes after it."""
    found = await session.execute(
        select(sales.c.at)
        .where(sales.c.team_id == cut.team_id, counted("sales"), sales.c.day <= cut.last_day, sales.c.at < cut.end)
        .order_by(sales.c.day.desc(), sales.c.at.desc())
        .limit(1)
    )
    last: datetime | None = found.scalar()
    return last


async def up_to_last(session: Session, cut: Cut) -> Cut:
    """All purchases before the cut's end, which is set back to the last of them: later instants say the same."""
    last = await last_purchase(session, cut)
    return replace(cut, start=DAWN, end=cut.end if last is None else last + _INSTANT)


async def unpriced_until(session: Session, cut: Cut) -> int:
    """Count the purchases before the cut's end that have no exchange rate."""
    query = select(func.count()).join_from(sales, customers, customers.c.id == sales.c.customer_id)
    found = await session.execute(query.where(*_bought(cut), sales.c.base_minor.is_(None), *of_customer(cut)))
    return int(found.scalar_one())


async def lifetimes(session: Session, cut: Cut, by: By) -> Mapping[Key, Lifetimes]:
    """Sum the customers' lives before the cut's end under their owner, channel or campaign; None for the whole."""
    key = belonging(cut, by) if by in {"rep", "channel", "campaign"} else None
    priced = case((sales.c.base_minor.is_not(None), sales.c.day))
    each = (
        select(
            sales.c.customer_id,
            func.min(priced, type_=sales.c.day.type).label("first_day"),
            func.max(priced, type_=sales.c.day.type).label("last_day"),
            func.count().label("lines"),
            func.count(sales.c.base_minor).label("priced"),
            func.sum(sales.c.base_minor).label("value"),
        )
        .where(*_bought(cut))
        .group_by(sales.c.customer_id)
        .subquery("each_customer")
    )
    sent = and_(customers.c.referred_by_id.is_not(None), each.c.priced > 0)
    query = (
        select(
            func.count(each.c.first_day), func.sum(each.c.priced), func.sum(each.c.lines), func.sum(each.c.value),
            func.sum(_days_between(session, each.c.first_day, each.c.last_day)), func.count(case((sent, 1))),
            func.sum(case((sent, each.c.value))), func.min(each.c.first_day, type_=sales.c.day.type),
        )
        .join_from(each, customers, customers.c.id == each.c.customer_id)
        .where(*of_customer(cut))
    )  # fmt: skip
    if key is not None:
        query = query.add_columns(key).group_by(key)
    totals: dict[Key, Lifetimes] = {}
    for row in (await session.execute(query)).all():
        n, held, lines, value, days, referred, brought = (int(one or 0) for one in row[:7])
        if lines:
            under = tuple(row)[-1] if key is not None else None
            totals[under] = Lifetimes(n, held, lines - held, value, days, referred, brought, row[7])
    for under, (less, of_referred) in (await _refunded(session, cut, key)).items():
        one = totals[under]
        totals[under] = replace(one, revenue=one.revenue - less, referred_revenue=one.referred_revenue - of_referred)
    return totals


def _days_between(session: Session, first: Any, last: Any) -> Any:
    """Whole days from one date to another."""
    if session.dialect.name == "sqlite":
        return cast(func.julianday(last) - func.julianday(first), BigInteger)
    return type_coerce(last - first, BigInteger)


async def _refunded(session: Session, cut: Cut, key: Any) -> dict[Key, tuple[int, int]]:
    """What was refunded of the standing purchases under each key, and of that what referred customers had bought."""
    amount = refunds.c.base_minor
    query = (
        select(func.sum(amount), func.sum(case((customers.c.referred_by_id.is_not(None), amount))))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .join(customers, customers.c.id == sales.c.customer_id)
        .where(own_refunds(_until(cut)), *of_customer(cut))
    )
    if key is not None:
        query = query.add_columns(key).group_by(key)
    return {
        tuple(row)[2] if key is not None else None: (int(row[0] or 0), int(row[1] or 0))
        for row in (await session.execute(query)).all()
        if row[0]
    }


async def _refunded_by_day(session: Session, cut: Cut) -> dict[tuple[int, date], int]:
    """What was refunded of each customer's standing purchases of a day."""
    found = await session.execute(
        select(sales.c.customer_id, sales.c.day, func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(own_refunds(_until(cut)))
        .group_by(sales.c.customer_id, sales.c.day)
    )
    return {(number, day): int(amount or 0) for number, day, amount in found}


@dataclass(frozen=True, slots=True)
class PackedBuyers:
    """Buyers as one text, and what was refunded of each one's purchases of a day: to be opened by `unpacked`."""

    text: str
    back: tuple[tuple[int, str, int], ...]


async def packed_buyers(session: Session, cut: Cut) -> PackedBuyers:
    """Bring over every customer with a purchase before the cut's end without making anything of them here."""
    columns = _buyers(cut).subquery("buyers").c
    wanted = [columns[name] for name in ("id", "name", "first_day", "last_day", "days", "priced", "repeat", "value")]
    if session.dialect.name == "sqlite":
        query = select(func.json_group_array(func.json_array(*wanted)))
    else:
        query = select(func.coalesce(cast(func.json_agg(func.json_build_array(*wanted)), Text), "[]"))
    back = await _refunded_by_day(session, cut)
    text: str = (await session.execute(query)).scalar_one()
    return PackedBuyers(text, tuple((number, day.isoformat(), amount) for (number, day), amount in back.items()))


def unpacked(packed: PackedBuyers) -> list[Buyer]:
    """Open packed buyers, by id."""
    back: dict[int, list[tuple[date, int]]] = {}
    for number, day, amount in packed.back:
        back.setdefault(number, []).append((date.fromisoformat(day), amount))
    rows = sorted(json.loads(packed.text))
    return [
        _buyer((id_, name, date.fromisoformat(first), date.fromisoformat(last), *rest), back.get(id_, ()))
        for id_, name, first, last, *rest in rows
    ]


def _buyers(cut: Cut) -> Any:
    """Select each customer with a purchase before the cut's end."""
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
    return (
        select(
            days.c.customer_id.label("id"),
            customers.c.name.label("name"),
            days.c.first_day,
            func.max(days.c.day, type_=sales.c.day.type).label("last_day"),
            func.count().label("days"),
            func.sum(case((later & (days.c.priced > 0), 1), else_=0)).label("priced"),
            func.sum(case((later, days.c.value), else_=0)).label("repeat"),
            func.sum(days.c.value).label("value"),
        )
        .join_from(days, customers, customers.c.id == days.c.customer_id)
        .where(*of_customer(cut))
        .group_by(days.c.customer_id, customers.c.name, days.c.first_day)
    )


async def buyers_until(session: Session, cut: Cut) -> list[Buyer]:
    """Return each customer with a purchase before the cut's end, by id."""
    back: dict[int, list[tuple[date, int]]] = {}
    for (number, day), amount in (await _refunded_by_day(session, cut)).items():
        back.setdefault(number, []).append((day, amount))
    rows = await session.execute(_buyers(cut).order_by("id"))
    return [_buyer(row, back.get(row[0], ())) for row in rows]


def _buyer(row: Any, back: Any) -> Buyer:
    number, name, first_day, last_day, days, priced, repeat, value = row
    less = sum(amount for _, amount in back)
    less_later = sum(amount for day, amount in back if day > first_day)
    return Buyer(
        number, name, first_day, last_day, days, int(priced or 0), int(repeat or 0) - less_later, int(value or 0) - less
    )
