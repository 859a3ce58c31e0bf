"""Exchange rates: the one in force on a record's day prices it, once; what had none is priced when one is given."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.daily import moved, recount_money
from store.errors import NotFound
from store.records.entries import Clock, RateEntry
from store.tables import costs, deals, rates, refunds, sales

DAYS: Mapping[Table, Any] = {
    sales: sales.c.day,
    refunds: refunds.c.day,
    costs: costs.c.from_day,
    deals: deals.c.opened_day,
}
"""The tables that hold money, and the day whose rate a row of each takes."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate: how many of the team's currency one of this ``currency`` is worth from ``day`` on."""

    id: int
    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """What giving a rate did: how many records it priced, and how many of the currency still have none."""

    rate_id: int
    records: int
    left: int
    oldest_left: date | None


class Rates:
    """A team's rates of one or more currencies: the latest dated on or before a day, the newest of that day."""

    def __init__(self, known: Iterable[Rate]) -> None:
        self._days: dict[str, list[date]] = {}
        self._rates: dict[str, list[Rate]] = {}
        for rate in sorted(known, key=lambda one: (one.day, one.id)):
            self._days.setdefault(rate.currency, []).append(rate.day)
            self._rates.setdefault(rate.currency, []).append(rate)

    def on(self, currency: str, day: date) -> Rate | None:
        """Return the rate in force on a day; None before the first."""
        place = bisect_right(self._days.get(currency, []), day)
        return self._rates[currency][place - 1] if place else None


def in_base(amount_minor: int, currency: str, base: str, rate: Decimal) -> int:
    """Return an amount in minor units of the team's currency, a half to the even one.

    Example: 12.34 dollars at 26,000.5 dong are 320,846 dong.
    """
    moved = Decimal(amount_minor) * rate * Decimal(10) ** (_digits(base) - _digits(currency))
    return int(moved.to_integral_value(ROUND_HALF_EVEN))


def _digits(currency: str) -> int:
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


async def rates_of(session: AsyncConnection, team_id: int, currencies: Sequence[str] = ()) -> list[Rate]:
    """Return the team's rates, of these currencies or all, by currency and day."""
    here = [rates.c.team_id == team_id]
    if currencies:
        here.append(rates.c.currency.in_(currencies))
    found = await session.execute(
        select(rates.c.id, rates.c.currency, rates.c.day, rates.c.rate)
        .where(*here)
        .order_by(rates.c.currency, rates.c.day, rates.c.id)
    )
    return [Rate(row.id, row.currency, row.day, Decimal(row.rate)) for row in found]


async def priced(session: AsyncConnection, clock: Clock, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Put the rate in force, and what it makes of the amount, into the rows in a foreign currency."""
    foreign = [row for row in rows if row.get("amount_minor") is not None and row["currency"] != clock.currency]
    if not foreign:
        return rows
    known = Rates(await rates_of(session, clock.team_id, sorted({row["currency"] for row in foreign})))
    for row in rows:
        row.setdefault("rate_id", None)  # rows written together have the same columns
    for row in foreign:
        row.update(_priced(clock, row, known.on(row["currency"], day_of(row))))
    return rows


def day_of(row: Mapping[str, Any]) -> date:
    """Return the day whose rate a fact row takes."""
    day: date = next(row[name] for name in ("day", "from_day", "opened_day") if row.get(name) is not None)
    return day


def _priced(clock: Clock, row: Mapping[str, Any], rate: Rate | None) -> dict[str, Any]:
    if rate is None:
        return {"base_minor": None, "rate_id": None}
    base = in_base(row["amount_minor"], row["currency"], clock.currency, rate.rate)
    return {"base_minor": base, "rate_id": rate.id}


async def priced_anew(
    session: AsyncConnection, clock: Clock, before: Mapping[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """Price a corrected fact row: its frozen rate stays while its currency and its day do."""
    if "currency" not in after or after["currency"] == clock.currency or after["amount_minor"] is None:
        return {"rate_id": None} if before.get("rate_id") is not None else {}
    kept = before.get("rate_id")
    if kept is not None and before["currency"] == after["currency"] and day_of(before) == day_of(after):
        return _priced(clock, after, await rate_named(session, clock.team_id, kept))
    row = dict((await priced(session, clock, [dict(after)]))[0])
    return {name: row.get(name) for name in ("base_minor", "rate_id")}


async def rate_named(session: AsyncConnection, team_id: int, rate_id: int) -> Rate:
    """Return a rate by its id, or raise `NotFound`."""
    found = await session.execute(
        select(rates.c.id, rates.c.currency, rates.c.day, rates.c.rate).where(
            rates.c.team_id == team_id, rates.c.id == rate_id
        )
    )
    row = found.first()
    if row is None:
        raise NotFound("rate", rate_id)
    return Rate(row.id, row.currency, row.day, Decimal(row.rate))


async def give_rates(
    session: AsyncConnection, clock: Clock, entries: Sequence[RateEntry], by_id: int | None, now: datetime
) -> int:
    """Keep rates that are not known yet, and price what they allow; returns how many were new."""
    await moved(session, clock.team_id)  # a record that is being written is priced here, or finds the rate
    known = Rates(await rates_of(session, clock.team_id, sorted({entry.currency for entry in entries})))
    new = []
    for entry in dict.fromkeys(entries):
        there = known.on(entry.currency, entry.day)
        if there is None or there.day != entry.day or there.rate != entry.rate:
            new.append(entry)
    for entry in new:
        await _keep(session, clock, entry, by_id, now)
    for currency in sorted({entry.currency for entry in new}):
        await fill(session, clock, currency)
    return len(new)


async def give_rate(
    session: AsyncConnection, clock: Clock, entry: RateEntry, by_id: int | None, now: datetime
) -> Priced:
    """Keep one rate and price the records of its currency that had none; those that have one never move."""
    await moved(session, clock.team_id)  # a record that is being written is priced here, or finds the rate
    rate_id = await _keep(session, clock, entry, by_id, now)
    records = await fill(session, clock, entry.currency)
    left, oldest = (await unpriced(session, clock.team_id)).get(entry.currency, (0, None))
    return Priced(rate_id, records, left, oldest)


async def _keep(session: AsyncConnection, clock: Clock, entry: RateEntry, by_id: int | None, now: datetime) -> int:
    made = await session.execute(
        insert(rates)
        .values(
            team_id=clock.team_id,
            currency=entry.currency,
            day=entry.day,
            rate=format(entry.rate, "f"),
            member_id=by_id,
            made_at=now,
        )
        .returning(rates.c.id)
    )
    return int(made.scalar_one())


async def fill(session: AsyncConnection, clock: Clock, currency: str) -> int:
    """Price the records in a currency that have no rate yet; returns how many could be."""
    known = Rates(await rates_of(session, clock.team_id, [currency]))
    filled: list[int] = []
    for table, day in DAYS.items():
        rows = await session.execute(
            select(table.c.id, table.c.amount_minor, day.label("day")).where(*_unpriced(table, clock.team_id, currency))
        )
        found = [(row, known.on(currency, row.day)) for row in rows]
        changes = [
            {"of_id": row.id, "rated": rate.id, "worth": in_base(row.amount_minor, currency, clock.currency, rate.rate)}
            for row, rate in found
            if rate is not None
        ]
        if changes:
            await session.execute(
                update(table)
                .where(table.c.id == bindparam("of_id"))
                .values(base_minor=bindparam("worth"), rate_id=bindparam("rated")),
                changes,
            )
        filled += [change["of_id"] for change in changes]
    await recount_money(session, clock.team_id, filled)
    return len(filled)


async def take_back(session: AsyncConnection, clock: Clock, rate_id: int) -> int:
    """Take a mistaken rate back: what it priced is priced by the one before it, or by none; returns how many."""
    await moved(session, clock.team_id)
    rate = await rate_named(session, clock.team_id, rate_id)
    unpriced_ids: list[int] = []
    for table in DAYS:
        changed = await session.execute(
            update(table)
            .where(table.c.team_id == clock.team_id, table.c.currency == rate.currency, table.c.rate_id == rate_id)
            .values(base_minor=None, rate_id=None)
            .returning(table.c.id)
        )
        unpriced_ids += changed.scalars().all()
    await recount_money(session, clock.team_id, unpriced_ids)
    await session.execute(delete(rates).where(rates.c.team_id == clock.team_id, rates.c.id == rate_id))
    await fill(session, clock, rate.currency)
    return len(unpriced_ids)


async def unpriced(session: AsyncConnection, team_id: int) -> dict[str, tuple[int, date | None]]:
    """Return how many records in each currency are left out of sums for want of a rate, and the oldest's day."""
    found: dict[str, tuple[int, date | None]] = {}
    for table, day in DAYS.items():
        rows = await session.execute(
            select(table.c.currency, func.count(), func.min(day))
            .where(*_unpriced(table, team_id), table.c.counted)
            .group_by(table.c.currency)
        )
        for currency, count, oldest in rows:
            before, first = found.get(currency, (0, None))
            found[currency] = (before + count, min(filter(None, (first, oldest))))
    return found


def _unpriced(table: Table, team_id: int, currency: str | None = None) -> list[ColumnElement[bool]]:
    here = [table.c.team_id == team_id, table.c.base_minor.is_(None), table.c.amount_minor.is_not(None)]
    return here if currency is None else [*here, table.c.currency == currency]
