"""Follow-ups: what members mean to do for customers, told at their time, done, put off, or given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.tables import customers, deals, followups, optouts, records
from store.types import Instant

SHOWN = 100
"""The follow-ups of one member that are read at once: more are shown by nobody."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to do for a customer (or nobody in particular); ``rounds`` counts how often it was told."""

    id: int
    team_id: int
    member_id: int
    customer_id: int | None
    customer: str | None
    phone: str | None
    record_id: int | None
    origin: str
    text: str
    due_at: datetime
    rounds: int
    told_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class IdleDeal:
    """An open deal whose customer has no follow-up ahead."""

    id: int
    number: int
    customer_id: int
    customer: str
    amount_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Born:
    """A customer whose birthday is kept; ``birthday_agreed_at`` is when they agreed to be wished well."""

    id: int
    owner_id: int
    name: str
    phone: str | None
    birthday_agreed_at: datetime | None


_OPEN = followups.c.done_at.is_(None)
_ROWS = (
    select(
        followups.c.id, followups.c.team_id, followups.c.member_id, followups.c.customer_id, customers.c.name,
        customers.c.phone, followups.c.record_id, followups.c.origin, followups.c.text, followups.c.due_at,
        followups.c.rounds, followups.c.told_at, followups.c.done_at,
    )
    .select_from(followups.outerjoin(customers, customers.c.id == followups.c.customer_id))
    .order_by(followups.c.due_at, followups.c.id)
)  # fmt: skip


async def plan(
    session: AsyncConnection, team_id: int, member_id: int, due_at: datetime, now: datetime, *, origin: str,
    text: str = "", customer_id: int | None = None, record_id: int | None = None, key: str | None = None,
) -> int:  # fmt: skip
    """Keep a follow-up and return its id; one of the same ``key`` (an edited line) is changed and opened again."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    values = {"member_id": member_id, "customer_id": customer_id, "text": text, "due_at": due_at}
    made = module.insert(followups).values(
        **values, team_id=team_id, record_id=record_id, origin=origin, key=key, made_at=now, rounds=0, dropped=False
    )
    again = {**values, "told_at": None, "done_at": None, "dropped": False, "reason": None}
    done = await session.execute(
        made.on_conflict_do_update(index_elements=["team_id", "key"], set_=again).returning(followups.c.id)
    )
    return int(done.scalar_one())


async def follow_up(session: AsyncConnection, team_id: int, followup_id: int) -> FollowUp:
    """Return a follow-up of the team, or raise `NotFound`."""
    found = await session.execute(_ROWS.where(followups.c.team_id == team_id, followups.c.id == followup_id))
    row = found.first()
    if row is None:
        raise NotFound("follow-up", followup_id)
    return _kept(row)


async def open_of(
    session: AsyncConnection, team_id: int, member_id: int, before: datetime | None = None, most: int = SHOWN
) -> list[FollowUp]:
    """Return a member's open follow-ups, those due first in front; of records that were taken back none."""
    conditions = [followups.c.team_id == team_id, followups.c.member_id == member_id, _OPEN, ~_taken_back()]
    if before is not None:
        conditions.append(followups.c.due_at < before)
    return [_kept(row) for row in await session.execute(_ROWS.where(*conditions).limit(most))]


async def due(session: AsyncConnection, now: datetime) -> bool:
    """Whether a follow-up may have to be told: a look that takes no lock."""
    found = await session.execute(select(followups.c.id).where(*_untold(now)).limit(1))
    return found.first() is not None


async def claim(session: AsyncConnection, now: datetime, most: int) -> list[FollowUp]:
    """Mark due follow-ups as told, in this transaction, and return them; those of records taken back are closed."""
    wanted = (
        select(followups.c.id)
        .where(*_untold(now))
        .order_by(followups.c.due_at, followups.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list((await session.execute(wanted)).scalars())
    chosen = followups.c.id.in_(ids)
    await session.execute(update(followups).where(chosen, _taken_back()).values(done_at=now, dropped=True))
    await session.execute(update(followups).where(chosen, _OPEN).values(told_at=now, rounds=followups.c.rounds + 1))
    return [_kept(row) for row in await session.execute(_ROWS.where(chosen, _OPEN))]


async def of_sale(session: AsyncConnection, team_id: int, record_id: int) -> dict[str, FollowUp]:
    """Return the follow-ups of the sequence that a sale has brought, open or not, by their keys."""
    own = (followups.c.team_id == team_id, followups.c.record_id == record_id, followups.c.origin == "sequence")
    found = await session.execute(_ROWS.add_columns(followups.c.key).where(*own))
    return {row[-1]: _kept(row[:-1]) for row in found}


async def move(
    session: AsyncConnection, team_id: int, followup_id: int, member_id: int, customer_id: int, due_at: datetime
) -> None:
    """Make a follow-up another member's, of another customer, due at another time."""
    changed = {"member_id": member_id, "customer_id": customer_id, "due_at": due_at}
    await session.execute(_one(team_id, followup_id).values(**changed))


async def put_off(session: AsyncConnection, team_id: int, followup_id: int, due_at: datetime) -> None:
    """Tell it again at another time."""
    await session.execute(_one(team_id, followup_id).values(due_at=due_at, told_at=None, done_at=None, dropped=False))


async def finish(
    session: AsyncConnection, team_id: int, followup_id: int, now: datetime, *, reason: str | None = None
) -> None:
    """Close a follow-up: done, or given up with a reason."""
    await session.execute(_one(team_id, followup_id).values(done_at=now, dropped=reason is not None, reason=reason))


async def next_of(session: AsyncConnection, team_id: int, customer_id: int, now: datetime) -> datetime | None:
    """Return when the next follow-up of a customer is due, whoever's it is; what is overdue is no next one."""
    bound = {"team_id": team_id, "customer_id": customer_id, "now": now}
    due: datetime | None = (await session.execute(NEXT_OF, bound)).scalar()
    return due


async def idle_deals(session: AsyncConnection, team_id: int, member_id: int | None, most: int) -> list[IdleDeal]:
    """Return open deals, a member's or (None) everybody's, whose customer has no open follow-up, largest first."""
    found = await session.execute(
        select(
            deals.c.id, records.c.number, deals.c.customer_id, customers.c.name, deals.c.amount_minor, deals.c.currency
        )
        .join(records, records.c.id == deals.c.id)
        .join(customers, customers.c.id == deals.c.customer_id)
        .where(*_idle(team_id, member_id))
        .order_by(deals.c.base_minor.desc(), deals.c.id)
        .limit(most)
    )
    return [IdleDeal(*row) for row in found]


async def count_idle_deals(session: AsyncConnection, team_id: int, member_id: int | None) -> int:
    """Return how many open deals have no next step, a member's or (None) everybody's."""
    found = await session.execute(select(func.count()).select_from(deals).where(*_idle(team_id, member_id)))
    return int(found.scalar_one())


def _idle(team_id: int, member_id: int | None) -> list[Any]:
    planned = exists().where(
        followups.c.team_id == deals.c.team_id, followups.c.customer_id == deals.c.customer_id, _OPEN, ~_taken_back()
    )
    own = [] if member_id is None else [deals.c.member_id == member_id]
    return [deals.c.team_id == team_id, deals.c.counted, deals.c.closed_at.is_(None), ~planned, *own]


async def overdue(
    session: AsyncConnection, team_id: int, now: datetime, member_id: int | None = None
) -> list[tuple[int, int]]:
    """Return how many open follow-ups of each member, or of one, are overdue, the most first."""
    rows = await session.execute(
        select(followups.c.member_id, func.count())
        .where(*_overdue(team_id, now, member_id))
        .group_by(followups.c.member_id)
    )
    return sorted(((row[0], row[1]) for row in rows), key=lambda one: (-one[1], one[0]))


async def longest_overdue(
    session: AsyncConnection, team_id: int, now: datetime, member_id: int | None, most: int
) -> list[FollowUp]:
    """Return the follow-ups that have been overdue longest, everybody's or a member's."""
    return [_kept(row) for row in await session.execute(_ROWS.where(*_overdue(team_id, now, member_id)).limit(most))]


def _overdue(team_id: int, now: datetime, member_id: int | None) -> list[Any]:
    own = [] if member_id is None else [followups.c.member_id == member_id]
    return [followups.c.team_id == team_id, _OPEN, followups.c.due_at < now, ~_taken_back(), *own]


async def birthdays(session: AsyncConnection, team_id: int, days: Sequence[str], now: datetime) -> list[Born]:
    """Return those born on one of the days (``mm-dd``) who have an owner and may be contacted."""
    gone = exists().where(
        optouts.c.team_id == customers.c.team_id,
        optouts.c.customer_id == customers.c.id,
        optouts.c.counted,
        or_(optouts.c.back_at.is_(None), optouts.c.back_at > now),
    )
    found = await session.execute(
        select(*(customers.c[name] for name in Born.__dataclass_fields__))
        .where(
            customers.c.team_id == team_id,
            customers.c.owner_id.is_not(None),
            customers.c.merged_into_id.is_(None),
            ~customers.c.internal,
            func.substr(customers.c.birthday, func.length(customers.c.birthday) - 4).in_(days),
            ~gone,
        )
        .order_by(customers.c.owner_id, customers.c.name)
    )
    return [Born(*row) for row in found]


def _kept(row: Any) -> FollowUp:
    return FollowUp(*row)


def _untold(now: datetime) -> tuple[Any, ...]:
    return _OPEN, followups.c.told_at.is_(None), followups.c.due_at <= now


def _taken_back() -> Any:
    return and_(
        followups.c.record_id.is_not(None),
        exists().where(records.c.id == followups.c.record_id, records.c.removed_at.is_not(None)),
    )


def _one(team_id: int, followup_id: int) -> Any:
    return update(followups).where(followups.c.team_id == team_id, followups.c.id == followup_id)


NEXT_OF = select(func.min(followups.c.due_at)).where(
    followups.c.team_id == bindparam("team_id"),
    followups.c.customer_id == bindparam("customer_id"),
    followups.c.due_at > bindparam("now", type_=Instant),
    _OPEN,
    ~_taken_back(),
)
"""Built once: it is asked after every log."""
