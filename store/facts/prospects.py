"""Reads of leads as they stood at an instant: their source, and every contact with them until then."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, func, or_, select, type_coerce

from store import Session
from store.derived.answering import WRITTEN
from store.derived.refreshing import CHUNK
from store.facts.attempts import Attempt, attempts
from store.facts.belonging import owner
from store.facts.contacts import CONTACT_KINDS
from store.facts.cut import Cut, counted
from store.facts.twoway import two_way
from store.tables import contacts, customers, journeys, members, sales
from store.types import from_micros, to_micros

Instant = Callable[[Attempt], datetime | None]


class Lead(NamedTuple):
    """A lead's first journey and whether it was won, its customer's name and owner, and their contacts until ``at``.

    ``contacts`` counts those from the journey's start on, of the ``last`` there are time and outcome, and ``answered``
    says whether any went both ways.
    """

    customer_id: int
    channel: str | None
    start_at: datetime
    last_contact_at: datetime
    won: bool
    name: str
    owner: str | None
    at: datetime
    contacts: int
    last: datetime | None
    outcome: str | None
    answered: bool


async def first_journeys(
    session: Session, cut: Cut, gap_days: int, since: datetime, most: int, instant: Instant
) -> list[Lead]:
    """Return the first journeys that started in ``[since, end)``, as known at the end of the cut.

    What is told of their contacts is as of each one's ``instant``; without one it is left out. Of more than ``most``
    only those of every second, third, … customer are read.
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
    return await _leads(session, cut, sorted(found, key=_by_start), instant)


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
    bought = await _bought_back(session, cut)
    each: dict[int, Attempt] = {}
    for one in sorted(found, key=_by_start):
        if one.customer_id not in bought:
            each.setdefault(one.customer_id, one)
    return await _leads(session, cut, list(each.values()), lambda _: cut.end)


def _by_start(one: Attempt) -> tuple[datetime, int]:
    return (one.start_at, one.deal_id or 0)


async def _bought_back(session: Session, cut: Cut) -> set[int]:
    """Return the customers with a purchase before the end of the cut that was refunded in full since now."""
    query = select(sales.c.customer_id).where(
        sales.c.team_id == cut.team_id, counted("sales"), sales.c.refunded_at >= cut.now, sales.c.at < cut.end
    )
    return set((await session.execute(query)).scalars())


async def _leads(session: Session, cut: Cut, found: Sequence[Attempt], instant: Instant) -> list[Lead]:
    """Add names and contacts to journeys, sorted by their start.

    Leads of internal customers, and of other owners where one is filtered, are left out.
    """
    leads: list[Lead] = []
    seen = [(one, at) for one in found if (at := instant(one)) is not None]
    for start in range(0, len(seen), CHUNK):
        chunk = seen[start : start + CHUNK]
        ids = sorted({one.customer_id for one, _ in chunk})
        named = {number: (name, owner) for number, name, owner in (await session.execute(_names(cut, ids))).all()}
        touched = await _touches(session, cut, ids, chunk[0][0].start_at, max(at for _, at in chunk))
        leads += [
            _lead(one, *named[one.customer_id], at, touched[one.customer_id])
            for one, at in chunk
            if one.customer_id in named
        ]
    return leads


def _lead(journey: Attempt, name: str, owner: str | None, at: datetime, touches: Sequence[Any]) -> Lead:
    since, until = to_micros(journey.start_at), to_micros(at)
    held = [touch for touch in touches if since <= touch.at <= until]
    last, outcome = (from_micros(held[-1].at), held[-1].outcome) if held else (None, None)
    return Lead(
        journey.customer_id, journey.channel, journey.start_at, journey.last_contact_at, journey.outcome == "won", name,
        owner, at, len(held), last, outcome, any(touch.both for touch in held),
    )  # fmt: skip


def _names(cut: Cut, ids: Sequence[int]) -> Any:
    whose = owner(cut.team_id, cut.end)
    query = (
        select(customers.c.id, customers.c.name, members.c.name)
        .outerjoin_from(customers, members, members.c.id == whose)
        .where(customers.c.id.in_(ids), customers.c.internal.is_(False))
    )
    return query if cut.filters.rep is None else query.where(whose == cut.filters.rep)


async def _touches(
    session: Session, cut: Cut, ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[Any]]:
    """The contacts of these customers before the end of the cut, by time, which is in microseconds."""
    table = contacts.c
    # a message is known to have been answered by its flag; else by the answer itself, which is a contact of its own
    both = or_(two_way(), and_(table.kind.in_(WRITTEN), table.outcome == "answered"))
    query = (
        select(table.customer_id, type_coerce(table.at, BigInteger), table.outcome, both.label("both"))
        .where(
            table.team_id == cut.team_id, counted("contacts"), table.customer_id.in_(ids), table.at >= since,
            table.at <= until, table.at < cut.end, table.kind.in_(CONTACT_KINDS),
        )
        .order_by(table.customer_id, table.at, table.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for touch in (await session.execute(query)).all():
        found[touch.customer_id].append(touch)
    return found
