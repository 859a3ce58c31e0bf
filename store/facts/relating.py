"""Reads of relationships: buyers who were looked after in a cut, and those of them who were referred or came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, exists, func, or_, select, type_coerce

from store import Session
from store.derived.answering import ANSWER_WITHIN, WRITTEN
from store.facts.belonging import belonging, owner, source
from store.facts.buying import of_customer
from store.facts.caring import answered
from store.facts.cut import By, Cut, Key, counted
from store.facts.days import buyers, one_or_two
from store.facts.kinds import CONTACT_KINDS
from store.facts.twoway import two_way
from store.tables import contacts, customers, members

_WITHIN = ANSWER_WITHIN // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Relations:
    """Customers helped in a cut; of them those who were ``referred``, those who came back, those who are either."""

    helped: int = 0
    either: int = 0
    referred: int = 0
    repeat: int = 0

    def __add__(self, other: "Relations") -> "Relations":
        return Relations(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


async def relations(session: Session, cut: Cut, by: By) -> Mapping[Key, Relations]:
    """Count the buyers helped in the cut under owner, channel or campaign; all under None by day."""
    query, one = await _helped(session, cut)
    each = query.with_only_columns(
        func.count(), func.sum(one.referred), func.sum(one.repeat), func.sum(one.referred * one.repeat)
    )
    if by != "day":
        key = belonging(cut, by)
        each = each.add_columns(key).group_by(key)
    totals: dict[Key, Relations] = {}
    for helped, *sums, under in [(*row, None) if by == "day" else row for row in await session.execute(each)]:
        referred, repeat, both = (int(value or 0) for value in sums)
        totals[under] = Relations(helped, referred + repeat - both, referred, repeat)
    return totals


async def relation_records(session: Session, cut: Cut) -> Any:
    """Return name, owner, channel, referred, came back (1 or 0) of the buyers helped in the cut, by name."""
    query, one = await _helped(session, cut)
    listed = query.with_only_columns(customers.c.name, members.c.name, source(cut, "channel"), one.referred, one.repeat)
    listed = listed.outerjoin(members, members.c.id == owner(cut.team_id, cut.end))
    return (await session.execute(listed.order_by(customers.c.name, customers.c.id))).all()


@dataclass(frozen=True, slots=True)
class _One:
    """What is told of a buyer, each 1 or 0."""

    referred: Any
    repeat: Any


async def _helped(session: Session, cut: Cut) -> tuple[Select[Any], _One]:
    """Select the buyers with a sale, a two-way contact or an answered ticket in the cut."""
    each = await buyers(session, cut, one_or_two(cut))
    bought = each.last_at >= cut.start
    sent_by = or_(customers.c.referred_by_id.is_not(None), source(cut, "channel") == "referral")
    query = (
        select(customers.c.id)
        .select_from(each.with_customers)
        .where(*each.held)
        # most have bought, and of them no contact need be looked at
        .where(or_(bought, _talked(cut), customers.c.id.in_(answered(cut)), *_answered_late(cut)), *of_customer(cut))
    )
    repeat = case((and_(bought, each.days > 1), 1), else_=0)
    return query, _One(case((sent_by, 1), else_=0), repeat)


def _talked(cut: Cut) -> ColumnElement[bool]:
    """Keep customers with a contact that went both ways, or a message that is marked as answered."""
    marked = and_(contacts.c.kind.in_(WRITTEN), contacts.c.outcome == "answered")
    return exists().where(
        contacts.c.team_id == cut.team_id, contacts.c.customer_id == customers.c.id, counted("contacts"),
        contacts.c.at >= cut.start, contacts.c.at < cut.end, contacts.c.kind.in_(CONTACT_KINDS), or_(two_way(), marked),
    )  # fmt: skip


def _answered_late(cut: Cut) -> list[ColumnElement[bool]]:
    """Keep customers whose message of the cut was answered after it: an answer within it is a contact by itself."""
    until = min(cut.now, cut.end + ANSWER_WITHIN)
    if until <= cut.end:
        return []
    of, at = contacts.c, type_coerce(contacts.c.at, BigInteger)
    turn: Any = {"partition_by": (of.customer_id, of.kind), "order_by": (of.at, of.id)}
    around = (
        select(
            of.customer_id, of.at, of.direction, of.outcome, (func.lead(at).over(**turn) - at).label("waited"),
            func.lead(of.direction).over(**turn).label("next_direction"),
        )
        .where(
            of.team_id == cut.team_id, counted("contacts"), of.kind.in_(WRITTEN),
            of.day >= (max(cut.start, cut.end - ANSWER_WITHIN)).astimezone(cut.zone).date(),
            of.at >= max(cut.start, cut.end - ANSWER_WITHIN), of.at <= until, of.at < cut.now,
        )
        .subquery("around")
    ).c  # fmt: skip
    unmarked = func.coalesce(around.outcome, "").not_in(("answered", "no_answer"))
    late = select(around.customer_id).where(
        around.direction == "out", around.at < cut.end, unmarked, around.next_direction == "in",
        around.waited <= _WITHIN,
    )  # fmt: skip
    return [customers.c.id.in_(late)]
