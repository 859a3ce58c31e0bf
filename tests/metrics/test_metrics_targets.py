"""Targets: worked by hand, beside every figure that has one, in the picture, and as a report of its own."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from metrics import METRICS, REPORTS, periods
from metrics.answers.asking import rows
from metrics.answers.explaining import explain
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Part, Scope
from metrics.charts import canvas_of
from metrics.charts.specs import Bars, Tick, Trend
from metrics.models.progress import Progress, WorkingDays, by_working_day, progress
from metrics.periods.workdays import USUAL_WEEK, WorkWeek, working_days
from metrics.pictures import picture_of
from metrics.statistics.landing import coming
from metrics.wording import Say
from store import Database
from store.catalogue.targets import set_targets
from store.facts import Cut, Filters
from store.records.entries import TargetEntry
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, History, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 5, 45, tzinfo=UTC)
"""Friday 12:45 in Hanoi: half of the working day is over."""
NOVEMBER = periods.month(2026, 11, HANOI, NOW)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
METRIC = {metric.key: metric for metric in METRICS}
TARGETS = next(report for report in REPORTS if report.key == "targets")


def at(text: str) -> datetime:
    """An instant on Hanoi's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


SHOP = History(
    sales=(
        Sale(1, 1, at("2026-10-05 09:00"), 900), Sale(2, 2, at("2026-11-05 09:00"), 700),
        Sale(3, 1, at("2026-11-19 09:00"), 500),
    ),
    calls=(Call(1, 1, at("2026-11-02 09:00"), "out", "connected", 60),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "target", "days", "expected"),
    [
        # the docstring's example
        ("revenue", 120, 260, WorkingDays(13, 26), (120 / 260, 120 / 130, 240, 140 / 13)),
        # reached: nothing more is needed
        ("revenue", 300, 260, WorkingDays(13, 26), (300 / 260, 300 / 130, 600, 0)),
        # over: what is there is what it came to
        ("revenue", 100, 200, WorkingDays(26, 26), (0.5, 0.5, 100, None)),
        # not begun, and begun on days off: no pace, no landing, all still needed
        ("revenue", 0, 260, WorkingDays(0, 26), (0, None, None, 10)),
        # nothing sold half-way
        ("revenue", 0, 260, WorkingDays(13, 26), (0, 0, 0, 20)),
        # a target of nothing has no share
        ("revenue", 5, 0, WorkingDays(13, 26), (None, None, 10, 0)),
        # no working day at all
        ("revenue", 5, 10, WorkingDays(0, 0), (0.5, None, 5, None)),
        # a ratio has no pace
        ("retention", 0.6, 0.8, WorkingDays(13, 26), (0.75, None, None, None)),
        # fewer days are better
        ("cycle", 20.0, 15.0, WorkingDays(13, 26), (0.75, None, None, None)),
        ("cycle", None, 15.0, WorkingDays(13, 26), (None, None, None, None)),
        ("revenue", None, 15, WorkingDays(13, 26), (None, None, None, None)),
    ],
)
def test_how_far_a_target_is(
    key: str, value: float | None, target: float, days: WorkingDays, expected: tuple[float | None, ...]
) -> None:
    found = progress(METRIC[key], value, target, days)
    assert isinstance(found, Progress)
    assert (found.attained, found.pace, found.landing, found.needed) == pytest.approx(expected)


def test_working_days_are_the_teams_own_and_today_counts_by_its_share() -> None:
    cut = Cut(1, HANOI, NOVEMBER.start, NOVEMBER.end, NOW, Filters())
    # 2–7, 9–14, 16–19 November are 16 days, and half of the 20th
    assert working_days(cut, WorkWeek()) == pytest.approx(16.5)
    # Monday to Friday only, 12:45 being 3 of 4 hours
    short = WorkWeek(frozenset({1, 2, 3, 4, 5}), time(9, 45), time(13, 45))
    assert working_days(cut, short) == pytest.approx(14.75)


def test_tet_is_no_working_day_of_a_target() -> None:
    february = periods.month(2027, 2, HANOI, datetime(2027, 3, 1, tzinfo=UTC))
    cut = Cut(1, HANOI, february.start, february.end, february.end, Filters())
    # 24 days from Monday to Saturday; the 4th to the 10th are off, of which the 7th is a Sunday
    assert (working_days(cut, WorkWeek(country="VN")), working_days(cut, WorkWeek())) == (18, 24)


@pytest.fixture
async def shop(database: Database) -> Ledger:
    """A team with two reps and targets from October on."""
    ledger = await write(database, SHOP, HANOI)
    entries = [
        TargetEntry("revenue", None, "month", date(2026, 10, 1), 2_000),
        TargetEntry("revenue", ledger.reps[1], "month", date(2026, 11, 1), 1_000),
        TargetEntry("calls", None, "week", date(2026, 11, 2), 40),
        TargetEntry("retention", None, "month", date(2026, 11, 1), 0.75),
        TargetEntry("aov", None, "month", date(2026, 11, 1), 500),
        TargetEntry("aov", None, "month", date(2026, 11, 1), None),
    ]
    async with database.begin() as session:
        assert len(await set_targets(session, ledger.team.id, entries, None, NOW)) == 6
        assert await set_targets(session, ledger.team.id, entries[:4], None, NOW) == []
    return ledger


async def test_a_figure_has_the_target_of_its_metric_unit_and_rep_alone(shop: Ledger) -> None:
    revenue = METRIC["revenue"]
    assert (await shop.ask(revenue, NOVEMBER, NOW)).target == 2_000
    assert (await shop.ask(revenue, OCTOBER, NOW)).target == 2_000
    rep = Filters(rep=shop.reps[1])
    assert (await shop.ask(revenue, NOVEMBER, NOW, filters=rep)).target == 1_000
    assert (await shop.ask(revenue, OCTOBER, NOW, filters=rep)).target is None  # not set then
    assert (await shop.ask(revenue, NOVEMBER, NOW, filters=Filters(rep=shop.reps[2]))).target is None
    assert (await shop.ask(revenue, NOVEMBER, NOW, filters=Filters(channel="zalo"))).target is None
    assert (await shop.ask(revenue, periods.quarter(2026, 4, HANOI, NOW), NOW)).target is None
    assert (await shop.ask(revenue, periods.month(2026, 9, HANOI, NOW), NOW)).target is None
    assert (await shop.ask(METRIC["calls"], periods.week(date(2026, 11, 20), HANOI, NOW), NOW)).target == 40
    assert (await shop.ask(METRIC["aov"], NOVEMBER, NOW)).target is None  # removed
    for report in REPORTS:
        assert (await shop.ask(report, NOVEMBER, NOW)).target is None


async def test_the_target_stands_in_caption_json_and_picture(shop: Ledger) -> None:
    answer = await shop.ask(METRIC["revenue"], NOVEMBER, NOW)
    assert "target 2k: 60 % reached" in caption(answer, Say("en"))
    assert "mục tiêu 2 nghìn: đạt 60 %" in caption(answer, Say("vi"))
    assert to_json(answer)["target"] == 2_000
    chart = picture_of(answer, Say("en").plain)
    assert isinstance(chart, Trend)
    assert chart.target is not None
    assert chart.target.position == pytest.approx(2_000 / 25)  # 25 working days in November 2026
    assert "60 % reached" in chart.heading.subtitle
    assert chart.y_ticks[-1].position >= chart.target.position
    kept = picture_of(await shop.ask(METRIC["retention"], NOVEMBER, NOW), Say("en").plain)
    assert not isinstance(kept, Trend) or kept.target is None or kept.target.position == 0.75


def test_the_range_of_the_landing_holds_what_comes_four_times_in_five() -> None:
    random, held = np.random.default_rng(7), 0
    for _ in range(300):
        month = random.poisson(3, 26) * 10.0
        low, high = coming(month[:16].tolist(), 10) or (0, 0)
        held += low <= month[16:].sum() <= high
    assert 0.72 <= held / 300 <= 0.88


@pytest.mark.parametrize(
    ("days", "left", "expected"),
    [([10.0] * 14, 2.5, (25, 25)), ([10.0] * 13, 2.5, None), ([10.0] * 20, 0, None), ([0.0] * 14, 3, (0, 0))],
)
def test_the_range_of_days_that_are_alike_and_of_too_few(
    days: list[float], left: float, expected: tuple[float, float] | None
) -> None:
    assert coming(days, left) == expected


def test_days_off_add_to_the_working_day_before_and_today_is_left_out() -> None:
    cut = Cut(1, HANOI, at("2026-11-07 00:00"), at("2026-11-10 12:00"), at("2026-11-10 12:00"))  # Saturday to Tuesday
    days = {date(2026, 11, 7): 5.0, date(2026, 11, 8): 2.0, date(2026, 11, 9): 4.0, date(2026, 11, 10): 9.0}
    assert by_working_day(days, cut, USUAL_WEEK) == [7, 4]


def test_a_period_that_begins_with_a_day_off_has_no_more_days_than_were_worked() -> None:
    cut = Cut(1, HANOI, at("2026-11-01 00:00"), at("2026-11-04 12:00"), at("2026-11-04 12:00"))  # Sunday to Wednesday
    days = {date(2026, 11, 1): 2.0, date(2026, 11, 2): 3.0, date(2026, 11, 3): 4.0}
    assert by_working_day(days, cut, USUAL_WEEK) == [5, 4]
    assert by_working_day(days, replace(cut, end=at("2026-11-02 00:00")), USUAL_WEEK) == []


async def test_the_report_says_pace_landing_and_what_is_needed(shop: Ledger) -> None:
    answer = await shop.ask(TARGETS, NOVEMBER, NOW)
    lines = answer.figure.parts["targets"]
    assert isinstance(lines, tuple)
    assert [(line["metric"], line["rep"]) for line in lines] == [
        ("revenue", None), ("retention", None), ("revenue", "Rep 1"),
    ]  # fmt: skip
    team = {name: part.value or 0 for name, part in lines[0].items() if isinstance(part, Part)}
    assert team == pytest.approx(
        {"target": 2_000, "value": 1_200, "attained": 0.6, "pace": 1_200 / (2_000 * 16.5 / 25),
         "landing": 1_200 / 16.5 * 25, "landing_low": team["landing_low"], "landing_high": team["landing_high"],
         "needed_per_day": 800 / 8.5}
    )  # fmt: skip
    assert answer.value == pytest.approx(0.6)
    assert answer.previous.value == pytest.approx(900 / 2_000)
    assert 1_200 <= team["landing_low"] < team["landing"] < team["landing_high"]
    said = r"Net revenue: 1\.2k of 2k; heading for 1\.82k \(1\.2k–[2-9][.0-9]*k\), needs 94\.1 a working day"
    assert re.search(said, caption(answer, Say("en")))
    chart = picture_of(answer, Say("vi").plain)
    assert isinstance(chart, Bars)
    assert chart.rows[0].mark == pytest.approx(16.5 / 25)
    assert chart.whole == 1
    assert chart.heading.title == "Đạt mục tiêu · Doanh số thuần"
    canvas_of(chart)


async def test_a_target_of_which_nothing_is_reached_shows_what_should_be_and_its_level(
    shop: Ledger, database: Database
) -> None:
    async with database.begin() as session:
        entry = TargetEntry("calls", None, "month", date(2026, 11, 1), 900)
        await set_targets(session, shop.team.id, [replace(entry, member_id=shop.reps[2]), entry], None, NOW)
    calls = picture_of(await shop.ask(METRIC["calls"], NOVEMBER, NOW), Say("en").plain)
    assert isinstance(calls, Trend) and calls.target is not None
    assert calls.target.position == pytest.approx(900 / 25)
    assert calls.y_ticks[-1].position >= 900 / 25  # far above the only call: on the axis all the same
    chart = picture_of(await shop.ask(TARGETS, NOVEMBER, NOW), Say("en").plain)
    assert isinstance(chart, Bars)
    idle = next(row for row in chart.rows if row.label == "Calls, Rep 2")
    assert idle.value == 0
    assert idle.mark == pytest.approx(16.5 / 25)


async def test_what_is_projected_of_a_count_is_whole(shop: Ledger, database: Database) -> None:
    async with database.begin() as session:
        entry = TargetEntry("calls", None, "month", date(2026, 11, 1), 50)
        await set_targets(session, shop.team.id, [entry], None, NOW)
    said = caption(await shop.ask(TARGETS, NOVEMBER, NOW), Say("en"))
    assert "\n= ₫1,200 / ₫2,000 = 60 %\n" in explain(await shop.ask(TARGETS, NOVEMBER, NOW), Say("en", markup=False))
    assert "Calls: 1 of 50; heading for 2 (1–3), needs 5.8 a working day" in said


async def test_a_passed_target_is_marked_within_its_bar(shop: Ledger, database: Database) -> None:
    for target, shown in ((1_000, 1.2), (400, 2.0)):
        async with database.begin() as session:
            entry = TargetEntry("revenue", None, "month", date(2026, 11, 1), target)
            await set_targets(session, shop.team.id, [entry], None, NOW)
        chart = picture_of(await shop.ask(TARGETS, NOVEMBER, NOW), Say("vi").plain)
        assert isinstance(chart, Bars)
        assert chart.rows[0].value == pytest.approx(shown)
        assert chart.limit == Tick(1.0, "mục tiêu")
        assert chart.heading.note.endswith("thanh dài nhất: 200 %") is (shown == 2)
        assert "hết chiều ngang" not in chart.heading.note


async def test_the_report_of_one_rep_and_of_other_units(shop: Ledger) -> None:
    mine = await shop.ask(TARGETS, NOVEMBER, NOW, filters=Filters(rep=shop.reps[1]))
    assert mine.value == pytest.approx(0.5)
    week = await shop.ask(TARGETS, periods.week(date(2026, 11, 20), HANOI, NOW), NOW)
    assert week.value == 0
    none = await shop.ask(TARGETS, periods.year(2026, HANOI, NOW), NOW)
    assert none.value is None
    assert "no target for a year yet" in caption(none, Say("en"))
    own = await shop.ask(TARGETS, periods.year(2026, HANOI, NOW), NOW, filters=Filters(rep=shop.reps[1]))
    assert "no own target for a year yet; managers set one: " in caption(own, Say("en"))
    day = await shop.ask(TARGETS, periods.day(date(2026, 11, 20), HANOI, NOW), NOW)
    assert "targets are of a week, a month, a quarter or a year" in caption(day, Say("en"))
    canvas_of(picture_of(none, Say("en").plain))  # type: ignore[arg-type]


async def test_its_rows_are_the_targets_that_it_shows_and_of_a_rep_no_colleagues(shop: Ledger) -> None:
    async with shop.database.read() as session:
        team = await rows(TARGETS, session, Scope(shop.team, NOVEMBER, NOW))
        own = await rows(TARGETS, session, Scope(shop.team, NOVEMBER, NOW, filters=Filters(rep=shop.reps[1])))
    shown = [[Say("en").value(value) for value in (record[0], record[1], *record[4:])] for record in team.records]
    assert shown == [
        ["Net revenue", "—", "₫2,000", "₫1,200"], ["Retention", "—", "75 %", "100 %"],
        ["Net revenue", "Rep 1", "₫1,000", "₫500"],
    ]  # fmt: skip
    assert [record[1] for record in own.records] == ["Rep 1"]


async def test_what_does_not_add_up_has_its_target_whole_on_every_day(shop: Ledger, database: Database) -> None:
    async with database.begin() as session:
        entry = TargetEntry("aov", None, "month", date(2026, 11, 1), 500)
        await set_targets(session, shop.team.id, [entry], None, NOW)
    orders, sales = [picture_of(await shop.ask(METRIC[key], NOVEMBER, NOW, by="day"), Say("en"))
                     for key in ("aov", "revenue")]  # fmt: skip
    assert isinstance(orders, Trend) and orders.target is not None
    assert (orders.target.position, orders.target.label) == (500, "target 500")
    assert isinstance(sales, Trend) and sales.target is not None
    assert sales.target.label.startswith("target, evenly ") and sales.target.position < 2_000 / 20
