"""Reads of sales and refunds: totals by day, member, product, channel or campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add, attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from store import Session
from store.facts.belonging import attributed
from store.facts.cut import By, Cut, Key, counted, month_of, named, within
from store.facts.daily import SOLD, knows_later, parts_of, totals
from store.tables import buyer_months, customers, leads, refunds, sale_days, sales


@dataclass(frozen=True, slots=True)
class SaleTotals:
    """Sales that happened in a period; ``voided`` ones were refunded in full by now.

    Money is in minor units of the team's currency; lines without an exchange rate are in no sum (``priced`` counts
    the others).
    """

    lines: int = 0
    priced: int = 0
    gross: int = 0
    voided: int = 0
    voided_priced: int = 0
    voided_gross: int = 0

    @property
    def sales(self) -> int:
        """Sales not refunded in full, whether or not their rate is known."""
        return self.lines - self.voided

    @property
    def kept(self) -> int:
        """Sales not refunded in full that are in the sums."""
        return self.priced - self.voided_priced

    @property
    def kept_gross(self) -> int:
        """What those came to, before their partial refunds."""
        return self.gross - self.voided_gross

    @property
    def unpriced(self) -> int:
        """Sales left out of sums for want of an exchange rate."""
        return self.lines - self.priced

    def __add__(self, other: "SaleTotals") -> "SaleTotals":
        return SaleTotals(*map(add, _SOLD(self), _SOLD(other)))


@dataclass(frozen=True, slots=True)
class RefundTotals:
    """Refunds and what they came to, in minor units; those without a rate are counted only."""

    refunds: int = 0
    priced: int = 0
    amount: int = 0

    @property
    def unpriced(self) -> int:
        """Refunds left out of sums for want of an exchange rate."""
        return self.refunds - self.priced

    def __add__(self, other: "RefundTotals") -> "RefundTotals":
        return RefundTotals(*map(add, _BACK(self), _BACK(other)))


_SOLD, _BACK = attrgetter(*SaleTotals.__slots__), attrgetter(*RefundTotals.__slots__)


@dataclass(frozen=True, slots=True)
class Selling:
    """Sales of a period, refunds that happened in it, and what was refunded by now of its standing, priced sales."""

    sold: SaleTotals = SaleTotals()
    refunds: RefundTotals = RefundTotals()
    own_refunds: RefundTotals = RefundTotals()

    def __add__(self, other: "Selling") -> "Selling":
        return Selling(self.sold + other.sold, self.refunds + other.refunds, self.own_refunds + other.own_refunds)


def standing(cut: Cut, table: Any = sales) -> ColumnElement[bool]:
    """Keep sales not refunded in full by now: a purchase; ``table`` is ``sales`` or an alias of it."""
    return or_(table.c.refunded_at.is_(None), table.c.refunded_at >= cut.now)


def of_filters(cut: Cut) -> list[ColumnElement[bool]]:
    """The filters, on a sale."""
    wanted = cut.filters
    held: list[ColumnElement[bool]] = []
    if wanted.rep is not None:
        held.append(sales.c.member_id == wanted.rep)
    if wanted.product is not None:
        held.append(sales.c.product_id == wanted.product)
    if wanted.channel is not None:
        held.append(named(attributed(cut, sales, "channel"), wanted.channel))
    if wanted.campaign is not None:
        held.append(named(attributed(cut, sales, "campaign"), wanted.campaign))
    return held


def needs_source(cut: Cut, by: By) -> bool:
    """Whether the customer's source must be joined."""
    return by in {"channel", "campaign"} or bool(cut.filters.named & {"channel", "campaign"})


def key_of(cut: Cut, by: By) -> Any:
    """What a sale is grouped under."""
    keys: dict[str, Any] = {"day": sales.c.day, "rep": sales.c.member_id, "product": sales.c.product_id}
    return keys[by] if by in keys else attributed(cut, sales, by)


def with_source(query: Select[Any]) -> Select[Any]:
    """Join the customer of each sale."""
    return query.join_from(sales, customers, customers.c.id == sales.c.customer_id)


async def sales_in(session: Session, cut: Cut, by: By) -> Mapping[Key, SaleTotals]:
    """Sum the sales that happened in the cut, for each day, member, product, channel or campaign."""
    return {key: one.sold for key, one in (await selling(session, cut, by)).items() if one.sold.lines}


async def selling(session: Session, cut: Cut, by: By) -> Mapping[Key, Selling]:
    """Sum the cut's sales, its refunds, and what was refunded of its sales, under each key that has any of them."""
    parts = await parts_of(session, cut, by, (*SOLD, leads) if needs_source(cut, by) else SOLD)
    found: dict[Key, Selling] = {}
    if parts.days is not None:
        for key, sums in (await totals(session, sale_days, parts.days, by, _SUMS)).items():
            found[key] = Selling(SaleTotals(*sums[:6]), RefundTotals(*sums[6:9]), RefundTotals(*sums[9:]))
    if parts.records is not None:
        for key, one in (await from_records(session, parts.records, by)).items():
            found[key] = found[key] + one if key in found else one
    return found


_SUMS = (
    "lines", "priced", "gross", "voided", "voided_priced", "voided_gross", "back", "back_priced", "back_amount",
    "own", "own_priced", "own_amount",
)  # fmt: skip


async def from_records(session: Session, cut: Cut, by: By) -> Mapping[Key, Selling]:
    """Sum the same from the records themselves, for any cut."""
    sold, back, own = (
        await _sales_of(session, cut, by),
        await _refunds_of(session, cut, by),
        await _own_refunds_of(session, cut, by),
    )
    return {
        key: Selling(sold.get(key, SaleTotals()), back.get(key, RefundTotals()), own.get(key, RefundTotals()))
        for key in {**sold, **back, **own}
    }


async def _sales_of(session: Session, cut: Cut, by: By) -> Mapping[Key, SaleTotals]:
    key = key_of(cut, by)
    voided = sales.c.refunded_at < cut.now
    query = select(
        key,
        func.count(),
        func.count(sales.c.base_minor),
        func.sum(sales.c.base_minor),
        func.count(case((voided, 1))),
        func.count(case((voided, sales.c.base_minor))),
        func.sum(case((voided, sales.c.base_minor))),
    )
    if needs_source(cut, by):
        query = with_source(query)
    found = await session.execute(query.where(within(sales, cut), *of_filters(cut)).group_by(key))
    return {row[0]: SaleTotals(*(int(value or 0) for value in row[1:])) for row in found}


async def _refunds_of(session: Session, cut: Cut, by: By) -> Mapping[Key, RefundTotals]:
    key = refunds.c.day if by == "day" else key_of(cut, by)
    query = _refund_totals(key)
    if by != "day" or cut.filters.named:
        query = query.join_from(refunds, sales, sales.c.id == refunds.c.sale_id, isouter=True)
    if needs_source(cut, by):
        # a refund without a sale has no channel: its customer's source is not asked
        query = query.outerjoin(customers, customers.c.id == sales.c.customer_id)
    found = await session.execute(query.where(within(refunds, cut), *of_filters(cut)).group_by(key))
    return {row[0]: RefundTotals(*(int(value or 0) for value in row[1:])) for row in found}


async def _own_refunds_of(session: Session, cut: Cut, by: By) -> Mapping[Key, RefundTotals]:
    """What was refunded by now, in part, of the sales of the cut that stand and are in its sums."""
    key = key_of(cut, by)
    query = _refund_totals(key).join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
    if needs_source(cut, by):
        query = query.join(customers, customers.c.id == sales.c.customer_id)
    found = await session.execute(query.where(own_refunds(cut), *of_filters(cut)).group_by(key))
    return {row[0]: RefundTotals(*(int(value or 0) for value in row[1:])) for row in found}


def own_refunds(cut: Cut) -> ColumnElement[bool]:
    """Keep refunds known at now of the cut's standing, priced sales; the query joins ``sales``."""
    return and_(
        refunds.c.team_id == cut.team_id,
        counted("refunds"),
        refunds.c.sale_at >= cut.start,
        refunds.c.sale_at < cut.end,
        refunds.c.at < cut.now,
        sales.c.counted,
        sales.c.base_minor.is_not(None),
        standing(cut),
    )


def _refund_totals(key: Any) -> Select[Any]:
    return select(key, func.count(), func.count(refunds.c.base_minor), func.sum(refunds.c.base_minor))


async def buyers(session: Session, cut: Cut) -> int:
    """Count the customers with a sale in the cut that was not refunded in full."""
    kept = not cut.filters.named and not await knows_later(session, cut, SOLD)
    if kept and cut.end == cut.now:
        # nothing is known after the cut: who bought in it is whose last purchase lies in it
        last = customers.c.last_purchase_at >= cut.start
        query = select(func.count()).select_from(customers).where(customers.c.team_id == cut.team_id, last)
        return int((await session.execute(query)).scalar_one())
    if kept and cut.is_whole_months:
        of = buyer_months.c
        months = (of.team_id == cut.team_id, of.month.between(month_of(cut.first_day), month_of(cut.last_day)))
        return int((await session.execute(select(func.count(of.customer_id.distinct())).where(*months))).scalar_one())
    query = select(func.count(sales.c.customer_id.distinct()))
    if needs_source(cut, "day"):
        query = with_source(query)
    found = await session.execute(query.where(within(sales, cut), standing(cut), *of_filters(cut)))
    return int(found.scalar_one())


async def paying(session: Session, cut: Cut) -> int:
    """Count the customers with a sale in the cut that stands and is in its sums."""
    query = select(func.count(sales.c.customer_id.distinct()))
    if needs_source(cut, "day"):
        query = with_source(query)
    held = (within(sales, cut), standing(cut), sales.c.base_minor.is_not(None), *of_filters(cut))
    return int((await session.execute(query.where(*held))).scalar_one())
