"""Logging: each function writes one record, its audit row, and what hangs on it, in the caller's transaction.

Statements are built once: they run for every message. A record's number is the team's next; taking it also makes the
team's writers queue, so nothing derived from a team's records is ever computed from half of another's write.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.catalogue.rates import priced
from store.derived.daily import Touched, moved
from store.derived.refreshing import local_day, refresh
from store.errors import Duplicate, NotFound, TooLarge
from store.records.deals import choose_deal, close_deal, unclosed_deal
from store.records.entries import (
    Clock,
    ContactEntry,
    CostEntry,
    DealEntry,
    LeadEntry,
    Logged,
    Origin,
    RefundEntry,
    SaleEntry,
)
from store.records.refunding import sale_left, settle_refunds
from store.tables import audit, contacts, costs, customers, deals, leads, records, refunds, sales, teams

NEXT_NUMBER = (
    update(teams)
    .where(teams.c.id == bindparam("of_team"))
    .values(next_number=teams.c.next_number + 1)
    .returning(teams.c.next_number - 1)
)
NEW_RECORD = insert(records).returning(
    records.c.id,
    select(customers.c.internal)
    .where(customers.c.id == bindparam("of_customer", type_=BigInteger))
    .scalar_subquery()
    .label("internal"),
)
NEW_CONTACT = insert(contacts)
NEW_SALE = insert(sales)
NEW_AUDIT = insert(audit)


async def log_contact(session: AsyncConnection, clock: Clock, entry: ContactEntry, origin: Origin) -> Logged:
    """Record a call or another contact."""
    logged = await number_record(session, clock, "contact", entry.member_id, entry.customer_id, origin)
    await session.execute(NEW_CONTACT, fact_row(clock, logged, entry))
    await touch(session, clock, entry.customer_id, Touched(contacted=_day(clock, entry)))
    return logged


async def log_lead(session: AsyncConnection, clock: Clock, entry: LeadEntry, origin: Origin) -> Logged:
    """Record that a customer came in as a lead."""
    logged = await number_record(session, clock, "lead", entry.member_id, entry.customer_id, origin)
    await session.execute(insert(leads), fact_row(clock, logged, entry))
    await touch(session, clock, entry.customer_id, Touched())
    return logged


async def log_sale(
    session: AsyncConnection, clock: Clock, entry: SaleEntry, origin: Origin, deal_id: int | None = None
) -> Logged:
    """Record a sale; it wins ``deal_id``, else the one deal open at its instant; of several, none.

    Pass ``deal_id=0`` to win none.
    """
    logged = await number_record(session, clock, "sale", entry.member_id, entry.customer_id, origin)
    await session.execute(NEW_SALE, await money_row(session, clock, logged, entry))
    won, choices = await choose_deal(session, clock, entry, deal_id)
    if won is not None:
        await close_deal(session, clock, won.id, "won", entry.at, sale_id=logged.id, date_only=entry.date_only)
    await touch(session, clock, entry.customer_id, Touched(sold=_day(clock, entry)))
    return replace(logged, won_deal=won.number if won else None, open_deals=choices)


async def log_refund(session: AsyncConnection, clock: Clock, entry: RefundEntry, origin: Origin) -> Logged:
    """Record a refund; raises `TooLarge` when it passes what is left of its sale, in the sale's own currency."""
    sale_at = None
    if entry.sale_id is not None:
        sale = await sale_left(session, clock.team_id, entry.sale_id)
        if entry.currency != sale.currency or entry.amount_minor > sale.left_minor:
            raise TooLarge(sale.left_minor)
        sale_at = sale.at
    logged = await number_record(session, clock, "refund", entry.member_id, entry.customer_id, origin)
    row = await money_row(session, clock, logged, entry)
    await session.execute(insert(refunds), row | {"sale_at": sale_at})
    days = _day(clock, entry)
    if entry.sale_id is not None:
        days |= {await settle_refunds(session, clock.team_id, entry.sale_id)}
    await touch(session, clock, entry.customer_id, Touched(sold=days))
    return logged


async def log_cost(session: AsyncConnection, clock: Clock, entry: CostEntry, origin: Origin) -> Logged:
    """Record a cost."""
    logged = await number_record(session, clock, "cost", entry.member_id, None, origin)
    await session.execute(insert(costs), await money_row(session, clock, logged, entry))
    await moved(session, clock.team_id)
    return logged


async def log_deal(session: AsyncConnection, clock: Clock, entry: DealEntry, origin: Origin) -> Logged:
    """Record the opening of a deal."""
    logged = await number_record(session, clock, "deal", entry.member_id, entry.customer_id, origin)
    await session.execute(insert(deals), await money_row(session, clock, logged, entry))
    await touch(session, clock, entry.customer_id, Touched())
    return logged


async def win_deal(
    session: AsyncConnection, clock: Clock, deal_id: int, entry: SaleEntry | None, at: datetime, origin: Origin
) -> Logged | None:
    """Close a deal as won at ``at``, recording ``entry`` as its sale; without one the deal is won and nothing sold.

    Raises `AlreadyDone` when it is closed already: winning again never adds a second sale.
    """
    deal = await unclosed_deal(session, clock.team_id, deal_id)
    if entry is not None:
        return await log_sale(session, clock, entry, origin, deal_id=deal_id)
    await close_deal(session, clock, deal_id, "won", at)
    await note(session, clock.team_id, origin, "won", deal_id, deal.customer_id)
    await touch(session, clock, deal.customer_id, Touched())
    return None


async def lose_deal(
    session: AsyncConnection, clock: Clock, deal_id: int, reason: str | None, at: datetime, origin: Origin
) -> None:
    """Close a deal as lost; raises `AlreadyDone` when it is closed already."""
    deal = await unclosed_deal(session, clock.team_id, deal_id)
    await close_deal(session, clock, deal_id, "lost", at, reason=reason)
    await note(session, clock.team_id, origin, "lost", deal_id, deal.customer_id)
    await touch(session, clock, deal.customer_id, Touched())


async def number_record(
    session: AsyncConnection,
    clock: Clock,
    kind: str,
    member_id: int | None,
    customer_id: int | None,
    origin: Origin,
) -> Logged:
    """Take the team's next number for a record of that kind, with its audit row; the caller writes the fact."""
    number = (await session.execute(NEXT_NUMBER, {"of_team": clock.team_id})).scalar()
    if number is None:
        raise NotFound("team", clock.team_id)
    row = {"team_id": clock.team_id, "number": number, "kind": kind, "customer_id": customer_id} | asdict(origin)
    row |= {"member_id": member_id, "of_customer": customer_id}
    try:
        record_id, internal = (await session.execute(NEW_RECORD, row)).one()
    except IntegrityError as error:
        raise Duplicate("record", (origin.inbox_id, origin.line, origin.import_key)) from error
    await note(session, clock.team_id, origin, "log", record_id, customer_id)
    return Logged(record_id, number, counted=not internal)


async def note(
    session: AsyncConnection, team_id: int, origin: Origin, action: str, record_id: int, customer_id: int | None
) -> None:
    """Leave the audit row; what a new record says is in the record itself."""
    if origin.import_key is None:
        await session.execute(
            NEW_AUDIT,
            {
                "team_id": team_id,
                "at": origin.made_at,
                "member_id": origin.member_id,
                "action": action,
                "record_id": record_id,
                "customer_id": customer_id,
                "inbox_id": origin.inbox_id,
            },
        )


async def money_row(session: AsyncConnection, clock: Clock, logged: Logged, entry: Any) -> dict[str, Any]:
    """Return the fact row of an entry with an amount, at the exchange rate in force on its day."""
    row = fact_row(clock, logged, entry)
    if row["currency"] != clock.currency:
        await priced(session, clock, [row])
    return row


def fact_row(clock: Clock, logged: Logged, entry: Any) -> dict[str, Any]:
    """Return the fact row of an entry: its fields, with the local day and the amount in the team's currency."""
    row = {field.name: getattr(entry, field.name) for field in fields(entry)}
    row |= {"id": logged.id, "team_id": clock.team_id, "counted": logged.counted}
    return row | derived_columns(clock, row)


def derived_columns(clock: Clock, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a fact row that follow from its others."""
    derived: dict[str, Any] = {}
    for instant, day in (("at", "day"), ("opened_at", "opened_day"), ("closed_at", "closed_day")):
        if row.get(instant) is not None:
            derived[day] = local_day(row[instant], clock.zone)
    if "amount_minor" in row:
        known = row["currency"] == clock.currency
        derived["base_minor"] = row["amount_minor"] if known else None
    return derived


async def touch(session: AsyncConnection, clock: Clock, customer_id: int, touched: Touched | None = None) -> None:
    """Derive anew what hangs on a customer's records, of which those on the ``touched`` days changed (None: any)."""
    await refresh(session, clock.team_id, clock.journey_gap_days, [customer_id], touched)


def _day(clock: Clock, entry: ContactEntry | SaleEntry | RefundEntry) -> frozenset[date]:
    return frozenset({local_day(entry.at, clock.zone)})
