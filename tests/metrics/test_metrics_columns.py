"""What stands in one column of a picture is written alike: cents on all of its money or on none, names without what the
title says already.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, REPORTS, periods
from metrics.base import Answer, Row
from metrics.charts.specs import Bars, Cohorts, Table, Trend, Waterfall
from metrics.pictures import picture_of
from metrics.wording import Say, phrase
from store import Database
from store.catalogue.targets import set_targets
from store.records.entries import TargetEntry
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Cost, History, Lead, Sale

YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
OCTOBER, NOVEMBER = (periods.month(2026, month, YORK, NOW) for month in (10, 11))
BY_KEY = {metric.key: metric for metric in (*METRICS, *REPORTS)}
ENGLISH = Say("en", markup=False)
CENTS = re.compile(r"[+−]?\$?\d+\.\d\d")


@pytest.fixture
def backend() -> str:
    """A picture is drawn of an answer, which both databases give alike."""
    return "sqlite"


@pytest.fixture
async def stall(database: Database) -> Ledger:
    """A lemonade stall whose sums are some whole, some not."""
    sold = ((10, 1, 400, "web"), (10, 2, 600, "store"), (11, 1, 900, "web"), (11, 2, 1_077, "store"),
            (11, 3, 23_314, "web"))  # fmt: skip
    sales = tuple(
        Sale(rep, rep, datetime(2026, month, 3, 9 + rep, tzinfo=YORK), cents, channel)
        for month, rep, cents, channel in sold
    )
    costs = (Cost(date(2026, 11, 1), date(2026, 11, 1), 200, "web"), Cost(date(2026, 11, 1), date(2026, 11, 1), 473))
    return await write(database, History(sales=sales, costs=costs), YORK, currency="USD")


def texts(answer: Answer) -> list[str]:
    chart = picture_of(answer, ENGLISH)
    assert isinstance(chart, Bars | Waterfall), chart
    return [row.text for row in (chart.rows if isinstance(chart, Bars) else chart.steps)]


async def test_money_of_a_column_has_cents_on_all_or_on_none(stall: Ledger) -> None:
    by_rep = await stall.ask(BY_KEY["revenue"], NOVEMBER, NOW, "rep")
    assert texts(by_rep) == ["$233.14", "$10.77", "$9.00"]
    assert texts(await stall.ask(BY_KEY["leaders"], NOVEMBER, NOW)) == ["$233.14", "$10.77", "$9.00"]
    assert texts(await stall.ask(BY_KEY["revenue"], OCTOBER, NOW, "rep")) == ["$6", "$4"]
    for by in (None, "channel"):
        assert all(map(CENTS.fullmatch, texts(await stall.ask(BY_KEY["why"], NOVEMBER, NOW, by))))
    said = (await stall.ask(BY_KEY["why"], NOVEMBER, NOW)).figure.told[0]
    assert len(CENTS.findall(ENGLISH(said))) == 3
    channels = picture_of(await stall.ask(BY_KEY["channels"], NOVEMBER, NOW), ENGLISH)
    assert isinstance(channels, Table)
    cost, *_, revenue = [[row.cells[place] for row in channels.rows] for place in (0, 3)]
    assert (cost, revenue) == (["2.00", "0.00", "4.73"], ["242.14", "10.77", "0.00"])


async def test_what_the_others_sum_up_to_is_of_the_same_column(stall: Ledger) -> None:
    answer = await stall.ask(BY_KEY["revenue"], NOVEMBER, NOW, "rep")
    rows = tuple(Row(f"Rep {place}", 900 if place < 13 else 77, 1) for place in range(14))
    assert texts(replace(answer, breakdown=rows)) == [*["$9.00"] * 11, "$18.77"]


async def test_own_targets_of_the_titles_metric_are_named_by_the_rep_alone(stall: Ledger) -> None:
    first = date(2026, 11, 1)
    entries = [TargetEntry("revenue", None, "month", first, 30_000), TargetEntry("aov", None, "month", first, 600)]
    entries += [TargetEntry("revenue", stall.reps[rep], "month", first, 10_000) for rep in (1, 2)]
    await _set(stall, entries)
    chart = picture_of(await stall.ask(BY_KEY["targets"], NOVEMBER, NOW), ENGLISH)
    assert isinstance(chart, Bars)
    assert [row.label for row in chart.rows] == ["Net revenue", "Average order", "Rep 1", "Rep 2"]
    assert chart.rows[2].text == "9 % · $9.00 / $100.00"
    await _set(stall, [TargetEntry("calls", stall.reps[1], "month", first, 20)])
    chart = picture_of(await stall.ask(BY_KEY["targets"], NOVEMBER, NOW), ENGLISH)
    assert isinstance(chart, Bars)
    assert [row.label for row in chart.rows][2:] == ["Net revenue, Rep 1", "Net revenue, Rep 2", "Calls, Rep 1"]


async def test_the_note_of_a_targets_picture_is_about_the_rows_that_are_drawn(database: Database) -> None:
    at = datetime(2026, 11, 3, 9, tzinfo=YORK)
    sales = tuple(Sale(rep, rep, at, 1_000 if rep < 13 else 9_000) for rep in range(1, 14))
    crowd = await write(database, History(sales=sales), YORK, currency="USD")
    rep_of = sorted(crowd.reps, key=lambda rep: f"Rep {rep}")  # in this order they are drawn
    await _set(crowd, [TargetEntry("revenue", crowd.reps[rep], "month", date(2026, 11, 1),
                                   100 if rep == rep_of[-1] else 20_000) for rep in rep_of])  # fmt: skip
    chart = picture_of(await crowd.ask(BY_KEY["targets"], NOVEMBER, NOW), ENGLISH)
    assert isinstance(chart, Bars)
    assert (chart.limit, "200 %" in chart.heading.note) == (None, False)
    assert chart.heading.note.startswith("full width: the target")
    assert chart.heading.note.endswith("the first 12 of 13")


async def _set(ledger: Ledger, entries: list[TargetEntry]) -> None:
    async with ledger.database.begin() as session:
        await set_targets(session, ledger.team.id, entries, None, NOW)


async def test_rows_without_a_value_say_why(stall: Ledger) -> None:
    chart = picture_of(await stall.ask(BY_KEY["roi"], NOVEMBER, NOW, "channel"), ENGLISH)
    assert isinstance(chart, Bars)
    assert [row.text for row in chart.rows].count("—") == 1
    assert chart.heading.note.startswith("rows with —: no cost logged for this period")
    costs = await stall.ask(BY_KEY["cac"], NOVEMBER, NOW, "channel")
    reasons = (phrase("nobody"), phrase("no cost: log one with /cost"), phrase("nobody"))
    rows = (Row("web", 200.0, 1), *(Row("store", None, 0, reason=reason) for reason in reasons))
    both = picture_of(replace(costs, breakdown=rows), ENGLISH)
    assert isinstance(both, Bars)
    assert both.heading.note == "rows with —: nobody; no cost"
    every = picture_of(await stall.ask(BY_KEY["aov"], NOVEMBER, NOW, "rep"), ENGLISH)
    assert isinstance(every, Bars)
    assert every.heading.note == ""


async def test_a_share_that_may_pass_the_whole_fills_the_row_only_when_it_does(database: Database) -> None:
    at = datetime(2026, 11, 3, 9, tzinfo=YORK)
    leads = tuple(Lead(customer, 1, at, "web") for customer in range(1, 5))
    sales = tuple(Sale(customer, 1, at.replace(hour=12), 500, "web") for customer in (1, 2))
    half = await write(database, History(leads=leads, sales=sales), YORK, currency="USD")
    walked_in = tuple(Sale(customer, 1, at.replace(hour=12), 500, "web") for customer in (1, 5, 6, 7, 8, 9))
    more = await write(database, History(leads=leads, sales=walked_in), YORK, currency="USD")
    wholes = []
    for ledger in (half, more):
        chart = picture_of(await ledger.ask(BY_KEY["conversion"], NOVEMBER, NOW, "channel"), ENGLISH)
        assert isinstance(chart, Bars)
        wholes.append((chart.rows[0].text, chart.whole, chart.heading.note))
    assert wholes == [("50 %", 1.0, ""), ("150 %", None, "full width: 150 %")]


@pytest.mark.parametrize("minutes", [15, 30, 230, 300])
async def test_no_two_labels_of_an_axis_of_short_cycles_are_alike(database: Database, minutes: int) -> None:
    at = datetime(2026, 11, 3, 9, tzinfo=YORK)
    history = History(calls=(Call(1, 1, at),), sales=(Sale(1, 1, at + timedelta(minutes=minutes), 500),))
    ledger = await write(database, history, YORK, currency="USD")
    chart = picture_of(await ledger.ask(BY_KEY["cycle"], NOVEMBER, NOW, "day"), ENGLISH)
    assert isinstance(chart, Trend)
    labels = [tick.label for tick in chart.y_ticks]
    assert len(set(labels)) == len(labels) > 3
    assert [float(label.split()[0]) for label in labels] == pytest.approx([tick.position for tick in chart.y_ticks])


async def test_cohorts_without_a_later_month_say_why_there_is_no_rate(stall: Ledger) -> None:
    new = await stall.ask(BY_KEY["retention"], OCTOBER, NOW, "month")
    assert (new.value, new.reason is None) == (None, False)
    chart = picture_of(new, ENGLISH)
    assert isinstance(chart, Cohorts)
    assert (len(chart.rows), chart.heading.note) == (2, f"striped: the month is still running; {chart.heading.empty}")
    younger = await stall.ask(BY_KEY["retention"], OCTOBER, OCTOBER.start + timedelta(days=20), "month")
    chart = picture_of(younger, ENGLISH)
    assert isinstance(chart, Cohorts)
    assert (chart.rows, chart.heading.empty) == ((), ENGLISH(younger.reason or ""))


async def test_the_period_before_the_first_record_says_so_beside_the_one_after(stall: Ledger) -> None:
    known = await stall.ask(BY_KEY["loyalty"], OCTOBER, NOW)
    assert (known.value, known.previous.value) == (0.0, None)
    chart = picture_of(known, ENGLISH)
    assert isinstance(chart, Bars)
    assert [row.text for row in chart.rows] == ["0 %", "—"]
    assert chart.heading.note == "rows with —: the first record is of 3 Oct 2026"
    later = picture_of(await stall.ask(BY_KEY["loyalty"], NOVEMBER, NOW), ENGLISH)
    assert isinstance(later, Bars)
    assert later.heading.note == ""


async def test_a_sum_of_nothing_is_said_to_be_nothing_of_the_period(stall: Ledger) -> None:
    week = periods.week(date(2026, 11, 16), YORK, NOW)
    for key, by in (("leaders", None), ("revenue", "product")):
        chart = picture_of(await stall.ask(BY_KEY[key], week, NOW, by), ENGLISH)  # type: ignore[arg-type]
        assert isinstance(chart, Bars)
        assert (chart.rows, chart.heading.empty) == ((), "nothing in this period")
