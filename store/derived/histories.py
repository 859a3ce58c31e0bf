"""Customers' counted records as the events that journeys are folded from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Text, and_, bindparam, cast, false, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import Select

from store.derived.journeys import Event, Kind
from store.facts.cut import counted
from store.tables import contacts, deals, leads, optouts, ratings, sales, tickets
from store.types import Instant

NOTHING = cast(null(), BigInteger)
NO_TEXT = cast(null(), Text)
NO_INSTANT = cast(null(), Instant)


class Traced(NamedTuple):
    """An event with what only customers' derived columns need: the source it names."""

    event: Event
    channel: str | None
    campaign: str | None


def _of(table: Any, at: Any, kind: Kind, *columns: Any) -> Select[Any]:
    """Select one kind of event; the customers and the instant before which it must lie are bound."""
    return select(literal(int(kind)).label("kind"), table.c.customer_id, table.c.id, *columns).where(
        table.c.team_id == bindparam("team_id"),
        table.c.customer_id.in_(bindparam("customer_ids", expanding=True)),
        counted(table.name),
        at < bindparam("now", type_=Instant),
    )


def _dated(table: Any) -> tuple[Any, ...]:
    return (table.c.at, table.c.day, table.c.date_only, table.c.member_id)


NO = cast(false(), Boolean)
_MOVING = (
    _of(leads, leads.c.at, Kind.LEAD, *_dated(leads), NOTHING.label("deal_id"), NO.label("call"), NO.label("won"),
        NO_INSTANT.label("refunded_at"), leads.c.channel, leads.c.campaign),
    _of(contacts, contacts.c.at, Kind.CONTACT, *_dated(contacts), contacts.c.deal_id, contacts.c.kind == "call", NO,
        NO_INSTANT, NO_TEXT, NO_TEXT),
    _of(deals, deals.c.opened_at, Kind.DEAL_OPENED, deals.c.opened_at, deals.c.opened_day, deals.c.opened_date_only,
        deals.c.member_id, deals.c.id, NO, NO, NO_INSTANT, NO_TEXT, NO_TEXT),
    _of(deals, deals.c.closed_at, Kind.DEAL_CLOSED, deals.c.closed_at, deals.c.closed_day, deals.c.closed_date_only,
        deals.c.member_id, deals.c.id, NO, deals.c.outcome == "won", NO_INSTANT, NO_TEXT, NO_TEXT)
    .where(func.coalesce(deals.c.sale_id, 0) == 0),  # IS NULL would have the index by sale read all without one
    _of(sales, sales.c.at, Kind.SALE, *_dated(sales), deals.c.id, NO, NO, sales.c.refunded_at, sales.c.channel,
        sales.c.campaign)
    .select_from(sales.outerjoin(
        deals,
        and_(deals.c.team_id == sales.c.team_id, deals.c.sale_id == sales.c.id, counted("deals")),
    )),
)  # fmt: skip
_CARE = (
    _of(care, care.c.at, Kind.CARE, *_dated(care), NOTHING, NO, NO, NO_INSTANT, NO_TEXT, NO_TEXT)
    for care in (tickets, ratings, optouts)
)
_JOURNEYS, _ALL = union_all(*_MOVING), union_all(*_MOVING, *_CARE)


async def histories_of(
    session: AsyncConnection, team_id: int, customer_ids: Sequence[int], now: datetime
) -> dict[int, list[Traced]]:
    """Return each customer's counted records dated before ``now``, as events in no particular order."""
    given = {"team_id": team_id, "customer_ids": list(customer_ids), "now": now}
    return traced(await session.execute(_ALL, given), now)


async def events_of(
    session: AsyncConnection, team_id: int, customer_ids: Sequence[int], now: datetime
) -> Sequence[Any]:
    """Return what moves journeys of these customers' counted records dated before ``now``, a row each; see `traced`."""
    given = {"team_id": team_id, "customer_ids": list(customer_ids), "now": now}
    return (await session.execute(_JOURNEYS, given)).all()


def traced(rows: Iterable[Any], now: datetime) -> dict[int, list[Traced]]:
    """Make rows events, by customer."""
    histories: dict[int, list[Traced]] = defaultdict(list)
    for kind, customer_id, number, at, day, vague, member_id, deal_id, call, won, refunded, *source in rows:
        refunded_at = refunded if refunded is not None and refunded < now else None
        event = Event(Kind(kind), number, at, day, bool(vague), member_id, deal_id, bool(call), bool(won), refunded_at)
        histories[customer_id].append(Traced(event, *source))
    return histories
