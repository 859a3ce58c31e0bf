"""Reads of who uses the bot: members who logged records by themselves, on which days, and how long after the fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    and_,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from store import Session
from store.facts.cut import Cut, counted
from store.tables import audit, contacts, customers, deals, leads, members, optouts, ratings, records, refunds, sales
from store.tables.care import tickets
from store.types import from_micros

ROLES = ("rep", "manager")
_HOUR = 3_600_000_000

# every zone's midnight falls on a quarter of an hour, so counts by quarter add up to local days
_QUARTER = 15 * 60 * 1_000_000
_QUARTERS = literal_column(str(_QUARTER), BigInteger)


@dataclass(frozen=True, slots=True)
class Usage:
    """A rep or manager with an account who was in the team during the cut: days with a record logged, and records."""

    member_id: int
    name: str
    days: int
    records: int


def _is_active(cut: Cut) -> ColumnElement[bool]:
    """Keep reps and managers with an account who joined before the end and were not removed before the start."""
    held = [
        members.c.team_id == cut.team_id,
        members.c.role.in_(ROLES),
        members.c.account_id.is_not(None),
        members.c.joined_at < cut.end,
        or_(members.c.removed_at.is_(None), members.c.removed_at >= cut.start),
    ]
    if cut.filters.rep is not None:
        held.append(members.c.id == cut.filters.rep)
    return and_(*held)


def _logged(cut: Cut) -> ColumnElement[bool]:
    """Keep the audit rows of records that a member logged in the cut; an import leaves none."""
    return and_(
        audit.c.team_id == cut.team_id,
        audit.c.action == "log",
        audit.c.at >= cut.start,
        audit.c.at < cut.end,
        audit.c.member_id.in_(select(members.c.id).where(_is_active(cut))),
    )


def _standing(cut: Cut) -> ColumnElement[bool]:
    """Keep records that were not removed and are not of an internal customer."""
    internal = select(customers.c.id).where(customers.c.team_id == cut.team_id, customers.c.internal)
    return and_(
        records.c.removed_at.is_(None), or_(records.c.customer_id.is_(None), records.c.customer_id.not_in(internal))
    )


async def usage(session: Session, cut: Cut) -> Sequence[Usage]:
    """Return every active member with what they logged in the cut, by name."""
    quarter = type_coerce(audit.c.at, BigInteger).op("/")(_QUARTERS)
    query = (
        select(audit.c.member_id, quarter, func.count())
        .join_from(audit, records, records.c.id == audit.c.record_id)
        .where(_logged(cut), _standing(cut))
        .group_by(audit.c.member_id, quarter)
    )
    days: dict[int, set[date]] = {}
    counts: dict[int, int] = {}
    for member_id, under, count in await session.execute(query):
        days.setdefault(member_id, set()).add(from_micros(int(under) * _QUARTER).astimezone(cut.zone).date())
        counts[member_id] = counts.get(member_id, 0) + count
    active = select(members.c.id, members.c.name).where(_is_active(cut)).order_by(members.c.name, members.c.id)
    return [Usage(id_, name, len(days.get(id_, ())), counts.get(id_, 0)) for id_, name in await session.execute(active)]


async def lags(session: Session, cut: Cut) -> list[float]:
    """Return the hours from what happened to its being logged; records of which only the date is known left out."""
    found = await session.execute(select(_each_lag(cut).c.micros))
    return [int(micros) / _HOUR for micros in found.scalars()]


def _each_lag(cut: Cut) -> Subquery:
    def of(table: Any, at: Any, vague: Any) -> Any:
        lag = type_coerce(audit.c.at, BigInteger) - type_coerce(at, BigInteger)
        return (
            select(lag.label("micros"))
            .join_from(audit, table, table.c.id == audit.c.record_id)
            .where(_logged(cut), counted(table.name), ~vague)
        )

    dated = (contacts, sales, leads, refunds, tickets, ratings, optouts)
    return union_all(
        *(of(table, table.c.at, table.c.date_only) for table in dated),
        of(deals, deals.c.opened_at, deals.c.opened_date_only),
    ).subquery("each_lag")
