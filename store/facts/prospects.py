"""Reads of leads as they stood at an instant: their source, and every contact with them until then."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from store import Session
from store.answering import WRITTEN
from store.derived import CHUNK
from store.facts.attempts import Attempt, attempts
from store.facts.belonging import owner
from store.facts.contacts import CONTACT_KINDS
from store.facts.cut import Cut, counted
from store.facts.firsts import firsts
from store.facts.twoway import two_way
from store.tables import contacts, customers, journeys, members


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact: when, what came of it, and whether it went both ways."""

    at: datetime
    outcome: str | None
    answered: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead's first journey with its customer's name and owner, and the contacts from its start on, by time."""

    journey: Attempt
    name: str
    owner: str | None
    touches: tuple[Touch, ...]


async def first_journeys(session: Session, cut: Cut, gap_days: int, since: datetime, most: int) -> list[Lead]:
    """Return the first journeys that started in ``[since, end)``, as known at the end of the cut.

    Of more than ``most`` only those of every second, third, … customer are read.
    """
    started = and_(journeys.c.start_at >= since, journeys.c.start_at < cut.end, journeys.c.first.is_(True))
    count = (await session.execute(
        select(func.count()).where(journeys.c.team_id == cut.team_id, started)
    )).scalar_one()  # fmt: skip
    every = max(1, -(-count // most))

    def keep(found: Attempt) -> bool:
        return found.first and since <= found.start_at < cut.end and found.customer_id % every == 0

    read = and_(customers.c.id % every == 0, customers.c.created_at < cut.end)
    found = await attempts(session, cut, gap_days, started, keep, read)
    return await _leads(session, cut, found)


async def open_leads(session: Session, cut: Cut, gap_days: int) -> list[Lead]:
    """Return the leads at the end of the cut that have a journey open and have bought nothing; one journey each."""
    table = journeys.c
    stands = or_(table.deal_id.is_not(None), table.last_contact_at >= cut.now - timedelta(days=gap_days))
    condition = and_(
        table.first.is_(True),
        table.start_at < cut.end,
        or_(and_(table.outcome.is_(None), stands), table.end_at >= cut.end),
    )

    def keep(found: Attempt) -> bool:
        return found.first and found.start_at < cut.end and found.outcome is None

    buys = customers.c.first_purchase_at
    waiting = and_(customers.c.created_at < cut.end, or_(buys.is_(None), buys >= cut.end))
    # whose lead it is goes by its owner, not by whoever spoke with it
    found = await attempts(session, cut.without_filters(), gap_days, condition, keep, waiting)
    bought = await _bought(session, cut, {one.customer_id for one in found})
    each: dict[int, Attempt] = {}
    for one in sorted(found, key=lambda one: (one.start_at, one.deal_id or 0)):
        if one.customer_id not in bought:
            each.setdefault(one.customer_id, one)
    return await _leads(session, cut, list(each.values()))


async def _bought(session: Session, cut: Cut, ids: Collection[int]) -> set[int]:
    first, found, wanted = await firsts(session, cut), set[int](), sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        query = select(first.c.customer_id).where(
            first.c.customer_id.in_(wanted[start : start + CHUNK]), first.c.first_at < cut.end
        )
        found |= set((await session.execute(query)).scalars())
    return found


async def _leads(session: Session, cut: Cut, found: Sequence[Attempt]) -> list[Lead]:
    """Add names and contacts; leads of internal customers, and of other owners where one is filtered, are left out."""
    leads: list[Lead] = []
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        ids = sorted({one.customer_id for one in chunk})
        named = {number: (name, owner) for number, name, owner in await session.execute(_names(cut, ids))}
        touched = await _touches(session, cut, ids)
        for one in chunk:
            if one.customer_id in named:
                name, owner = named[one.customer_id]
                since = tuple(touch for touch in touched[one.customer_id] if touch.at >= one.start_at)
                leads.append(Lead(one, name, owner, since))
    return leads


def _names(cut: Cut, ids: Sequence[int]) -> Any:
    whose = owner(cut.team_id, cut.end)
    query = (
        select(customers.c.id, customers.c.name, members.c.name)
        .outerjoin_from(customers, members, members.c.id == whose)
        .where(customers.c.id.in_(ids), customers.c.internal.is_(False))
    )
    return query if cut.filters.rep is None else query.where(whose == cut.filters.rep)


async def _touches(session: Session, cut: Cut, ids: Sequence[int]) -> dict[int, list[Touch]]:
    """The contacts of these customers before the end of the cut, by time."""
    table = contacts.c
    # a message is known to have been answered by its flag; else by the answer itself, which is a contact of its own
    both = or_(two_way(), and_(table.kind.in_(WRITTEN), table.outcome == "answered"))
    query = (
        select(table.customer_id, table.at, table.outcome, both.label("both"))
        .where(
            table.team_id == cut.team_id, counted("contacts"), table.customer_id.in_(ids), table.at < cut.end,
            table.kind.in_(CONTACT_KINDS),
        )
        .order_by(table.customer_id, table.at, table.id)
    )  # fmt: skip
    found: dict[int, list[Touch]] = defaultdict(list)
    for customer_id, at, outcome, both in await session.execute(query):
        found[customer_id].append(Touch(at, outcome, bool(both)))
    return found
