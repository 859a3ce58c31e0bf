"""Reads of the records themselves, with the names they are known by: what stands behind a figure."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select

from store import Session
from store.facts.belonging import attributed
from store.facts.contacts import CONTACT_KINDS, is_call
from store.facts.costs import of_cost
from store.facts.cut import Cut, counted, within
from store.facts.firsts import winning
from store.facts.sales import of_filters, standing
from store.facts.twoway import in_cut, two_way
from store.tables import contacts, costs, customers, members, products, records, refunds, sales

Records = Any
"""Rows of the database, each a tuple in the order that its function names."""


def _named(table: Any, *columns: Any) -> Select[Any]:
    """Select columns of a fact with its number before and its customer's and member's names after them."""
    return (
        select(records.c.number, table.c.at, customers.c.name, members.c.name, *columns)
        .join_from(table, records, records.c.id == table.c.id)
        .join(customers, customers.c.id == table.c.customer_id)
        .outerjoin(members, members.c.id == table.c.member_id)
        .order_by(table.c.at, table.c.id)
    )


async def call_records(session: Session, cut: Cut) -> Records:
    """Return number, at, customer, member, direction, outcome, seconds, note of each call."""
    query = _named(contacts, contacts.c.direction, contacts.c.outcome, contacts.c.duration_s, contacts.c.note)
    return (await session.execute(query.where(*is_call(cut)))).all()


async def contact_records(session: Session, cut: Cut) -> Records:
    """Return number, at, customer, member, kind, direction, outcome, note, id, two-way by itself of each contact."""
    columns = [contacts.c[name] for name in ("kind", "direction", "outcome", "note", "id")]
    query = _named(contacts, *columns, two_way()).where(in_cut(cut), contacts.c.kind.in_(CONTACT_KINDS))
    return (await session.execute(query)).all()


def _sales(cut: Cut, *columns: Any) -> Select[Any]:
    return _named(
        sales,
        products.c.name,
        sales.c.quantity,
        sales.c.amount_minor,
        sales.c.currency,
        sales.c.base_minor,
        attributed(cut, sales, "channel"),
        attributed(cut, sales, "campaign"),
        *columns,
    ).outerjoin(products, products.c.id == sales.c.product_id)


def _own_refunds(cut: Cut) -> Any:
    """What was refunded of each sale by now, in the team's currency."""
    return (
        select(func.coalesce(func.sum(refunds.c.base_minor), 0))
        .where(
            refunds.c.team_id == cut.team_id,
            refunds.c.sale_id == sales.c.id,
            counted("refunds"),
            refunds.c.at < cut.now,
        )
        .scalar_subquery()
        .label("own_refunds")
    )


async def sale_records(session: Session, cut: Cut, *, only_standing: bool = False) -> Records:
    """Return the cut's sales: the named columns, product, quantity, amount, its currency, base amount, channel,
    campaign, what was refunded of it by now (``own_refunds``), and note."""
    query = _sales(cut, _own_refunds(cut), sales.c.note).where(within(sales, cut), *of_filters(cut))
    if only_standing:
        query = query.where(standing(cut))
    return (await session.execute(query)).all()


async def new_sale_records(session: Session, cut: Cut) -> Records:
    """Return the standing sales of the cut to customers new in it, in the columns of `sale_records`."""
    first = await winning(session, cut)
    query = _sales(cut, _own_refunds(cut), sales.c.note).join(first, first.c.customer_id == sales.c.customer_id)
    return (await session.execute(query.where(within(sales, cut.without_filters()), standing(cut)))).all()


async def refund_records(session: Session, cut: Cut) -> Records:
    """Return number, at, customer, the sale's member, amount, currency, base amount, note of the cut's refunds."""
    query = (
        select(
            records.c.number,
            refunds.c.at,
            customers.c.name,
            members.c.name,
            refunds.c.amount_minor,
            refunds.c.currency,
            refunds.c.base_minor,
            refunds.c.note,
        )
        .join_from(refunds, records, records.c.id == refunds.c.id)
        .outerjoin(sales, sales.c.id == refunds.c.sale_id)
        .outerjoin(members, members.c.id == sales.c.member_id)
        .join(customers, customers.c.id == func.coalesce(sales.c.customer_id, refunds.c.customer_id))
        .where(within(refunds, cut), *of_filters(cut))
        .order_by(refunds.c.at, refunds.c.id)
    )
    return (await session.execute(query)).all()


async def cost_records(session: Session, cut: Cut, kinds: Collection[str] = ()) -> Records:
    """Return number, kind, from, to, amount, currency, base amount, channel, campaign, note of the cut's costs."""
    query = (
        select(
            records.c.number,
            costs.c.kind,
            costs.c.from_day,
            costs.c.to_day,
            costs.c.amount_minor,
            costs.c.currency,
            costs.c.base_minor,
            costs.c.channel,
            costs.c.campaign,
            costs.c.note,
        )
        .join_from(costs, records, records.c.id == costs.c.id)
        .where(of_cost(cut, kinds))
        .order_by(costs.c.from_day, costs.c.id)
    )
    return (await session.execute(query)).all()
