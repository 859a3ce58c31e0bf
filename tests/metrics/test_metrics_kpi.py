"""The KPIs: which are better is worked by hand, each figure is its metric's own, and the picture holds its words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, kpi, periods
from metrics.answers.asking import ask, rows
from metrics.answers.explaining import explain
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Answer, Scope
from metrics.charts import canvas_of
from metrics.charts.specs import Dashboard, Heading, Tile
from metrics.pictures import heading, picture_of
from metrics.pictures.kpi import dashboard
from metrics.refusals import Unanswerable
from metrics.wording import Say
from store import Database
from store.facts import Filters
from store.people.team import change_team
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, History, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
METRIC = {metric.key: metric for metric in METRICS}


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


# September: 1 sale of 200, 2 days after the first call; October: 300, 10 days after; no cost was ever logged
SHOP = History(
    calls=(Call(1, 1, at("2026-09-01 09:00")), Call(2, 1, at("2026-10-01 09:00")), Call(2, 1, at("2026-10-02 09:00"))),
    sales=(Sale(1, 1, at("2026-09-03 09:00"), 200), Sale(2, 2, at("2026-10-11 09:00"), 300)),
)


async def asked(ledger: Ledger, *names: str, filters: Filters | None = None) -> Answer:
    scope = Scope(ledger.team, OCTOBER, NOW, None, filters or Filters(), of=tuple(METRIC[name] for name in names))
    async with ledger.database.read() as session:
        return await ask(kpi.REPORT, session, scope)


async def test_which_are_better_is_counted(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    written = to_json(await asked(ledger, "revenue", "cycle", "roi", "calls"))
    # revenue and calls rose, the cycle grew longer, ROI is not known
    assert (written["value"], written["numerator"], written["denominator"], written["n"]) == (2, 2, 4, 4)
    found = {row["key"]: row for row in written["parts"]["kpis"]}
    assert list(found) == ["revenue", "cycle", "roi", "calls"]
    assert {key: row["better"] for key, row in found.items()} == {
        "revenue": True, "cycle": False, "roi": None, "calls": True,
    }  # fmt: skip
    assert (found["revenue"]["value"]["value"], found["revenue"]["previous"]["value"]) == (300, 200)
    assert found["revenue"]["change_value"]["value"] == 0.5
    assert (found["cycle"]["value"]["value"], found["cycle"]["change_value"]["value"]) == (10.0, 8.0)
    assert found["roi"]["value"]["value"] is None
    assert found["calls"]["target"]["value"] is None


async def test_each_figure_is_that_of_its_metric(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    for metric in METRICS:
        alone = to_json(await ledger.ask(metric, OCTOBER, NOW))
        together = to_json(await asked(ledger, metric.key))
        assert together["parts"][metric.key] == {"value": alone["value"], "unit": alone["unit"], "n": alone["n"]}
        row = together["parts"]["kpis"][0]
        assert row["previous"]["value"] == alone["previous"]["value"], metric.key
        assert (row["change"], row["change_value"]["value"]) == (alone["change"]["kind"], alone["change"]["value"])


async def test_the_teams_choice_is_asked_and_reps_get_what_is_known_by_rep(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    assert [row["key"] for row in to_json(await asked(ledger))["parts"]["kpis"]] == [
        "revenue", "roi", "retention", "conversion", "cycle",
    ]  # fmt: skip
    async with database.begin() as session:
        await change_team(session, ledger.team.id, settings={"kpis": ["cac", "calls", "no such metric"]})
    assert [row["key"] for row in to_json(await asked(ledger))["parts"]["kpis"]] == ["cac", "calls"]
    own = await asked(ledger, filters=Filters(rep=ledger.reps[1]))
    assert [row["key"] for row in to_json(own)["parts"]["kpis"]] == ["calls"]
    assert " · October 2026 · @Rep 1 against " in caption(own, Say("en"))
    with pytest.raises(Unanswerable):
        await asked(ledger, "cac", filters=Filters(rep=ledger.reps[1]))


async def test_the_course_is_the_periods_days_or_the_periods_before(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    answer = await asked(ledger, "revenue", "loyalty")
    chart = picture_of(answer, Say("en", markup=False))
    assert isinstance(chart, Dashboard)
    days, months = (tile.course for tile in chart.tiles)
    assert (len(days), sum(value or 0 for value in days)) == (31, 300)
    assert months == (None, None, None, 0.0, 0.0)  # June to August are before the first record


async def test_a_comparison_with_a_longer_period_says_so_and_judges_no_sum(database: Database) -> None:
    days = [at("2026-07-01 09:00") + timedelta(days=day) for day in range(123)]
    ledger = await write(database, History(sales=tuple(Sale(1, 1, day, 100) for day in days)), HANOI)
    of = tuple(METRIC[name] for name in ("revenue", "aov"))
    quarter = periods.quarter(2026, 3, HANOI, NOW)
    async with database.read() as session:
        answer = await ask(kpi.REPORT, session, Scope(ledger.team, OCTOBER, NOW, of=of, versus=quarter))
    assert caption(answer, Say("en")).startswith(
        "<b>KPIs: 0 of 2 better</b> · October 2026 against Q3 2026; 31 days against 92\nNet revenue: 3.1k (−66 %)\n"
    )
    chart = picture_of(answer, Say("vi", markup=False))
    assert isinstance(chart, Dashboard)
    assert chart.heading.change == "so với quý 3; 31 ngày so với 92 ngày"
    assert [(tile.change, tile.clear) for tile in chart.tiles] == [("−66 %", False), ("không đổi", False)]


async def test_each_figure_is_explained_by_its_own_formula_and_named_once(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    said = explain(await asked(ledger, "revenue", "roi"), Say("en", markup=False))
    assert "Net revenue = sales that happened in the period − refunds that happened in it = ₫300 − ₫0 = ₫300" in said
    assert "Parts:" not in said


async def test_a_target_is_marked(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    answer = await asked(ledger, "revenue", "cycle")
    async with ledger.database.read() as session:
        scope = Scope(ledger.team, OCTOBER, NOW)
        revenue = replace(await ask(METRIC["revenue"], session, scope), target=400)
        cycle = replace(await ask(METRIC["cycle"], session, scope), target=12)
    say = Say("en", markup=False)
    kpis = [kpi.Kpi(METRIC["revenue"], revenue, (1, 2)), kpi.Kpi(METRIC["cycle"], cycle, (1,))]
    sold, days = dashboard(answer, kpis, heading(answer, say), say).tiles
    assert (sold.target, sold.reached) == ("75 % of 400", 0.75)
    assert (days.target, days.reached) == ("target 12 days: met", None)
    lost = replace(revenue, figure=replace(revenue.figure, value=-492))  # more was given back than sold
    [tile] = dashboard(answer, [kpi.Kpi(METRIC["revenue"], lost, (1, 2))], heading(answer, say), say).tiles
    assert (tile.target, tile.reached) == ("−123 % of 400", -1.23)
    canvas_of(Dashboard(heading(answer, say), (tile,)))


async def test_caption_and_rows_hold_every_figure(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    answer = await asked(ledger, "revenue", "calls", "aov", "cycle", "winrate")
    for language in ("en", "vi"):
        said = caption(answer, Say(language))
        assert len(said.split("\n")) == 5
        assert all(Say(language)(METRIC[key].label) in said for key in ("revenue", "calls", "aov", "cycle", "winrate"))
    async with ledger.database.read() as session:
        found = await rows(kpi.REPORT, session, Scope(ledger.team, OCTOBER, NOW))
    assert [record[0] for record in found.records] == [
        METRIC[key].label for key in ("revenue", "roi", "retention", "conversion", "cycle")
    ]


WIDE = "Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu Ễ Ợ Ữ Ẵ " * 3


@pytest.mark.parametrize("count", [0, 1, 5, 9])
@pytest.mark.parametrize("words", ["12 tr", WIDE])
def test_tiles_keep_their_words_on_the_sheet_and_apart(count: int, words: str) -> None:
    course = (None, 1.0, None, 3.0, -2.0)
    tile = Tile(words, words, words, False, True, course, words, 1.7)
    flat = Tile(words, words, words, None, False, (2.0, 2.0), words, 0.0)
    canvas = canvas_of(Dashboard(Heading("KPI", "1/2", "tháng 11", note="n"), (*([tile, flat] * 5)[:count],)))
    canvas.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in canvas.figure.texts]
    assert all(box.x0 >= 0 and box.x1 <= 1080 and box.y0 >= 0 and box.y1 <= 1350 for box in boxes)
    assert not [1 for i, one in enumerate(boxes) for other in boxes[i + 1 :] if one.overlaps(other)]
