"""Reads of what a team's answers need besides records: names, and when its history begins."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, func, select, union

from store import Session
from store.facts.cut import counted
from store.tables import costs, customers, leads, members, products, refunds, sales
from store.types import Instant

_MIDNIGHT = datetime.min.time()
_TEAM: BindParameter[int] = bindparam("team_id")
_REFUNDED = (  # one of a sale that was never logged makes no customer; the first of the first day is the index's first
    select(refunds.c.at)
    .where(refunds.c.team_id == _TEAM, counted("refunds"))
    .order_by(refunds.c.day, refunds.c.at)
    .limit(1)
)
_OLDEST = select(
    select(func.min(customers.c.created_at, type_=Instant)).where(customers.c.team_id == _TEAM).scalar_subquery(),
    _REFUNDED.scalar_subquery(),
    select(func.min(costs.c.from_day)).where(costs.c.team_id == _TEAM, counted("costs")).scalar_subquery(),
)


async def first_record(session: Session, team_id: int, zone: ZoneInfo) -> datetime | None:
    """Return when the team's first counted record happened; None when there is none."""
    *instants, day = (await session.execute(_OLDEST, {"team_id": team_id})).one()
    known = [at for at in instants if at is not None]
    if day is not None:
        known.append(datetime.combine(day, _MIDNIGHT, zone))
    return min(known, default=None)


async def member_names(session: Session, team_id: int, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of these members."""
    found = await session.execute(
        select(members.c.id, members.c.name).where(members.c.team_id == team_id, members.c.id.in_(list(ids)))
    )
    return {row.id: row.name for row in found}


async def campaign_names(session: Session, team_id: int) -> tuple[str, ...]:
    """Return every campaign that a cost, lead or sale of the team names."""
    named = (
        select(table.c.campaign).where(table.c.team_id == team_id, table.c.campaign.is_not(None))
        for table in (costs, leads, sales)
    )
    return tuple(sorted((await session.execute(union(*named))).scalars()))


async def product_names(session: Session, team_id: int, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of these products."""
    found = await session.execute(
        select(products.c.id, products.c.name).where(products.c.team_id == team_id, products.c.id.in_(list(ids)))
    )
    return {row.id: row.name for row in found}
