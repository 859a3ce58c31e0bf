"""What must hold for any history: breakdowns add up, the order of logging, undo and the zone do what they say."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, REPORTS, periods
from metrics.answers.written import to_json
from metrics.base import TIMES, Metric
from metrics.periods import Period
from metrics.periods.wall import local_midnight
from metrics.refusals import Unanswerable
from store import Database
from store.customers.merging import merge, unmerge
from store.people.team import team_of
from store.records.corrections import remove, restore
from store.records.entries import Clock, ContactEntry, DealEntry, Origin, SaleEntry
from store.records.writing import log_contact, log_deal, log_sale
from tests.metrics.test_metrics_customers_plain import histories
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Deal, History, Plain, Refund, Sale

LONDON, HANOI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, LONDON, NOW)
BY_KEY = {metric.key: metric for metric in METRICS}
NOT_OF_RECORDS = {"adoption"}  # who logs is asked of the trail, which these histories do not have


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def told() -> Iterator[Metric]:
    return (one for one in (*METRICS, *REPORTS) if one.key not in NOT_OF_RECORDS)


async def everything(ledger: Ledger, period: Period = OCTOBER) -> dict[str, str]:
    """What every metric and report answers, as JSON, or why it cannot."""
    found = {}
    for one in told():
        try:
            found[one.key] = json.dumps(to_json(await ledger.ask(one, period, NOW)), sort_keys=True)
        except Unanswerable as why:
            found[one.key] = repr(why.said)
    return found


@st.composite
def whole_histories(draw: Any) -> History:
    """Histories with deals of customers of their own."""
    history: History = draw(histories())
    made = []
    for number in range(draw(st.integers(0, 3))):
        opened = datetime(2026, 9, 1, 9, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 50)))
        closed = opened + timedelta(days=draw(st.integers(1, 30)))
        won = draw(st.booleans())
        made.append(Deal(50 + number, 1, opened, 500, None if won else closed, closed if won else None,
                         "quoted", None, 450 if won else None))  # fmt: skip
    return replace(history, deals=tuple(made))


def shuffled(history: History, seed: int) -> History:
    """The same records, logged in another order."""
    dice = random.Random(seed)
    places = list(range(len(history.sales)))
    dice.shuffle(places)
    mixed = {name: tuple(dice.sample(getattr(history, name), len(getattr(history, name))))
             for name in ("calls", "leads", "costs", "deals")}  # fmt: skip
    refunds = tuple(replace(one, sale=places.index(one.sale)) for one in history.refunds)
    return replace(history, sales=tuple(history.sales[place] for place in places), refunds=refunds, **mixed)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=whole_histories(), seed=st.integers(0, 99))
async def test_the_order_of_logging_does_not_matter(database: Database, history: History, seed: int) -> None:
    first = await everything(await write(database, history, LONDON))
    assert await everything(await write(database, shuffled(history, seed), LONDON)) == first


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=whole_histories(), hour=st.integers(0, 700))
async def test_undo_restores_every_figure(database: Database, history: History, hour: int) -> None:
    ledger = await write(database, history, LONDON)
    if not ledger.customers or not ledger.reps:
        return
    before = await everything(ledger)
    customer, rep = next(iter(ledger.customers.values())), next(iter(ledger.reps.values()))
    at, origin = OCTOBER.start + timedelta(hours=hour), Origin(None, NOW)
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        made = [
            (await log_sale(session, clock, SaleEntry(customer, rep, at, 777, "VND"), origin)).id,
            (await log_contact(session, clock, ContactEntry(customer, rep, "call", at, "out", "connected"), origin)).id,
            (await log_deal(session, clock, DealEntry(customer, rep, at, 900, "VND"), origin)).id,
        ]
    assert await everything(ledger) != before
    async with database.begin() as session:
        for record in reversed(made):
            await remove(session, clock, record, None, NOW, None)
    assert await everything(ledger) == before
    async with database.begin() as session:
        for record in made:
            await restore(session, clock, record, None, NOW, None)
        for record in made:
            await remove(session, clock, record, None, NOW, None)
    assert await everything(ledger) == before


def as_one(history: History, gone: int, kept: int) -> History:
    """The same records with one customer's told of another."""
    told = ("calls", "sales", "leads", "tickets", "ratings", "optouts")
    return replace(history, **{
        name: tuple(replace(one, customer=kept) if one.customer == gone else one for one in getattr(history, name))
        for name in told
    })  # fmt: skip


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=whole_histories(), pair=st.permutations(range(1, 6)))
async def test_a_merge_moves_every_figure_to_that_of_one_customer(
    database: Database, history: History, pair: list[int]
) -> None:
    history = replace(history, referred=())
    ledger = await write(database, history, LONDON)
    gone, kept, *_ = [one for one in pair if one in ledger.customers] + [0, 0]
    if not kept:
        return
    before = await everything(ledger)
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        done = await merge(session, clock, ledger.customers[gone], ledger.customers[kept], None, NOW, None)
    one = await everything(await write(database, as_one(history, gone, kept), LONDON))
    assert await everything(ledger) == one
    async with database.begin() as session:
        await unmerge(session, clock, done, None, NOW, None)
    assert await everything(ledger) == before


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=whole_histories())
async def test_every_additive_breakdown_adds_up(database: Database, history: History) -> None:
    ledger = await write(database, history, LONDON)
    for metric in METRICS:
        if not metric.additive:
            continue
        for by in sorted(metric.breakdowns):
            answer = await ledger.ask(metric, OCTOBER, NOW, by)
            assert sum(row.value or 0 for row in answer.breakdown) == (answer.value or 0), (metric.key, by)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=whole_histories())
async def test_a_breakdown_leaves_the_figure_as_it_is(database: Database, history: History) -> None:
    ledger = await write(database, history, LONDON)
    for metric in METRICS:
        whole = await ledger.ask(metric, OCTOBER, NOW)
        for by in sorted(metric.breakdowns - TIMES):
            found = await ledger.ask(metric, OCTOBER, NOW, by)
            assert (found.value, found.figure.n, found.change) == (whole.value, whole.figure.n, whole.change), by
            assert found.figure.parts == whole.figure.parts, (metric.key, by)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=whole_histories())
async def test_a_shift_of_the_zone_moves_only_boundary_records(database: Database, history: History) -> None:
    at_home = await write(database, history, LONDON)
    abroad = await write(database, history, HANOI)
    theirs = periods.month(2026, 10, HANOI, NOW)
    moved = 0
    plain = Plain(history, LONDON, NOW)
    for sign, records in ((1, plain.sales.values()), (-1, plain.refunds)):
        for one in records:
            moved += sign * one.amount * ((one.at in theirs) - (one.at in OCTOBER))
    for deal in history.deals:
        if deal.sold and deal.won:
            moved += deal.sold * ((deal.won in theirs) - (deal.won in OCTOBER))
    first = (await at_home.ask(BY_KEY["revenue"], OCTOBER, NOW)).value
    second = (await abroad.ask(BY_KEY["revenue"], theirs, NOW)).value
    if first is not None and second is not None:
        assert second - first == moved


async def test_a_leap_day_is_of_its_month_its_year_and_its_own(database: Database) -> None:
    leap = datetime(2024, 2, 29, 23, 59, tzinfo=LONDON)
    sales = (Sale(1, 1, leap, 100), Sale(1, 1, datetime(2023, 2, 28, 12, tzinfo=LONDON), 10),
             Sale(1, 1, datetime(2024, 3, 1, tzinfo=LONDON), 1))  # fmt: skip
    ledger = await write(database, History(sales=sales), LONDON)
    revenue = BY_KEY["revenue"]
    february = await ledger.ask(revenue, periods.month(2024, 2, LONDON, NOW), NOW, "day")
    assert (february.value, february.breakdown[-1].key, february.breakdown[-1].value) == (100, "2024-02-29", 100)
    on = periods.day(date(2024, 2, 29), LONDON, NOW)
    before = periods.year_earlier(on, NOW)
    assert before.first_day == date(2023, 2, 28)
    answer = await ledger.ask(revenue, on, NOW, versus=before)
    assert (answer.value, answer.previous.value, answer.change.value) == (100, 10, 9)
    assert (await ledger.ask(revenue, periods.month(2024, 3, LONDON, NOW), NOW)).value == 1
    assert (await ledger.ask(revenue, periods.year(2024, LONDON, NOW), NOW)).value == 101


async def test_days_of_changing_clocks_hold_all_their_hours(database: Database) -> None:
    long, short = date(2026, 10, 25), date(2026, 3, 29)
    sales = []
    for on, hours in ((long, 25), (short, 23)):
        begun = local_midnight(on, LONDON)
        sales += [Sale(1, 1, begun + timedelta(minutes=30 + 60 * hour), 1) for hour in range(hours)]
        sales += [Sale(1, 1, begun - timedelta(seconds=1), 1000), Sale(1, 1, begun + timedelta(hours=hours), 1000)]
    back = (Refund(0, sales[0].at + timedelta(hours=24), 1),)
    ledger = await write(database, History(sales=tuple(sales), refunds=back), LONDON)
    for on, value in ((long, 24), (short, 23)):  # 25 sold, 1 of it given back on the same long day
        answer = await ledger.ask(BY_KEY["revenue"], periods.day(on, LONDON, NOW), NOW)
        assert answer.value == value
        around = periods.custom(on - timedelta(days=1), on + timedelta(days=1), LONDON, NOW)
        by_day = await ledger.ask(BY_KEY["revenue"], around, NOW, "day")
        assert [row.value for row in by_day.breakdown] == [1000, value, 1000]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
    st.integers(0, 6 * 366 * 24 * 60).map(
        lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from([LONDON, HANOI, ZoneInfo("America/Sao_Paulo")]),
)
def test_comparison_windows_are_equal(unit: periods.Unit, now: datetime, zone: ZoneInfo) -> None:
    running = periods.current(unit, zone, now)
    before = periods.comparison(running, now)
    if unit in {"day", "week"}:
        assert running.days == before.days
        ends = [one.end.astimezone(zone).replace(tzinfo=None) for one in (running, before)]
        assert ends[0] - ends[1] in {timedelta(days=1 if unit == "day" else 7)} or zone.key == "America/Sao_Paulo"
    whole = periods.step(running, -1, now)
    assert whole is not None
    other = periods.comparison(whole, now)
    assert other.end == whole.start
    if unit in {"day", "week"}:
        assert whole.days == other.days == (1 if unit == "day" else 7)
