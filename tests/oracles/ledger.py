"""Writes a plain history into a real database, through the same functions that the bot logs with."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from metrics.answers.asking import ask
from metrics.base import Answer, Breakdown, Metric, Scope, TeamScope
from metrics.periods import Period
from store import Database, Session
from store.catalogue.products import change_product, product_named
from store.customers.lookup import add_customer
from store.facts import Filters
from store.people.membership import member_named
from store.people.team import create_team, team_of
from store.records.bulk import land
from store.records.care import log_optout, log_rating, log_ticket
from store.records.corrections import correct
from store.records.entries import (
    Clock,
    ContactEntry,
    CostEntry,
    DealEntry,
    LeadEntry,
    OptoutEntry,
    Origin,
    RatingEntry,
    RefundEntry,
    SaleEntry,
    TicketEntry,
)
from store.records.writing import log_contact, log_cost, log_deal, log_lead, log_refund, log_sale, lose_deal, win_deal
from tests.oracles.plain import Call, Deal, History, Lead, Sale

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
    database: Database, history: History, zone: ZoneInfo, *, currency: str = "VND", window: int = 90,
    landed: bool = False,
) -> Ledger:  # fmt: skip
    """Make a team and log the history; ``landed``: leads, contacts and sales in batches, as an import does."""
    made = max(history.moments(), default=datetime(2026, 1, 1, tzinfo=zone))
    async with database.begin() as session:
        team_id = await create_team(
            session, name=f"Team {next(_count)}", zone=zone.key, currency=currency, locale="en",
            window_days=window, now=made,
        )  # fmt: skip
        clock = Clock.of(await team_of(session, team_id))
        customers: dict[int, int] = {}
        for number in history.customers():
            referrer = next(iter(customers.values()), None) if number in history.referred else None
            customers[number] = await add_customer(session, team_id, f"Customer {number}", referred_by_id=referrer)
        reps = {number: await member_named(session, team_id, f"Rep {number}", made) for number in history.reps()}
        await (_land if landed else _log)(session, clock, history, customers, reps, made)
    return Ledger(database, TeamScope(team_id, zone, currency, window), customers, reps)


async def _land(
    session: Session, clock: Clock, history: History, customers: dict[int, int], reps: dict[int, int], made: datetime
) -> None:
    origin = Origin(None, made)
    sold: list[int] = []
    for kind in (history.leads, history.calls, history.sales):
        logged = await land(session, clock, [(_entry(clock, one, customers, reps), origin) for one in kind])
        sold = [one.id for one in logged]
    await _refund(session, clock, history, customers, reps, sold, origin)
    for deal in history.deals:
        await _deal(session, clock, deal, customers[deal.customer], reps[deal.rep], origin)


def _entry(
    clock: Clock, one: Lead | Call | Sale, customers: dict[int, int], reps: dict[int, int]
) -> LeadEntry | ContactEntry | SaleEntry:
    customer, rep = customers[one.customer], reps[one.rep]
    match one:
        case Lead():
            return LeadEntry(customer, rep, one.at, channel=one.channel)
        case Call():
            return ContactEntry(customer, rep, one.kind, one.at, one.direction, one.outcome, one.seconds)
        case Sale():
            return SaleEntry(customer, rep, one.at, one.amount, one.currency or clock.currency, channel=one.channel)


async def _log(
    session: Session, clock: Clock, history: History, customers: dict[int, int], reps: dict[int, int], made: datetime
) -> None:
    origin = Origin(None, made)
    for lead in history.leads:
        await log_lead(session, clock, _entry(clock, lead, customers, reps), origin)  # type: ignore[arg-type]
    for call in history.calls:
        await log_contact(session, clock, _entry(clock, call, customers, reps), origin)  # type: ignore[arg-type]
    sold = await _sell(session, clock, history, customers, reps, origin)
    await _refund(session, clock, history, customers, reps, sold, origin)
    await _care(session, clock, history, customers, reps, origin)
    for cost in history.costs:
        await log_cost(session, clock, CostEntry(None, cost.kind, cost.first, cost.last, cost.amount, clock.currency,
                                                 cost.channel), origin)  # fmt: skip
    for deal in history.deals:
        await _deal(session, clock, deal, customers[deal.customer], reps[deal.rep], origin)


async def _refund(
    session: Session, clock: Clock, history: History, customers: dict[int, int], reps: dict[int, int],
    sold: Sequence[int], origin: Origin,
) -> None:  # fmt: skip
    for refund in history.refunds:
        of = history.sales[refund.sale]
        await log_refund(session, clock, RefundEntry(customers[of.customer], reps[of.rep], sold[refund.sale], refund.at,
                                                     refund.amount, of.currency or clock.currency), origin)  # fmt: skip


async def _deal(session: Session, clock: Clock, deal: Deal, customer: int, rep: int, origin: Origin) -> None:
    currency = deal.currency or clock.currency
    entry = DealEntry(customer, rep, deal.opened, deal.amount, currency, stage=deal.stage, expected_day=deal.expected)
    logged = await log_deal(session, clock, entry, origin)
    if deal.won is not None:
        sale = SaleEntry(customer, rep, deal.won, deal.sold, currency) if deal.sold else None
        await win_deal(session, clock, logged.id, sale, deal.won, origin)
    if deal.lost is not None:
        await lose_deal(session, clock, logged.id, "price", deal.lost, origin)


async def _care(
    session: Session, clock: Clock, history: History, customers: dict[int, int], reps: dict[int, int], origin: Origin
) -> None:
    opened = []
    for ticket in history.tickets:
        entry = TicketEntry(
            customers[ticket.customer],
            reps[ticket.rep],
            ticket.at,
            answered_at=ticket.answered,
            resolved_at=ticket.resolved,
        )
        opened.append((await log_ticket(session, clock, entry, origin)).id)
    for rating in history.ratings:
        of = opened[rating.ticket] if rating.ticket is not None else None
        await log_rating(
            session,
            clock,
            RatingEntry(customers[rating.customer], reps[rating.rep], rating.at, rating.score, ticket_id=of),
            origin,
        )
    for optout in history.optouts:
        logged = await log_optout(session, clock, OptoutEntry(customers[optout.customer], None, optout.at), origin)
        if optout.back is not None:
            await correct(session, clock, logged.id, {"back_at": optout.back}, None, optout.back, None)


async def _sell(
    session: Session, clock: Clock, history: History, customers: dict[int, int], reps: dict[int, int], origin: Origin
) -> list[int]:
    """Log the sales; products named ``A1``, ``A2`` are of category A."""
    goods = {}
    for name in sorted({sale.product for sale in history.sales if sale.product}):
        goods[name] = await product_named(session, clock.team_id, name)
        if name[0].isupper():
            await change_product(session, clock.team_id, goods[name], category=name[0])
    sold = []
    for sale in history.sales:
        product = goods[sale.product] if sale.product else None
        entry = SaleEntry(customers[sale.customer], reps[sale.rep], sale.at, sale.amount,
                          sale.currency or clock.currency, channel=sale.channel, product_id=product,
                          quantity=sale.quantity, tag=sale.tag)  # fmt: skip
        sold.append((await log_sale(session, clock, entry, origin)).id)
    return sold
