"""Finding, correcting, removing and restoring records; each change is audited and moves what is derived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.catalogue.rates import priced_anew
from store.derived.daily import Touched, moved, recount
from store.derived.refreshing import refresh
from store.errors import AlreadyDone, NotFound
from store.records.audit import note_change
from store.records.deals import reopen_deal_of
from store.records.entries import Clock
from store.records.referring import rerefer
from store.records.refunding import check_fit, count_refunds, follow_customer, sale_counts, settle_refunds
from store.records.writing import derived_columns
from store.tables import contacts, costs, customers, deals, leads, products, records, refunds, sales
from store.tables.care import optouts, ratings, tickets

FACTS: Mapping[str, Table] = {
    "contact": contacts,
    "lead": leads,
    "sale": sales,
    "refund": refunds,
    "cost": costs,
    "deal": deals,
    "ticket": tickets,
    "rating": ratings,
    "optout": optouts,
}
"""The fact table of each kind of record."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with the columns of its fact row in ``values``."""

    id: int
    number: int
    kind: str
    member_id: int | None
    customer_id: int | None
    customer_name: str | None
    made_at: datetime
    removed_at: datetime | None
    line: int | None
    values: Mapping[str, Any]
    product: str | None = None


VIEW = select(
    records.c.id,
    records.c.number,
    records.c.kind,
    records.c.member_id,
    records.c.customer_id,
    customers.c.name,
    records.c.made_at,
    records.c.removed_at,
    records.c.line,
).select_from(records.outerjoin(customers, customers.c.id == records.c.customer_id))


async def record(session: AsyncConnection, team_id: int, record_id: int) -> RecordView:
    """Return a record of the team, removed or not, or raise `NotFound`."""
    return await _one(session, team_id, "record", record_id, records.c.id == record_id)


async def own_records(session: AsyncConnection, team_id: int, record_ids: Sequence[int]) -> list[int]:
    """Return those of the ids that are the team's records, in order."""
    found = await session.execute(
        select(records.c.id).where(records.c.team_id == team_id, records.c.id.in_(record_ids)).order_by(records.c.id)
    )
    return list(found.scalars())


async def by_number(session: AsyncConnection, team_id: int, number: int) -> RecordView:
    """Return the team's record with the number people see, or raise `NotFound`."""
    return await _one(session, team_id, "record", number, records.c.number == number)


async def of_line(session: AsyncConnection, team_id: int, inbox_id: int, line: int) -> RecordView:
    """Return the record that a line of a message made, removed or not, or raise `NotFound`."""
    return await _one(
        session, team_id, "record", (inbox_id, line), (records.c.inbox_id == inbox_id) & (records.c.line == line)
    )


async def of_message(
    session: AsyncConnection, team_id: int, chat_id: int, message_id: int, *, removed: bool = False
) -> list[RecordView]:
    """Return the standing records that a message made, by line; with ``removed`` those taken back as well."""
    found = await session.execute(
        VIEW.where(
            records.c.team_id == team_id,
            records.c.chat_id == chat_id,
            records.c.message_id == message_id,
            *(() if removed else (records.c.removed_at.is_(None),)),
        ).order_by(records.c.line, records.c.id)
    )
    return [await _with_values(session, team_id, row) for row in found.all()]


async def last_of(session: AsyncConnection, team_id: int, member_id: int) -> RecordView | None:
    """Return the member's newest standing record."""
    found = await session.execute(
        VIEW.where(records.c.team_id == team_id, records.c.member_id == member_id, records.c.removed_at.is_(None))
        .order_by(records.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else await _with_values(session, team_id, row)


async def remove(
    session: AsyncConnection, clock: Clock, record_id: int, by_id: int | None, now: datetime, inbox_id: int | None
) -> RecordView:
    """Take a record out of every figure; raises `AlreadyDone` when it is out. Its deal, if it won one, reopens."""
    await moved(session, clock.team_id)  # first of all, as every writer does: a rate given meanwhile waits, or is known
    view = await record(session, clock.team_id, record_id)
    changed = await session.execute(
        update(records)
        .where(records.c.team_id == clock.team_id, records.c.id == record_id, records.c.removed_at.is_(None))
        .values(removed_at=now)
    )
    if not changed.rowcount:
        raise AlreadyDone("record")
    await _set_counted(session, clock, view, counted=False)
    if view.kind == "sale":
        await reopen_deal_of(session, clock.team_id, record_id)
    await _trail(session, clock, view, "remove", by_id, now, inbox_id)
    await _move(session, clock, {view.customer_id}, view)
    return view


async def restore(
    session: AsyncConnection, clock: Clock, record_id: int, by_id: int | None, now: datetime, inbox_id: int | None
) -> RecordView:
    """Bring a removed record back; raises `AlreadyDone` when it stands. A deal that it had won stays open."""
    await moved(session, clock.team_id)
    view = await record(session, clock.team_id, record_id)
    await check_fit(session, clock.team_id, view.kind, view.id, view.values)
    changed = await session.execute(
        update(records)
        .where(records.c.team_id == clock.team_id, records.c.id == record_id, records.c.removed_at.is_not(None))
        .values(removed_at=None)
    )
    if not changed.rowcount:
        raise AlreadyDone("record")
    await _set_counted(session, clock, view, counted=True)
    await _trail(session, clock, view, "restore", by_id, now, inbox_id)
    if view.kind == "lead":
        await rerefer(session, clock.team_id, record_id, by_id, now)
    await _move(session, clock, {view.customer_id}, view)
    return view


async def correct(
    session: AsyncConnection,
    clock: Clock,
    record_id: int,
    changes: Mapping[str, Any],
    by_id: int | None,
    now: datetime,
    inbox_id: int | None,
) -> RecordView:
    """Change columns of a standing record's fact row, with what follows from them; returns the record as it is then.

    Raises `AlreadyDone` for a removed record, `TooLarge` when a sale and its refunds would not go together; nothing
    is written then.
    """
    await moved(session, clock.team_id)
    view = await record(session, clock.team_id, record_id)
    if view.removed_at is not None:
        raise AlreadyDone("record")
    changes = {key: value for key, value in changes.items() if view.values.get(key) != value}
    if not changes:
        return view
    table = FACTS[view.kind]
    row = {**view.values, **changes}
    await check_fit(session, clock.team_id, view.kind, view.id, row)
    derived = {key: value for key, value in derived_columns(clock, row).items() if key in table.c}
    if "amount_minor" in row:
        derived |= await priced_anew(session, clock, view.values, row | derived)
    here = (table.c.team_id == clock.team_id, table.c.id == record_id)
    await session.execute(update(table).where(*here).values(**changes, **derived))
    await _follow(session, clock, view, changes)
    before = {key: view.values.get(key) for key in changes}
    await _trail(session, clock, view, "correct", by_id, now, inbox_id, before=before, after=changes)
    after = await record(session, clock.team_id, record_id)
    if changes.keys() & {"customer_id", "sale_id"}:
        await _set_counted(session, clock, after, counted=True)
    await _move(session, clock, {view.customer_id, after.customer_id}, view, after)
    return after


async def _follow(session: AsyncConnection, clock: Clock, view: RecordView, changes: Mapping[str, Any]) -> None:
    """Keep the record's own row, and the deal that a sale won, in step with the fact row."""
    own = {key: changes[key] for key in ("customer_id", "member_id") if key in changes}
    if own:
        await session.execute(
            update(records).where(records.c.team_id == clock.team_id, records.c.id == view.id).values(**own)
        )
    if view.kind == "sale" and "customer_id" in changes:
        await reopen_deal_of(session, clock.team_id, view.id)
        await follow_customer(session, clock.team_id, view.id, changes["customer_id"])
    if view.kind == "sale" and changes.keys() & {"at", "date_only"}:
        at, date_only = (changes.get(name, view.values[name]) for name in ("at", "date_only"))
        closed = {"closed_at": at, "closed_day": at.astimezone(clock.zone).date(), "closed_date_only": date_only}
        await session.execute(
            update(deals).where(deals.c.team_id == clock.team_id, deals.c.sale_id == view.id).values(**closed)
        )


async def _set_counted(session: AsyncConnection, clock: Clock, view: RecordView, *, counted: bool) -> None:
    table = FACTS[view.kind]
    sale_id = view.values["sale_id"] if view.kind == "refund" else None
    if counted and sale_id is not None:
        counted = await sale_counts(session, clock.team_id, sale_id)
    counted = counted and not await is_internal(session, clock.team_id, view.customer_id)
    await session.execute(
        update(table).where(table.c.team_id == clock.team_id, table.c.id == view.id).values(counted=counted)
    )
    if view.kind == "sale":  # what was given back of a sale counts only while the sale does
        await count_refunds(session, clock.team_id, view.id, counted=counted)


async def is_internal(session: AsyncConnection, team_id: int, customer_id: int | None) -> bool:
    """Whether a customer's records are left out of every figure."""
    found = select(customers.c.internal).where(customers.c.team_id == team_id, customers.c.id == customer_id)
    return bool((await session.execute(found)).scalar())


async def _move(session: AsyncConnection, clock: Clock, customer_ids: set[int | None], *views: RecordView) -> None:
    """Derive anew what the change touched: ``views`` are the record before and after, whose days are counted anew.

    Every sale is settled first: a customer's purchases hang on what was given back.
    """
    sold: set[date] = set()
    of_sale = {"sale": "id", "refund": "sale_id"}
    for sale_id in {view.values[of_sale[view.kind]] for view in views if view.kind in of_sale} - {None}:
        sold.add(await settle_refunds(session, clock.team_id, sale_id))
    sold |= {view.values["day"] for view in views if view.kind in of_sale}
    contacted = {view.values["day"] for view in views if view.kind == "contact"}
    touched = [customer_id for customer_id in customer_ids if customer_id is not None]
    await refresh(session, clock.team_id, clock.journey_gap_days, touched)
    await recount(session, clock.team_id, Touched(frozenset(sold), frozenset(contacted)))


async def _trail(
    session: AsyncConnection,
    clock: Clock,
    view: RecordView,
    action: str,
    by_id: int | None,
    now: datetime,
    inbox_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    await note_change(
        session,
        clock.team_id,
        action=action,
        at=now,
        member_id=by_id,
        record_id=view.id,
        customer_id=view.customer_id,
        inbox_id=inbox_id,
        before=before,
        after=after,
    )


async def _one(session: AsyncConnection, team_id: int, kind: str, key: object, condition: Any) -> RecordView:
    row = (await session.execute(VIEW.where(records.c.team_id == team_id, condition))).first()
    if row is None:
        raise NotFound(kind, key)
    return await _with_values(session, team_id, row)


async def _with_values(session: AsyncConnection, team_id: int, row: Any) -> RecordView:
    table = FACTS[row.kind]
    fact = (await session.execute(select(table).where(table.c.team_id == team_id, table.c.id == row.id))).one()
    values = dict(fact._mapping)
    columns: tuple[Any, ...] = (*row, values, await _product(session, team_id, values.get("product_id")))
    return RecordView(*columns)


async def _product(session: AsyncConnection, team_id: int, product_id: int | None) -> str | None:
    if product_id is None:
        return None
    found = select(products.c.name).where(products.c.team_id == team_id, products.c.id == product_id)
    name = (await session.execute(found)).scalar()
    return None if name is None else str(name)
