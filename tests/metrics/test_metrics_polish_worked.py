"""Worked by hand: ROI on gross profit, retention by the customer's owner, and the verdict on an average."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from metrics import aov, periods, retention, revenue, roi
from metrics.answers.rendering import change_line
from metrics.base import Part
from metrics.statistics import bootstrap_mean_change
from metrics.wording import Say
from store import Database
from store.catalogue.products import change_product, product_named
from store.facts import Filters
from store.people.team import team_of
from store.records.corrections import remove
from store.records.entries import Clock, Origin, RefundEntry
from store.records.writing import log_refund
from store.tables import customers
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Cost, History, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


async def of_profit(database: Database) -> Ledger:
    """A team whose ROI is of gross profit; A1 costs 100 to buy in, B1 nobody knows what."""
    ledger = await write(database, History(
        sales=(
            Sale(1, 1, at("2026-10-02 09:00"), 300, "zalo", "A1", 2),
            Sale(2, 1, at("2026-10-03 09:00"), 500, "facebook", "B1"),
            Sale(3, 1, at("2026-10-04 09:00"), 50),
            Sale(4, 1, at("2026-10-05 09:00"), 100, "zalo", "A1"),
        ),
        refunds=(
            Refund(0, at("2026-10-06 09:00"), 30), Refund(1, at("2026-10-07 09:00"), 20),
            Refund(3, at("2026-10-08 09:00"), 100),
        ),
        costs=(
            Cost(date(2026, 10, 1), date(2026, 10, 1), 60, "zalo"),
            Cost(date(2026, 10, 1), date(2026, 10, 1), 40, "facebook"),
        ),
    ), HANOI)  # fmt: skip
    async with database.begin() as session:
        await change_product(session, ledger.team.id, await product_named(session, ledger.team.id, "A1"),
                             unit_cost_minor=100)  # fmt: skip
    return replace(ledger, team=replace(ledger.team, return_basis="profit"))


async def test_roi_of_gross_profit_leaves_out_what_has_no_unit_cost(database: Database) -> None:
    answer = await (await of_profit(database)).ask(roi.METRIC, OCTOBER, NOW)
    back = answer.figure.parts["return"]
    assert isinstance(back, Part)
    # 300 − 30 of A1 less 2 × 100 to buy in; the sale refunded in full neither earns nor costs
    assert (back.value, answer.figure.denominator, answer.value) == (70, 100, -0.3)
    assert answer.figure.parts["basis"] == "profit"
    assert [left.count for left in answer.figure.excluded] == [2]  # B1, and the sale without a product


async def test_a_refund_without_a_sale_lessens_the_gross_profit(database: Database) -> None:
    ledger = await of_profit(database)
    async with database.begin() as session:
        entry = RefundEntry(ledger.customers[1], None, None, at("2026-10-09 09:00"), 40, "VND")
        clock = Clock.of(await team_of(session, ledger.team.id))
        await log_refund(session, clock, entry, Origin(None, NOW))
    answer = await ledger.ask(roi.METRIC, OCTOBER, NOW, "channel")
    assert answer.figure.numerator == 70 - 40 - 100
    assert {row.key: row.numerator for row in answer.breakdown} == {"zalo": 10, "facebook": -40, "(none)": -40}
    days = (await ledger.ask(roi.METRIC, OCTOBER, NOW, "day")).breakdown
    assert sum(row.numerator or 0 for row in days) == 70 - 40 - 100


async def test_what_a_team_gave_back_before_all_else_is_its_first_record(database: Database) -> None:
    """A refund of what was sold before the team logged anything counts, on its day too."""
    ledger = await write(database, History(sales=(Sale(1, 1, at("2026-10-20 09:00"), 300),)), HANOI)
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        for when, amount in (("2026-10-04 09:00", 40), ("2026-09-30 23:59:59", 7)):
            entry = RefundEntry(ledger.customers[1], None, None, at(when), amount, "VND")
            last = await log_refund(session, clock, entry, Origin(None, NOW))
    days = await ledger.ask(revenue.METRIC, OCTOBER, NOW, "day")
    assert (days.value, days.previous.value) == (260, -7)
    assert sum(row.value or 0 for row in days.breakdown) == days.value
    async with database.begin() as session:
        await remove(session, clock, last.id, None, NOW, None)
    days = await ledger.ask(revenue.METRIC, OCTOBER, NOW, "day")
    assert (days.value, days.previous.value) == (260, None)
    assert [row.value for row in days.breakdown][:5] == [None, None, None, -40, 0]


async def test_roi_of_gross_profit_adds_up_by_channel(database: Database) -> None:
    answer = await (await of_profit(database)).ask(roi.METRIC, OCTOBER, NOW, "channel")
    gains = {row.key: (row.numerator, row.denominator) for row in answer.breakdown}
    assert gains == {"zalo": (10, 60), "facebook": (-40, 40), "(none)": (0, 0)}
    assert sum(gain for gain, _ in gains.values() if gain) == answer.figure.numerator


async def owned(database: Database) -> Ledger:
    """Customers 1 and 2 are rep 1's, 3 is rep 2's, 4 nobody's; the window is 90 days."""
    ledger = await write(database, History(sales=(
        Sale(1, 1, at("2026-09-10 09:00"), 100), Sale(1, 2, at("2026-10-05 09:00"), 100),
        Sale(2, 2, at("2026-07-05 09:00"), 100), Sale(3, 1, at("2026-09-01 09:00"), 100),
        Sale(4, 1, at("2026-10-09 09:00"), 100),
    )), HANOI)  # fmt: skip
    async with database.begin() as session:
        for customer, rep in ((1, 1), (2, 1), (3, 2), (4, None)):
            change = update(customers).where(customers.c.id == ledger.customers[customer])
            await session.execute(change.values(owner_id=ledger.reps[rep] if rep else None))
    return ledger


async def test_retention_by_rep_goes_by_the_customers_owner(database: Database) -> None:
    ledger = await owned(database)
    answer = await ledger.ask(retention.METRIC, OCTOBER, NOW, "rep")
    assert (answer.figure.numerator, answer.figure.denominator) == (2, 3)
    found = {row.key: (row.numerator, row.denominator, row.value) for row in answer.breakdown}
    assert found == {"Rep 1": (1, 2, 0.5), "Rep 2": (1, 1, 1.0), "(none)": (0, 0, None)}
    one = await ledger.ask(retention.METRIC, OCTOBER, NOW, filters=Filters(rep=ledger.reps[1]))
    assert (one.value, one.filter_names) == (0.5, ("@Rep 1",))


async def sold_daily(database: Database, october: int, september: int) -> Ledger:
    days = [at("2026-09-01 09:00") + timedelta(days=day) for day in range(61)]
    return await write(database, History(sales=tuple(
        Sale(1, 1, day, (october if day.month == 10 else september) + (10 if day.day % 2 else 0)) for day in days
    )), HANOI)  # fmt: skip


@pytest.mark.parametrize(("october", "clear"), [(200, True), (100, False)])
async def test_a_change_of_the_average_order_is_judged_by_drawing_days(
    database: Database, october: int, clear: bool
) -> None:
    answer = await (await sold_daily(database, october, 100)).ask(aov.METRIC, OCTOBER, NOW)
    assert answer.change.clear is clear
    assert Say("en")(change_line(answer)).endswith("a clear change" if clear else "may be chance")


async def test_a_sum_is_not_judged_against_a_much_longer_period(database: Database) -> None:
    ledger = await sold_daily(database, 100, 100)
    both = periods.custom(date(2026, 9, 1), date(2026, 10, 31), HANOI, NOW)
    for metric, verdict in ((revenue.METRIC, None), (aov.METRIC, False)):
        assert (await ledger.ask(metric, OCTOBER, NOW, versus=both)).change.clear is verdict


def test_a_mean_is_drawn_by_whole_days() -> None:
    assert bootstrap_mean_change([(30, 3)] * 20, [(24, 2)] * 20) == pytest.approx((0.2, 0.2))
    assert bootstrap_mean_change([(30, 3)] * 20, [(24, 2)] * 20, "absolute") == (2.0, 2.0)
    assert bootstrap_mean_change([(30, 3)] * 13, [(24, 2)] * 20) is None
    assert bootstrap_mean_change([(0, 0)] * 20, [(24, 2)] * 20) is None
