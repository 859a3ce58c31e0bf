"""Targets: what a metric should reach in each week, month, quarter or year, of the team or of one rep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.daily import moved
from store.errors import NotFound
from store.records.entries import TargetEntry
from store.tables import members, products, rates, targets


@dataclass(frozen=True, slots=True)
class Target:
    """One target: money in minor units, ratios as fractions; None ends the one before it."""

    id: int
    metric: str
    member_id: int | None
    member_name: str | None
    unit: str
    from_day: date
    value: float | None


TARGET = select(
    targets.c.id,
    targets.c.metric,
    targets.c.member_id,
    members.c.name,
    targets.c.unit,
    targets.c.from_day,
    targets.c.value,
).select_from(
    targets.outerjoin(members, (members.c.id == targets.c.member_id) & (members.c.team_id == targets.c.team_id))
)


_NEWEST = (  # asked six times for each log, so written once
    select(targets.c.value)
    .where(
        targets.c.team_id == bindparam("team_id"),
        targets.c.metric == bindparam("metric"),
        targets.c.unit == bindparam("unit"),
        targets.c.from_day <= bindparam("first_day"),
    )
    .order_by(targets.c.from_day.desc(), targets.c.id.desc())
    .limit(1)
)
_OF_TEAM = _NEWEST.where(targets.c.member_id.is_(None))
_OF_MEMBER = _NEWEST.where(targets.c.member_id == bindparam("member_id"))


async def target_for(
    session: AsyncConnection, team_id: int, metric: str, unit: str, first_day: date, member_id: int | None
) -> float | None:
    """Return the target of a period that starts on ``first_day``; None where there is none."""
    given = {"team_id": team_id, "metric": metric, "unit": unit, "first_day": first_day}
    if member_id is None:
        return (await session.execute(_OF_TEAM, given)).scalar()
    return (await session.execute(_OF_MEMBER, {**given, "member_id": member_id})).scalar()


async def targets_on(session: AsyncConnection, team_id: int, day: date) -> list[Target]:
    """Return the targets in force for periods that hold ``day`` or start later than it, the team's first."""
    found = await session.execute(
        TARGET.where(targets.c.team_id == team_id, targets.c.from_day <= day).order_by(targets.c.from_day, targets.c.id)
    )
    newest = {(row.metric, row.member_id, row.unit): Target(*row) for row in found}
    held = [target for target in newest.values() if target.value is not None]
    return sorted(held, key=lambda one: (one.member_id is not None, one.member_name or "", one.metric, one.unit))


async def targets_after(session: AsyncConnection, team_id: int, day: date) -> list[Target]:
    """Return what begins later than ``day``, the earliest first; those that then end stand with None."""
    found = await session.execute(
        TARGET.where(targets.c.team_id == team_id, targets.c.from_day > day).order_by(targets.c.from_day, targets.c.id)
    )
    return [Target(*row) for row in found]


async def set_targets(
    session: AsyncConnection, team_id: int, entries: Sequence[TargetEntry], by_id: int | None, now: datetime
) -> list[int]:
    """Keep targets that say something new; returns their ids."""
    made = []
    for entry in entries:
        there = await target_for(session, team_id, entry.metric, entry.unit, entry.from_day, entry.member_id)
        if there == entry.value:
            continue
        row = await session.execute(
            insert(targets)
            .values(
                team_id=team_id,
                metric=entry.metric,
                member_id=entry.member_id,
                unit=entry.unit,
                from_day=entry.from_day,
                value=entry.value,
                set_by_id=by_id,
                made_at=now,
            )
            .returning(targets.c.id)
        )
        made.append(int(row.scalar_one()))
    return made


async def target_named(session: AsyncConnection, team_id: int, target_id: int) -> Target:
    """Return a target by its id, or raise `NotFound`."""
    row = (await session.execute(TARGET.where(targets.c.team_id == team_id, targets.c.id == target_id))).first()
    if row is None:
        raise NotFound("target", target_id)
    return Target(*row)


async def take_target_back(session: AsyncConnection, team_id: int, target_id: int) -> Target:
    """Take back what one line set: the target before it holds again; raises `NotFound` when it is gone."""
    target = await target_named(session, team_id, target_id)
    await session.execute(delete(targets).where(targets.c.team_id == team_id, targets.c.id == target_id))
    return target


async def forget_money(session: AsyncConnection, team_id: int) -> None:
    """Drop rates, targets and products' prices of a team that changes its currency before anything is recorded."""
    await session.execute(delete(rates).where(rates.c.team_id == team_id))
    await session.execute(delete(targets).where(targets.c.team_id == team_id))
    await moved(session, team_id)
    unpriced = {"price_minor": None, "unit_cost_minor": None}
    await session.execute(update(products).where(products.c.team_id == team_id).values(**unpriced))
