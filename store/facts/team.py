"""Reads of what a team's answers need besides records: names, and when its history begins."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from store import Session
from store.facts.cut import counted
from store.tables import costs, customers, members, products
from store.types import Instant

_MIDNIGHT = datetime.min.time()


async def first_record(session: Session, team_id: int, zone: ZoneInfo) -> datetime | None:
    """Return when the team's first counted record happened; None when there is none."""
    oldest = select(func.min(customers.c.created_at, type_=Instant)).where(customers.c.team_id == team_id)
    paid = select(func.min(costs.c.from_day)).where(costs.c.team_id == team_id, counted("costs"))
    created, day = (await session.execute(oldest)).scalar(), (await session.execute(paid)).scalar()
    known = [created] if created is not None else []
    if day is not None:
        known.append(datetime.combine(day, _MIDNIGHT, zone))
    return min(known, default=None)


async def member_names(session: Session, team_id: int, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of these members."""
    found = await session.execute(
        select(members.c.id, members.c.name).where(members.c.team_id == team_id, members.c.id.in_(list(ids)))
    )
    return {row.id: row.name for row in found}


async def product_names(session: Session, team_id: int, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of these products."""
    found = await session.execute(
        select(products.c.id, products.c.name).where(products.c.team_id == team_id, products.c.id.in_(list(ids)))
    )
    return {row.id: row.name for row in found}
