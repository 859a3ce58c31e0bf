"""Writes a plain history into a real database, through the same functions that the bot logs with."""

import itertools
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from metrics.asking import ask
from metrics.base import Answer, Breakdown, Metric, Scope, TeamScope
from metrics.periods import Period
from store import Database, Session
from store.customers import add_customer
from store.entries import Clock, ContactEntry, CostEntry, Origin, RefundEntry, SaleEntry
from store.facts import Filters
from store.membership import member_named
from store.records import log_contact, log_cost, log_refund, log_sale
from store.team import create_team, team_of
from tests.oracles.plain import History

_count = itertools.count(1)


@dataclass
class Ledger:
    """A team with its written history."""

    database: Database
    team: TeamScope
    customers: dict[int, int]
    reps: dict[int, int]

    async def ask(
        self,
        metric: Metric,
        period: Period,
        now: datetime,
        by: Breakdown | None = None,
        filters: Filters | None = None,
        versus: Period | None = None,
    ) -> Answer:
        """Ask a metric of this team."""
        scope = Scope(self.team, period, now, by, filters or Filters(), versus)
        async with self.database.read() as session:
            return await ask(metric, session, scope)


async def write(
    database: Database, history: History, zone: ZoneInfo, *, currency: str = "VND", window: int = 90
) -> Ledger:
    """Make a team and log the history."""
    moments = [*(c.at for c in history.calls), *(s.at for s in history.sales), *(r.at for r in history.refunds)]
    made = max(moments, default=datetime(2026, 1, 1, tzinfo=zone))
    async with database.begin() as session:
        team_id = await create_team(
            session, name=f"Team {next(_count)}", zone=zone.key, currency=currency, locale="en",
            window_days=window, now=made,
        )  # fmt: skip
        clock = Clock.of(await team_of(session, team_id))
        numbers = sorted({c.customer for c in history.calls} | {s.customer for s in history.sales})
        customers = {number: await add_customer(session, team_id, f"Customer {number}") for number in numbers}
        reps = {
            number: await member_named(session, team_id, f"Rep {number}", made)
            for number in sorted({c.rep for c in history.calls} | {s.rep for s in history.sales})
        }
        await _log(session, clock, history, customers, reps, made)
    return Ledger(database, TeamScope(team_id, zone, currency, window), customers, reps)


async def _log(
    session: Session, clock: Clock, history: History, customers: dict[int, int], reps: dict[int, int], made: datetime
) -> None:
    origin = Origin(None, made)
    for call in history.calls:
        await log_contact(
            session, clock,
            ContactEntry(customers[call.customer], reps[call.rep], "call", call.at, call.direction, call.outcome,
                         call.seconds), origin)  # fmt: skip
    sold = []
    for sale in history.sales:
        entry = SaleEntry(customers[sale.customer], reps[sale.rep], sale.at, sale.amount, clock.currency,
                          channel=sale.channel)  # fmt: skip
        sold.append((await log_sale(session, clock, entry, origin)).id)
    for refund in history.refunds:
        of = history.sales[refund.sale]
        await log_refund(session, clock, RefundEntry(customers[of.customer], reps[of.rep], sold[refund.sale], refund.at,
                                                     refund.amount, clock.currency), origin)  # fmt: skip
    for cost in history.costs:
        await log_cost(session, clock, CostEntry(None, "marketing", cost.first, cost.last, cost.amount, clock.currency,
                                                 cost.channel), origin)  # fmt: skip
