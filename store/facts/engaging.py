"""Reads of who was engaged: customers with a two-way contact or a sale in a period."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, null, or_, select

from store import Session
from store.derived import CHUNK
from store.facts.buying import of_customer
from store.facts.contacts import CONTACT_KINDS
from store.facts.cut import By, Cut, Key, counted
from store.facts.days import each_customer
from store.facts.leads import owner_key
from store.facts.sales import standing
from store.facts.twoway import in_cut, sent, two_way
from store.tables import contacts, customers, members, sales

SALE = "sale"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer who bought before the end of a cut; ``repeat``: on two days or more, one of them inside it."""

    customer_id: int
    key: Key
    repeat: bool
    referred: bool


async def engaged(session: Session, cut: Cut) -> Mapping[str, set[int]]:
    """Return the customers with each kind of two-way contact, or with a sale, in the cut; filters are not applied."""
    whole = cut.without_filters()
    found: dict[str, set[int]] = defaultdict(set)
    talked = select(contacts.c.kind, contacts.c.customer_id).where(
        in_cut(whole), contacts.c.kind.in_(CONTACT_KINDS), two_way()
    )
    for kind, customer_id in await session.execute(talked.distinct()):
        found[kind].add(customer_id)
    for one in await sent(session, whole):
        if one.answered:
            found[one.kind].add(one.customer_id)
    sold = select(sales.c.customer_id).where(
        sales.c.team_id == cut.team_id,
        counted("sales"),
        sales.c.day.between(cut.first_day, cut.last_day),
        sales.c.at >= cut.start,
        sales.c.at < cut.end,
        standing(cut),
    )
    found[SALE].update((await session.execute(sold.distinct())).scalars())
    return found


async def contactable(session: Session, cut: Cut, by: By) -> Mapping[Key, int]:
    """Count the customers created before the cut's end, under owner, channel or campaign; by day under None."""
    query: Any = select(func.count()).where(*_reachable(cut))
    if by == "day":
        return {None: (await session.execute(query)).scalar_one()}
    query = query.add_columns(owner_key(by)).group_by(owner_key(by))
    return {key: count for count, key in await session.execute(query)}


def _reachable(cut: Cut) -> tuple[Any, ...]:
    return (customers.c.team_id == cut.team_id, customers.c.created_at < cut.end, *of_customer(cut))


async def keys_of(session: Session, cut: Cut, ids: set[int], by: By) -> Mapping[int, Key]:
    """Return the owner, channel or campaign of those of these customers who pass the filters; None by day."""
    if by == "day" and not cut.filters.named:
        return dict.fromkeys(ids)
    found: dict[int, Key] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        key = customers.c.id if by == "day" else owner_key(by)
        query = select(customers.c.id, key).where(
            customers.c.id.in_(ordered[start : start + CHUNK]), customers.c.team_id == cut.team_id, *of_customer(cut)
        )
        found |= {id_: None if by == "day" else under for id_, under in await session.execute(query)}
    return found


async def buyers_until(session: Session, cut: Cut, by: By) -> list[Buyer]:
    """Return everybody who passes the filters and bought before the cut's end."""
    inside = func.max(case((sales.c.at >= cut.start, 1), else_=0)).label("inside")
    each = each_customer(cut, inside).subquery("each_customer")
    repeat = case((each.c.days > 1, each.c.inside), else_=0)
    referred = case((or_(customers.c.referred_by_id.is_not(None), customers.c.channel == "referral"), 1), else_=0)
    query = (
        select(each.c.customer_id, repeat, referred, null() if by == "day" else owner_key(by))
        .join_from(each, customers, customers.c.id == each.c.customer_id)
        .where(*of_customer(cut))
    )
    rows = await session.execute(query)
    return [Buyer(id_, key, back == 1, sent_by == 1) for id_, back, sent_by, key in rows]


async def reachable_records(session: Session, cut: Cut) -> Any:
    """Return id, name, owner, channel, created, referred by another (id or None) of everybody contactable."""
    query = (
        select(
            customers.c.id,
            customers.c.name,
            members.c.name,
            customers.c.channel,
            customers.c.created_at,
            customers.c.referred_by_id,
        )
        .outerjoin(members, members.c.id == customers.c.owner_id)
        .where(*_reachable(cut))
        .order_by(customers.c.name, customers.c.id)
    )
    return (await session.execute(query)).all()
