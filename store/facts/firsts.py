"""Reads of new customers: who bought first in a period, and what came from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, or_, select

from store import Session
from store.facts.belonging import attributed
from store.facts.cut import By, Cut, Key, counted, month_of, named, within
from store.facts.daily import SOLD
from store.facts.daily import knows_later as knows_anything_later
from store.facts.sales import of_filters, own_refunds, standing
from store.tables import customers, leads, refunds, sale_days, sales


@dataclass(frozen=True, slots=True)
class NewBuyers:
    """New customers and the value of their standing sales in the period, less those sales' refunds (minor units).

    A customer counts under the day, member, channel and campaign of the first purchase; ``unpriced`` sales are left
    out of the value for want of a rate, and ``bare`` customers bought nothing else.
    """

    customers: int = 0
    value: int = 0
    unpriced: int = 0
    bare: int = 0

    @property
    def paying(self) -> int:
        """Customers of whom something is in the value."""
        return self.customers - self.bare

    def __add__(self, other: "NewBuyers") -> "NewBuyers":
        return NewBuyers(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Newness:
    """Net revenue of a period from new customers, and from customers without any purchase (minor units)."""

    new: int
    neither: int


async def knows_later(session: Session, cut: Cut) -> bool:
    """Tell whether a sale was refunded in full at or after now, so that derived columns know more than now does."""
    found = await session.execute(
        select(exists().where(sales.c.team_id == cut.team_id, counted("sales"), sales.c.refunded_at >= cut.now))
    )
    return bool(found.scalar_one())


async def firsts(session: Session, cut: Cut) -> Subquery:
    """Return each customer's first purchase as known at now: ``customer_id``, ``first_at``."""
    if not await knows_later(session, cut):
        kept = select(customers.c.id.label("customer_id"), customers.c.first_purchase_at.label("first_at"))
        return kept.where(customers.c.team_id == cut.team_id).subquery("firsts")
    counted_anew = select(sales.c.customer_id, func.min(sales.c.at, type_=sales.c.at.type).label("first_at")).where(
        sales.c.team_id == cut.team_id, counted("sales"), sales.c.at < cut.now, standing(cut)
    )
    return counted_anew.group_by(sales.c.customer_id).subquery("firsts")


def _between(column: Any, cut: Cut) -> Any:
    return and_(column >= cut.start, column < cut.end)


async def new_buyers(session: Session, cut: Cut, by: By) -> Mapping[Key, NewBuyers]:
    """Sum new customers and their sales value under the day, member, channel or campaign of the first purchase."""
    first = await winning(session, cut)
    totals: dict[Key, NewBuyers] = {}
    for key, count, value in await session.execute(_value_by(first, by, cut)):
        totals[key] = NewBuyers(count, int(value or 0))
    for key, count, bare in await session.execute(_unpriced_by(first, by, cut)):
        totals[key] += NewBuyers(unpriced=count, bare=bare)
    for key, less in await session.execute(_returned_by(first, by, cut)):
        totals[key] += NewBuyers(value=-int(less or 0))
    return totals


async def winning(session: Session, cut: Cut) -> Subquery:
    """Return the first purchase of each customer who is new in the cut: one row each, with what it is grouped by."""
    # a later lead or sale may have named the source
    past = await knows_anything_later(session, cut, (*SOLD, leads))
    query = _counted_anew(cut) if past else _kept(cut)
    one, wanted = query.subquery("firsts"), cut.filters
    held = [] if wanted.rep is None else [one.c.rep == wanted.rep]
    held += [named(one.c[name], getattr(wanted, name)) for name in ("channel", "campaign") if name in wanted.named]
    return select(one).where(*held).subquery("winning")


def _kept(cut: Cut) -> Select[Any]:
    of = customers.c
    return select(
        of.id.label("customer_id"), of.first_day.label("day"), of.first_member_id.label("rep"),
        of.first_channel.label("channel"), of.first_campaign.label("campaign"),
    ).where(of.team_id == cut.team_id, _between(of.first_purchase_at, cut))  # fmt: skip


def _counted_anew(cut: Cut) -> Select[Any]:
    place = func.row_number().over(partition_by=sales.c.customer_id, order_by=(sales.c.at, sales.c.id))
    each = (
        select(sales.c.id, sales.c.at, place.label("place"))
        .where(sales.c.team_id == cut.team_id, counted("sales"), sales.c.at < cut.end, standing(cut))
        .subquery("each_sale")
    )
    return (
        select(
            sales.c.customer_id,
            sales.c.day,
            sales.c.member_id.label("rep"),
            attributed(cut, sales, "channel").label("channel"),
            attributed(cut, sales, "campaign").label("campaign"),
        )
        .join_from(each, sales, sales.c.id == each.c.id)
        .join(customers, customers.c.id == sales.c.customer_id)
        .where(each.c.place == 1, each.c.at >= cut.start)
    )


def _bought(first: Subquery, cut: Cut) -> tuple[Any, ...]:
    """Keep the new customers' purchases in the cut."""
    own = sales.c.customer_id == first.c.customer_id
    return (sales.c.team_id == cut.team_id, own, counted("sales"), _between(sales.c.at, cut), standing(cut))


def _value_by(first: Subquery, by: By, cut: Cut) -> Select[Any]:
    spent = select(func.sum(sales.c.base_minor)).where(*_bought(first, cut)).correlate(first).scalar_subquery()
    return select(first.c[by], func.count(), func.sum(spent)).group_by(first.c[by])


def _unpriced_by(first: Subquery, by: By, cut: Cut) -> Select[Any]:
    other = sales.alias("priced_sales")
    priced = exists().where(
        other.c.team_id == cut.team_id, other.c.customer_id == sales.c.customer_id, counted(other.name),
        _between(other.c.at, cut), standing(cut, other), other.c.base_minor.is_not(None),
    )  # fmt: skip
    bare = func.count(case((~priced, sales.c.customer_id)).distinct())
    query = select(first.c[by], func.count(), bare).join_from(sales, first, sales.c.customer_id == first.c.customer_id)
    return query.where(*_bought(first, cut), sales.c.base_minor.is_(None)).group_by(first.c[by])


def _returned_by(first: Subquery, by: By, cut: Cut) -> Select[Any]:
    return (
        select(first.c[by], func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .join(first, first.c.customer_id == sales.c.customer_id)
        .where(own_refunds(cut))
        .group_by(first.c[by])
    )


async def newness(session: Session, cut: Cut) -> Newness:
    """Split off the net revenue of the cut that new customers, and never-buyers, brought."""
    if _whole_months(cut) and not cut.filters.named and not await knows_anything_later(session, cut, SOLD):
        return await _by_cohort(session, cut)
    born = await firsts(session, cut)
    new = _between(born.c.first_at, cut)
    # a sale of somebody who had bought nothing by the end of the cut can only be one that was refunded in full
    neither = or_(born.c.first_at.is_(None), born.c.first_at >= cut.end)
    return Newness(
        new=await _net(session, cut, born, new, sales.c.customer_id.is_not(None)),
        neither=await _net(session, cut, born, neither, sales.c.refunded_at < cut.now),
    )


def _whole_months(cut: Cut) -> bool:
    """Whether a first purchase's month tells on which side of the cut's start, and of its end, it lies."""
    return cut.is_whole_months or (cut.first_day.day == 1 and cut.end == cut.now)


async def _by_cohort(session: Session, cut: Cut) -> Newness:
    """The same from totals of days, whose keys are months of first purchase; a number of five digits, or none."""
    days, net = sale_days.c, func.sum(sale_days.c.gross - sale_days.c.back_amount)
    begun, ended = str(month_of(cut.first_day)), str(month_of(cut.last_day) + 1)
    found = await session.execute(
        select(net.filter(days.key >= begun, days.key < ended), net.filter(or_(days.key == "", days.key >= ended)))
        .where(days.team_id == cut.team_id, days.split == "cohort", days.day.between(cut.first_day, cut.last_day))
    )  # fmt: skip
    new, neither = found.one()
    return Newness(int(new or 0), int(neither or 0))


async def _net(session: Session, cut: Cut, born: Subquery, wanted: Any, of_sale: Any) -> int:
    sold = (
        select(func.sum(sales.c.base_minor))
        .join_from(sales, born, born.c.customer_id == sales.c.customer_id, isouter=True)
        .where(sales.c.team_id == cut.team_id, counted("sales"), _between(sales.c.at, cut), of_sale, wanted)
    )
    back = (
        select(func.sum(refunds.c.base_minor))
        .join_from(refunds, born, born.c.customer_id == refunds.c.customer_id, isouter=True)
        .where(within(refunds, cut), wanted)
    )
    if cut.filters.named:
        source = customers.c.id == sales.c.customer_id
        sold = sold.join(customers, source).where(*of_filters(cut))
        back = back.join(sales, sales.c.id == refunds.c.sale_id).join(customers, source).where(*of_filters(cut))
    gross, less = (await session.execute(sold)).scalar(), (await session.execute(back)).scalar()
    return int(gross or 0) - int(less or 0)
