"""Totals of days: a team's sales, refunds and contacts of each local day, under what they are asked by.

A year of a large team is then some hundred rows instead of a hundred thousand. They are derived rows: whoever changes
records counts the touched days anew from the records, in the same transaction (`refreshing.refresh` does), and
nothing else writes them. What they know of the time after a past now, `store.facts.daily` never reads.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import Select

from store.derived.answering import WRITTEN
from store.derived.judging import judge_money
from store.facts.cut import counted
from store.facts.kinds import CONTACT_KINDS, MISSED, REACHED
from store.facts.twoway import two_way
from store.tables import contact_days, contacts, customers, records, refunds, sale_days, sales, teams

CHUNK = 300
"""Days counted in one statement."""

SALE_SPLITS = ("team", "rep", "product", "channel", "campaign", "cohort")
CONTACT_SPLITS = ("team", "rep")
_KEYS = ("team_id", "split", "day", "key")
_DAYS: Any = bindparam("days", expanding=True)
_TEAM = bindparam("team_id", type_=BigInteger)

MOVED = update(teams).where(teams.c.id == bindparam("of_team")).values(version=teams.c.version + 1)


async def moved(session: AsyncConnection, team_id: int) -> None:
    """Tell that the team's figures may change by this transaction; its other writers wait until it ends."""
    await session.execute(MOVED, {"of_team": team_id})


@dataclass(frozen=True, slots=True)
class Touched:
    """Days on which something changed: of sales and refunds (the refunded sale's day too), and of contacts."""

    sold: frozenset[date] = frozenset()
    contacted: frozenset[date] = frozenset()

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(self.sold | other.sold, self.contacted | other.contacted)


async def recount(session: AsyncConnection, team_id: int, touched: Touched) -> None:
    """Count these days of the team anew from its records."""
    for days, statements in ((touched.sold, COUNT_SALES), (touched.contacted, COUNT_CONTACTS)):
        ordered = sorted(days)
        for start in range(0, len(ordered), CHUNK):
            for statement in statements:
                await session.execute(statement, {"team_id": team_id, "days": ordered[start : start + CHUNK]})


async def recount_all(session: AsyncConnection, team_id: int) -> None:
    """Count all days of the team anew."""
    for totals in (sale_days, contact_days):
        await session.execute(delete(totals).where(totals.c.team_id == team_id))
    found = [
        union(*(select(table.c.day).where(table.c.team_id == team_id, counted(table.name)) for table in tables))
        for tables in ((sales, refunds), (contacts,))
    ]
    sold, contacted = [frozenset((await session.execute(query)).scalars()) for query in found]
    await recount(session, team_id, Touched(sold, contacted))


async def touched_of(session: AsyncConnection, team_id: int, customer_ids: Collection[int]) -> Touched:
    """Return every day of these customers' sales, of what was given back of them or to them, and of contacts.

    Whether they are counted or not, and whoever the refund of a sale is of.
    """
    given = {"team_id": team_id, "customer_ids": sorted(customer_ids)}
    contacted = frozenset((await session.execute(CONTACT_DAYS_OF, given)).scalars())
    return Touched(await sold_days_of(session, team_id, customer_ids), contacted)


async def sold_days_of(session: AsyncConnection, team_id: int, customer_ids: Collection[int]) -> frozenset[date]:
    """Return every day of these customers' sales, of what was given back of them or to them."""
    given = {"team_id": team_id, "customer_ids": sorted(customer_ids)}
    return frozenset((await session.execute(SALE_DAYS_OF, given)).scalars())


async def recount_money(session: AsyncConnection, team_id: int, ids: Sequence[int]) -> None:
    """Derive anew what hangs on the worth of these sales and refunds: verdicts, and the totals of their days."""
    await moved(session, team_id)
    await judge_money(session, team_id, ids)
    days: set[date] = set()
    for start in range(0, len(ids), CHUNK):
        given = {"team_id": team_id, "ids": ids[start : start + CHUNK]}
        days.update((await session.execute(DAYS_OF_MONEY, given)).scalars())
    await recount(session, team_id, Touched(sold=frozenset(days)))


_IDS: Any = bindparam("ids", expanding=True)
DAYS_OF_MONEY = union(
    select(sales.c.day).where(sales.c.team_id == _TEAM, sales.c.id.in_(_IDS)),
    select(refunds.c.day).where(refunds.c.team_id == _TEAM, refunds.c.id.in_(_IDS)),
    select(sales.c.day)
    .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
    .where(refunds.c.team_id == _TEAM, refunds.c.id.in_(_IDS)),
)


def _days_of(table: Any) -> Select[Any]:
    return (
        select(table.c.day)
        .join_from(records, table, table.c.id == records.c.id)
        .where(records.c.team_id == _TEAM, records.c.customer_id.in_(bindparam("customer_ids", expanding=True)))
    )


_DAYS_BACK = (
    _days_of(sales)
    .with_only_columns(refunds.c.day)
    .join(refunds, and_(refunds.c.team_id == sales.c.team_id, refunds.c.sale_id == sales.c.id))
)
SALE_DAYS_OF = union(_days_of(sales), _days_of(refunds), _DAYS_BACK)
CONTACT_DAYS_OF = _days_of(contacts).distinct()


def _one(*conditions: ColumnElement[bool]) -> Any:
    return case((and_(*conditions), 1), else_=0)


def _sum(value: Any, *conditions: ColumnElement[bool]) -> Any:
    return case((and_(value.is_not(None), *conditions), value), else_=0)


def _line(day: Any, sums: Mapping[str, Any], of: Any = customers) -> Select[Any]:
    """One sale or refund of a day, of a customer: what it is split by, and what it adds to the sums."""
    return select(
        day.label("day"),
        sales.c.member_id.label("rep"),
        sales.c.product_id.label("product"),
        func.coalesce(sales.c.channel, customers.c.channel).label("channel"),
        func.coalesce(sales.c.campaign, customers.c.campaign).label("campaign"),
        _month_of(of.c.first_day).label("cohort"),
        *(sums.get(name, literal(0, BigInteger)).label(name) for name in _SALE_SUMS),
    )


def _month_of(day: Any) -> Any:
    """Number a day's month, year × 12 + month − 1."""
    year, month = [cast(extract(part, day), BigInteger) for part in ("year", "month")]
    return year * 12 + month - 1


def _sale_lines() -> Select[Any]:
    base, gone = sales.c.base_minor, sales.c.refunded_at.is_not(None)
    sums = {
        "lines": literal(1, BigInteger), "priced": _one(base.is_not(None)), "gross": _sum(base),
        "voided": _one(gone), "voided_priced": _one(gone, base.is_not(None)), "voided_gross": _sum(base, gone),
    }  # fmt: skip
    return (
        _line(sales.c.day, sums)
        .join_from(sales, customers, customers.c.id == sales.c.customer_id)
        .where(sales.c.team_id == _TEAM, counted("sales"), sales.c.day.in_(_DAYS))
    )


def _back_lines() -> Select[Any]:
    """Refunds of the day; each takes its sale's member, product, channel and campaign, and its own customer's month."""
    returner = customers.alias("returner")
    base = refunds.c.base_minor
    sums = {"back": literal(1, BigInteger), "back_priced": _one(base.is_not(None)), "back_amount": _sum(base)}
    return (
        _line(refunds.c.day, sums, returner)
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id, isouter=True)
        .outerjoin(returner, returner.c.id == refunds.c.customer_id)
        .outerjoin(customers, customers.c.id == sales.c.customer_id)
        .where(refunds.c.team_id == _TEAM, counted("refunds"), refunds.c.day.in_(_DAYS))
    )


def _own_lines() -> Select[Any]:
    """What was refunded at any time of the day's standing, priced sales."""
    base = refunds.c.base_minor
    sums = {"own": literal(1, BigInteger), "own_priced": _one(base.is_not(None)), "own_amount": _sum(base)}
    of_sale = and_(refunds.c.team_id == sales.c.team_id, refunds.c.sale_id == sales.c.id, counted("refunds"))
    return (
        _line(sales.c.day, sums)
        .join_from(sales, refunds, of_sale)
        .join(customers, customers.c.id == sales.c.customer_id)
        .where(
            sales.c.team_id == _TEAM, counted("sales"), sales.c.day.in_(_DAYS),
            sales.c.base_minor.is_not(None), sales.c.refunded_at.is_(None),
        )
    )  # fmt: skip


def _contact_lines() -> Select[Any]:
    called, out = contacts.c.kind == "call", contacts.c.direction == "out"
    outcome, seconds = contacts.c.outcome, contacts.c.duration_s
    reached = or_(outcome.in_(REACHED), and_(outcome.is_(None), seconds > 0))
    sums = {
        "inbound": _one(called, ~out), "outbound": _one(called, out), "connected": _one(called, reached),
        "outbound_connected": _one(called, out, reached),
        "outbound_missed": _one(called, out, outcome.in_(MISSED)),
        "seconds": _sum(seconds, called), "timed": _one(called, seconds.is_not(None)), "two_way": _one(two_way()),
        **{f"{kind}_sent": _one(contacts.c.kind == kind, out) for kind in WRITTEN},
        **{f"{kind}_answered": _one(contacts.c.kind == kind, contacts.c.reply) for kind in WRITTEN},
    }  # fmt: skip
    return select(
        contacts.c.day.label("day"), contacts.c.member_id.label("rep"), *(sums[n].label(n) for n in _CONTACT_SUMS)
    ).where(
        contacts.c.team_id == _TEAM,
        counted("contacts"),
        contacts.c.kind.in_(CONTACT_KINDS),
        contacts.c.day.in_(_DAYS),
    )


def _count(totals: Table, splits: Sequence[str], lines: CompoundSelect[Any] | Select[Any]) -> tuple[Any, Any]:
    """Return what forgets the days of a table of totals, and what counts them under each split."""
    line = lines.cte("lines")
    sums = [column.name for column in totals.c if column.name not in _KEYS]

    def under(split: str) -> Select[Any]:
        key = literal("", Text) if split == "team" else func.coalesce(cast(line.c[split], Text), "")
        keys = (line.c.day,) if split == "team" else (line.c.day, line.c[split])
        return select(
            literal(split, Text), line.c.day, key, cast(_TEAM, BigInteger), *(func.sum(line.c[name]) for name in sums)
        ).group_by(*keys)

    here = (totals.c.team_id == _TEAM, totals.c.split.in_(splits), totals.c.day.in_(_DAYS))
    fresh = insert(totals).from_select(["split", "day", "key", "team_id", *sums], union_all(*map(under, splits)))
    return delete(totals).where(*here), fresh


_SALE_SUMS = tuple(column.name for column in sale_days.c if column.name not in _KEYS)
_CONTACT_SUMS = tuple(column.name for column in contact_days.c if column.name not in _KEYS)
COUNT_SALES = _count(sale_days, SALE_SPLITS, union_all(_sale_lines(), _back_lines(), _own_lines()))
COUNT_CONTACTS = _count(contact_days, CONTACT_SPLITS, _contact_lines())
