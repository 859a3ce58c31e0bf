"""Reads of customers who stopped buying: who was active when a period began and no longer when it ended, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from store import Session
from store.facts.belonging import owner
from store.facts.buying import Windows, of_customer
from store.facts.cut import Cut, counted
from store.facts.sales import standing
from store.tables import customers, departures, sales


@dataclass(frozen=True, slots=True)
class Gone:
    """A customer who stopped buying, with the last purchase; ``reason`` None: nobody has said why."""

    customer_id: int
    name: str
    owner_id: int | None
    last_at: datetime
    reason: str | None


def _gone(cut: Cut, windows: Windows, at: datetime) -> Select[Any]:
    sold, whose = sales.c.at, owner(cut.team_id, at)
    start = func.max(case((and_(sold >= windows.from_start, sold < cut.start), 1), else_=0))
    end = func.max(case((and_(sold >= windows.from_end, sold < cut.end), 1), else_=0))
    last = func.max(sold, type_=sold.type).label("last_at")
    return (
        select(customers.c.id, customers.c.name, whose.label("owner_id"), last)
        .join_from(sales, customers, customers.c.id == sales.c.customer_id)
        .where(
            sales.c.team_id == cut.team_id, counted("sales"), sold < cut.end, standing(cut), *of_customer(cut, whose)
        )
        .group_by(customers.c.id, customers.c.name, whose)
        .having(start == 1, end == 0)
    )


async def gone(session: Session, cut: Cut, windows: Windows, at: datetime) -> Sequence[Gone]:
    """Return who was active at the cut's start and not at its end, each with the newest reason known at now.

    A reason counts when it was said after the last purchase; those longest gone come first. Each is whose it was at
    the instant ``at``.
    """
    found = (await session.execute(_gone(cut, windows, at))).all()
    said = await _reasons(session, cut, windows, at)
    rows = [
        Gone(id_, name, owner_id, last, next((reason for said_at, reason in said.get(id_, ()) if said_at > last), None))
        for id_, name, owner_id, last in found
    ]
    return sorted(rows, key=lambda one: (one.last_at, one.customer_id))


async def _reasons(session: Session, cut: Cut, windows: Windows, at: datetime) -> dict[int, list[tuple[datetime, str]]]:
    """Return what was said of these customers by now, newest first."""
    who = _gone(cut, windows, at).subquery("gone")
    query = (
        select(departures.c.customer_id, departures.c.at, departures.c.reason)
        .where(
            departures.c.team_id == cut.team_id,
            departures.c.at < cut.now,
            departures.c.customer_id.in_(select(who.c.id)),
        )
        .order_by(departures.c.at.desc(), departures.c.id.desc())
    )
    said: dict[int, list[tuple[datetime, str]]] = {}
    for customer_id, said_at, reason in await session.execute(query):
        said.setdefault(customer_id, []).append((said_at, reason))
    return said


async def is_said(session: Session, cut: Cut) -> bool:
    """Whether the team has ever said why a customer left, as known at now."""
    query = select(departures.c.id).where(departures.c.team_id == cut.team_id, departures.c.at < cut.now).limit(1)
    return (await session.execute(query)).first() is not None
