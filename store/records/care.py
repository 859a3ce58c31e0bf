"""Writing what customers ask, how they rate, and that they want no contact; and looking such records up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.daily import Touched, moved
from store.records.entries import Clock, Logged, OptoutEntry, Origin, RatingEntry, TicketEntry
from store.records.writing import fact_row, number_record, touch
from store.tables import departures, optouts, ratings, records, tickets


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A ticket that is not resolved."""

    id: int
    number: int
    at: datetime
    answered_at: datetime | None
    note: str | None


async def log_ticket(session: AsyncConnection, clock: Clock, entry: TicketEntry, origin: Origin) -> Logged:
    """Record what a customer asked for."""
    logged = await number_record(session, clock, "ticket", entry.member_id, entry.customer_id, origin)
    await session.execute(insert(tickets), fact_row(clock, logged, entry))
    await touch(session, clock, entry.customer_id, Touched())
    return logged


async def log_rating(session: AsyncConnection, clock: Clock, entry: RatingEntry, origin: Origin) -> Logged:
    """Record a rating."""
    logged = await number_record(session, clock, "rating", entry.member_id, entry.customer_id, origin)
    await session.execute(insert(ratings), fact_row(clock, logged, entry))
    await touch(session, clock, entry.customer_id, Touched())
    return logged


async def log_optout(session: AsyncConnection, clock: Clock, entry: OptoutEntry, origin: Origin) -> Logged:
    """Record that a customer wants no contact."""
    logged = await number_record(session, clock, "optout", entry.member_id, entry.customer_id, origin)
    await session.execute(insert(optouts), fact_row(clock, logged, entry))
    await touch(session, clock, entry.customer_id, Touched())
    return logged


async def open_tickets(session: AsyncConnection, team_id: int, customer_id: int) -> list[OpenTicket]:
    """Return a customer's tickets that are not resolved, oldest first."""
    found = await session.execute(
        select(tickets.c.id, records.c.number, tickets.c.at, tickets.c.answered_at, tickets.c.note)
        .join_from(tickets, records, records.c.id == tickets.c.id)
        .where(
            tickets.c.team_id == team_id,
            tickets.c.customer_id == customer_id,
            tickets.c.counted,
            tickets.c.resolved_at.is_(None),
        )
        .order_by(tickets.c.at, tickets.c.id)
    )
    return [OpenTicket(*row) for row in found]


async def rating_about(session: AsyncConnection, team_id: int, ticket_id: int) -> int | None:
    """Return the number of a standing rating about a ticket; None when there is none."""
    found = await session.execute(
        select(records.c.number)
        .join_from(ratings, records, records.c.id == ratings.c.id)
        .where(ratings.c.team_id == team_id, ratings.c.ticket_id == ticket_id, records.c.removed_at.is_(None))
        .limit(1)
    )
    number: int | None = found.scalar()
    return number


_OPTED_OUT = (
    select(optouts.c.id)
    .where(
        optouts.c.team_id == bindparam("team_id"),
        optouts.c.customer_id == bindparam("customer_id"),
        optouts.c.counted,
        optouts.c.at <= bindparam("now"),
        or_(optouts.c.back_at.is_(None), optouts.c.back_at > bindparam("now")),
    )
    .order_by(optouts.c.at, optouts.c.id)
    .limit(1)
)


async def optout_of(session: AsyncConnection, team_id: int, customer_id: int, now: datetime) -> int | None:
    """Return the id of the opt-out by which a customer may not be contacted at ``now``; None when they may be."""
    given = {"team_id": team_id, "customer_id": customer_id, "now": now}
    known = (await session.execute(_OPTED_OUT, given)).scalar()
    return None if known is None else int(known)


async def say_why(
    session: AsyncConnection, team_id: int, customer_id: int, member_id: int | None, reason: str, now: datetime
) -> None:
    """Keep why a customer stopped buying, as a member says."""
    row = {"team_id": team_id, "customer_id": customer_id, "member_id": member_id, "at": now, "reason": reason}
    await session.execute(insert(departures), row)
    await moved(session, team_id)
