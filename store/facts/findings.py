"""Reads of what is wrong with the records themselves: which customers, open deals and sales need somebody's hand."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, exists, func, or_, select, type_coerce

from store import Session
from store.derived import CHUNK
from store.facts.belonging import owner
from store.facts.closing import is_open, is_stale
from store.facts.cut import Cut, counted, within
from store.tables import customers, deals, members, products, records, refunds, sales

Thing = Literal["customer", "deal", "sale"]
Fault = Literal["duplicates", "stale", "incomplete", "impossible", "missing_rates"]
FAULTS: tuple[Fault, ...] = ("duplicates", "stale", "incomplete", "impossible", "missing_rates")
SAME_WITHIN = timedelta(minutes=10)
"""Two sales to one customer of the same amount and product within this time are probably one."""

_MICROSECONDS = SAME_WITHIN // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Findings:
    """How many customers, open deals and sales there are, and the ids of those with each fault."""

    all: Mapping[Thing, int] = field(default_factory=dict)
    found: Mapping[tuple[Fault, Thing], frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A customer, deal or sale as it is listed: number of its record, customer, member, and when."""

    number: int | None
    customer: str
    member: str | None
    at: Any


async def findings(session: Session, cut: Cut) -> Findings:
    """Find the faults among the customers and open deals at the end of the cut, and the sales of the cut."""
    found: dict[tuple[Fault, Thing], frozenset[int]] = {}
    for fault, thing, query in [*_of_customers(cut), *_of_deals(cut), *await _of_sales(session, cut)]:
        ids = frozenset((await session.execute(query)).scalars())
        found[fault, thing] = found.get((fault, thing), frozenset()) | ids
    counts: dict[Thing, Any] = {"customer": _customers(cut), "deal": _deals(cut), "sale": _sales(cut)}
    return Findings(
        {thing: (await session.execute(_counting(query))).scalar_one() for thing, query in counts.items()}, found
    )


def _counting(query: Select[Any]) -> Select[Any]:
    return query.with_only_columns(func.count())


def _customers(cut: Cut) -> Select[Any]:
    """Select the customers known at the end of the cut."""
    return select(customers.c.id).where(*_is_customer(customers, cut))


def _is_customer(table: Any, cut: Cut) -> list[ColumnElement[bool]]:
    held = [
        table.c.team_id == cut.team_id, table.c.created_at < cut.end, table.c.internal.is_(False),
        table.c.merged_into_id.is_(None),
    ]  # fmt: skip
    if cut.filters.rep is not None:
        held.append(owner(cut.team_id, cut.end, table) == cut.filters.rep)
    return held


def _deals(cut: Cut) -> Select[Any]:
    return select(deals.c.id).where(*is_open(cut))


def _sales(cut: Cut) -> Select[Any]:
    query = select(sales.c.id).where(within(sales, cut))
    return query if cut.filters.rep is None else query.where(sales.c.member_id == cut.filters.rep)


Query = tuple[Fault, Thing, Select[Any]]


def _of_customers(cut: Cut) -> Iterator[Query]:
    """Doubles by phone, or by a name of which one has no phone; no phone; a deal that ends before it begins."""
    everyone = cut.without_filters()
    for column, having in (("phone", []), ("key", [func.count(customers.c.phone) < func.count()])):
        double = (
            select(customers.c[column])
            .where(*_is_customer(customers, everyone), customers.c[column].is_not(None))
            .group_by(customers.c[column])
            .having(func.count() > 1, *having)
        )
        yield "duplicates", "customer", _customers(cut).where(customers.c[column].in_(double))
    yield "incomplete", "customer", _customers(cut).where(customers.c.phone.is_(None))
    turned = exists().where(
        deals.c.team_id == cut.team_id, deals.c.customer_id == customers.c.id, counted("deals"),
        deals.c.opened_at < cut.end, deals.c.closed_at < cut.end,
        _before(deals.c.closed_at, deals.c.closed_day, deals.c.closed_date_only),
    )  # fmt: skip
    yield "impossible", "customer", _customers(cut).where(turned)


def _before(at: Any, day: Any, date_only: Any) -> ColumnElement[bool]:
    """Keep what lies before its deal was opened: by the day, or by the clock where both ends have one."""
    exact = and_(date_only.is_(False), deals.c.opened_date_only.is_(False), at < deals.c.opened_at)
    return or_(day < deals.c.opened_day, exact)


def _of_deals(cut: Cut) -> Iterator[Query]:
    """Deals out of touch; without amount or expected day; expected before they were opened; without a rate."""
    yield "stale", "deal", _deals(cut).where(is_stale(cut))
    missing = or_(deals.c.amount_minor.is_(None), deals.c.expected_day.is_(None))
    yield "incomplete", "deal", _deals(cut).where(missing)
    yield "impossible", "deal", _deals(cut).where(deals.c.expected_day < deals.c.opened_day)
    yield "missing_rates", "deal", _deals(cut).where(deals.c.amount_minor.is_not(None), deals.c.base_minor.is_(None))


async def _of_sales(session: Session, cut: Cut) -> list[Query]:
    """Sales logged twice; without product where the team has products; refunded or opened after; without a rate."""
    back = exists().where(
        refunds.c.team_id == cut.team_id, refunds.c.sale_id == sales.c.id, counted("refunds"),
        refunds.c.at < cut.now, refunds.c.day < sales.c.day,
    )  # fmt: skip
    late = exists().where(
        deals.c.team_id == cut.team_id, deals.c.sale_id == sales.c.id, counted("deals"),
        _before(sales.c.at, sales.c.day, sales.c.date_only),
    )  # fmt: skip
    queries: list[Query] = [
        ("duplicates", "sale", _doubles(cut)),
        ("impossible", "sale", _sales(cut).where(or_(back, late))),
        ("missing_rates", "sale", _sales(cut).where(sales.c.base_minor.is_(None))),
    ]
    goods = select(exists().where(products.c.team_id == cut.team_id))
    if (await session.execute(goods)).scalar_one():
        queries.append(("incomplete", "sale", _sales(cut).where(sales.c.product_id.is_(None))))
    return queries


def _doubles(cut: Cut) -> Select[Any]:
    """Select the sales that repeat the one before: customer, amount, currency and product, within ten minutes."""
    at = type_coerce(sales.c.at, BigInteger)
    same = (sales.c.customer_id, sales.c.amount_minor, sales.c.currency, func.coalesce(sales.c.product_id, 0))
    before = func.lag(at).over(partition_by=same, order_by=(sales.c.at, sales.c.id))
    turn = _sales(cut).add_columns(at.label("at"), before.label("before")).subquery("turn")
    return select(turn.c.id).where(turn.c.at - turn.c.before <= _MICROSECONDS)


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


def together(found: Mapping[tuple[Fault, Thing], frozenset[int]], thing: Thing) -> frozenset[int]:
    """Return the ids of one kind with any fault, each once."""
    held: dict[Thing, frozenset[int]] = defaultdict(frozenset)
    for (_, of), ids in found.items():
        held[of] |= ids
    return held[thing]
