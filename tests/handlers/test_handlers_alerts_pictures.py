"""The picture of an alert shows what was crossed: the limit, or the usual range, with its words, within the axis."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.scheduler import Programme, Scheduler
from handlers.clockwork.programme import WORK
from metrics.charts import Bars, Chart, Trend, canvas_of
from store.tables import members
from tests.handlers.office import NOW, Office
from tests.handlers.test_handlers_alerts import MORNING, sold

DAY = timedelta(days=1)


@dataclass
class Sketched:
    """Keeps each chart that is to be drawn."""

    charts: list[Chart] = field(default_factory=list)

    async def draw(self, chart: Any) -> bytes:
        self.charts.append(chart)
        return b"\x89PNG"


async def chart_after(office: Office, day: int) -> Any:
    """The one picture of the morning after a day."""
    painter = Sketched()
    now = MORNING + day * DAY
    scheduler = Scheduler(office.database, painter, Programme(WORK), now=lambda: now)
    while await scheduler.tick():
        pass
    [chart] = painter.charts
    assert all(text.get_text() for text in canvas_of(chart).figure.texts)
    return chart


@pytest.mark.parametrize(
    ("language", "line", "label", "before"),
    [("en", "/alert revenue < 10tr", "limit 10M", "the days before"),
     ("vi", "/canhbao doanhso < 10tr", "ngưỡng 10 tr", "các ngày trước đó")],
)  # fmt: skip
async def test_a_sum_is_drawn_with_the_days_before_it_and_its_limit(
    office: Office, language: str, line: str, label: str, before: str
) -> None:
    await office.rep.say("/lead Nga")
    await office.manager.say(f"/lang {language}")
    await office.manager.say(line)
    await sold(office, 3, NOW - 2 * DAY, 12_000_000)
    await sold(office, 3, NOW, 3_000_000)
    chart = await chart_after(office, 0)
    assert isinstance(chart, Trend) and chart.target is not None and chart.usual is None
    assert (chart.target.position, chart.target.label) == (10_000_000, label)
    assert chart.values == (*[None] * 13, 3_000_000)
    assert chart.previous == (*[None] * 11, 12_000_000, 0, None), "nothing is known before the first record"
    assert (chart.kind, chart.before_label) == ("bars", before)
    assert max(tick.position for tick in chart.y_ticks) >= 12_000_000
    assert chart.x_ticks[-1].position == 13
    assert label in [text.get_text() for text in canvas_of(chart).figure.texts]


async def test_a_limit_far_beyond_all_values_is_within_the_axis(office: Office) -> None:
    await office.rep.say("/lead Nga")
    await office.manager.say("/alert revenue < 1 tỷ weekly")
    await sold(office, 3, NOW, 3_000_000)
    chart = await chart_after(office, 2)
    assert chart.values == (*[None] * 11, 3_000_000), "a week, after eleven others"
    assert max(tick.position for tick in chart.y_ticks) >= chart.target.position == 1_000_000_000


@pytest.mark.parametrize(
    ("line", "day", "limit", "value"),
    [("/alert conversion < 60%", 0, 0.6, 0.5), ("/alert conversion < 60% weekly", 2, 0.6, 0.5),
     ("/alert retention > 50%", 0, 0.5, 1.0), ("/alert retention > 50% weekly", 2, 0.5, 1.0)],
)  # fmt: skip
async def test_a_ratio_is_a_line_that_ends_at_the_figure(
    office: Office, line: str, day: int, limit: float, value: float
) -> None:
    await office.rep.say("/lead Nga")
    await office.rep.say("/lead Thu")
    await office.rep.say("/lead Hoa")
    await office.manager.say(line)
    await sold(office, 3, NOW - 20 * DAY, 3_000_000)
    await office.rep.say("/sale Thu 3tr")
    chart = await chart_after(office, day)
    assert isinstance(chart, Trend) and chart.target is not None
    assert chart.target.position == limit and chart.target.label == f"limit {limit * 100:.0f} %"
    assert chart.kind == "line"
    assert chart.values[-1] == chart.previous[-1] == value
    assert max(tick.position for tick in chart.y_ticks) >= max(limit, value)


async def test_reps_are_drawn_with_the_limit_across_who_is_spoken_of_first(office: Office) -> None:
    await office.rep.say("/lead Nga")
    await office.manager.say("/alert revenue < 10tr by rep")
    await sold(office, 3, NOW, 30_000_000)
    await sold(office, 2, NOW, 4_000_000)
    chart = await chart_after(office, 0)
    assert isinstance(chart, Bars) and chart.limit is not None
    assert (chart.limit.position, chart.limit.label) == (10_000_000, "limit 10M")
    drawn = [(row.label, row.value, row.muted) for row in chart.rows]
    assert drawn == [("Tuan", 0, False), ("Minh", 4_000_000, False), ("Rosa", 30_000_000, True)]


async def test_a_rate_of_reps_says_of_how_many_each_is_made(office: Office) -> None:
    await office.rep.say("/lead Nga")
    await office.manager.say("/alert aov < 10tr by rep")
    await sold(office, 3, NOW, 30_000_000)
    await sold(office, 2, NOW, 4_000_000)
    await sold(office, 2, NOW, 2_000_000)
    chart = await chart_after(office, 0)
    assert [(row.label, row.value, row.of) for row in chart.rows] == [
        ("Minh", 3_000_000, "n = 2"), ("Rosa", 30_000_000, "n = 1"),
    ]  # fmt: skip


async def test_an_unusual_figure_is_drawn_over_its_usual_range(office: Office) -> None:
    await office.rep.say("/lead Nga")
    for week in range(9, 0, -1):
        await sold(office, 3, NOW - 7 * week * DAY, 10_000_000 + 200_000 * (week % 3))
    await office.manager.say("/alert revenue unusual")
    await sold(office, 3, NOW, 2_000_000)
    chart = await chart_after(office, 0)
    assert isinstance(chart, Trend) and chart.usual is not None and chart.target is None
    assert chart.usual.label == "usual: 8.67M to 11.7M", "as the text says"
    assert chart.values == (*[None] * 9, 2_000_000)
    assert chart.previous[:2] == (10_000_000, 10_400_000), "the nine Fridays before, the oldest first"
    assert max(tick.position for tick in chart.y_ticks) >= chart.usual.high
    assert not chart.heading.change, "the day before is no measure"


async def test_an_unusual_rep_is_drawn_over_their_own_usual_range(office: Office) -> None:
    await office.rep.say("/lead Nga")
    async with office.database.begin() as session:
        await session.execute(update(members).values(joined_at=NOW - 100 * DAY))
    for week in range(9, 0, -1):
        await sold(office, 3, NOW - 7 * week * DAY, 10_000_000 + 200_000 * (week % 3))
        await sold(office, 4, NOW - 7 * week * DAY, 5_000_000)
    await office.manager.say("/alert revenue unusual by rep")
    await sold(office, 3, NOW, 2_000_000)
    await sold(office, 4, NOW, 5_000_000)
    chart = await chart_after(office, 0)
    assert isinstance(chart, Bars) and chart.limit is None
    assert chart.usual_label == "usual for each"
    (name, muted, usual), (other, also, theirs) = [(row.label, row.muted, row.usual) for row in chart.rows]
    assert (name, muted, other, also) == ("Rosa", False, "Tuan", True)
    assert usual is not None and 8_600_000 < usual[0] < 8_700_000
    assert theirs == (4_250_000, 5_750_000)
