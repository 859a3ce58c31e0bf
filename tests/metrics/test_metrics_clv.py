"""Customer value: worked by hand, equal to a plain reading, and silent where the data carry no model."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics import clv, periods
from metrics.answers.asking import ask, rows
from metrics.answers.rendering import lines
from metrics.answers.written import to_json
from metrics.base import Answer, Part, Scope
from metrics.models.outlook import looked
from metrics.pictures import picture_of
from metrics.wording import Say
from store import Database
from store.facts import Filters
from store.facts.lifetimes import buyers_until
from tests.oracles.ledger import write
from tests.oracles.plain import History, Plain, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
FACTORS = ("average_order", "orders_per_year", "lifetime_years")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def part(answer: Answer, name: str) -> float | None:
    found = answer.figure.parts[name]
    assert isinstance(found, Part)
    return found.value


def crowd(size: int = 60, seed: int = 4) -> History:
    """Customers who come back at rates of their own, some of whom stop; a few refunds."""
    draw = random.Random(seed)
    sold = []
    for customer in range(1, size + 1):
        day, gap = draw.randint(0, 300), draw.choice([10, 25, 60, 120])
        spend = draw.choice([100, 250, 600])
        while day < 650:
            when = at("2025-01-06 10:00") + timedelta(days=day, minutes=customer)
            sold.append(
                Sale(customer, customer % 3 + 1, when, spend * draw.randint(50, 150), (None, "web")[customer % 2])
            )
            if draw.random() < 0.15:
                break
            day += max(1, int(draw.expovariate(1 / gap)))
    whole = Refund(3, sold[3].at + timedelta(days=2), sold[3].amount)
    return History(sales=tuple(sold), refunds=(whole, Refund(9, sold[9].at + timedelta(hours=1), 700)), referred=(5, 9))


async def test_the_value_is_its_three_factors(database: Database) -> None:
    history = crowd()
    ledger = await write(database, history, HANOI)
    answer = await ledger.ask(clv.METRIC, OCTOBER, NOW)
    plain = Plain(history, HANOI, NOW)
    bought = {i: sale for i, sale in plain.bought.items() if sale.at < OCTOBER.end}
    revenue = sum(sale.amount - plain.back[i] for i, sale in bought.items())
    days: dict[int, list[datetime]] = {}
    for sale in bought.values():
        days.setdefault(sale.customer, []).append(sale.at)
    lives = sum((max(dates).date() - min(dates).date()).days for dates in days.values())
    assert answer.value == pytest.approx(revenue / len(days))
    order, rate, years = (part(answer, name) for name in FACTORS)
    assert order is not None
    assert rate is not None
    assert years is not None
    assert order * rate * years == pytest.approx(answer.value)
    assert (order, years) == pytest.approx((revenue / len(bought), lives / 365.25 / len(days)))
    sent = [sale.amount - plain.back[i] for i, sale in bought.items() if sale.customer in history.referred]
    assert part(answer, "referred_revenue") == sum(sent)
    by = await ledger.ask(clv.METRIC, OCTOBER, NOW, by="channel")
    assert sum(row.numerator or 0 for row in by.breakdown) == revenue
    web = await ledger.ask(clv.METRIC, OCTOBER, NOW, filters=Filters(channel="web"))
    assert {row.key: row.numerator for row in by.breakdown}["web"] == web.figure.numerator


async def test_the_models_read_distinct_buying_days(database: Database) -> None:
    # a second sale on a day, a sale taken back in full and one after the period make no repeat day
    history = History(
        sales=(
            Sale(1, 1, at("2026-01-05 09:00"), 100), Sale(1, 1, at("2026-01-05 23:59"), 50),
            Sale(1, 1, at("2026-02-02 00:00"), 300), Sale(1, 1, at("2026-02-20 09:00"), 80),
            Sale(1, 1, at("2026-11-02 09:00"), 999),
        ),
        refunds=(Refund(3, at("2026-02-21 09:00"), 80), Refund(2, at("2026-02-22 09:00"), 40)),
    )  # fmt: skip
    ledger = await write(database, history, HANOI)
    async with database.read() as session:
        (buyer,) = await buyers_until(session, Scope(ledger.team, OCTOBER, NOW).cut(OCTOBER))
    assert (buyer.buying_days, buyer.repeat_days, buyer.repeat_value, buyer.revenue) == (2, 1, 260, 410)
    assert (buyer.last_day - buyer.first_day).days == 28


@pytest.mark.parametrize("backend", ["sqlite"])  # the models are put to what was read
async def test_what_comes_next_is_said_shown_and_listed(database: Database) -> None:
    ledger = await write(database, crowd(120), HANOI)
    answer = await ledger.ask(clv.METRIC, OCTOBER, NOW)
    expected, alive = part(answer, "expected_12m"), part(answer, "alive")
    assert expected is not None
    assert alive is not None
    assert 0 < alive < 1
    assert expected > 0
    fit = to_json(answer)["parts"]["fit"]
    assert set(fit) == {"r", "alpha", "a", "b", "p", "q", "gamma", "log_likelihood"}
    assert all(value is not None for value in fit.values())
    assert any("next 12 months" in line for line in lines(answer, Say("en")))
    assert picture_of(answer, Say("vi", markup=False)) is not None
    async with database.read() as session:
        found = await rows(clv.METRIC, session, Scope(ledger.team, OCTOBER, NOW))
        buyers = await buyers_until(session, Scope(ledger.team, OCTOBER, NOW).cut(OCTOBER))
    assert len(found.records) == answer.figure.n
    # the later the last of two equal histories, the surer that its customer still buys
    ahead = looked([*buyers, replace(buyers[0], buying_days=4, last_day=buyers[0].first_day + timedelta(days=300)),
                    replace(buyers[0], buying_days=4, last_day=buyers[0].first_day + timedelta(days=30))],
                   OCTOBER.last_day, 0.1)  # fmt: skip
    assert ahead.alive[-2] > ahead.alive[-1]


@pytest.mark.parametrize("backend", ["sqlite"])  # the models are put to what was read
async def test_what_comes_later_counts_less_by_the_teams_rate(database: Database) -> None:
    ledger = await write(database, crowd(120), HANOI)
    at_rate = {}
    for rate in (0.0, 0.1, 0.5):
        async with database.read() as session:
            team = replace(ledger.team, discount=rate)
            answer = await ask(clv.METRIC, session, Scope(team, OCTOBER, NOW))
        at_rate[rate] = part(answer, "expected_12m") or 0
        assert f"{rate:.0%}".replace("%", "") in " ".join(map(Say("en"), answer.figure.explained))
    # spread evenly over 12 months, each a twelfth: what is bought is worth less towards the end of the year
    even = sum(1.5 ** -(month / 12) for month in range(1, 13)) / 12
    assert at_rate[0.5] < at_rate[0.1] < at_rate[0.0]
    assert at_rate[0.5] / at_rate[0.0] == pytest.approx(even, abs=0.05)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_too_little_is_a_dash_with_its_reason(database: Database) -> None:
    few = await write(database, crowd(12), HANOI)
    answer = await few.ask(clv.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "average_order"), part(answer, "expected_12m")) == (None, None, None)
    assert "30" in lines(answer, Say("en"))[2]
    young = await write(database, History(sales=tuple(
        Sale(i % 40, 1, at("2026-03-01 09:00") + timedelta(days=i), 100) for i in range(200)
    )), HANOI)  # fmt: skip
    answer = await young.ask(clv.METRIC, OCTOBER, NOW)
    assert answer.value is None
    assert "12 months" in lines(answer, Say("en"))[2]
    once = await write(database, History(sales=tuple(
        Sale(i, 1, at("2025-03-01 09:00") + timedelta(days=i), 100) for i in range(40)
    )), HANOI)  # fmt: skip
    answer = await once.ask(clv.METRIC, OCTOBER, NOW)
    assert answer.value is None
    assert answer.warnings
