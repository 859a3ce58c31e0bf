"""Reads of what is wrong with the records themselves: which customers, open deals and sales need somebody's hand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)

from store import Session
from store.derived.refreshing import CHUNK
from store.facts.belonging import owner
from store.facts.closing import is_open, is_stale
from store.facts.cut import Cut, counted, within
from store.tables import customers, deals, members, products, records, refunds, sales

Thing = Literal["customer", "deal", "sale"]
Fault = Literal["duplicates", "stale", "incomplete", "impossible", "missing_rates"]
FAULTS: tuple[Fault, ...] = ("duplicates", "stale", "incomplete", "impossible", "missing_rates")


@dataclass(frozen=True, slots=True)
class Findings:
    """How many customers, open deals and sales there are, how many with each fault, and how many with any."""

    all: Mapping[Thing, int] = field(default_factory=dict)
    found: Mapping[tuple[Fault, Thing], int] = field(default_factory=dict)
    faulty: Mapping[Thing, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A customer, deal or sale as it is listed: number of its record, customer, member, and when."""

    number: int | None
    customer: str
    member: str | None
    at: Any


class _Moment(NamedTuple):
    """The columns that say when something happened: its instant, its local day, and whether only that is known."""

    at: Any
    day: Any
    date_only: Any


Faults = Mapping[Fault, ColumnElement[bool]]
"""What keeps the rows of one kind that have each fault."""


async def findings(session: Session, cut: Cut) -> Findings:
    """Count the faults among the customers and open deals at the end of the cut, and the sales of the cut."""
    everything: dict[Thing, int] = {}
    found: dict[tuple[Fault, Thing], int] = {}
    faulty: dict[Thing, int] = {}
    for thing, (query, faults) in (await _things(session, cut)).items():
        # each row's faults as the bits of one number, so that each is looked for once
        bits: Any = sum(case((held, 1 << place), else_=0) for place, held in enumerate(faults.values()))
        each = query.with_only_columns(bits.label("faults")).cte("each").prefix_with("MATERIALIZED")
        rows = (await session.execute(select(each.c.faults, func.count()).group_by(each.c.faults))).all()
        everything[thing] = sum(count for _, count in rows)
        faulty[thing] = sum(count for held, count in rows if held)
        for place, fault in enumerate(faults):
            found[fault, thing] = sum(count for held, count in rows if held >> place & 1)
    return Findings(everything, found, faulty)


async def found_in(session: Session, cut: Cut) -> Mapping[tuple[Fault, Thing], frozenset[int]]:
    """Return the ids of the customers, deals and sales with each fault."""
    return {
        (fault, thing): frozenset((await session.execute(query.where(held))).scalars())
        for thing, (query, faults) in (await _things(session, cut)).items()
        for fault, held in faults.items()
    }


async def _things(session: Session, cut: Cut) -> Mapping[Thing, tuple[Select[Any], Faults]]:
    """What is looked through, each with its faults."""
    goods = select(exists().where(products.c.team_id == cut.team_id))
    has_products = bool((await session.execute(goods)).scalar_one())
    faults = _of_sales(cut)
    return {
        "customer": (_customers(cut), _of_customers(cut)),
        "deal": (select(deals.c.id).where(*is_open(cut)), _of_deals(cut)),
        "sale": (_sales(cut), faults if has_products else {key: faults[key] for key in faults if key != "incomplete"}),
    }


def _customers(cut: Cut) -> Select[Any]:
    """Select the customers known at the end of the cut."""
    query, rep = select(customers.c.id).where(*_is_customer(cut)), cut.filters.rep
    return query if rep is None else query.where(owner(cut.team_id, cut.end) == rep)


def _is_customer(cut: Cut) -> list[ColumnElement[bool]]:
    return [
        customers.c.team_id == cut.team_id, customers.c.created_at < cut.end, customers.c.internal.is_(False),
        customers.c.merged_into_id.is_(None),
    ]  # fmt: skip


def _sales(cut: Cut) -> Select[Any]:
    query = select(sales.c.id).where(within(sales, cut))
    return query if cut.filters.rep is None else query.where(sales.c.member_id == cut.filters.rep)


def _of_customers(cut: Cut) -> Faults:
    """Doubles by phone, or by a name of which one has no phone; no phone; a deal that ends before it begins."""
    turned = select(deals.c.customer_id).where(
        deals.c.team_id == cut.team_id, counted("deals"), deals.c.opened_at < cut.end, deals.c.closed_at < cut.end,
        _before(_moment(deals, "closed_"), _moment(deals, "opened_")),
    )  # fmt: skip
    return {
        "duplicates": or_(
            customers.c.phone.in_(_twice(cut, "phone")),
            customers.c.key.in_(_twice(cut, "key").having(func.count(customers.c.phone) < func.count())),
        ),
        "incomplete": customers.c.phone.is_(None),
        "impossible": customers.c.id.in_(turned),
    }


def _twice(cut: Cut, column: str) -> Select[Any]:
    """Select what several customers have in a column: first by its index alone, then of those known by then."""
    same = customers.c[column]
    several = (
        select(same)
        .where(customers.c.team_id == cut.team_id, same.is_not(None))
        .group_by(same)
        .having(func.count() > 1)
    )
    known = case(
        (and_(*_is_customer(cut)), 1)
    )  # as plain conditions they would have all customers read by another index
    query = select(same).where(customers.c.team_id == cut.team_id, same.in_(several), known == 1)
    return query.group_by(same).having(func.count() > 1)


def _moment(table: Any, prefix: str = "") -> _Moment:
    return _Moment(*(table.c[prefix + name] for name in ("at", "day", "date_only")))


def _before(one: _Moment, other: _Moment) -> ColumnElement[bool]:
    """Keep where one lies before the other: by the day, or by the clock where both have an hour."""
    exact = and_(one.date_only.is_(False), other.date_only.is_(False), one.at < other.at)
    return or_(one.day < other.day, exact)


def _of_deals(cut: Cut) -> Faults:
    """Deals out of touch; without amount or expected day; expected before they were opened; without a rate."""
    return {
        "stale": is_stale(cut),
        "incomplete": or_(deals.c.amount_minor.is_(None), deals.c.expected_day.is_(None)),
        "impossible": deals.c.expected_day < deals.c.opened_day,
        "missing_rates": and_(deals.c.amount_minor.is_not(None), deals.c.base_minor.is_(None)),
    }


def _of_sales(cut: Cut) -> Faults:
    """Sales logged twice; refunded before, or their deal opened after; without a rate; without a product."""
    sold = sales.alias("sold")
    back = (
        select(refunds.c.sale_id)
        .join_from(refunds, sold, sold.c.id == refunds.c.sale_id)
        .where(refunds.c.team_id == cut.team_id, counted("refunds"), refunds.c.sale_at >= cut.start,
               refunds.c.sale_at < cut.end, refunds.c.at < cut.now, _before(_moment(refunds), _moment(sold)))
    )  # fmt: skip
    late = (
        select(deals.c.sale_id)
        .join_from(deals, sold, sold.c.id == deals.c.sale_id)
        .where(deals.c.team_id == cut.team_id, deals.c.sale_id.is_not(None), counted("deals"),
               _before(_moment(sold), _moment(deals, "opened_")))
    )  # fmt: skip
    return {
        "duplicates": sales.c.doubled,
        "impossible": sales.c.id.in_(union_all(back, late)),
        "missing_rates": sales.c.base_minor.is_(None),
        "incomplete": sales.c.product_id.is_(None),
    }


async def listed(session: Session, thing: Thing, ids: Collection[int]) -> dict[int, Faulty]:
    """Return what is needed to find these customers, deals or sales."""
    found: dict[int, Faulty] = {}
    for chunk in _chunks(sorted(ids)):
        for key, *values in await session.execute(_listing(thing, chunk)):
            found[key] = Faulty(*values)
    return found


def _listing(thing: Thing, ids: Sequence[int]) -> Select[Any]:
    if thing == "customer":
        columns = (customers.c.id, case((customers.c.id < 0, 0)), customers.c.name, members.c.name)
        query = select(*columns, customers.c.created_at).outerjoin(members, members.c.id == customers.c.owner_id)
        return query.where(customers.c.id.in_(ids))
    table, at = (deals, deals.c.opened_at) if thing == "deal" else (sales, sales.c.at)
    return (
        select(table.c.id, records.c.number, customers.c.name, members.c.name, at)
        .join_from(table, records, records.c.id == table.c.id)
        .join(customers, customers.c.id == table.c.customer_id)
        .outerjoin(members, members.c.id == table.c.member_id)
        .where(table.c.id.in_(ids))
    )


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
