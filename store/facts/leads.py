"""Reads of leads: customers created before they bought anything, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from store import Session
from store.facts.attempts import open_customers
from store.facts.belonging import belonging, owner, source
from store.facts.bundles import bundle, unbundled
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key
from store.facts.firsts import firsts, winning
from store.tables import customers, members
from store.types import to_micros

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Leads:
    """Leads created in a period, and how many of them bought by now."""

    leads: int = 0
    bought: int = 0

    def __add__(self, other: "Leads") -> "Leads":
        return Leads(self.leads + other.leads, self.bought + other.bought)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """New customers, and how many of them were created by their sale."""

    customers: int = 0
    walk_ins: int = 0

    def __add__(self, other: "Newcomers") -> "Newcomers":
        return Newcomers(self.customers + other.customers, self.walk_ins + other.walk_ins)


def is_lead(cut: Cut) -> ColumnElement[bool]:
    """Keep customers created in the cut by a lead, a contact or a deal."""
    return and_(
        customers.c.team_id == cut.team_id,
        customers.c.created_at >= cut.start,
        customers.c.created_at < cut.end,
        customers.c.walk_in.is_(False),
    )


def _of_lead(cut: Cut) -> list[ColumnElement[bool]]:
    """Return the filters, on a lead: it is whose it was when it was created."""
    return of_customer(cut, owner(cut.team_id, customers.c.created_at))


async def leads(session: Session, cut: Cut, by: By) -> Mapping[Key, Leads]:
    """Count the leads created in the cut under the local day, the owner, or the source's channel or campaign."""
    first = await firsts(session, cut)
    bought = case((first.c.first_at < cut.now, 1), else_=0)
    made: Any = select().join_from(customers, first, first.c.customer_id == customers.c.id, isouter=True)
    made = made.where(is_lead(cut), *_of_lead(cut))
    if by == "day":
        packed = bundle(session, type_coerce(customers.c.created_at, BigInteger) * 2 + bought)
        return _by_day(cut, unbundled((await session.execute(made.add_columns(packed))).scalar()))
    key = belonging(cut, by, customers.c.created_at)
    found = await session.execute(made.add_columns(key, func.count(), func.sum(bought)).group_by(key))
    return {under: Leads(count, int(sold)) for under, count, sold in found}


def _by_day(cut: Cut, made: "NDArray[np.int64]") -> Mapping[Key, Leads]:
    """Count leads by local day: of each its instant in microseconds, doubled, and one more where it has bought."""
    import numpy as np

    days = [cut.first_day + timedelta(days=number) for number in range((cut.last_day - cut.first_day).days + 1)]
    begun = [to_micros(datetime.combine(day, time.min, cut.zone)) for day in days]
    places = np.searchsorted(begun, made >> 1, side="right") - 1
    counts, bought = (np.bincount(places, of, len(days)).astype(int).tolist() for of in (None, made & 1))
    return {day: Leads(*both) for day, *both in zip(days, counts, bought, strict=True) if both[0]}


async def newcomers(session: Session, cut: Cut, by: By) -> Mapping[Key, Newcomers]:
    """Count new customers under the day, member, channel or campaign of their first purchase."""
    first = await winning(session, cut)
    query = (
        select(first.c[by], func.count(), func.count(case((customers.c.walk_in, 1))))
        .join_from(first, customers, customers.c.id == first.c.customer_id)
        .group_by(first.c[by])
    )
    return {key: Newcomers(count, walked) for key, count, walked in await session.execute(query)}


async def still_open(session: Session, cut: Cut, gap_days: int) -> int:
    """Count the cut's leads that have not bought by now and have a journey open."""
    return len(await open_customers(session, cut, gap_days, await _waiting(session, cut)))


async def _waiting(session: Session, cut: Cut) -> Select[Any]:
    first = await firsts(session, cut)
    sold = exists().where(first.c.customer_id == customers.c.id, first.c.first_at < cut.now)
    return select(customers.c.id).where(is_lead(cut), ~sold, *_of_lead(cut))


async def lead_records(session: Session, cut: Cut) -> Any:
    """Return name, owner, channel, campaign, created, by a sale, first purchase of the leads and the new customers."""
    first, new = await firsts(session, cut), await winning(session, cut)
    won = customers.c.id.in_(select(new.c.customer_id))
    query = (
        select(
            customers.c.name,
            members.c.name,
            source(cut, "channel"),
            source(cut, "campaign"),
            customers.c.created_at,
            customers.c.walk_in,
            case((first.c.first_at < cut.now, first.c.first_at)),
        )
        .outerjoin_from(customers, members, members.c.id == owner(cut.team_id, customers.c.created_at))
        .outerjoin(first, first.c.customer_id == customers.c.id)
        .where(customers.c.team_id == cut.team_id, or_(and_(is_lead(cut), *_of_lead(cut)), won))
        .order_by(customers.c.created_at, customers.c.id)
    )
    return (await session.execute(query)).all()
