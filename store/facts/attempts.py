"""Reads of journeys as they stood at now: those won in a period, those watched, those open at its end."""

from asyncio import to_thread
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    exists,
    or_,
    select,
    type_coerce,
)

from store import Session
from store.derived.histories import events_of, traced
from store.derived.journeys import fold
from store.derived.refreshing import CHUNK, source_of
from store.facts.cut import Cut, named
from store.facts.since import is_touched, touched
from store.tables import customers, journeys, members
from store.types import from_micros, to_micros

_DAY = timedelta(days=1)


class Attempt(NamedTuple):
    """One journey with its customer's source; ``days`` is its length, None while open.

    An ``outcome`` of None is open as known at now; the passing of time has made lapsed ones ``lapsed``.
    """

    customer_id: int
    member_id: int | None
    deal_id: int | None
    sale_id: int | None
    start_at: datetime
    start_day: date
    start_date_only: bool
    end_at: datetime | None
    end_day: date | None
    outcome: str | None
    last_contact_at: datetime
    last_contact_day: date
    last_contact_date_only: bool
    days: float | None
    calls: int
    first: bool
    refunded_at: datetime | None
    channel: str | None = None
    campaign: str | None = None

    def age(self, at: datetime, on: date) -> float:
        """Days from its start to an instant on a local day; whole local days where only the start's date is known."""
        if self.start_date_only:
            return float((on - self.start_day).days)
        return (at - self.start_at) / _DAY


_OWN = tuple(name for name in Attempt._fields if name not in {"channel", "campaign"})
_own = attrgetter(*_OWN[1:])


class Win(NamedTuple):
    """A journey that was won, as light as the many thousands of a year ask for; instants in microseconds."""

    customer_id: int
    member_id: int | None
    deal_id: int | None
    sale_id: int | None
    start_us: int
    end_us: int
    end_day: date
    days: float | None
    calls: int
    first: bool
    refunded_at: datetime | None
    channel: str | None
    campaign: str | None

    @property
    def start_at(self) -> datetime:
        """When it started."""
        return from_micros(self.start_us)

    @property
    def end_at(self) -> datetime:
        """When it was won."""
        return from_micros(self.end_us)


async def won_in(session: Session, cut: Cut, gap_days: int) -> list[Win]:
    """Return the journeys won in the cut, by their end."""
    table = journeys.c
    condition = and_(table.outcome == "won", table.end_at >= cut.start, table.end_at < cut.end)
    if not await is_touched(session, cut):
        return await _wins(session, cut, condition)

    def keep(found: Attempt) -> bool:
        return found.outcome == "won" and found.end_at is not None and cut.start <= found.end_at < cut.end

    return sorted(map(_win, await attempts(session, cut, gap_days, condition, keep)), key=_by_end)


async def _wins(session: Session, cut: Cut, condition: ColumnElement[bool]) -> list[Win]:
    table = journeys.c
    query = (
        select(
            table.customer_id, table.member_id, table.deal_id, table.sale_id,
            type_coerce(table.start_at, BigInteger), type_coerce(table.end_at, BigInteger), table.end_day,
            table.days, table.calls, table.first, table.refunded_at, customers.c.channel, customers.c.campaign,
        )
        .join_from(journeys, customers, customers.c.id == table.customer_id)
        .where(table.team_id == cut.team_id, condition, *of_filters(cut))
    )  # fmt: skip
    return sorted(map(Win._make, await session.execute(query)), key=_by_end)


def _win(found: Attempt) -> Win:
    end_at, end_day = found.end_at or found.start_at, found.end_day or found.start_day
    return Win(
        found.customer_id, found.member_id, found.deal_id, found.sale_id, to_micros(found.start_at),
        to_micros(end_at), end_day, found.days, found.calls, found.first, found.refunded_at, found.channel,
        found.campaign,
    )  # fmt: skip


def _by_end(found: Win) -> tuple[int, int, int]:
    return (found.end_us, found.customer_id, found.sale_id or found.deal_id or 0)


async def started_in(session: Session, cut: Cut, gap_days: int, since: datetime) -> list[Attempt]:
    """Return the journeys that started from ``since`` until the end of the cut, followed to now."""
    condition = and_(journeys.c.start_at >= since, journeys.c.start_at < cut.end)
    return await attempts(session, cut, gap_days, condition, lambda found: since <= found.start_at < cut.end)


async def open_at_end(session: Session, cut: Cut, gap_days: int) -> list[Attempt]:
    """Return the journeys open at the end of the cut."""
    table = journeys.c
    condition = and_(table.start_at < cut.end, or_(table.outcome.is_(None), table.end_at >= cut.end))

    def keep(found: Attempt) -> bool:
        return found.start_at < cut.end and (found.end_at is None or found.end_at >= cut.end)

    return await attempts(session, cut, gap_days, condition, keep)


async def open_customers(session: Session, cut: Cut, gap_days: int, wanted: Select[Any]) -> set[int]:
    """Return those of the wanted customers (a query of ids) who have a journey open at now."""
    late = set(await touched(session, cut))
    since = cut.now - timedelta(days=gap_days)
    each = wanted.subquery("wanted")
    query = select(each.c.id).where(
        exists().where(
            journeys.c.team_id == cut.team_id,
            journeys.c.customer_id == each.c.id,
            journeys.c.outcome.is_(None),
            or_(journeys.c.deal_id.is_not(None), journeys.c.last_contact_at >= since),
        )
    )
    found = set((await session.execute(query)).scalars()) - late
    if late:
        ids = sorted(late.intersection((await session.execute(wanted)).scalars()))
        found |= {one.customer_id for one in await _anew(session, cut, gap_days, ids, lambda one: one.outcome is None)}
    return found


async def attempts(
    session: Session,
    cut: Cut,
    gap_days: int,
    condition: ColumnElement[bool],
    keep: Callable[[Attempt], bool],
    of: ColumnElement[bool] | None = None,
) -> list[Attempt]:
    """Read derived rows, and derive anew those of customers of whom more is known than at now.

    ``of`` is a condition on ``customers`` that holds for every one whose journeys may be kept.
    """
    late = frozenset(await touched(session, cut, of))
    gap = timedelta(days=gap_days)
    columns = [journeys.c[name] for name in _OWN]
    query = (
        select(*columns, customers.c.channel, customers.c.campaign)
        .join_from(journeys, customers, customers.c.id == journeys.c.customer_id)
        .where(journeys.c.team_id == cut.team_id, condition, *of_filters(cut), *([] if of is None else [of]))
    )
    rows = await session.execute(query)
    known = (_lapsed(Attempt._make(row), cut.now, gap) for row in rows if row.customer_id not in late)
    found = await to_thread(_kept, known, keep)  # tens of thousands would hold the loop
    if late:
        found += await _anew(session, cut, gap_days, sorted(late), lambda one: _passes(one, cut) and keep(one))
    return found


def of_filters(cut: Cut) -> list[ColumnElement[bool]]:
    """Keep the journeys that the cut's filters name; channel and campaign need ``customers`` joined."""
    wanted = cut.filters
    held: list[ColumnElement[bool]] = []
    if wanted.rep is not None:
        held.append(journeys.c.member_id == wanted.rep)
    if wanted.channel is not None:
        held.append(named(customers.c.channel, wanted.channel))
    if wanted.campaign is not None:
        held.append(named(customers.c.campaign, wanted.campaign))
    return held


def _passes(found: Attempt, cut: Cut) -> bool:
    wanted = cut.filters
    return (
        (wanted.rep is None or found.member_id == wanted.rep)
        and (wanted.channel is None or (found.channel or "") == wanted.channel)
        and (wanted.campaign is None or (found.campaign or "") == wanted.campaign)
    )


def _lapsed(found: Attempt, now: datetime, gap: timedelta) -> Attempt:
    """A journey without a deal has lapsed once its last contact lies more than the gap back."""
    if found.outcome is not None or found.deal_id is not None or now - found.last_contact_at <= gap:
        return found
    vague = found.start_date_only or found.last_contact_date_only or found.last_contact_at < found.start_at
    whole = float((found.last_contact_day - found.start_day).days)
    return found._replace(
        outcome="lapsed",
        end_at=found.last_contact_at,
        end_day=found.last_contact_day,
        days=whole if vague else (found.last_contact_at - found.start_at) / _DAY,
    )


async def _anew(
    session: Session, cut: Cut, gap_days: int, ids: Sequence[int], keep: Callable[[Attempt], bool]
) -> list[Attempt]:
    """Derive these customers' journeys from the records dated before now."""
    found: list[Attempt] = []
    for start in range(0, len(ids), CHUNK):
        rows = await events_of(session, cut.team_id, ids[start : start + CHUNK], cut.now)
        found += await to_thread(_kept, _folded(rows, cut.now, gap_days), keep)
    return found


def _kept(found: Iterator[Attempt], keep: Callable[[Attempt], bool]) -> list[Attempt]:
    return [one for one in found if keep(one)]


def _folded(rows: Sequence[Any], now: datetime, gap_days: int) -> Iterator[Attempt]:
    gap = timedelta(days=gap_days)
    for customer_id, history in traced(rows, now).items():
        source = source_of(history)
        for made in fold((one.event for one in history), gap_days):
            yield _lapsed(Attempt._make((customer_id, *_own(made), *source)), now, gap)


async def names_of(session: Session, attempts: Sequence[Win]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the names of the customers and of the members of these journeys."""
    named_customers: dict[int, str] = {}
    ids = sorted({one.customer_id for one in attempts})
    for start in range(0, len(ids), CHUNK):
        query = select(customers.c.id, customers.c.name).where(customers.c.id.in_(ids[start : start + CHUNK]))
        named_customers |= {row.id: row.name for row in await session.execute(query)}
    reps = sorted({one.member_id for one in attempts if one.member_id is not None})
    query = select(members.c.id, members.c.name).where(members.c.id.in_(reps))
    return named_customers, {row.id: row.name for row in await session.execute(query)}
