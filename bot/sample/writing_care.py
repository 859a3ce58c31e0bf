"""Writes what the sample team's customers asked for, how they rated, and who wants no contact."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.sample.caring import Asked, Care
from bot.sample.history import Story
from store import Session
from store.customers.rating_links import keep_answer, link_of, make_link
from store.records.bulk import land
from store.records.entries import Clock, Logged, OptoutEntry, Origin, RatingEntry, TicketEntry

LINK_GOOD_FOR = timedelta(days=30)


async def write_care(
    session: Session,
    clock: Clock,
    members: Sequence[int],
    customers: Sequence[int],
    stories: Sequence[Story],
    now: datetime,
) -> int:
    """Write tickets, links with their ratings, and opt-outs; returns how many records that made."""
    care = Care(now, clock.zone)
    asked, silent = list(care.asked(stories)), list(care.silent(stories))

    def who(place: int) -> tuple[int, int]:
        return customers[place], members[stories[place].rep]

    opened = await land(session, clock, [
        (TicketEntry(*who(one.place), one.at, answered_at=one.answered_at, resolved_at=one.resolved_at,
                     note=one.text), Origin(who(one.place)[1], one.at))
        for one in asked
    ])  # fmt: skip
    linked = [(one, ticket) for one, ticket in zip(asked, opened, strict=True) if one.linked_at is not None]
    rated = [(one, ticket) for one, ticket in linked if one.rated is not None]
    ratings = await land(session, clock, [
        (RatingEntry(*who(one.place), one.rated.at, one.rated.score, ticket_id=ticket.id, note=one.rated.note),
         Origin(None, one.rated.at))
        for one, ticket in rated if one.rated is not None
    ])  # fmt: skip
    await land(session, clock, [
        (OptoutEntry(*who(one.place), one.at), Origin(who(one.place)[1], one.at)) for one in silent
    ])  # fmt: skip
    given = {one: rating for (one, _), rating in zip(rated, ratings, strict=True)}
    for one, ticket in linked:
        await _link(session, clock, who(one.place), one, ticket, given.get(one))
    return len(opened) + len(ratings) + len(silent)


async def _link(
    session: Session, clock: Clock, who: tuple[int, int], asked: Asked, ticket: Logged, rating: Logged | None
) -> None:
    customer_id, member_id = who
    at = asked.linked_at or asked.at
    token = await make_link(session, clock.team_id, customer_id, ticket.id, member_id, at, at + LINK_GOOD_FOR)
    link = await link_of(session, token)
    if link is not None and rating is not None and asked.rated is not None:
        await keep_answer(session, link, rating.id, asked.rated.at, None)
