"""A slow, plain reading of the definitions in docs/metrics.md over lists of records, sharing no code with them."""

import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Call:
    customer: int
    rep: int
    at: datetime
    direction: str = "out"
    outcome: str | None = None
    seconds: int | None = None
    kind: str = "call"


@dataclass(frozen=True)
class Lead:
    customer: int
    rep: int
    at: datetime
    channel: str | None = None


@dataclass(frozen=True)
class Sale:
    customer: int
    rep: int
    at: datetime
    amount: int
    channel: str | None = None
    product: str | None = None  # "A1" is of category A, "x" of none
    quantity: int = 1
    tag: str | None = None
    currency: str | None = None  # None: the team's


@dataclass(frozen=True)
class Deal:
    customer: int
    rep: int
    opened: datetime
    amount: int | None = None
    lost: datetime | None = None
    won: datetime | None = None
    stage: str | None = None
    expected: date | None = None
    sold: int | None = None  # what its sale came to, when it was won with one
    currency: str | None = None  # None: the team's


@dataclass(frozen=True)
class Refund:
    sale: int  # its place in the list of sales
    at: datetime
    amount: int  # in the sale's currency


@dataclass(frozen=True)
class Cost:
    first: date
    last: date
    amount: int
    channel: str | None = None
    kind: str = "marketing"


@dataclass(frozen=True)
class Ticket:
    customer: int
    rep: int
    at: datetime
    answered: datetime | None = None
    resolved: datetime | None = None


@dataclass(frozen=True)
class Rating:
    customer: int
    rep: int
    at: datetime
    score: int
    ticket: int | None = None  # its place in the list of tickets


@dataclass(frozen=True)
class Optout:
    customer: int
    at: datetime
    back: datetime | None = None


@dataclass(frozen=True)
class History:
    calls: tuple[Call, ...] = ()
    sales: tuple[Sale, ...] = ()
    refunds: tuple[Refund, ...] = ()
    costs: tuple[Cost, ...] = ()
    leads: tuple[Lead, ...] = ()
    deals: tuple[Deal, ...] = ()
    referred: tuple[int, ...] = ()  # customers who have a referrer
    tickets: tuple[Ticket, ...] = ()
    ratings: tuple[Rating, ...] = ()
    optouts: tuple[Optout, ...] = ()

    def moments(self) -> list[datetime]:
        """When anything of it happened."""
        return [
            *(c.at for c in self.calls), *(s.at for s in self.sales), *(r.at for r in self.refunds),
            *(lead.at for lead in self.leads), *(deal.opened for deal in self.deals),
            *(t.at for t in self.tickets), *(r.at for r in self.ratings), *(o.at for o in self.optouts),
        ]  # fmt: skip

    def customers(self) -> list[int]:
        """Everybody in it."""
        return sorted(
            {c.customer for c in self.calls} | {s.customer for s in self.sales}
            | {lead.customer for lead in self.leads} | {d.customer for d in self.deals}
            | {t.customer for t in self.tickets} | {r.customer for r in self.ratings}
            | {o.customer for o in self.optouts}
        )  # fmt: skip

    def reps(self) -> list[int]:
        """Every member in it."""
        return sorted(
            {c.rep for c in self.calls} | {s.rep for s in self.sales}
            | {lead.rep for lead in self.leads} | {d.rep for d in self.deals}
            | {t.rep for t in self.tickets} | {r.rep for r in self.ratings}
        )  # fmt: skip


REACHED = {"connected", "interested", "not_interested", "quoted", "callback"}
MISSED = {"no_answer", "busy", "wrong_number"}


class Plain:
    """One team's history as known at ``now``, asked about ``[start, end)``."""

    def __init__(self, history: History, zone: ZoneInfo, now: datetime) -> None:
        self.zone, self.now = zone, now
        self.history = history
        self.contacts = [c for c in history.calls if c.at < now]
        self.calls = [c for c in self.contacts if c.kind == "call"]
        self.leads = [lead for lead in history.leads if lead.at < now]
        self.tickets = [ticket for ticket in history.tickets if ticket.at < now]
        self.ratings = [rating for rating in history.ratings if rating.at < now]
        self.optouts = [optout for optout in history.optouts if optout.at < now]
        self.costs = history.costs
        self.refunds = [r for r in history.refunds if r.at < now]
        self.sales = {i: s for i, s in enumerate(history.sales) if s.at < now}
        self.back: dict[int, int] = defaultdict(int)
        for refund in self.refunds:
            self.back[refund.sale] += refund.amount
        self.bought = {i: s for i, s in self.sales.items() if self.back[i] < s.amount}

    def firsts(self) -> dict[int, datetime]:
        first: dict[int, datetime] = {}
        for sale in self.bought.values():
            first[sale.customer] = min(sale.at, first.get(sale.customer, sale.at))
        return first

    def net(self, start: datetime, end: datetime, customers: set[int] | None = None) -> int:
        total = 0
        for sale in self.sales.values():
            if start <= sale.at < end and (customers is None or sale.customer in customers):
                total += sale.amount
        for refund in self.refunds:
            if start <= refund.at < end and (customers is None or self.sales[refund.sale].customer in customers):
                total -= refund.amount
        return total

    def values(self, start: datetime, end: datetime, customers: set[int] | None = None) -> list[int]:
        return [
            sale.amount - self.back[i]
            for i, sale in self.bought.items()
            if start <= sale.at < end and (customers is None or sale.customer in customers)
        ]

    def new(self, start: datetime, end: datetime) -> set[int]:
        return {customer for customer, at in self.firsts().items() if start <= at < end}

    def existing(self, start: datetime) -> set[int]:
        return {customer for customer, at in self.firsts().items() if at < start}

    def cost(self, start: datetime, end: datetime, kinds: set[str] | None = None) -> int:
        total = 0
        for cost in self.costs:
            n = (cost.last - cost.first).days + 1
            for i in range(1, n + 1):
                day = cost.first + timedelta(days=i - 1)
                midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
                if start <= midnight < end and (kinds is None or cost.kind in kinds):
                    total += cost.amount * i // n - cost.amount * (i - 1) // n
        return total

    def active(self, at: datetime, days: int) -> set[int]:
        wall = at.astimezone(self.zone).replace(tzinfo=None) - timedelta(days=days)
        since = wall.replace(tzinfo=self.zone)
        last: dict[int, datetime] = {}
        for sale in self.bought.values():
            if sale.at < at:
                last[sale.customer] = max(sale.at, last.get(sale.customer, sale.at))
        return {customer for customer, moment in last.items() if since.timestamp() <= moment.timestamp()}

    def buyers(self, start: datetime, end: datetime) -> set[int]:
        return {sale.customer for sale in self.bought.values() if start <= sale.at < end}

    def cohorts(self) -> dict[tuple[str, str], int]:
        months: dict[int, set[str]] = defaultdict(set)
        for sale in self.bought.values():
            months[sale.customer].add(f"{sale.at.astimezone(self.zone):%Y-%m}")
        table: dict[tuple[str, str], int] = defaultdict(int)
        for bought in months.values():
            for month in bought:
                table[min(bought), month] += 1
        return dict(table)

    def connect_rate(self, start: datetime, end: datetime) -> tuple[int, int]:
        known = reached = 0
        for call in self.calls:
            if call.direction == "out" and start <= call.at < end:
                yes = call.outcome in REACHED or (call.outcome is None and (call.seconds or 0) > 0)
                known += yes or call.outcome in MISSED
                reached += yes
        return reached, known

    def won(self, start: datetime, end: datetime, gap: int) -> list[tuple[float, int, bool]]:
        """Days, calls and firstness of journeys won in the span; histories here hold exact times and no deals."""
        found = []
        for customer in {c.customer for c in self.calls} | {s.customer for s in self.sales.values()}:
            events = sorted(
                [(c.at, 1, i) for i, c in enumerate(self.calls) if c.customer == customer]
                + [(s.at, 2, i) for i, s in self.sales.items() if s.customer == customer]
            )
            begun: datetime | None = None
            last: datetime | None = None
            calls, bought, first = 0, False, False
            for at, kind, i in events:
                if last is not None and at - last > timedelta(days=gap):
                    begun = last = None
                if kind == 1:
                    if begun is None:
                        begun, calls, first = at, 0, not bought
                    last, calls = at, calls + 1
                    continue
                if begun is not None:
                    if start <= at < end:
                        found.append(((at - begun).total_seconds() / 86400, calls, first))
                    begun = last = None
                bought = bought or i in self.bought
        return found


def median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None
