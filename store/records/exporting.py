"""Reading everything that a team keeps, kind by kind, as rows with the names that people know."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.records.corrections import FACTS
from store.tables import customers, members, products, rates, records, targets

_DERIVED = frozenset(
    ("id", "team_id", "day", "opened_day", "closed_day", "counted", "rate_id", "sale_at", "refunded_at", "customer_id")
)
"""Columns of a record's row that say nothing to people, or that follow from others."""

_NUMBERED = ("sale_id", "deal_id", "ticket_id")
"""Columns that name another record; its number is given."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of thing: its key, the keys of its columns, and the query that gives its rows in their order."""

    kind: str
    columns: tuple[str, ...]
    query: Any


def sheets(team_id: int) -> list[Sheet]:
    """Return every sheet of a team: its people and things, then each kind of record that stands."""
    return [
        _customers(team_id),
        *(_facts(kind, table, team_id) for kind, table in FACTS.items()),
        _simple("product", products, team_id, ("name", "category", "price_minor", "unit_cost_minor")),
        _simple("member", members, team_id, ("name", "role", "joined_at", "removed_at")),
        _simple("rate", rates, team_id, ("currency", "day", "rate", "made_at")),
        _targets(team_id),
    ]


async def rows_of(session: AsyncConnection, sheet: Sheet) -> AsyncIterator[Mapping[str, Any]]:
    """Yield the rows of a sheet, a few at a time."""
    async with session.stream(sheet.query) as found:
        async for row in found:
            yield dict(zip(sheet.columns, row, strict=True))


def _customers(team_id: int) -> Sheet:
    owner, referrer = members.alias(), customers.alias()
    plain = ("name", "phone", "birthday", "internal", "channel", "campaign", "created_at", "first_purchase_at",
             "last_purchase_at")  # fmt: skip
    query = (
        select(*[customers.c[name] for name in plain], owner.c.name, referrer.c.name)
        .select_from(customers)
        .outerjoin(owner, owner.c.id == customers.c.owner_id)
        .outerjoin(referrer, referrer.c.id == customers.c.referred_by_id)
        .where(customers.c.team_id == team_id, customers.c.merged_into_id.is_(None))
        .order_by(customers.c.id)
    )
    return Sheet("customer", (*plain, "owner", "referred_by"), query)


def _facts(kind: str, table: Table, team_id: int) -> Sheet:
    """The standing records of one kind, in the order of their numbers."""
    columns: dict[str, ColumnElement[Any]] = {"number": records.c.number}
    query: Any = select().select_from(table).join(records, records.c.id == table.c.id)
    if "customer_id" in table.c:
        columns["customer"] = customers.c.name
        query = query.outerjoin(customers, customers.c.id == table.c.customer_id)
    columns["rep"] = members.c.name
    query = query.outerjoin(members, members.c.id == records.c.member_id)
    for name, column in table.c.items():
        if name == "product_id":
            columns["product"] = products.c.name
            query = query.outerjoin(products, products.c.id == column)
        elif name in _NUMBERED:
            other = records.alias()
            columns[name.removesuffix("_id")] = other.c.number
            query = query.outerjoin(other, other.c.id == column)
        elif name not in _DERIVED and not name.endswith("_id"):
            columns[name] = column
    columns["made_at"] = records.c.made_at
    query = query.with_only_columns(*columns.values(), maintain_column_froms=True)
    query = query.where(table.c.team_id == team_id, records.c.removed_at.is_(None)).order_by(records.c.number)
    return Sheet(kind, tuple(columns), query)


def _simple(kind: str, table: Table, team_id: int, columns: tuple[str, ...]) -> Sheet:
    query = select(*[table.c[name] for name in columns]).where(table.c.team_id == team_id).order_by(table.c.id)
    return Sheet(kind, columns, query)


def _targets(team_id: int) -> Sheet:
    columns = ("metric", "unit", "from_day", "value", "made_at")
    query = (
        select(*[targets.c[name] for name in columns], members.c.name)
        .select_from(targets.outerjoin(members, members.c.id == targets.c.member_id))
        .where(targets.c.team_id == team_id)
        .order_by(targets.c.id)
    )
    return Sheet("target", (*columns, "rep"), query)
