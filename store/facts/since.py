"""Reads of what happened at or after now: whose derived rows know more than was known then."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, exists, or_, select, union, union_all

from store import Session
from store.facts.contacts import CONTACT_KINDS
from store.facts.cut import Cut, counted
from store.tables import contacts, customers, deals, leads, sales
from store.types import Instant


async def is_touched(session: Session, cut: Cut) -> bool:
    """Whether anything happened at or after now, so that derived rows know more than was known then."""
    return (await session.execute(_ANYTHING, _now(cut))).first() is not None


async def touched(session: Session, cut: Cut, of: ColumnElement[bool] | None = None) -> Sequence[int]:
    """Return the customers with anything that happened at or after now: none when now is the present."""
    if not await is_touched(session, cut):
        return ()
    query: Any = _TOUCHED
    if of is not None:  # some are asked one by one, sooner than all are gathered
        query = select(customers.c.id).where(customers.c.team_id == cut.team_id, of, _HAS_LATER)
    ids: Sequence[int] = (await session.execute(query, _now(cut))).scalars().all()
    return ids


def _now(cut: Cut) -> Mapping[str, object]:
    return {"team_id": cut.team_id, "now": cut.now, "today": cut.now.astimezone(cut.zone).date()}


def _later(table: Any, *when: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.customer_id).where(table.c.team_id == bindparam("team_id"), counted(table.name), *when)


_NOW, _TODAY = bindparam("now", type_=Instant), bindparam("today", type_=Date)
_REFUNDED = _later(sales, sales.c.refunded_at >= _NOW)
_LATER = (
    # every kind is named, so that the index by kind and day serves
    _later(contacts, contacts.c.day >= _TODAY, contacts.c.at >= _NOW, contacts.c.kind.in_(CONTACT_KINDS)),
    _later(sales, sales.c.day >= _TODAY, sales.c.at >= _NOW),
    _REFUNDED,
    _later(leads, leads.c.at >= _NOW),
    _later(deals, deals.c.opened_at >= _NOW),
    _later(deals, deals.c.outcome.in_(("won", "lost")), deals.c.closed_at >= _NOW),
)
_TOUCHED, _ANYTHING = union(*_LATER), union_all(*_LATER).limit(1)
_HAS_LATER = or_(customers.c.id.in_(_REFUNDED), *[
    exists().where(
        at.table.c.team_id == customers.c.team_id, at.table.c.customer_id == customers.c.id, counted(at.table.name),
        at >= _NOW,
    ).correlate(customers)
    for at in (contacts.c.at, sales.c.at, leads.c.at, deals.c.opened_at, deals.c.closed_at)
])  # fmt: skip
