"""Reads of deals: those closed in a period, and those open at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from store import Session
from store.facts.cut import By, Cut, Key, counted
from store.tables import contacts, deals, sales

STALE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Closed:
    """Deals won and lost, with their amounts in minor units; ``priced`` of them have one in the team's currency.

    ``unpriced`` have one in a currency without an exchange rate.

    A won deal's amount is that of its sale: changing the deal afterwards moves no figure.
    """

    won: int = 0
    lost: int = 0
    won_amount: int = 0
    lost_amount: int = 0
    priced: int = 0
    unpriced: int = 0

    def __add__(self, other: "Closed") -> "Closed":
        return Closed(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Open:
    """Deals open at the end of a period; ``stale`` ones were opened, and last had a contact, over 30 days before."""

    deals: int
    stale: int


def worth() -> ColumnElement[Any]:
    """What a deal came to: its sale's amount once it has one, else what was hoped for; the query joins ``sales``."""
    return case((sales.c.id.is_not(None), sales.c.base_minor), else_=deals.c.base_minor)


def won_by_sale() -> ColumnElement[bool]:
    """Join the sale that won a deal."""
    return and_(sales.c.id == deals.c.sale_id, sales.c.counted)


async def closed(session: Session, cut: Cut, by: By) -> Mapping[Key, Closed]:
    """Count the deals closed in the cut for each local day or member."""
    key: Any = deals.c.closed_day if by == "day" else deals.c.member_id
    amount, named = worth(), or_(deals.c.amount_minor.is_not(None), sales.c.id.is_not(None))
    won, lost = deals.c.outcome == "won", deals.c.outcome == "lost"
    query = (
        select(
            key,
            func.count(case((won, 1))),
            func.count(case((lost, 1))),
            func.sum(case((won, amount))),
            func.sum(case((lost, amount))),
            func.count(amount),
            func.count(case((and_(amount.is_(None), named), 1))),
        )
        .outerjoin_from(deals, sales, won_by_sale())
        .where(
            *_of_team(cut),
            deals.c.outcome.in_(("won", "lost")),
            deals.c.closed_at >= cut.start,
            deals.c.closed_at < cut.end,
        )
        .group_by(key)
    )
    return {row[0]: Closed(*(int(value or 0) for value in row[1:])) for row in await session.execute(query)}


async def open_deals(session: Session, cut: Cut) -> Open:
    """Count the deals open at the end of the cut, and the stale ones of them."""
    query = select(func.count(), func.count(case((is_stale(cut), 1)))).where(*is_open(cut))
    return Open(*(await session.execute(query)).one())


def is_open(cut: Cut) -> list[ColumnElement[bool]]:
    """Keep the deals open at the end of the cut."""
    still = or_(deals.c.closed_at.is_(None), deals.c.closed_at >= cut.end)
    return [*_of_team(cut), deals.c.opened_at < cut.end, still]


def is_stale(cut: Cut) -> ColumnElement[bool]:
    """Keep deals opened, and last in contact, over 30 days before the end of the cut."""
    since = cut.end - STALE_AFTER
    touched = exists().where(
        contacts.c.team_id == cut.team_id,
        contacts.c.customer_id == deals.c.customer_id,
        counted("contacts"),
        contacts.c.at >= since,
        contacts.c.at < cut.end,
    )
    return and_(deals.c.opened_at < since, ~touched)


def _of_team(cut: Cut) -> list[ColumnElement[bool]]:
    held = [deals.c.team_id == cut.team_id, counted("deals")]
    if cut.filters.rep is not None:
        held.append(deals.c.member_id == cut.filters.rep)
    return held
