"""Reads of tickets resolved in a period, each with the rating that tells how content its customer was."""

from asyncio import to_thread
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from store import Session
from store.facts.belonging import source
from store.facts.caring import joined
from store.facts.cut import By, Cut, Key, counted
from store.tables import customers, members, ratings, records, tickets

RATED_WITHIN = timedelta(days=14)
"""A rating that names no ticket is about the one resolved at most so long before it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A ticket that was resolved; ``score`` is its rating's, None for none."""

    id: int
    customer_id: int
    opened_at: datetime
    resolved_at: datetime
    score: int | None
    key: Key


def _in_cut(cut: Cut) -> tuple[Any, ...]:
    return (
        tickets.c.team_id == cut.team_id,
        counted("tickets"),
        tickets.c.resolved_at >= cut.start,
        tickets.c.resolved_at < cut.end,
    )


async def resolved(session: Session, cut: Cut, by: By) -> list[Resolved]:
    """Return the tickets resolved in the cut: under the day of that, the member, the customer's channel or campaign."""
    key = {"day": tickets.c.resolved_at, "rep": tickets.c.member_id}.get(by)
    query = select(
        tickets.c.id,
        tickets.c.customer_id,
        tickets.c.at,
        tickets.c.resolved_at,
        key if key is not None else source(cut, by),
    ).where(*_in_cut(cut))
    rows = await to_thread((await session.execute(joined(query, tickets, cut, by))).all)
    named, unnamed = await _ratings(session, cut)
    opened = await _openings(session, cut)

    def scored() -> list[Resolved]:
        return [
            Resolved(
                id_,
                customer_id,
                at,
                ended,
                _score(id_, at, ended, named, unnamed[customer_id], opened[customer_id]),
                ended.astimezone(cut.zone).date() if by == "day" else under,
            )
            for id_, customer_id, at, ended, under in rows
        ]

    return await to_thread(scored)  # tens of thousands would hold the loop


def _score(
    ticket_id: int,
    opened_at: datetime,
    resolved_at: datetime,
    named: Mapping[int, int],
    unnamed: Sequence[tuple[datetime, int]],
    openings: Sequence[tuple[datetime, int]],
) -> int | None:
    """The score of the rating that names the ticket, else of the customer's first one before the next ticket."""
    if ticket_id in named:
        return named[ticket_id]
    later = openings[bisect_left(openings, (opened_at, ticket_id)) + 1 :]
    until = later[0][0] if later else None
    for at, score in unnamed:
        if at >= resolved_at:
            return score if at - resolved_at <= RATED_WITHIN and (until is None or at < until) else None
    return None


async def _ratings(session: Session, cut: Cut) -> tuple[dict[int, int], dict[int, list[tuple[datetime, int]]]]:
    """Return the newest score that names each ticket, and each customer's ratings that name none, in order."""
    query = (
        select(ratings.c.ticket_id, ratings.c.customer_id, ratings.c.at, ratings.c.score)
        .where(
            ratings.c.team_id == cut.team_id,
            counted("ratings"),
            ratings.c.at < cut.now,
            ratings.c.customer_id.in_(_customers(cut)),
        )
        .order_by(ratings.c.at, ratings.c.id)
    )
    rows = await session.execute(query)

    def sorted_out() -> tuple[dict[int, int], dict[int, list[tuple[datetime, int]]]]:
        named: dict[int, int] = {}
        unnamed: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        for ticket_id, customer_id, at, score in rows:
            if ticket_id is not None:
                named[ticket_id] = score
            else:
                unnamed[customer_id].append((at, score))
        return named, unnamed

    return await to_thread(sorted_out)


async def _openings(session: Session, cut: Cut) -> dict[int, list[tuple[datetime, int]]]:
    """Return when each customer's tickets were opened, in order."""
    query = (
        select(tickets.c.customer_id, tickets.c.at, tickets.c.id)
        .where(
            tickets.c.team_id == cut.team_id,
            counted("tickets"),
            tickets.c.at < cut.now,
            tickets.c.customer_id.in_(_customers(cut)),
        )
        .order_by(tickets.c.at, tickets.c.id)
    )
    rows = await session.execute(query)

    def by_customer() -> dict[int, list[tuple[datetime, int]]]:
        found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        for customer_id, at, id_ in rows:
            found[customer_id].append((at, id_))
        return found

    return await to_thread(by_customer)


def _customers(cut: Cut) -> Select[Any]:
    return select(tickets.c.customer_id).where(*_in_cut(cut))


async def resolved_records(session: Session, cut: Cut) -> Mapping[int, Any]:
    """Return number, customer, member, note of the tickets resolved in the cut, by ticket."""
    query = (
        select(tickets.c.id, records.c.number, customers.c.name, members.c.name, tickets.c.note)
        .join_from(tickets, records, records.c.id == tickets.c.id)
        .join(customers, customers.c.id == tickets.c.customer_id)
        .outerjoin(members, members.c.id == tickets.c.member_id)
        .where(*_in_cut(cut))
    )
    return {id_: rest for id_, *rest in await session.execute(query)}
