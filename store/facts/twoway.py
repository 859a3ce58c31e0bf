"""Reads of contacts that went both ways, and of messages that were or were not answered."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from store import Session
from store.facts.cut import By, Cut, Key, counted
from store.facts.kinds import REACHED
from store.tables import contacts

WRITTEN = ("message", "email")
SPOKEN = ("call", "meeting", "visit", "event", "social")
FACE_TO_FACE = ("meeting", "visit")
ANSWER_WITHIN = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """An outbound message or e-mail; ``answered`` None: not yet known at now."""

    id: int
    kind: str
    customer_id: int
    member_id: int | None
    day: date
    answered: bool | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Outbound messages and e-mails answered, and those of which it is known whether they were."""

    message: int = 0
    message_known: int = 0
    email: int = 0
    email_known: int = 0
    unknown: int = 0

    def __add__(self, other: "Answers") -> "Answers":
        return Answers(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def in_cut(cut: Cut) -> ColumnElement[bool]:
    """Keep the counted contacts of the cut, to the instant at both ends, of one member where it is filtered so."""
    held = [
        contacts.c.team_id == cut.team_id,
        counted("contacts"),
        contacts.c.day.between(cut.first_day, cut.last_day),
        contacts.c.at >= cut.start,
        contacts.c.at < cut.end,
    ]
    if cut.filters.rep is not None:
        held.append(contacts.c.member_id == cut.filters.rep)
    return and_(*held)


def two_way() -> ColumnElement[bool]:
    """Keep what shows by itself that it went both ways; an outbound message may still be answered by another."""
    outcome, kind = contacts.c.outcome, contacts.c.kind
    return or_(
        contacts.c.direction == "in",
        kind.in_(FACE_TO_FACE),
        and_(kind.in_(SPOKEN), outcome.in_(REACHED)),
        and_(kind == "call", outcome.is_(None), contacts.c.duration_s > 0),
        and_(kind.in_(("event", "social")), outcome == "answered"),
    )


async def sent(session: Session, cut: Cut) -> list[Sent]:
    """Return the cut's outbound messages and e-mails with whether they were answered.

    One is answered when flagged so, or when the customer's next message of its kind is inbound and comes within 7 days;
    it is not when flagged so, or when that next one is outbound, or when none has come 7 days on.
    """
    until = min(cut.now, cut.end + ANSWER_WITHIN + _DAY)
    table = contacts.c
    turn = {"partition_by": (table.customer_id, table.kind), "order_by": (table.at, table.id)}
    within = (
        select(
            *(table[name] for name in ("id", "kind", "customer_id", "member_id", "day", "at", "direction", "outcome")),
            func.lead(table.direction).over(**turn).label("next_direction"),  # type: ignore[arg-type]
            func.lead(table.at, type_=table.at.type).over(**turn).label("next_at"),  # type: ignore[arg-type]
        )
        .where(
            table.team_id == cut.team_id,
            counted("contacts"),
            table.kind.in_(WRITTEN),
            table.day.between(cut.first_day, until.astimezone(cut.zone).date()),
            table.at >= cut.start,
            table.at < until,
        )
        .subquery("within")
    )
    held = [within.c.direction == "out", within.c.at < cut.end]
    if cut.filters.rep is not None:
        held.append(within.c.member_id == cut.filters.rep)
    columns = [within.c[name] for name in ("id", "kind", "customer_id", "member_id", "day")]
    query = select(*columns, within.c.at, within.c.outcome, within.c.next_direction, within.c.next_at)
    rows = await session.execute(query.where(*held))
    return [Sent(row.id, row.kind, row.customer_id, row.member_id, row.day, _answered(cut.now, row)) for row in rows]


def _answered(now: datetime, row: Any) -> bool | None:
    if row.outcome in {"answered", "no_answer"}:
        return bool(row.outcome == "answered")
    if row.next_at is not None and row.next_at - row.at <= ANSWER_WITHIN:
        return bool(row.next_direction == "in")
    return False if row.next_at is not None or now - row.at > ANSWER_WITHIN else None


async def answers(session: Session, cut: Cut, by: By) -> Mapping[Key, Answers]:
    """Count what was answered of the cut's messages and e-mails for each local day or member."""
    totals: dict[Key, Answers] = defaultdict(Answers)
    for one in await sent(session, cut):
        key: Key = one.day if by == "day" else one.member_id
        if one.answered is None:
            totals[key] += Answers(unknown=1)
        else:
            totals[key] += Answers(**{one.kind: int(one.answered), f"{one.kind}_known": 1})
    return totals


async def two_way_contacts(session: Session, cut: Cut, by: By) -> Mapping[Key, int]:
    """Count the cut's two-way contacts for each local day or member."""
    key: Any = contacts.c.day if by == "day" else contacts.c.member_id
    query = (
        select(key, func.count()).where(in_cut(cut), contacts.c.kind.in_((*SPOKEN, *WRITTEN)), two_way()).group_by(key)
    )
    totals: dict[Key, int] = defaultdict(int)
    for under, count in await session.execute(query):
        totals[under] += count
    for one in await sent(session, cut):
        if one.answered:
            totals[one.day if by == "day" else one.member_id] += 1
    return totals
