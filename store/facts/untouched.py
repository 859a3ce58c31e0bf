"""Reads of what waits for somebody: new leads without a contact, tickets without an answer, deals without activity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, and_, exists, func, or_, select, type_coerce

from store import Session
from store.tables import audit, contacts, customers, deals, leads, members, optouts, records, tickets
from store.types import Instant

Waits = Literal["lead", "ticket", "deal"]
MOST = 500
"""So many of a kind are read, the newest leads and tickets, the largest deals."""
BEFORE = timedelta(days=1)
"""A call logged shortly before its lead is a contact with it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that waits: its record, whose customer it is about, who looks after it, and since when it waits.

    A deal also has its amount in the team's currency, None where that is not known.
    """

    kind: Waits
    id: int
    number: int
    customer_id: int
    customer: str
    owner_id: int | None
    owner: str | None
    since: datetime
    note: str | None = None
    amount_minor: int | None = None


def _things(table: Any, owner: Any, since: Any, *more: Any) -> Select[Any]:
    return (
        select(table.c.id, records.c.number, table.c.customer_id, customers.c.name, owner, members.c.name, since, *more)
        .join_from(table, records, records.c.id == table.c.id)
        .join(customers, customers.c.id == table.c.customer_id)
        .outerjoin(members, and_(members.c.id == owner, members.c.removed_at.is_(None)))
        .limit(MOST)
    )


def _contacted(since: Any, now: datetime, customer_id: Any) -> ColumnElement[bool]:
    return exists().where(
        contacts.c.team_id == customers.c.team_id, contacts.c.customer_id == customer_id, contacts.c.counted,
        contacts.c.at >= since, contacts.c.at <= now,
    )  # fmt: skip


async def untouched_leads(session: Session, team_id: int, since: datetime, now: datetime) -> list[Thing]:
    """Return the leads that came in ``[since, now]`` without a contact, deal, purchase or opt-out, newest first."""
    came = leads.c.at
    begun = exists().where(
        deals.c.team_id == leads.c.team_id, deals.c.customer_id == leads.c.customer_id, deals.c.counted,
        deals.c.opened_at >= _micros_before(came),
    )  # fmt: skip
    gone = exists().where(
        optouts.c.team_id == leads.c.team_id, optouts.c.customer_id == leads.c.customer_id, optouts.c.counted,
        optouts.c.back_at.is_(None),
    )  # fmt: skip
    query = _things(leads, customers.c.owner_id, came, leads.c.note).where(
        leads.c.team_id == team_id, leads.c.counted, came >= since, came <= now,
        customers.c.first_purchase_at.is_(None), ~begun, ~gone,
        ~_contacted(_micros_before(came), now, leads.c.customer_id),
    )  # fmt: skip
    return await _read(session, "lead", query.order_by(came.desc(), leads.c.id.desc()))


def _micros_before(at: Any) -> Any:
    """A day before an instant of the same row, as both databases keep it."""
    return type_coerce(type_coerce(at, BigInteger) - int(BEFORE.total_seconds() * 1_000_000), Instant)


async def unanswered_tickets(session: Session, team_id: int, since: datetime, now: datetime) -> list[Thing]:
    """Return the tickets opened in ``[since, now]`` that are neither answered nor resolved, newest first."""
    owner = func.coalesce(customers.c.owner_id, tickets.c.member_id)
    query = _things(tickets, owner, tickets.c.at, tickets.c.note).where(
        tickets.c.team_id == team_id, tickets.c.counted, tickets.c.at >= since, tickets.c.at <= now,
        tickets.c.answered_at.is_(None), tickets.c.resolved_at.is_(None),
    )  # fmt: skip
    return await _read(session, "ticket", query.order_by(tickets.c.at.desc(), tickets.c.id.desc()))


async def quiet_deals(session: Session, team_id: int, since: datetime, now: datetime) -> list[Thing]:
    """Return the open deals that were opened, changed, and their customer last contacted, before ``since``."""
    changed = exists().where(
        audit.c.team_id == deals.c.team_id, audit.c.record_id == deals.c.id, audit.c.at >= since, audit.c.at <= now
    )
    open_now = or_(deals.c.closed_at.is_(None), deals.c.closed_at > now)
    last = (
        select(func.max(contacts.c.at))
        .where(
            contacts.c.team_id == deals.c.team_id, contacts.c.customer_id == deals.c.customer_id, contacts.c.counted,
            contacts.c.at < since,
        )
        .scalar_subquery()
    )  # fmt: skip
    quiet_since = func.coalesce(last, deals.c.opened_at)
    query = _things(deals, deals.c.member_id, quiet_since.label("since"), deals.c.note, deals.c.base_minor).where(
        deals.c.team_id == team_id, deals.c.counted, deals.c.opened_at < since, open_now, ~changed,
        ~_contacted(since, now, deals.c.customer_id),
    )  # fmt: skip
    return await _read(session, "deal", query.order_by(deals.c.base_minor.desc(), deals.c.id))


async def _read(session: Session, kind: Waits, query: Select[Any]) -> list[Thing]:
    rows: Sequence[Any] = (await session.execute(query)).all()
    return [Thing(kind, *row) for row in rows]
