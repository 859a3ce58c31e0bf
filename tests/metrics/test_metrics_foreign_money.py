"""What has no exchange rate is in no sum and on neither side of a mean, and every answer that leaves it out says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, REPORTS, periods
from metrics.answers.rendering import lines
from metrics.answers.written import to_json
from metrics.wording import Say
from store import Database
from store.catalogue.rates import give_rate
from store.catalogue.targets import set_targets
from store.people.team import team_of
from store.records.entries import Clock, DealEntry, Origin, RateEntry, SaleEntry, TargetEntry
from store.records.writing import log_deal, win_deal
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Cost, Deal, History, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
BY_KEY = {metric.key: metric for metric in (*METRICS, *REPORTS)}


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def buyers(first: int, last: int, currency: str | None, amount: int) -> tuple[Sale, ...]:
    """Customers who bought twice: 500 days before 1 October and in October."""
    begun = at("2025-05-19 10:00")
    return tuple(
        Sale(customer, 1, when + timedelta(minutes=customer), amount * customer, currency=currency)
        for customer in range(first, last + 1)
        for when in (begun, at("2026-10-02 10:00"))
    )


DONG = buyers(1, 40, None, 1_000)
EURO = buyers(41, 60, "EUR", 10)
NEW = (
    Sale(61, 1, at("2026-10-05 09:00"), 900), Sale(62, 1, at("2026-10-06 09:00"), 300),
    Sale(63, 1, at("2026-10-07 09:00"), 50, currency="EUR"), Sale(63, 1, at("2026-10-08 09:00"), 60, currency="EUR"),
    Sale(62, 1, at("2026-10-09 09:00"), 70, currency="EUR"),
)  # fmt: skip
COSTS = (Cost(date(2026, 10, 1), date(2026, 10, 31), 930, None, "marketing"),)


async def asked(ledger: Ledger, key: str, period: periods.Period = OCTOBER) -> dict[str, Any]:
    return to_json(await ledger.ask(BY_KEY[key], period, NOW))


async def give(ledger: Ledger, currency: str, day: date, rate: str) -> None:
    async with ledger.database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        await give_rate(session, clock, RateEntry(currency, day, Decimal(rate)), None, NOW)


async def test_new_customers_of_whom_no_sale_has_a_rate_are_in_no_average(database: Database) -> None:
    ledger = await write(database, History(sales=DONG + NEW, costs=COSTS), HANOI)
    found = await asked(ledger, "value")
    assert (found["value"], found["parts"]["new_customers"]["value"]) == (1_200, 3)
    assert found["parts"]["average"] == {"value": 600, "unit": "money", "n": 2}
    assert found["warnings"] == ["records without an exchange rate: 3"]
    await give(ledger, "EUR", date(2026, 1, 1), "1000")  # cents: 10 dong each
    found = await asked(ledger, "value")
    assert (found["value"], found["parts"]["average"]["value"]) == (3_000, 1_000)


async def test_a_customers_worth_is_of_those_whose_purchases_have_a_rate(database: Database) -> None:
    known = History(sales=DONG + NEW[:2], costs=COSTS)
    ledger = await write(database, known, HANOI)
    whole = await write(database, replace(known, sales=DONG + NEW[:2] + EURO), HANOI)
    for key, parts in (("clv", ("average_order", "orders_per_year", "lifetime_years")), ("cac", ("clv_to_cac",))):
        one, other = await asked(ledger, key), await asked(whole, key)
        assert one["value"] == other["value"] is not None
        assert [other["parts"][name] for name in parts] == [one["parts"][name] for name in parts]
    assert (await asked(whole, "clv"))["warnings"][1:] == [
        "records without an exchange rate: 40",
        "records without an exchange rate, for September 2026: 20",
    ]
    await give(whole, "EUR", date(2025, 1, 1), "1000")
    found = await asked(whole, "clv")
    gross = sum(one.amount for one in known.sales) + sum(10 * one.amount for one in EURO)
    assert found["value"] == pytest.approx(gross / 62, rel=1e-6)


async def test_of_sales_without_any_rate_nothing_is_said_but_why(database: Database) -> None:
    alone = tuple(replace(one, currency="EUR") for one in DONG + NEW)
    ledger = await write(database, History(sales=alone), HANOI)
    for key in ("aov", "clv"):
        found = await asked(ledger, key)
        assert found["value"] is None
        assert found["reason"] == "no sale has an exchange rate: give one with /fx usd 26000"
    said = lines(await ledger.ask(BY_KEY["value"], OCTOBER, NOW), Say("vi", markup=False))
    assert "3 khách mua lần đầu, trung bình — mỗi khách" in said


MANY = History(
    sales=DONG + EURO + NEW,
    deals=(Deal(1, 1, at("2026-10-03 09:00"), 500, lost=at("2026-10-20 09:00"), currency="EUR"),),
    costs=COSTS,
)


LEFT_OUT = {
    "revenue": 23, "aov": 23, "value": 3, "leaders": 23, "channels": 23, "kpi": 23, "targets": 23, "why": 23,
    "segments": 43, "forecast": 43, "winrate": 1, "funnel": 1, "clv": 43,
}  # fmt: skip


async def test_every_answer_names_how_many_records_have_no_rate(database: Database) -> None:
    ledger = await write(database, MANY, HANOI)
    async with database.begin() as session:
        goal = TargetEntry("revenue", None, "month", date(2026, 10, 1), 1_000)
        await set_targets(session, ledger.team.id, [goal], None, NOW)
    for key, left in LEFT_OUT.items():
        what = "record" if left == 1 else "records"
        assert f"{what} without an exchange rate: {left}" in (await asked(ledger, key))["warnings"], key
        said = lines(await ledger.ask(BY_KEY[key], OCTOBER, NOW), Say("vi", markup=False))
        assert len(said) <= 5
        assert f"không tính: {left} mục chưa có tỷ giá" in said[-1]
    await give(ledger, "EUR", date(2025, 1, 1), "1000")
    for key in LEFT_OUT:
        assert not [one for one in (await asked(ledger, key))["warnings"] if "exchange rate" in one], key


async def test_what_a_figure_is_compared_with_names_what_it_misses(database: Database) -> None:
    ledger = await write(database, MANY, HANOI)
    november = periods.month(2026, 11, HANOI, NOW)
    for key in ("revenue", "leaders"):
        assert (await asked(ledger, key, november))["warnings"] == [
            "records without an exchange rate, for 1–20 Oct 2026: 23"
        ]
    answer = await ledger.ask(BY_KEY["revenue"], november, NOW)
    assert lines(answer, Say("vi", markup=False))[-1] == "không tính: 23 mục chưa có tỷ giá, khi tính 1–20/10/2026"
    await give(ledger, "EUR", date(2026, 1, 1), "1000")
    assert (await asked(ledger, "revenue", november))["warnings"] == []


async def test_a_deal_won_by_a_sale_without_a_rate_is_not_worth_what_was_hoped_for(database: Database) -> None:
    deals = (Deal(1, 1, at("2026-10-03 09:00"), 300, lost=at("2026-10-20 09:00")),
             Deal(2, 1, at("2026-10-03 09:00"), 900, won=at("2026-10-21 09:00"), sold=600))  # fmt: skip
    ledger = await write(database, History(deals=deals), HANOI)
    async with database.begin() as session:
        clock, origin = Clock.of(await team_of(session, ledger.team.id)), Origin(None, NOW)
        customer, rep, when = ledger.customers[1], ledger.reps[1], at("2026-10-22 09:00")
        hoped = await log_deal(session, clock, DealEntry(customer, rep, when, 5_000, "VND"), origin)
        await win_deal(session, clock, hoped.id, SaleEntry(customer, rep, when, 70, "EUR"), when, origin)
    found = await asked(ledger, "winrate")
    assert found["parts"]["deals_by_value"] == {"value": 600 / 900, "unit": "ratio", "n": 2}
    assert found["parts"]["deals"]["value"] == pytest.approx(2 / 3)
    assert found["warnings"] == ["record without an exchange rate: 1"]
    assert (await asked(ledger, "funnel"))["parts"]["average_won"]["value"] == 600
    await give(ledger, "EUR", date(2026, 10, 1), "1000")
    found = await asked(ledger, "winrate")
    assert found["parts"]["deals_by_value"]["value"] == pytest.approx(1_300 / 1_600)
