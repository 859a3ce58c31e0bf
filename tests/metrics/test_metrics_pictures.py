"""What stands on pictures and in captions: nothing cut, running figures that end at the figure, cohorts by month."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, periods
from metrics.answers.rendering import lines
from metrics.base import Answer, Breakdown
from metrics.charts import canvas_of
from metrics.charts.specs import Bars, Cohorts, Heading, Histogram, Trend
from metrics.facts.cohorts import Cohort
from metrics.periods import Period
from metrics.pictures import picture_of
from metrics.pictures.axes import waiting, waits
from metrics.pictures.retention import heat_map
from metrics.wording import LANGUAGES, Say
from store import Database
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, History, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
BY_KEY = {metric.key: metric for metric in METRICS}
SPANS = (
    periods.month(2026, 10, HANOI, NOW),
    periods.month(2026, 11, HANOI, NOW),
    periods.year(2026, HANOI, NOW),
    periods.day(date(2026, 11, 19), HANOI, NOW),
    periods.custom(date(2026, 10, 14), date(2026, 11, 9), HANOI, NOW),
)
NAMES = (
    "@Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu",
    "Máy lọc nước nóng lạnh để bàn tám cấp lọc tủ đứng",
    "#giới-thiệu",
)


def _history() -> Iterator[tuple[Call, Sale]]:
    for number in range(120):
        when = datetime(2026, 5, 20, 9, tzinfo=HANOI) + timedelta(days=1.5 * number)
        customer = number % 40 + 1
        yield Call(customer, 1, when), Sale(customer, 1, when + timedelta(hours=3 + number % 7), 1_234_567 + number)


@pytest.fixture
def backend() -> str:
    """A picture is drawn of an answer, which both databases give alike."""
    return "sqlite"


@pytest.fixture
async def ledger(database: Database) -> Ledger:
    calls, sales = zip(*_history(), strict=True)
    back = (Refund(90, sales[90].at + timedelta(days=2), 1000),)
    return await write(database, History(calls=calls, sales=sales, refunds=back), HANOI, landed=True)


def words(answer: Answer, language: str) -> list[str]:
    chart = picture_of(answer, Say(language, markup=False))
    return [] if chart is None else [text.get_text() for text in canvas_of(chart).figure.texts]


PICTURED = ("revenue", "roi", "calls", "aov", "value", "retention", "cycle", "callspersale")


async def test_no_word_of_a_picture_is_cut(ledger: Ledger) -> None:
    for period, key in product(SPANS, PICTURED):
        answer = replace(await ledger.ask(BY_KEY[key], period, NOW), filter_names=NAMES)
        for language in LANGUAGES:
            assert [text for text in words(answer, language) if "…" in text] == []
            assert len(lines(answer, Say(language))) <= 5


async def test_a_running_figure_ends_at_the_figure(ledger: Ledger) -> None:
    running = [metric for metric in METRICS if metric.chart == "trend" and not metric.additive]
    for metric, period in product(running, SPANS[:3]):
        answer = await ledger.ask(metric, period, NOW)
        for rows, figure in ((answer.trend(), answer.figure), (answer.trend_before(), answer.previous)):
            if rows:
                assert rows[-1].value == pytest.approx(figure.value), metric.key
                assert rows[-1].n == figure.n, metric.key


async def test_the_noise_of_the_first_days_is_not_drawn(ledger: Ledger) -> None:
    chart = picture_of(await ledger.ask(BY_KEY["aov"], SPANS[0], NOW), Say("en", markup=False))
    assert isinstance(chart, Trend)
    assert chart.values[0] is None  # one sale; ten are there in the middle of the month
    assert chart.values[-1] is not None
    assert "from the start of the period" in chart.heading.note


async def test_one_month_is_two_bars_and_shares_are_of_all(ledger: Ledger) -> None:
    say = Say("en", markup=False)
    month = picture_of(await ledger.ask(BY_KEY["aov"], SPANS[0], NOW, "month"), say)
    assert isinstance(month, Bars)
    assert [bar.label for bar in month.rows] == ["October 2026", "September"]
    shares = picture_of(await ledger.ask(BY_KEY["retention"], SPANS[1], NOW, "rep"), say)
    assert isinstance(shares, Bars)
    assert shares.whole == 1.0


async def test_retention_by_month_draws_the_cohorts_and_reads_a_row_aloud(ledger: Ledger) -> None:
    answer = await ledger.ask(BY_KEY["retention"], SPANS[0], NOW, "month")
    chart = picture_of(answer, Say("en", markup=False))
    assert isinstance(chart, Cohorts)
    assert [row.label for row in chart.rows] == [
        f"{name} 2026" for name in ("May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    ]
    assert [len(row.cells) for row in chart.rows] == [6, 5, 4, 3, 2, 1, 0]
    partial = [[cell.partial for cell in row.cells if cell] for row in chart.rows]
    assert all(flags[-1:] in ([True], []) and not any(flags[:-1]) for flags in partial)
    told = "\n".join(lines(answer, Say("en", markup=False)))
    assert re.search(r"of \d+ customers? who first bought in \w+ 2026, \d+ \(.+ %\) bought again 1 month later", told)
    assert (answer.breakdown, answer.trend()) == ((), ())


def test_one_of_many_is_not_none_and_all_but_one_not_all() -> None:
    cohorts = [Cohort(2026 * 12 + 8, 1_000, (1, 0, 999)), Cohort(2026 * 12 + 9, 1_000, (1_000, 500))]
    say, head = Say("vi", markup=False), Heading("", "", "")
    later, over = (heat_map(cohorts, month, head, say) for month in (2026 * 12 + 11, 2026 * 12 + 12))
    assert [[cell.text for cell in row.cells if cell] for row in later.rows] == [["<1", "0", ">99"], ["100", "50"]]
    assert (later.heading.note, over.heading.note) == ("kẻ sọc: tháng chưa hết", "")  # nothing is striped: no note


async def test_the_last_bar_says_that_longer_ones_stand_in_it(database: Database) -> None:
    start = datetime(2026, 9, 1, 9, tzinfo=HANOI)
    calls = tuple(Call(number, 1, start) for number in range(1, 101))
    sales = tuple(Sale(number, 1, start + timedelta(days=47 if number > 99 else 1), 100) for number in range(1, 101))
    ledger = await write(database, History(calls=calls, sales=sales), HANOI)
    for language, note in (("en", "last bar: 6 days and longer"), ("vi", "cột cuối: từ 6 ngày trở lên")):
        chart = picture_of(await ledger.ask(BY_KEY["cycle"], SPANS[2], NOW), Say(language, markup=False))
        assert isinstance(chart, Histogram)
        assert [(part.left, part.count) for part in chart.bins if part.count] == [(1, 99), (6, 1)]
        assert chart.heading.note == note
    short = await write(database, History(calls=calls[:99], sales=sales[:99]), HANOI)
    even = picture_of(await short.ask(BY_KEY["cycle"], SPANS[2], NOW), Say("en", markup=False))
    assert isinstance(even, Histogram)
    assert even.heading.note == ""


async def test_bars_of_weeks_that_nobody_asked_for_say_so(ledger: Ledger) -> None:
    quarter = periods.quarter(2026, 3, HANOI, NOW)
    cases: tuple[tuple[Period, Breakdown | None, bool], ...] = (
        (quarter, None, True), (quarter, "week", False), (SPANS[0], None, False),
    )  # fmt: skip
    for span, by, noted in cases:
        chart = picture_of(await ledger.ask(BY_KEY["revenue"], span, NOW, by), Say("vi", markup=False))
        assert isinstance(chart, Trend)
        assert ("mỗi cột: một tuần" in chart.heading.note) is noted


async def test_what_is_not_known_says_why_and_sums_of_nothing_are_no_course(database: Database) -> None:
    ledger = await write(database, History(calls=tuple(one for one, _ in _history())), HANOI)
    say = Say("en", markup=False)
    nothing = picture_of(await ledger.ask(BY_KEY["revenue"], SPANS[0], NOW), say)
    assert isinstance(nothing, Trend)
    assert (nothing.values, nothing.previous) == ((), ())
    unknown = picture_of(await ledger.ask(BY_KEY["conversion"], SPANS[0], NOW), say)
    assert isinstance(unknown, Trend)
    assert "no leads created in this period" in unknown.heading.note
    groups = picture_of(await ledger.ask(BY_KEY["aov"], SPANS[0], NOW, "rep"), say)
    assert isinstance(groups, Bars)
    assert (groups.rows, groups.heading.empty) == ((), "no sales in this period: log one with /sale")


async def test_two_small_shares_can_be_told_apart(ledger: Ledger) -> None:
    answer = await ledger.ask(BY_KEY["loyalty"], SPANS[0], NOW)
    for value, whole in ((0.0008, None), (0.1, 1.0)):
        small = replace(answer, figure=replace(answer.figure, value=value))
        chart = picture_of(replace(small, previous=replace(small.previous, value=value / 2)), Say("en", markup=False))
        assert isinstance(chart, Bars)
        assert chart.whole == whole


async def test_an_interval_is_said_in_one_unit(ledger: Ledger) -> None:
    cycle = lines(await ledger.ask(BY_KEY["cycle"], SPANS[2], NOW), Say("en", markup=False))[0]
    assert re.fullmatch(r"Sales cycle: [\d.]+ days? \(\d+ sales?; probably [\d.]+–[\d.]+\)", cycle)
    kept = lines(await ledger.ask(BY_KEY["retention"], SPANS[0], NOW), Say("en", markup=False))[0]
    assert re.fullmatch(r"Retention: [\d.]+ % \(\d+ customers?; probably [\d.]+–[\d.]+ %\)", kept)


async def test_the_previous_period_is_named_without_its_year_where_that_is_plain(ledger: Ledger) -> None:
    said = lines(await ledger.ask(BY_KEY["revenue"], SPANS[1], NOW), Say("en", markup=False))[1]
    assert re.match(r"\S+ % against 1–20 Oct \([\d.]+M\)", said)
    longer = lines(await ledger.ask(BY_KEY["revenue"], SPANS[0], NOW), Say("en", markup=False))[1]
    assert re.match(r"\S+ % against September \([\d.]+M; 31 days against 30\)", longer)


def _crowd(reps: int) -> History:
    times = [datetime(2026, 11, 2, 9, tzinfo=HANOI) + timedelta(hours=number) for number in range(reps)]
    sales = tuple(Sale(number + 1, number + 1, at, 1_000_000 * (number + 1)) for number, at in enumerate(times))
    return History(sales=sales)


async def test_a_ranking_of_a_crowd_still_adds_up_or_says_how_many_it_shows(database: Database) -> None:
    ledger = await write(database, _crowd(20), HANOI)
    for language, others, first in (
        ("en", "9 others", "the first 12 of 20"),
        ("vi", "còn lại (9)", "12 dòng đầu trong 20"),
    ):
        say = Say(language, markup=False)
        sums = picture_of(await ledger.ask(BY_KEY["revenue"], SPANS[1], NOW, "rep"), say)
        assert isinstance(sums, Bars)
        assert (sums.rows[-1].label, sums.rows[-1].value) == (others, None)
        assert sums.rows[-1].text == ("45M" if language == "en" else "45 tr")
        assert len(sums.rows) == 12
        means = picture_of(await ledger.ask(BY_KEY["aov"], SPANS[1], NOW, "rep"), say)
        assert isinstance(means, Bars)
        assert means.heading.note == first
        assert {row.of for row in means.rows} == {"n = 1"}


async def test_a_longer_period_behind_is_drawn_as_far_as_this_one_goes(ledger: Ledger) -> None:
    quarter = periods.quarter(2026, 3, HANOI, NOW)
    chart = picture_of(await ledger.ask(BY_KEY["revenue"], SPANS[1], NOW, versus=quarter), Say("en", markup=False))
    assert isinstance(chart, Trend)
    assert len(chart.previous) == len(chart.values) == 20
    assert chart.heading.note == "behind: the first part of Q3, as long as this period"
    assert chart.heading.change.endswith("against Q3; 20 days against 92")


async def test_a_picture_says_where_its_comparison_begins_late_and_what_is_not_over(ledger: Ledger) -> None:
    june = periods.month(2026, 6, HANOI, NOW)
    for language, since in (("en", "; logged only since 20 May 2026"), ("vi", "20/5/2026")):
        chart = picture_of(await ledger.ask(BY_KEY["revenue"], june, NOW), Say(language, markup=False))
        assert isinstance(chart, Trend)
        assert chart.heading.change.endswith(since)
        assert chart.heading.note == ""
    running = picture_of(await ledger.ask(BY_KEY["revenue"], SPANS[2], NOW, "month"), Say("en", markup=False))
    assert isinstance(running, Trend)
    assert running.heading.note == "striped: not over yet"
    line = picture_of(await ledger.ask(BY_KEY["aov"], SPANS[2], NOW, "month"), Say("en", markup=False))
    assert isinstance(line, Trend)
    assert line.heading.note == "last point: not over yet"


async def test_one_axis_of_waits_has_one_unit() -> None:
    for most, labels in (
        (90.0, ["0 min", "20 min", "40 min", "60 min", "80 min", "100 min"]),
        (170.0, ["0 h", "1 h", "2 h", "3 h"]),
        (9 * 1440.0, ["0 days", "2 days", "4 days", "6 days", "8 days", "10 days"]),
    ):
        positions = waits([most])
        assert [tick.label for tick in waiting(positions, Say("en", markup=False))] == labels
