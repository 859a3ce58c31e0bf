"""Reads of customer care: tickets and their answers, ratings, and the links by which customers were asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from store import Session
from store.facts.belonging import source
from store.facts.buying import of_customer
from store.facts.cut import By, Cut, Key, counted, named, within
from store.tables import customers, members, rating_links, ratings, records, tickets


@dataclass(frozen=True, slots=True)
class Wait:
    """A ticket opened in a cut; ``answered_at`` is its first answer as known at now, None while there is none."""

    opened_at: datetime
    answered_at: datetime | None
    date_only: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """How many ratings of each score, from 1 to 5; and how many links were given out and answered."""

    ones: int = 0
    twos: int = 0
    threes: int = 0
    fours: int = 0
    fives: int = 0
    links: int = 0
    replies: int = 0

    @property
    def counts(self) -> tuple[int, ...]:
        """How many ratings of each score, from 1 to 5."""
        return (self.ones, self.twos, self.threes, self.fours, self.fives)

    def __add__(self, other: "Scores") -> "Scores":
        return Scores(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


_NAMES = ("ones", "twos", "threes", "fours", "fives")


def key_of(cut: Cut, table: Any, by: By) -> Any:
    """What a record of care is kept under: its day, its member, or its customer's channel or campaign."""
    keys = {"day": table.c.day, "rep": table.c.member_id}
    return keys[by] if by in keys else source(cut, by)


def of_member(table: Any, cut: Cut) -> list[ColumnElement[bool]]:
    """The filters, on a record of care; the query joins ``customers``."""
    wanted, held = cut.filters, []
    if wanted.rep is not None:
        held.append(table.c.member_id == wanted.rep)
    if wanted.channel is not None:
        held.append(named(source(cut, "channel"), wanted.channel))
    if wanted.campaign is not None:
        held.append(named(source(cut, "campaign"), wanted.campaign))
    return held


def joined(query: Select[Any], table: Any, cut: Cut, by: By) -> Select[Any]:
    """Join the customer where a key or filter needs them, and keep what the filters let pass."""
    if by in {"channel", "campaign"} or cut.filters.named & {"channel", "campaign"}:
        query = query.join_from(table, customers, customers.c.id == table.c.customer_id)
    return query.where(*of_member(table, cut))


def first_answer(cut: Cut) -> Any:
    """When a ticket was first answered, as known at now: ``/answered``, else ``/resolved``."""
    answered, resolved = tickets.c.answered_at, tickets.c.resolved_at
    return case((answered < cut.now, answered), (resolved < cut.now, resolved))


async def waits(session: Session, cut: Cut, by: By) -> Mapping[Key, list[Wait]]:
    """Return the tickets opened in the cut under each key."""
    query = select(key_of(cut, tickets, by), tickets.c.at, first_answer(cut), tickets.c.date_only).where(
        within(tickets, cut), tickets.c.at >= cut.start
    )
    found: dict[Key, list[Wait]] = defaultdict(list)
    for key, opened, answered, vague in await session.execute(joined(query, tickets, cut, by)):
        found[key].append(Wait(opened, answered, bool(vague)))
    return found


async def waiting(session: Session, cut: Cut) -> int:
    """Count the tickets that wait for their first answer at the cut's end, whenever they were opened."""
    answered, resolved = tickets.c.answered_at, tickets.c.resolved_at
    query = select(func.count(tickets.c.id)).where(
        tickets.c.team_id == cut.team_id,
        counted("tickets"),
        tickets.c.day <= cut.last_day,
        tickets.c.at < cut.end,
        or_(answered.is_(None), answered >= cut.end),
        or_(resolved.is_(None), resolved >= cut.end),
    )
    return int((await session.execute(joined(query, tickets, cut, "day"))).scalar_one())


async def scores(session: Session, cut: Cut, by: By) -> Mapping[Key, Scores]:
    """Count the ratings of the cut by score, and the links given out in it and answered by now, under each key."""
    totals: dict[Key, Scores] = defaultdict(Scores)
    key = key_of(cut, ratings, by)
    query = (
        select(key, ratings.c.score, func.count())
        .where(within(ratings, cut), ratings.c.at >= cut.start)
        .group_by(key, ratings.c.score)
    )
    for under, score, count in await session.execute(joined(query, ratings, cut, by)):
        totals[under] += Scores(**{_NAMES[score - 1]: count})
    for under, answered in await _links(session, cut, by):
        totals[under] += Scores(links=1, replies=int(answered is not None and answered < cut.now))
    return totals


async def _links(session: Session, cut: Cut, by: By) -> Sequence[tuple[Key, datetime | None]]:
    """Return, for each link given out in the cut to a customer who counts, its key and when it was answered.

    A rating that was removed is no answer.
    """
    keys = {"day": rating_links.c.made_at, "rep": rating_links.c.made_by_id}
    key = keys[by] if by in keys else source(cut, by)
    wanted = cut.filters
    held = of_customer(replace(cut, filters=replace(wanted, rep=None)))
    if wanted.rep is not None:
        held.append(rating_links.c.made_by_id == wanted.rep)
    query = (
        select(key, case((ratings.c.counted, rating_links.c.answered_at)))
        .join_from(rating_links, customers, customers.c.id == rating_links.c.customer_id)
        .outerjoin(ratings, ratings.c.id == rating_links.c.rating_id)
        .where(
            rating_links.c.team_id == cut.team_id,
            rating_links.c.made_at >= cut.start,
            rating_links.c.made_at < cut.end,
            customers.c.internal.is_(False),
            *held,
        )
    )
    rows = await session.execute(query)
    return [(_day(under, cut) if by == "day" else under, answered) for under, answered in rows]


def _day(at: datetime, cut: Cut) -> date:
    return at.astimezone(cut.zone).date()


def answered(cut: Cut) -> Select[Any]:
    """Select the customers one of whose tickets was first answered in the cut; filters are not applied."""
    first, resolved = tickets.c.answered_at, tickets.c.resolved_at
    inside = and_(first >= cut.start, first < cut.end)
    closed = and_(resolved >= cut.start, resolved < cut.end)
    return select(tickets.c.customer_id).where(
        tickets.c.team_id == cut.team_id,
        counted("tickets"),
        tickets.c.day <= cut.last_day,
        or_(inside, and_(or_(first.is_(None), first >= cut.now), closed)),
    )


def _records(table: Any, cut: Cut, *columns: Any) -> Select[Any]:
    """Select number, at, customer, member and some columns of the cut's records, oldest first."""
    query = (
        select(records.c.number, table.c.at, customers.c.name, members.c.name, *columns)
        .join_from(table, records, records.c.id == table.c.id)
        .join(customers, customers.c.id == table.c.customer_id)
        .outerjoin(members, members.c.id == table.c.member_id)
        .order_by(table.c.at, table.c.id)
    )
    return query.where(*of_member(table, cut))


async def rating_records(session: Session, cut: Cut) -> Any:
    """Return number, at, customer, member, score, note of each rating."""
    query = _records(ratings, cut, ratings.c.score, ratings.c.note)
    return (await session.execute(query.where(within(ratings, cut), ratings.c.at >= cut.start))).all()


async def ticket_records(session: Session, cut: Cut) -> Any:
    """Return number, at, customer, member, first answer as known at now, resolved as known at now, note of each ticket.

    Those opened in the cut.
    """
    resolved = case((tickets.c.resolved_at < cut.now, tickets.c.resolved_at))
    query = _records(tickets, cut, first_answer(cut), resolved, tickets.c.note)
    return (await session.execute(query.where(within(tickets, cut), tickets.c.at >= cut.start))).all()
