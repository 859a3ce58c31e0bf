"""Reads of deals as they came and went: what a forecast of the pipeline rests on."""

from asyncio import to_thread
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, select

from store import Session
from store.facts.cut import Cut, counted
from store.tables import audit, audit_values, customers, deals, members, records, sales


class PastDeal(NamedTuple):
    """A deal as known at the end of a cut: its last stage, when it was opened and closed, and what it sold.

    ``amount`` is what was hoped for and ``sold`` what its sale came to, in minor units of the team's currency, None
    where that is not known; days are the team's.
    """

    id: int
    member_id: int | None
    stage: str | None
    opened_day: date
    closed_day: date | None
    outcome: str | None
    amount: int | None
    expected_day: date | None
    sold_day: date | None = None
    sold: int | None = None
    sold_by: int | None = None

    @property
    def overdue(self) -> bool:
        """Whether it was closed after the day it was expected."""
        return self.expected_day is not None and self.closed_day is not None and self.closed_day > self.expected_day


async def deals_until(session: Session, cut: Cut) -> list[PastDeal]:
    """Return the team's deals opened before the end of the cut, as they stood then, oldest first."""
    known = deals.c.closed_at < cut.end
    sale = and_(sales.c.id == deals.c.sale_id, sales.c.counted, sales.c.at < cut.end)
    query = (
        select(
            deals.c.id,
            deals.c.member_id,
            deals.c.stage,
            deals.c.opened_day,
            case((known, deals.c.closed_day)),
            case((known, deals.c.outcome)),
            deals.c.base_minor,
            deals.c.expected_day,
            sales.c.day,
            sales.c.base_minor,
            sales.c.member_id,
        )
        .outerjoin_from(deals, sales, sale)
        .where(deals.c.team_id == cut.team_id, counted("deals"), deals.c.opened_at < cut.end)
        .order_by(deals.c.opened_at, deals.c.id)
    )
    moved = await stages_then(session, cut.team_id, cut.end, select(deals.c.id).where(deals.c.team_id == cut.team_id))
    rows = await session.execute(query)

    def read() -> list[PastDeal]:
        return [deal._replace(stage=moved[deal.id]) if deal.id in moved else deal for deal in map(PastDeal._make, rows)]

    return await to_thread(read)  # tens of thousands would hold the loop


async def stages_then(session: Session, team_id: int, moment: datetime, of: Any) -> dict[int, str | None]:
    """Return the stage at a moment of those deals that moved at or after it: from where they did, as the trail has it.

    ``of`` selects the ids of the deals that are looked for.
    """
    query = (
        select(audit.c.record_id, audit_values.c.before)
        .join(audit_values, and_(audit_values.c.team_id == audit.c.team_id, audit_values.c.audit_id == audit.c.id))
        .where(audit.c.team_id == team_id, audit.c.action == "correct", audit.c.at >= moment, audit.c.record_id.in_(of))
        .order_by(audit.c.at.desc(), audit.c.id.desc())
    )
    found = await session.execute(query)
    return {number: before["stage"] for number, before in found if before is not None and "stage" in before}


async def open_deal_records(session: Session, cut: Cut) -> Any:
    """Return id, number, opened, customer, member, amount, currency of the deals open at the end of the cut."""
    query = (
        select(
            deals.c.id,
            records.c.number,
            deals.c.opened_at,
            customers.c.name,
            members.c.name,
            deals.c.amount_minor,
            deals.c.currency,
        )
        .join_from(deals, records, records.c.id == deals.c.id)
        .join(customers, customers.c.id == deals.c.customer_id)
        .outerjoin(members, members.c.id == deals.c.member_id)
        .where(deals.c.team_id == cut.team_id, counted("deals"), deals.c.opened_at < cut.end, _open_at(cut.end))
        .order_by(deals.c.opened_at, deals.c.id)
    )
    return (await session.execute(query)).all()


def _open_at(moment: datetime) -> Any:
    return deals.c.closed_at.is_(None) | (deals.c.closed_at >= moment)
