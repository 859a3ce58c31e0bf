"""Reads of how long customers take to buy again: the days between their buying days, and those still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from store import Session
from store.tables import sales


@dataclass(frozen=True, slots=True)
class Gaps:
    """Days from each buying day to the next, and from each customer's last one to now."""

    closed: Sequence[int]
    open: Sequence[int]


async def gaps_of(session: Session, team_id: int, zone: ZoneInfo, now: datetime) -> Gaps:
    """Return the gaps between the distinct buying days of every customer, as known at now."""
    rows = await session.execute(
        select(sales.c.customer_id, sales.c.day)
        .where(
            sales.c.team_id == team_id,
            sales.c.counted,
            sales.c.at < now,
            or_(sales.c.refunded_at.is_(None), sales.c.refunded_at >= now),
        )
        .distinct()
    )
    today = now.astimezone(zone).date()
    days: dict[int, list[date]] = {}
    for customer_id, on in rows:
        days.setdefault(customer_id, []).append(on)
    closed, still = [], []
    for held in days.values():
        held.sort()
        closed += [(later - earlier).days for earlier, later in pairwise(held)]
        still.append(max(0, (today - held[-1]).days))
    return Gaps(closed, still)
