"""Reads of the way from lead to won deal: the leads of a period, who of them was contacted, and its deals by stage."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, select

from store import Session
from store.facts.closing import won_by_sale, worth
from store.facts.cut import Cut, counted
from store.facts.leads import is_lead
from store.facts.pipeline import stages_then
from store.people.team import team_of
from store.tables import contacts, customers, deals, members, records, sales

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StageDeal:
    """One deal opened in a period, as known at now: its stage, what became of it, its amount in minor units.

    A won one's amount is that of its sale. An ``unpriced`` one has its amount in a currency without an exchange rate.
    """

    stage: str | None
    outcome: str | None
    amount: int | None
    opened_at: datetime
    unpriced: bool

    def age(self, at: datetime) -> float:
        """Days since it was opened."""
        return (at - self.opened_at) / _DAY


async def stages_of(session: Session, team_id: int) -> list[str]:
    """Return the team's stages in order."""
    return list((await team_of(session, team_id)).settings["stages"])


async def leads_reached(session: Session, cut: Cut) -> tuple[int, int]:
    """Count the leads created in the cut, and those of them with a contact by now."""
    reached = exists().where(
        contacts.c.team_id == cut.team_id,
        contacts.c.customer_id == customers.c.id,
        counted("contacts"),
        contacts.c.at < cut.now,
    )
    found = await session.execute(select(func.count(), func.count(case((reached, 1)))).where(is_lead(cut)))
    made, met = found.one()
    return made, met


def _outcome(cut: Cut) -> Any:
    """What became of a deal, as known at now."""
    return case((deals.c.closed_at < cut.now, deals.c.outcome))


def _opened(cut: Cut) -> Any:
    return and_(
        deals.c.team_id == cut.team_id, counted("deals"), deals.c.opened_at >= cut.start, deals.c.opened_at < cut.end
    )


def _sold(cut: Cut) -> Any:
    """Whether a deal's amount is that of its sale: it has one, known at now; the query joins ``sales``."""
    return and_(deals.c.closed_at < cut.now, sales.c.id.is_not(None))


async def deals_opened(session: Session, cut: Cut) -> list[StageDeal]:
    """Return the deals opened in the cut, oldest first."""
    amount = case((_sold(cut), sales.c.base_minor), else_=deals.c.base_minor)
    named = case((_sold(cut), sales.c.amount_minor), else_=deals.c.amount_minor)
    unpriced = and_(named.is_not(None), amount.is_(None))
    query = (
        select(deals.c.id, deals.c.stage, _outcome(cut), amount, deals.c.opened_at, unpriced)
        .outerjoin_from(deals, sales, won_by_sale())
        .where(_opened(cut))
    )
    moved = await stages_then(session, cut.team_id, cut.now, select(deals.c.id).where(_opened(cut)))
    return [
        StageDeal(moved.get(number, stage), *rest)
        for number, stage, *rest in await session.execute(query.order_by(deals.c.opened_at, deals.c.id))
    ]


async def won_average(session: Session, cut: Cut) -> tuple[float | None, int]:
    """Return the mean amount of the deals won in the cut, and how many have one in the team's currency."""
    won = (deals.c.outcome == "won", deals.c.closed_at >= cut.start, deals.c.closed_at < cut.end)
    query = (
        select(func.sum(worth()), func.count(worth()))
        .outerjoin_from(deals, sales, won_by_sale())
        .where(deals.c.team_id == cut.team_id, counted("deals"), *won)
    )
    amount, n = (await session.execute(query)).one()
    return (int(amount) / n if n else None), n


async def deal_records(session: Session, cut: Cut) -> Any:
    """Return number, opened, customer, member, stage, outcome, amount, currency of the deals opened in the cut."""
    query = (
        select(
            records.c.number,
            deals.c.opened_at,
            customers.c.name,
            members.c.name,
            deals.c.stage,
            _outcome(cut),
            case((_sold(cut), sales.c.amount_minor), else_=deals.c.amount_minor),
            case((_sold(cut), sales.c.currency), else_=deals.c.currency),
        )
        .join_from(deals, records, records.c.id == deals.c.id)
        .join(customers, customers.c.id == deals.c.customer_id)
        .outerjoin(members, members.c.id == deals.c.member_id)
        .outerjoin(sales, won_by_sale())
        .where(_opened(cut))
        .order_by(deals.c.opened_at, deals.c.id)
    )
    return (await session.execute(query)).all()
