"""Reports: worked by hand, each line equal to the metric that it is composed of, in both languages."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics import METRICS, REPORTS, periods
from metrics.answers.asking import ask
from metrics.answers.explaining import explain
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import NONE, Row, Scope
from metrics.charts import Bars, canvas_of
from metrics.leaders import ranked
from metrics.pictures import picture_of
from metrics.wording import Say
from store import Database
from store.facts import Filters
from store.people.team import team_of
from store.records.corrections import correct
from store.records.entries import Clock
from store.tables import deals
from tests.oracles.ledger import write
from tests.oracles.plain import Call, Cost, Deal, History, Lead, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
REPORT = {report.key: report for report in REPORTS}
METRIC = {metric.key: metric for metric in METRICS}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


SHOP = History(
    leads=tuple(Lead(number, 1, at("2026-10-02 09:00"), "facebook") for number in (1, 2, 3)),
    sales=(
        Sale(1, 1, at("2026-10-05 09:00"), 900), Sale(4, 2, at("2026-10-06 09:00"), 500, "zalo"),
        Sale(5, 2, at("2026-10-07 09:00"), 100), Sale(4, 1, at("2026-10-08 09:00"), 50, "zalo"),
    ),
    refunds=(Refund(1, at("2026-10-09 09:00"), 200),),
    costs=(Cost(date(2026, 10, 1), date(2026, 10, 31), 600, "facebook"),
           Cost(date(2026, 10, 1), date(2026, 10, 31), 31, "tiktok", "other")),
)  # fmt: skip


async def test_each_channel_has_its_columns(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    answer = await ledger.ask(REPORT["channels"], OCTOBER, NOW)
    written = to_json(answer)
    table = {row["key"]: {name: cell["value"] for name, cell in row.items() if name != "key"}
             for row in written["parts"]["channels"]}  # fmt: skip
    assert list(table) == ["facebook", "zalo", "tiktok", "(none)"]
    assert table["facebook"] == {
        "cost": 600, "leads": 3, "new_customers": 1, "net_revenue": 900, "cohort_conversion": 1 / 3, "cac": 600.0,
        "roi": 0.5,
    }  # fmt: skip
    assert table["zalo"] == {
        "cost": 0, "leads": 0, "new_customers": 1, "net_revenue": 350, "cohort_conversion": None, "cac": None,
        "roi": None,
    }  # fmt: skip
    assert table["tiktok"]["roi"] == -1
    assert table["tiktok"]["cac"] is None
    assert written["value"] == 1350 == sum(row["net_revenue"] for row in table.values())
    for column in ("cost", "leads", "new_customers"):
        assert written["parts"][column]["value"] == sum(row[column] for row in table.values())
    only = to_json(await ledger.ask(REPORT["channels"], OCTOBER, NOW, filters=Filters(channel="zalo")))
    assert [row["key"] for row in only["parts"]["channels"]] == ["zalo"]


async def test_every_report_is_said_drawn_and_written(database: Database) -> None:
    ledgers = {"empty": await write(database, History(), HANOI), "full": await write(database, SHOP, HANOI)}
    for report, state in [(one, state) for one in REPORTS for state in ledgers]:
        # before and after is about a date
        period = periods.day(date(2026, 10, 20), HANOI, NOW) if report.key == "compare" else OCTOBER
        answer = await ledgers[state].ask(report, period, NOW)
        for language in ("en", "vi"):
            said = caption(answer, Say(language))
            assert len(said.split("\n")) <= 5, said
            chart = picture_of(answer, Say(language, markup=False))
            assert chart is not None, report.key
            assert chart.heading.figure in said
            assert hash(chart) is not None
            canvas_of(chart)
            assert explain(answer, Say(language)).startswith("<b>"), report.key
        found: dict[str, Any] = json.loads(json.dumps(to_json(answer), allow_nan=False))
        assert found["metric"] == report.key
        if state == "empty":
            assert found["value"] is None, report.key
            assert found["reason"], report.key


def test_reports_share_no_name_with_metrics() -> None:
    names = [name for one in (*METRICS, *REPORTS) for name in {one.key, one.alias} if name]
    assert len(names) == len(set(names))


async def test_leaders_are_ranked_with_ties_and_few_data_left_out(database: Database) -> None:
    many = tuple(Sale(number, rep, at(f"2026-10-{1 + number % 20:02} 1{rep}:{number:02}"), amount)
                 for rep, amount, count in ((1, 300, 1), (2, 100, 2), (3, 200, 1), (4, 90, 1))
                 for number in range(count))  # fmt: skip
    ledger = await write(database, History(sales=many), HANOI)
    written = to_json(await ledger.ask(REPORT["leaders"], OCTOBER, NOW))
    assert [(row["place"], row["key"], row["value"]["value"]) for row in written["parts"]["leaders"]] == [
        (1, "Rep 1", 300), (2, "Rep 2", 200), (2, "Rep 3", 200), (4, "Rep 4", 90),
    ]  # fmt: skip
    assert (written["metric"], written["value"], written["parts"]["metric"]) == ("leaders", 790, "revenue")


def test_places_go_by_what_is_better_and_by_enough_data() -> None:
    rows = (Row("A", 0.5, 9), Row("B", 0.2, 10), Row("C", 0.4, 40), Row("D", None, 0), Row(NONE, 0.9, 50))
    found = [(line["place"], line["key"]) for line in ranked(rows, METRIC["conversion"])]
    assert found == [(1, "C"), (2, "B"), (None, "A"), (None, "D"), (None, NONE)]
    quick = (Row("A", 9.0, 1), Row("B", 3.0, 1))
    assert [line["key"] for line in ranked(quick, METRIC["cycle"])] == ["B", "A"]


async def test_the_funnel_counts_each_deal_once_and_velocity_is_its_formula(database: Database) -> None:
    history = History(
        leads=(Lead(1, 1, at("2026-10-01 09:00")), Lead(2, 1, at("2026-10-01 09:00"))),
        calls=(Call(1, 1, at("2026-10-02 09:00")),),
        deals=(
            Deal(3, 1, at("2026-10-01 09:00"), 600, won=at("2026-10-11 09:00")),
            Deal(4, 1, at("2026-10-01 09:00"), 400, lost=at("2026-10-05 09:00")),
            Deal(5, 1, at("2026-10-31 00:00"), 200), Deal(6, 1, at("2026-11-02 09:00"), 999),
        ),
    )  # fmt: skip
    ledger = await write(database, history, HANOI)
    written = to_json(await ledger.ask(REPORT["funnel"], OCTOBER, NOW))
    # whoever first comes with a deal is a lead too
    steps = {row["key"]: row for row in written["parts"]["stages"]}
    assert {key: row["count"]["value"] for key, row in steps.items()} == {
        "leads": 5, "contacted": 1, "stage:new": 3, "stage:contacted": 1, "stage:quoted": 1, "stage:negotiating": 1,
        "won": 1,
    }  # fmt: skip
    assert steps["stage:new"]["value"]["value"] == 1200
    assert (steps["stage:new"]["age"]["value"], steps["won"]["value"]["value"]) == (1.0, 600)
    parts = {name: part["value"] for name, part in written["parts"].items() if name != "stages"}
    assert parts == {"velocity": 30.0, "open": 1, "win_rate": 0.5, "average_won": 600.0, "cycle_days": 10.0}
    assert written["value"] == 30


async def test_the_funnel_of_the_past_knows_no_later_stage(database: Database) -> None:
    history = History(deals=(Deal(1, 1, at("2026-10-01 09:00"), 600), Deal(2, 1, at("2026-10-02 09:00"), 400)))
    ledger = await write(database, history, HANOI)
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        number = (await session.execute(select(deals.c.id).order_by(deals.c.id))).scalars().first()
        for stage, moved in (("quoted", "2026-10-10 09:00"), ("negotiating", "2026-10-20 09:00")):
            await correct(session, clock, number or 0, {"stage": stage}, None, at(moved), None)

    async def reached(now: datetime) -> list[int]:
        answer = to_json(await ledger.ask(REPORT["funnel"], periods.month(2026, 10, HANOI, now), now))
        return [row["count"]["value"] for row in answer["parts"]["stages"] if row["key"].startswith("stage:")]

    assert await reached(at("2026-10-05 09:00")) == [2, 0, 0, 0]
    assert await reached(at("2026-10-15 09:00")) == [2, 1, 1, 0]
    assert await reached(at("2026-10-25 09:00")) == [2, 1, 1, 1]


async def test_no_unranked_rep_takes_the_room_of_a_place(database: Database) -> None:
    """Three reps have enough contacts for a place, fifteen have one each: the picture begins as the caption does."""
    start = datetime(2026, 10, 5, 9, tzinfo=HANOI)
    calls = [
        Call(100 * rep + number, rep, start + timedelta(hours=number), outcome="connected")
        for rep in range(1, 19)
        for number in range(10 if rep <= 3 else 1)
    ]
    sales = [Sale(100 * rep, rep, start + timedelta(days=3), 100) for rep in range(1, 4)]
    ledger = await write(database, History(calls=tuple(calls), sales=tuple(sales)), HANOI)
    scope = Scope(ledger.team, OCTOBER, NOW, of=(METRIC["winrate"],))
    async with database.read() as session:
        answer = await ask(REPORT["leaders"], session, scope)
    chart = picture_of(answer, Say("en", markup=False))
    assert isinstance(chart, Bars)
    assert [row.place for row in chart.rows] == ["1.", "1.", "1.", *[""] * 9]
    assert [row.muted for row in chart.rows] == [False] * 3 + [True] * 9
    assert chart.heading.note.endswith("the first 12 of 18")
