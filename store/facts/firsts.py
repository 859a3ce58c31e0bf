"""Reads of new customers: who bought first in a period, and what came from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, exists, func, or_, select

from store import Session
from store.facts.belonging import attributed
from store.facts.cut import By, Cut, Key, counted, named, within
from store.facts.sales import of_filters, own_refunds, standing
from store.tables import customers, refunds, sales


@dataclass(frozen=True, slots=True)
class NewBuyers:
    """New customers and the value of their standing sales in the period, less those sales' refunds (minor units).

    A customer counts under the day, member, channel and campaign of the first purchase; ``unpriced`` sales are left
    out of the value for want of a rate.
    """

    customers: int = 0
    value: int = 0
    unpriced: int = 0

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
    for key, count, value, lines, priced in await session.execute(_value_by(first, by, cut)):
        totals[key] = NewBuyers(count, int(value or 0), lines - priced)
    for key, less in await session.execute(_returned_by(first, by, cut)):
        totals[key] = totals.get(key, NewBuyers()) + NewBuyers(0, -int(less or 0), 0)
    return totals


async def winning(session: Session, cut: Cut) -> Subquery:
    """Return the first purchase of each customer who is new in the cut: one row each, with what it is grouped by."""
    born = await firsts(session, cut)
    one = (
        select(sales.c.customer_id, func.min(sales.c.id).label("sale_id"))
        .join_from(born, sales, and_(sales.c.customer_id == born.c.customer_id, sales.c.at == born.c.first_at))
        .where(sales.c.team_id == cut.team_id, counted("sales"), standing(cut), _between(born.c.first_at, cut))
        .group_by(sales.c.customer_id)
        .subquery("one")
    )
    channel, campaign = attributed(cut, sales, "channel"), attributed(cut, sales, "campaign")
    query = (
        select(
            one.c.customer_id,
            sales.c.day,
            sales.c.member_id.label("rep"),
            channel.label("channel"),
            campaign.label("campaign"),
        )
        .join_from(one, sales, sales.c.id == one.c.sale_id)
        .join(customers, customers.c.id == one.c.customer_id)
    )
    wanted = cut.filters
    if wanted.rep is not None:
        query = query.where(sales.c.member_id == wanted.rep)
    if wanted.channel is not None:
        query = query.where(named(channel, wanted.channel))
    if wanted.campaign is not None:
        query = query.where(named(campaign, wanted.campaign))
    return query.subquery("winning")


def _value_by(first: Subquery, by: By, cut: Cut) -> Select[Any]:
    return (
        select(
            first.c[by],
            # every new customer has at least the first purchase in the cut
            func.count(first.c.customer_id.distinct()),
            func.sum(sales.c.base_minor),
            func.count(),
            func.count(sales.c.base_minor),
        )
        .join_from(first, sales, sales.c.customer_id == first.c.customer_id)
        .where(sales.c.team_id == cut.team_id, counted("sales"), _between(sales.c.at, cut), standing(cut))
        .group_by(first.c[by])
    )


def _returned_by(first: Subquery, by: By, cut: Cut) -> Select[Any]:
    return (
        select(first.c[by], func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .join(first, first.c.customer_id == sales.c.customer_id)
        .where(own_refunds(cut))
        .group_by(first.c[by])
    )


def is_new(cut: Cut, born: Subquery) -> Any:
    """Keep sales of customers new in the cut."""
    return sales.c.customer_id.in_(select(born.c.customer_id).where(_between(born.c.first_at, cut)))


async def newness(session: Session, cut: Cut) -> Newness:
    """Split off the net revenue of the cut that new customers, and never-buyers, brought."""
    born = await firsts(session, cut)
    new = _between(born.c.first_at, cut)
    # a sale of somebody who had bought nothing by the end of the cut can only be one that was refunded in full
    neither = or_(born.c.first_at.is_(None), born.c.first_at >= cut.end)
    return Newness(
        new=await _net(session, cut, born, new, sales.c.customer_id.is_not(None)),
        neither=await _net(session, cut, born, neither, sales.c.refunded_at < cut.now),
    )


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
