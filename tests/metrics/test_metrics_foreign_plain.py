"""A history in several currencies gives the same answers as the same history turned into the team's by hand."""

import random
from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, REPORTS, periods
from metrics.answers.written import to_json
from metrics.base import Breakdown
from store import Database
from store.catalogue.rates import give_rates
from store.people.team import team_of
from store.records.entries import Clock, RateEntry
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Cost, Deal, History, Refund, Sale

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STAGES = ("new", "contacted", "quoted", "negotiating")
RATES = {
    "USD": ((date(2024, 1, 1), "24000"), (date(2025, 11, 1), "25000.5"), (date(2026, 10, 25), "26111")),
    "EUR": ((date(2024, 1, 1), "26000.125"), (date(2026, 10, 1), "29000"), (date(2026, 11, 10), "28500")),
    "JPY": ((date(2024, 1, 1), "165.123"),),
}
"""Dong for one of each from a day on; the minor units of yen are whole, the others' are hundredths."""


def in_dong(amount: int, currency: str | None, at: datetime) -> int:
    """An amount at the rate of its day, a half to the even dong."""
    if currency is None:
        return amount
    days, rates = zip(*RATES[currency], strict=True)
    rate = Decimal(rates[bisect_right(days, at.astimezone(LONDON).date()) - 1])
    whole = Decimal(amount) / (1 if currency == "JPY" else 100)
    return int((whole * rate).to_integral_value(ROUND_HALF_EVEN))


def several(seed: int) -> History:
    """Two years of sales, refunds, deals and costs, more lately; midnights and the hours of changing clocks too."""
    dice = random.Random(seed)

    def moment(back: int = 700) -> datetime:
        day = NOW.date() - timedelta(days=int(back * dice.random() ** 2))
        hour = dice.choice((0, 0, 1, 9, 15, 23))
        found = datetime(day.year, day.month, day.day, hour, fold=dice.randrange(2), tzinfo=LONDON)
        return min(found.astimezone(UTC), NOW - timedelta(minutes=1))

    money = (None, None, "USD", "EUR", "JPY")
    sales = tuple(
        Sale(dice.randint(1, 45), dice.randint(1, 3), moment(), dice.randint(100, 90_000), dice.choice((None, "web")),
             dice.choice((None, "A1", "A2", "b")), dice.randint(1, 3), currency=dice.choice(money))
        for _ in range(260)
    )  # fmt: skip
    back = []
    for place in dice.sample(range(len(sales)), 60):
        of, whole = sales[place], dice.random() < 0.3
        at = of.at if whole else min(of.at + timedelta(days=dice.randrange(60)), NOW - timedelta(minutes=1))
        back.append(Refund(place, at, of.amount if whole else dice.randint(1, of.amount // 3)))
    deals = []
    for who in range(46, 96):
        at, end = moment(), dice.choice((None, "lost", "won", "won"))
        closed = min(at + timedelta(days=dice.randrange(90)), NOW - timedelta(minutes=1)) if end else None
        amount = dice.randint(100, 90_000)
        deals.append(
            Deal(who, dice.randint(1, 3), at, amount, closed if end == "lost" else None,
                 closed if end == "won" else None, dice.choice(STAGES), sold=amount if end == "won" else None,
                 currency=dice.choice(money))
        )  # fmt: skip
    calls = tuple(Call(dice.randint(1, 95), 1, moment(), "out", "connected", 60) for _ in range(90))
    costs = tuple(Cost(date(2025, month, 3), date(2026, month, 9), 7_000_000, "web") for month in (1, 6, 10))
    return History(calls, sales, tuple(back), costs, deals=tuple(deals))


def turned(history: History) -> History:
    """The same in dong alone, each record at the rate of its own day."""
    return replace(
        history,
        sales=tuple(replace(s, amount=in_dong(s.amount, s.currency, s.at), currency=None) for s in history.sales),
        refunds=tuple(
            replace(r, amount=in_dong(r.amount, history.sales[r.sale].currency, r.at)) for r in history.refunds
        ),
        deals=tuple(
            replace(
                deal, amount=in_dong(deal.amount or 0, deal.currency, deal.opened), currency=None,
                sold=in_dong(deal.sold, deal.currency, deal.won) if deal.sold and deal.won else None,
            )
            for deal in history.deals
        ),
    )  # fmt: skip


async def give(ledger: Ledger) -> None:
    """Give all rates at once, after the records."""
    entries = [
        RateEntry(currency, day, Decimal(rate)) for currency, held in RATES.items() for day, rate in reversed(held)
    ]
    async with ledger.database.begin() as session:
        await give_rates(session, Clock.of(await team_of(session, ledger.team.id)), entries, None, NOW)


@pytest.mark.parametrize("backend", ["sqlite"])  # what is read of rates is held on both by the hand-worked cases
async def test_money_in_other_currencies_counts_as_its_worth_on_its_day(database: Database) -> None:
    history = several(1)
    ledger, same = await write(database, history, LONDON), await write(database, turned(history), LONDON)
    await give(ledger)
    for period in (periods.month(2026, 11, LONDON, NOW), periods.year(2026, LONDON, NOW)):
        for metric in (*METRICS, *REPORTS):
            views: tuple[Breakdown | None, ...] = (None, "channel") if "channel" in metric.breakdowns else (None,)
            for by in views:
                found, wanted = await ledger.ask(metric, period, NOW, by), await same.ask(metric, period, NOW, by)
                assert to_json(found) == to_json(wanted), (metric.key, period.first_day, by)
