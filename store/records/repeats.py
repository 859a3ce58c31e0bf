"""The newest record that says the same as another: what a second press of *Repeat* must not double."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.records.corrections import FACTS, RecordView
from store.tables import records

SAME: Mapping[str, tuple[str, ...]] = {
    "contact": ("kind", "direction", "outcome", "duration_s"),
    "sale": ("amount_minor", "currency", "product_id"),
    "cost": ("kind", "amount_minor", "currency", "channel", "campaign"),
}
"""What makes two records of a kind equal, besides their customer."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A standing record that equals another one: its id, the number people see, and when it was entered."""

    id: int
    number: int
    made_at: datetime


async def newest_like(session: AsyncConnection, team_id: int, member_id: int, view: RecordView) -> Alike | None:
    """Return the member's newest standing record that equals ``view``, from it on; None when there is none."""
    fact = FACTS[view.kind]
    equal = [fact.c[name].is_not_distinct_from(view.values[name]) for name in SAME[view.kind]]
    found = await session.execute(
        select(records.c.id, records.c.number, records.c.made_at)
        .join(fact, fact.c.id == records.c.id)
        .where(
            records.c.team_id == team_id,
            records.c.member_id == member_id,
            records.c.customer_id.is_not_distinct_from(view.customer_id),
            records.c.id >= view.id,
            records.c.removed_at.is_(None),
            *equal,
        )
        .order_by(records.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else Alike(*row)
