"""Reads of contacts that went both ways, and of messages that were or were not answered."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from store import Session
from store.derived.answering import ANSWER_WITHIN, SPOKEN, WRITTEN
from store.facts.cut import By, Cut, Key, counted
from store.facts.daily import TALKED, parts_of, totals
from store.facts.kinds import REACHED
from store.tables import contact_days, contacts

FACE_TO_FACE = ("meeting", "visit")
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
        and_(outcome.in_(REACHED), kind.in_(SPOKEN)),
        and_(outcome.is_(None), kind == "call", contacts.c.duration_s > 0),
        and_(outcome == "answered", kind.in_(("event", "social"))),
    )


async def sent(session: Session, cut: Cut) -> list[Sent]:
    """Return the cut's outbound messages and e-mails with whether they were answered.

    One is answered when flagged so, or when the customer's next message of its kind is inbound and comes within 7 days;
    it is not when flagged so, or when that next one is outbound, or when none has come 7 days on.
    """
    until = min(cut.now, cut.end + ANSWER_WITHIN + _DAY)
    table = contacts.c
    turn: dict[str, Any] = {"partition_by": (table.customer_id, table.kind), "order_by": (table.at, table.id)}
    within = (
        select(
            *(table[name] for name in ("id", "kind", "customer_id", "member_id", "day", "at", "direction", "outcome")),
            func.lead(table.direction).over(**turn).label("next_direction"),
            func.lead(table.at, type_=table.at.type).over(**turn).label("next_at"),
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
    parts = await parts_of(session, cut, by, TALKED)
    found: dict[Key, Answers] = defaultdict(Answers)
    if parts.days is not None:
        for key, (sent_, replied, mailed, returned) in (
            await totals(session, contact_days, parts.days, by, ("message_sent", "message_answered", "email_sent",
                                                                 "email_answered"))
        ).items():  # fmt: skip
            if sent_ or mailed:
                found[key] += Answers(replied, sent_, returned, mailed)
        for key, kind, count in await session.execute(_pending(parts.days, by)):
            found[key] += Answers(**{f"{kind}_known": -count}, unknown=count)
    if parts.records is not None:
        for key, one in (await from_records(session, parts.records, by)).items():
            found[key] += one
    return found


def _pending(cut: Cut, by: By) -> Select[Any]:
    """Count the messages and e-mails of which it is not known at now whether they will be answered."""
    key: Any = contacts.c.day if by == "day" else contacts.c.member_id
    since = cut.now - ANSWER_WITHIN
    return (
        select(key, contacts.c.kind, func.count())
        .where(
            in_cut(cut), contacts.c.kind.in_(WRITTEN), contacts.c.direction == "out", contacts.c.reply.is_(None),
            contacts.c.day >= since.astimezone(cut.zone).date(), contacts.c.at >= since,
        )
        .group_by(key, contacts.c.kind)
    )  # fmt: skip


async def from_records(session: Session, cut: Cut, by: By) -> Mapping[Key, Answers]:
    """Count the same from the records themselves, for any cut."""
    counts: dict[Key, Answers] = defaultdict(Answers)
    for one in await sent(session, cut):
        key: Key = one.day if by == "day" else one.member_id
        if one.answered is None:
            counts[key] += Answers(unknown=1)
        else:
            counts[key] += Answers(**{one.kind: int(one.answered), f"{one.kind}_known": 1})
    return counts


async def two_way_contacts(session: Session, cut: Cut, by: By) -> Mapping[Key, int]:
    """Count the cut's two-way contacts for each local day or member."""
    parts = await parts_of(session, cut, by, TALKED)
    found: dict[Key, int] = defaultdict(int)
    if parts.days is not None:
        columns = ("two_way", "message_answered", "email_answered")
        for key, counts in (await totals(session, contact_days, parts.days, by, columns)).items():
            if any(counts):
                found[key] += sum(counts)
    if parts.records is not None:
        for key, count in (await two_way_from_records(session, parts.records, by)).items():
            found[key] += count
    return found


async def two_way_from_records(session: Session, cut: Cut, by: By) -> Mapping[Key, int]:
    """Count the same from the records themselves, for any cut."""
    key: Any = contacts.c.day if by == "day" else contacts.c.member_id
    query = (
        select(key, func.count()).where(in_cut(cut), contacts.c.kind.in_((*SPOKEN, *WRITTEN)), two_way()).group_by(key)
    )
    counts: dict[Key, int] = defaultdict(int)
    for under, count in await session.execute(query):
        counts[under] += count
    for one in await sent(session, cut):
        if one.answered:
            counts[one.day if by == "day" else one.member_id] += 1
    return counts
