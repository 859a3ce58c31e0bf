"""Derived rows: journeys, each customer's first and last purchase, source and creation, cohort counts, day totals.

Every write (log, correct, remove, refund, import, merge) ends with `refresh` for the customers it touched, in its own
transaction; nothing else writes these columns. `rebuild` makes all of a team's anew, and a test holds the two equal.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.answering import settle
from store.derived.daily import Touched, moved, recount, recount_all, sold_days_of, touched_of
from store.derived.doubling import mark
from store.derived.ended import days_ended, pack_all, pack_days
from store.derived.histories import Traced, histories_of
from store.derived.journeys import Journey, Kind, fold, in_order, months_of
from store.derived.judging import judge
from store.tables import buyer_months, cohorts, customers, journeys

CHUNK = 400
"""Customers refreshed in one round, well under both databases' limits on bound parameters."""

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
JOURNEY_COLUMNS = Journey._fields


@dataclass(frozen=True, slots=True)
class Portrait:
    """A customer's derived columns."""

    channel: str | None
    campaign: str | None
    created_at: datetime | None
    walk_in: bool | None
    first_purchase_at: datetime | None
    last_purchase_at: datetime | None
    first_day: date | None
    first_member_id: int | None
    first_channel: str | None
    first_campaign: str | None
    buying_days: int

    @property
    def totalled_under(self) -> tuple[object, ...]:
        """What totals of days take from the customer of a sale."""
        first = self.first_day
        return (self.channel, self.campaign, first and (first.year, first.month))


_TEAM: BindParameter[int] = bindparam("team_id")
_CUSTOMERS: BindParameter[Sequence[int]] = bindparam("customer_ids", expanding=True)
_JOURNEYS = select(journeys.c.id, journeys.c.customer_id, *[journeys.c[name] for name in JOURNEY_COLUMNS]).where(
    journeys.c.team_id == _TEAM, journeys.c.customer_id.in_(_CUSTOMERS)
)
_PORTRAITS = select(customers.c.id, *[customers.c[field.name] for field in fields(Portrait)]).where(
    customers.c.team_id == _TEAM, customers.c.id.in_(_CUSTOMERS)
)
_MONTHS = select(buyer_months.c.customer_id, buyer_months.c.month).where(
    buyer_months.c.team_id == _TEAM, buyer_months.c.customer_id.in_(_CUSTOMERS)
)


async def refresh(
    session: AsyncConnection, team_id: int, gap_days: int, customer_ids: Iterable[int], touched: Touched | None = None
) -> None:
    """Derive anew everything that hangs on these customers' records.

    ``touched`` are the days on which their records changed; without it, every day on which they have any is counted
    anew, and only a day that a record was moved away from must be told.
    """
    await moved(session, team_id)
    ids = sorted(set(customer_ids))
    everywhere = Touched()
    for chunk in _chunks(ids if touched is None else []):
        everywhere |= await touched_of(session, team_id, chunk)
    resourced, ended, answered = await _derive(session, team_id, gap_days, ids)
    touched = (touched or Touched()) | Touched(contacted=frozenset(answered)) | everywhere
    for chunk in _chunks(resourced):
        ended |= await days_ended(session, team_id, chunk)
        touched |= Touched(sold=await sold_days_of(session, team_id, chunk))
    await pack_days(session, team_id, ended)
    await recount(session, team_id, touched)


async def rebuild(session: AsyncConnection, team_id: int, gap_days: int) -> int:
    """Derive a team's rows anew from its records alone; returns how many customers it has."""
    await moved(session, team_id)
    for table in (journeys, cohorts, buyer_months):
        await session.execute(delete(table).where(table.c.team_id == team_id))
    ids = (await session.execute(select(customers.c.id).where(customers.c.team_id == team_id))).scalars().all()
    await _derive(session, team_id, gap_days, sorted(ids))
    await pack_all(session, team_id)
    await recount_all(session, team_id)
    return len(ids)


async def _derive(
    session: AsyncConnection, team_id: int, gap_days: int, ids: Sequence[int]
) -> tuple[list[int], set[date], set[date]]:
    """Derive the customers' own rows; returns those whose sales are totalled under something else, and with it their
    journeys, the days on which journeys ended that changed, and the days of messages answered, or no longer so."""
    resourced, ended, answered = list[int](), set[date](), set[date]()
    for chunk in _chunks(ids):
        histories = await histories_of(session, team_id, chunk, FOREVER)
        ended |= await _write_journeys(session, team_id, chunk, histories, gap_days)
        resourced += await _write_portraits(session, team_id, chunk, histories)
        await _write_months(session, team_id, chunk, histories)
        answered |= await settle(session, team_id, chunk)
        await judge(session, team_id, [one for one in chunk if _purchases(histories.get(one, []))])
        await mark(session, team_id, [one for one in chunk if _has_sales(histories.get(one, []))])
    return resourced, ended, answered


async def _write_journeys(
    session: AsyncConnection,
    team_id: int,
    customer_ids: Sequence[int],
    histories: Mapping[int, list[Traced]],
    gap_days: int,
) -> set[date]:
    """Change only the rows that differ (a log touches one journey of its customer); returns the days they ended on."""
    wanted: Counter[tuple[Any, ...]] = Counter(
        (customer_id, *journey)
        for customer_id, history in histories.items()
        for journey in fold((traced.event for traced in history), gap_days)
    )
    kept = await session.execute(_JOURNEYS, {"team_id": team_id, "customer_ids": customer_ids})
    stale, ended = [], set()
    for journey_id, *values in kept:
        if wanted[tuple(values)] > 0:
            wanted[tuple(values)] -= 1
        else:
            stale.append(journey_id)
            ended.add(values[1 + JOURNEY_COLUMNS.index("end_day")])
    if stale:
        await session.execute(delete(journeys).where(journeys.c.id.in_(stale)))
    fresh = [
        {"team_id": team_id, "customer_id": customer_id, **dict(zip(JOURNEY_COLUMNS, values, strict=True))}
        for customer_id, *values in wanted.elements()
    ]
    if fresh:
        await session.execute(insert(journeys), fresh)
    return (ended | {row["end_day"] for row in fresh}) - {None}


async def _write_portraits(
    session: AsyncConnection, team_id: int, customer_ids: Sequence[int], histories: Mapping[int, list[Traced]]
) -> list[int]:
    """Change the portraits that differ; returns the customers whose sales are totalled under something else now."""
    names = [field.name for field in fields(Portrait)]
    kept = await session.execute(_PORTRAITS, {"team_id": team_id, "customer_ids": customer_ids})
    changes, resourced = [], []
    for customer_id, *values in kept:
        before, portrait = Portrait(*values), portrait_of(histories.get(customer_id, []))
        if before != portrait:
            changes.append({"of_id": customer_id} | {name: getattr(portrait, name) for name in names})
        if before.totalled_under != portrait.totalled_under:
            resourced.append(customer_id)
    if changes:
        await session.execute(
            update(customers).where(customers.c.id == bindparam("of_id")).values({n: bindparam(n) for n in names}),
            changes,
        )
    return resourced


def portrait_of(history: Sequence[Traced]) -> Portrait:
    """Return a customer's derived columns from its records."""
    ordered = in_order(traced.event for traced in history)
    channel, campaign = source_of(history)
    bought = sorted(_purchases(history), key=lambda traced: (traced.event.at, traced.event.id))
    first = bought[0] if bought else None
    return Portrait(
        channel=channel,
        campaign=campaign,
        created_at=min((event.at for event in ordered), default=None),
        walk_in=ordered[0].kind is Kind.SALE if ordered and ordered[0].kind is not Kind.CARE else None,
        first_purchase_at=first.event.at if first else None,
        last_purchase_at=bought[-1].event.at if bought else None,
        first_day=first.event.day if first else None,
        first_member_id=first.event.member_id if first else None,
        first_channel=(channel if first.channel is None else first.channel) if first else None,
        first_campaign=(campaign if first.campaign is None else first.campaign) if first else None,
        buying_days=len({traced.event.day for traced in bought}),
    )


def source_of(history: Iterable[Traced]) -> tuple[str | None, str | None]:
    """Return the channel and the campaign that a customer came from: each that of the earliest record naming one."""
    named = [traced for traced in history if traced.channel or traced.campaign]
    named.sort(key=lambda traced: (traced.event.at, traced.event.id))
    channel = next((traced.channel for traced in named if traced.channel), None)
    return channel, next((traced.campaign for traced in named if traced.campaign), None)


async def _write_months(
    session: AsyncConnection, team_id: int, customer_ids: Sequence[int], histories: Mapping[int, list[Traced]]
) -> None:
    """Rewrite the months in which these customers bought, and move the cohort counts by the difference."""
    old: dict[int, set[int]] = defaultdict(set)
    for customer_id, month in await session.execute(_MONTHS, {"team_id": team_id, "customer_ids": customer_ids}):
        old[customer_id].add(month)
    new = {customer_id: _buying_months(histories.get(customer_id, [])) for customer_id in customer_ids}
    moved: Counter[tuple[int, int]] = Counter()
    gone, come = [], []
    for customer_id in customer_ids:
        before, after = old[customer_id], new[customer_id]
        if before == after:
            continue
        moved.subtract({(min(before), month): 1 for month in before})
        moved.update({(min(after), month): 1 for month in after})
        gone += [(customer_id, month) for month in before - after]
        come += [{"team_id": team_id, "customer_id": customer_id, "month": month} for month in after - before]
    if gone:
        pairs = [and_(buyer_months.c.customer_id == c, buyer_months.c.month == m) for c, m in gone]
        await session.execute(delete(buyer_months).where(buyer_months.c.team_id == team_id, or_(*pairs)))
    if come:
        await session.execute(insert(buyer_months), come)
    await _move_cohorts(session, team_id, {key: n for key, n in moved.items() if n})


def _buying_months(history: Sequence[Traced]) -> set[int]:
    return months_of([traced.event.day for traced in _purchases(history)])


def _has_sales(history: Sequence[Traced]) -> bool:
    return any(traced.event.kind is Kind.SALE for traced in history)


def _purchases(history: Sequence[Traced]) -> list[Traced]:
    return [traced for traced in history if traced.event.kind is Kind.SALE and traced.event.refunded_at is None]


async def _move_cohorts(session: AsyncConnection, team_id: int, moved: Mapping[tuple[int, int], int]) -> None:
    """Add to the counts; a team's writers are serialised by its number counter, so none is lost."""
    for (cohort, month), step in sorted(moved.items()):
        here = and_(cohorts.c.team_id == team_id, cohorts.c.cohort == cohort, cohorts.c.month == month)
        changed = await session.execute(update(cohorts).where(here).values(customers=cohorts.c.customers + step))
        if not changed.rowcount:
            await session.execute(insert(cohorts).values(team_id=team_id, cohort=cohort, month=month, customers=step))
    if any(step < 0 for step in moved.values()):
        await session.execute(delete(cohorts).where(cohorts.c.team_id == team_id, cohorts.c.customers == 0))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def local_day(at: datetime, zone: Any) -> date:
    """Return the local date of an instant in the team's zone."""
    return at.astimezone(zone).date()
