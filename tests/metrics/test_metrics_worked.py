"""Cases worked by hand: the published examples, nothing, one row, all refunded, no base, and the boundary instants."""

import json
import math
import pkgutil
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest

import metrics
from metrics import METRICS, periods
from metrics.answers.asking import rows
from metrics.answers.explaining import explain
from metrics.answers.listing import COST
from metrics.answers.rendering import caption, render
from metrics.answers.written import to_json
from metrics.base import TIMES, Answer, Part, Scope
from metrics.charts import canvas_of, draw
from metrics.periods import Period
from metrics.pictures import picture_of
from metrics.refusals import Refused
from metrics.wording import LANGUAGES, Money, Say
from store import Database
from store.facts import Filters
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Cost, History, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
BY_KEY = {metric.key: metric for metric in METRICS}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def part(answer: Answer, name: str) -> float | None:
    found = answer.figure.parts[name]
    assert isinstance(found, Part)
    return found.value


async def asked(ledger: Ledger, key: str, period: Period = OCTOBER, now: datetime = NOW) -> Answer:
    return await ledger.ask(BY_KEY[key], period, now)


@dataclass
class Drawn:
    """Lays a chart out, and paints it only where that is asked: painting is most of the time."""

    paints: bool

    async def draw(self, chart: object) -> bytes:
        if self.paints:
            return draw(chart)  # type: ignore[arg-type]
        canvas_of(chart)  # type: ignore[arg-type]
        return b"\x89PNG"


RETENTION = History(
    sales=(
        Sale(1, 1, at("2026-07-01 09:00"), 100), Sale(1, 1, at("2026-10-05 09:00"), 100),
        Sale(2, 1, at("2026-08-20 09:00"), 100), Sale(3, 1, at("2026-10-03 09:00"), 100),
        Sale(4, 1, at("2026-02-01 09:00"), 100), Sale(4, 1, at("2026-10-09 09:00"), 100),
    )
)  # fmt: skip


async def test_retention_reads_the_published_example(database: Database) -> None:
    answer = await asked(await write(database, RETENTION, HANOI), "retention")
    assert (answer.value, answer.figure.numerator, answer.figure.denominator) == (1.0, 1, 1)
    told = {name: part(answer, name) for name in ("start", "end", "new", "reactivated", "lost", "bought_again")}
    assert told == {"start": 1, "end": 4, "new": 1, "reactivated": 2, "lost": 0, "bought_again": 0.0}
    assert any("few data" in line for line in caption(answer, Say("en")).split("\n"))


async def test_the_activity_window_is_closed_at_its_start_and_open_at_its_end(database: Database) -> None:
    # 90 days before 1 October is 3 July, the same wall time
    edges = History(sales=(
        Sale(1, 1, at("2026-07-03 00:00"), 100), Sale(2, 1, at("2026-07-02 23:59:59"), 100),
        Sale(3, 1, at("2026-10-01 00:00"), 100), Sale(4, 1, at("2026-09-30 23:59:59"), 100),
    ))  # fmt: skip
    answer = await asked(await write(database, edges, HANOI), "retention")
    assert part(answer, "start") == 2  # 1 and 4
    assert part(answer, "new") == 1  # 3


async def test_roi_counts_the_days_of_a_cost_that_fall_in_the_period(database: Database) -> None:
    ledger = await write(database, History(
        sales=(Sale(1, 1, at("2026-10-10 09:00"), 350), Sale(2, 1, at("2026-09-10 09:00"), 80)),
        refunds=(Refund(1, at("2026-10-12 09:00"), 50),),
        costs=(Cost(date(2026, 9, 30), date(2026, 10, 2), 100), Cost(date(2026, 10, 31), date(2026, 10, 31), 33)),
    ), HANOI)  # fmt: skip
    answer = await asked(ledger, "roi")
    # 100 over three days is 33, 33, 34: October holds 67, and 33 more
    assert (part(answer, "return"), part(answer, "cost"), answer.value) == (300, 100, 2.0)
    assert (part(answer, "new_customers_roi"), part(answer, "existing_customers_roi")) == (2.5, -1.5)
    assert part(answer, "roas") == 3.0


async def test_without_cost_roi_is_unknown_and_says_what_to_log(database: Database) -> None:
    answer = await asked(await write(database, RETENTION, HANOI), "roi")
    assert answer.value is None
    assert answer.reason is not None
    assert "/cost" in Say("en")(answer.reason)


async def test_an_order_is_worth_what_was_not_refunded(database: Database) -> None:
    times = [at(f"2026-10-0{day} 09:00") for day in (1, 2, 3)]
    ledger = await write(database, History(
        sales=tuple(Sale(1, 1, when, amount) for when, amount in zip(times, (100, 200, 300), strict=True)),
        refunds=(Refund(2, at("2026-11-02 09:00"), 60),),
    ), HANOI)  # fmt: skip
    answer = await asked(ledger, "aov")
    assert (answer.value, part(answer, "median"), part(answer, "refund_timing")) == (180.0, 200, 60)
    before_the_refund = await asked(ledger, "aov", now=at("2026-11-02 09:00"))
    assert before_the_refund.value == 200.0


async def test_when_all_is_refunded_nothing_was_sold(database: Database) -> None:
    sold, back = at("2026-10-01 09:00"), at("2026-10-05 09:00")
    ledger = await write(database, History(sales=(Sale(1, 1, sold, 100),), refunds=(Refund(0, back, 100),)), HANOI)
    revenue = await asked(ledger, "revenue")
    assert (revenue.value, part(revenue, "gross"), part(revenue, "sales"), part(revenue, "customers")) == (0, 100, 0, 0)
    for key in ("aov", "callspersale", "retention"):
        assert (await asked(ledger, key)).value is None
    assert (await asked(ledger, "value")).value == 0


async def test_connected_is_said_or_talked_and_unknown_is_left_out(database: Database) -> None:
    day = at("2026-10-05 09:00")
    said = [("out", "connected", None), ("out", None, 60), ("out", "no_answer", None), ("out", None, None),
            ("out", None, 0), ("in", None, 30)]  # fmt: skip
    calls = tuple(
        Call(i, 1, day.replace(minute=i), direction, outcome, seconds)
        for i, (direction, outcome, seconds) in enumerate(said)
    )
    answer = await asked(await write(database, History(calls=calls), HANOI), "calls")
    assert answer.value == 6
    assert part(answer, "connect_rate") == pytest.approx(2 / 3)
    assert (part(answer, "connected"), part(answer, "talk_minutes")) == (3, 1.5)
    assert [left.count for left in answer.figure.excluded] == [2]


async def test_the_cycle_runs_from_the_first_contact_to_the_sale(database: Database) -> None:
    ledger = await write(database, History(
        calls=(Call(1, 1, at("2026-10-01 09:00")), Call(1, 1, at("2026-10-03 09:00")),
               Call(1, 1, at("2026-10-20 09:00")), Call(2, 1, at("2026-09-01 09:00")),
               Call(3, 1, at("2026-09-20 09:00"))),
        sales=(Sale(1, 1, at("2026-10-09 21:00"), 100), Sale(1, 1, at("2026-10-21 09:00"), 100),
               Sale(4, 1, at("2026-10-21 09:00"), 100)),
    ), HANOI)  # fmt: skip
    answer = await asked(ledger, "cycle")
    assert (answer.value, part(answer, "repeat"), part(answer, "walk_ins")) == (8.5, 1.0, 1)
    assert part(answer, "open_older") == 2
    # 4 journeys: won at 8.5 and 1 days, open for 80.25 and 61.25 days: S(1) = 3/4, S(8.5) = 1/2
    assert part(answer, "km_median") == 8.5
    assert part(answer, "won_30") == 0.5
    effort = await asked(ledger, "callspersale")
    assert (effort.value, part(effort, "effort")) == (1.0, 1.5)


async def test_the_instants_of_a_period_are_half_open_on_the_team_clock(database: Database) -> None:
    ledger = await write(database, History(sales=(
        Sale(1, 1, at("2026-10-01 00:00"), 1), Sale(1, 1, at("2026-09-30 23:59:59"), 10),
        Sale(1, 1, at("2026-11-01 00:00"), 100), Sale(1, 1, at("2026-10-31 23:59:59"), 1000),
    )), HANOI)  # fmt: skip
    assert (await asked(ledger, "revenue")).value == 1001
    running = periods.month(2026, 11, HANOI, NOW)
    assert (await asked(ledger, "revenue", running)).value == 100
    assert (await asked(ledger, "revenue", now=at("2026-10-31 23:59:59"))).value == 1  # at now is not yet known


async def test_nothing_is_a_dash_with_a_reason(database: Database) -> None:
    empty = await write(database, History(), HANOI)
    before = await write(database, replace(RETENTION, sales=RETENTION.sales[:1]), HANOI)
    for metric in METRICS:
        for ledger, period in ((empty, OCTOBER), (before, periods.month(2026, 5, HANOI, NOW))):
            answer = await ledger.ask(metric, period, NOW)
            assert answer.value is None, metric.key
            assert answer.reason is not None, metric.key
            parts = [found.value for found in answer.figure.parts.values() if isinstance(found, Part)]
            assert not [value for value in parts if value is not None], metric.key
            assert "—" in caption(answer, Say("vi")), metric.key
        assert (await empty.ask(metric, OCTOBER, NOW)).change.kind == "none", metric.key


FULL = History(
    calls=tuple(Call(i % 9, i % 3, at(f"2026-{9 + i % 2:02}-{1 + i % 28:02} 09:{i % 60:02}"), outcome="connected")
                for i in range(120)),
    sales=tuple(Sale(i % 9, i % 3, at(f"2026-{9 + i % 2:02}-{1 + i % 28:02} 15:{i % 60:02}"), 100_000 + i,
                     ("web", None)[i % 2]) for i in range(60)),
    refunds=(Refund(1, at("2026-10-20 09:00"), 5_000),),
    costs=(Cost(date(2026, 9, 1), date(2026, 10, 31), 900_000, "web"),),
)  # fmt: skip


def plain_numbers(value: object) -> bool:
    """Whether a JSON value holds no NaN, infinity or minus zero."""
    if isinstance(value, dict):
        return all(plain_numbers(held) for held in value.values())
    if isinstance(value, list):
        return all(plain_numbers(held) for held in value)
    return not isinstance(value, float) or (math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0))


async def test_every_breakdown_is_said_drawn_and_written(database: Database) -> None:
    ledger = await write(database, FULL, HANOI)
    for metric, by in [(one, by) for one in METRICS for by in (None, *sorted(one.breakdowns))]:
        answer = await ledger.ask(metric, OCTOBER, NOW, by=by)
        for language in LANGUAGES if database.sqlite else ():  # the answers are the same: they are worded once
            await said_and_drawn(answer, language, paints=by is None and language == "vi")
        written = to_json(answer)
        assert plain_numbers(json.loads(json.dumps(written, allow_nan=False))), (metric.key, by)
        if by is None:
            whole = answer.figure
        assert (answer.value, answer.figure.n, answer.figure.parts) == (whole.value, whole.n, whole.parts), (metric, by)
        if metric.additive and by is not None:
            assert sum(row.value or 0 for row in answer.breakdown) == answer.value, (metric.key, by)
        if by in TIMES:
            assert [row.value for row in answer.trend()] == [row.value for row in answer.breakdown], (metric.key, by)


async def said_and_drawn(answer: Answer, language: str, *, paints: bool) -> None:
    picture = await render(answer, Say(language), Drawn(paints))
    assert picture.png is not None
    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.caption.split("\n")) <= 5, picture.caption
    assert len(picture.caption) <= 1024
    assert "<" not in re.sub(r"</?b>", "", picture.caption)
    assert "<" not in picture.alt
    assert explain(answer, Say(language)).startswith("<b>")


@pytest.mark.parametrize("backend", ["sqlite"])  # nothing is asked of the database
async def test_a_breakdown_that_facts_do_not_carry_is_refused(database: Database) -> None:
    ledger = await write(database, History(), HANOI)
    for metric in METRICS:
        for by in {"rep", "product", "channel", "campaign", "day"} - metric.breakdowns:
            with pytest.raises(Refused):
                await ledger.ask(metric, OCTOBER, NOW, by=by)  # type: ignore[arg-type]
        if "product" not in metric.filters:
            with pytest.raises(Refused):
                await ledger.ask(metric, OCTOBER, NOW, filters=Filters(product=1))


async def test_the_rows_add_up_to_the_figure(database: Database) -> None:
    ledger = await write(database, FULL, HANOI)
    async with ledger.database.read() as session:
        for key in ("revenue", "value"):
            answer = await asked(ledger, key)
            found = await rows(BY_KEY[key], session, Scope(ledger.team, OCTOBER, NOW))
            base = [value for record in found.records if isinstance(value := record[8], Money)]
            assert sum(money.minor for money in base) == answer.value
            assert all(len(record) == len(found.columns) for record in found.records)
        roi = await asked(ledger, "roi")
        found = await rows(BY_KEY["roi"], session, Scope(ledger.team, OCTOBER, NOW))
        costs = [record[8] for record in found.records if record[0] == COST]
        assert [money.minor for money in costs if isinstance(money, Money)] == [part(roi, "cost")]
        calls = await rows(BY_KEY["calls"], session, Scope(ledger.team, OCTOBER, NOW))
        assert len(calls.records) == (await asked(ledger, "calls")).value
        for metric in METRICS:
            listed = await rows(metric, session, Scope(ledger.team, OCTOBER, NOW))
            assert all(len(record) == len(listed.columns) for record in listed.records)


async def test_json_gives_major_units_and_times_with_offset(database: Database) -> None:
    ledger = await write(
        database, History(sales=(Sale(1, 1, datetime(2026, 10, 5, tzinfo=UTC), 1234),)), HANOI, currency="GBP"
    )
    written = to_json(await asked(ledger, "revenue"))
    assert (written["value"], written["unit"], written["currency"], written["n"]) == (12.34, "money", "GBP", 1)
    assert written["period"] == {
        "start": "2026-10-01T00:00:00+07:00", "end": "2026-11-01T00:00:00+07:00", "label": "October 2026",
    }  # fmt: skip
    assert written["parts"]["sales"] == {"value": 1, "unit": "count", "n": 1}
    assert written["change"] == {"kind": "new", "value": 12.34, "clear": None}
    assert set(written) == {
        "metric", "period", "value", "unit", "currency", "numerator", "denominator", "n", "interval", "parts",
        "breakdown", "previous", "change", "target", "warnings", "reason",
    }  # fmt: skip


async def test_the_picture_shows_the_captions_numbers(database: Database) -> None:
    ledger = await write(database, FULL, HANOI)
    for metric in METRICS:
        answer = await ledger.ask(metric, OCTOBER, NOW)
        chart = picture_of(answer, Say("en", markup=False))
        assert chart is not None
        assert chart.heading.figure in caption(answer, Say("en"))
        if metric.additive:
            assert sum(row.value or 0 for row in answer.trend()) == answer.value


def test_every_module_with_a_metric_is_listed() -> None:
    found = {
        module.METRIC.key
        for info in pkgutil.iter_modules(metrics.__path__)
        if hasattr(module := import_module(f"metrics.{info.name}"), "METRIC")
    }
    assert found == {metric.key for metric in METRICS}
    names = [name for metric in METRICS for name in {metric.key, metric.alias} if name]
    assert len(names) == len(set(names))
