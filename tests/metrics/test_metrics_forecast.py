"""The forecast: worked by hand, equal to a slow plain reading, and never made of more than is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from metrics import periods
from metrics.answers.explaining import explain
from metrics.answers.rendering import lines
from metrics.answers.written import to_json
from metrics.base import Answer, Rows, Scope
from metrics.charts import canvas_of
from metrics.charts.specs import Fan
from metrics.forecast import REPORT
from metrics.models.ahead import whole_months
from metrics.models.runrate import ahead_of, choose, reach
from metrics.periods.wall import months_on
from metrics.pictures import picture_of
from metrics.refusals import Refused
from metrics.wording import Money, Say
from store import Database
from store.facts import Filters
from store.people.team import team_of
from store.records.corrections import correct
from store.records.entries import Clock
from store.tables import deals as deal_rows
from tests.oracles.forecasting import STAGES, Foreseen
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Deal, History, Refund, Sale

HANOI, LONDON = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)  # 9:00 in Hanoi
NOVEMBER, OCTOBER = (periods.month(2026, month, HANOI, NOW) for month in (11, 10))


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def monthly(amounts: dict[int, int], rep: int = 1) -> tuple[Sale, ...]:
    """A sale in the first week of each month of 2026."""
    return tuple(Sale(month, rep, at(f"2026-{month:02}-05 09:00"), amount) for month, amount in amounts.items())


NINE = monthly(dict.fromkeys(range(2, 11), 300))
CLOSED = (
    *(Deal(20 + n, 1, at("2026-01-05 09:00"), 100, won=at("2026-01-20 09:00")) for n in range(6)),
    *(Deal(30 + n, 1, at("2026-01-05 09:00"), 100, lost=at("2026-01-20 09:00"), stage="new") for n in range(2)),
    *(Deal(40 + n, 1, at("2026-01-05 09:00"), 100, lost=at("2026-01-20 09:00"), stage="quoted") for n in range(2)),
)
OPEN = Deal(50, 1, at("2026-10-31 09:00"), 900, stage="quoted")


def figures(answer: Answer) -> dict[str, Any]:
    parts: dict[str, Any] = to_json(answer)["parts"]
    return {name: part["value"] if isinstance(part, dict) else part for name, part in parts.items()}


async def test_a_steady_team_worked_by_hand(database: Database) -> None:
    ledger = await write(database, History(sales=NINE, deals=(*CLOSED, OPEN)), HANOI)
    answer = await ledger.ask(REPORT, NOVEMBER, NOW)
    written, parts = to_json(answer), figures(answer)
    assert (written["value"], written["interval"]) == (1500, [1500, 1500])  # 3 × 300 + 900 × (6 + 6) / (8 + 10)
    assert (parts["deals"], parts["run_rate"], parts["win_rate"], parts["error"]) == (600, 900, 0.6, 0)
    assert [(row["month"], row["value"]["value"]) for row in parts["months"]] == [
        ("2026-11-01", 500), ("2026-12-01", 500), ("2027-01-01", 500),
    ]  # fmt: skip
    rates = {row["key"]: row["win_rate"]["value"] for row in parts["stages"]}
    assert rates == pytest.approx({"new": 0.6, "contacted": 12 / 18, "quoted": 12 / 18, "negotiating": 12 / 16})
    assert (written["period"]["label"], written["previous"]["value"]) == ("1 Nov 2026 – 31 Jan 2027", 900)
    assert written["change"] == {"kind": "relative", "value": pytest.approx(2 / 3), "clear": None}


@pytest.mark.parametrize(
    ("deal", "worth"),
    [
        (replace(OPEN, stage="new"), 540),
        (replace(OPEN, stage=None), 540),
        (replace(OPEN, stage="negotiating"), 675),
        (replace(OPEN, amount=None), 0),
        (replace(OPEN, lost=at("2026-10-31 18:00")), 0),
        (replace(OPEN, opened=at("2026-11-01 10:00")), 0),  # not opened yet
        # nothing was ever closed after its expected day: the team's rate, (0 + 10 × 0.6) / (0 + 10)
        (replace(OPEN, expected=date(2026, 10, 30)), 540),
        (replace(OPEN, expected=date(2026, 11, 1)), 600),
        (replace(OPEN, won=at("2026-11-01 08:00"), sold=850), 850),  # this morning, already sold
        (replace(OPEN, won=at("2026-11-01 09:30"), sold=850), 600),  # not known yet
    ],
)
async def test_what_an_open_deal_is_worth(database: Database, deal: Deal, worth: int) -> None:
    ledger = await write(database, History(sales=NINE, deals=(*CLOSED, deal)), HANOI)
    parts = figures(await ledger.ask(REPORT, NOVEMBER, NOW))
    if deal.lost is not None:  # it also counts among the closed ones
        assert (parts["deals"], parts["win_rate"]) == (0, 6 / 11)
    else:
        assert (parts["deals"], parts["run_rate"]) == (worth, 900)


async def test_deals_past_their_day_take_the_rate_of_those_that_were(database: Database) -> None:
    late = tuple(
        Deal(60 + n, 1, at("2026-01-05 09:00"), 1, lost=at("2026-01-20 09:00"), stage="quoted",
             expected=date(2026, 1, 10)) for n in range(10)
    )  # fmt: skip
    overdue = replace(OPEN, expected=date(2026, 10, 30))
    ledger = await write(database, History(sales=NINE, deals=(*CLOSED, *late, overdue)), HANOI)
    assert figures(await ledger.ask(REPORT, NOVEMBER, NOW))["deals"] == round(900 * (0 + 10 * 0.3) / 20)


async def test_open_deals_count_nothing_while_none_was_ever_closed(database: Database) -> None:
    ledger = await write(database, History(sales=NINE, deals=(OPEN, replace(OPEN, customer=51, amount=None))), HANOI)
    answer = await ledger.ask(REPORT, NOVEMBER, NOW)
    assert answer.value == 900
    said = "\n".join(lines(answer, Say("en", markup=False)))
    assert "open deals count nothing: none has been won or lost yet" in said
    assert "left out: 1 open deal without an amount" in said


async def test_too_short_a_history_is_no_forecast(database: Database) -> None:
    late = replace(NINE[3], at=at("2026-05-15 09:00"))
    short = await write(database, History(sales=(late, *NINE[4:]), deals=(OPEN,)), HANOI)
    answer = await short.ask(REPORT, NOVEMBER, NOW)
    assert answer.value is None
    assert "needs 6 months of sales, the first is of 15 May 2026" in "\n".join(lines(answer, Say("en", markup=False)))
    enough = await write(database, History(sales=NINE[3:]), HANOI)  # the first week may be missing
    found = await enough.ask(REPORT, NOVEMBER, NOW)
    assert (found.value, found.figure.interval, found.figure.parts["method"]) == (900, None, "mean_of_three")
    assert "no interval yet" in "\n".join(lines(found, Say("en", markup=False)))
    unsold = await (await write(database, History(deals=(OPEN,)), HANOI)).ask(REPORT, NOVEMBER, NOW)
    assert (unsold.value, unsold.reason and unsold.reason.source) == (
        None, "no sales to go by: log them with /sale, or /import older ones",
    )  # fmt: skip
    empty = await write(database, History(), HANOI)
    assert (await empty.ask(REPORT, NOVEMBER, NOW)).value is None


async def test_it_is_asked_as_of_the_end_of_a_period(database: Database) -> None:
    deal = replace(OPEN, opened=at("2026-09-20 09:00"), won=at("2026-10-20 09:00"), sold=900)
    history = History(sales=monthly(dict.fromkeys(range(1, 11), 300)), deals=(*CLOSED, deal))
    ledger = await write(database, history, HANOI)
    before = await ledger.ask(REPORT, periods.month(2026, 9, HANOI, NOW), NOW)
    assert before.value == 1500  # open at the end of September
    assert to_json(before)["period"]["label"] == "1 Oct – 31 Dec 2026"


async def test_a_forecast_of_the_past_knows_no_later_stage(database: Database) -> None:
    ledger = await write(database, History(sales=NINE, deals=(*CLOSED, replace(OPEN, stage="new"))), HANOI)
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        last = (await session.execute(select(func.max(deal_rows.c.id)))).scalar_one()
        await correct(session, clock, last, {"stage": "quoted"}, None, at("2026-11-03 09:00"), None)
    by_now = [(datetime(2026, 11, day, 2, tzinfo=UTC), worth) for day, worth in ((1, 540), (5, 600))]
    for now, worth in by_now:  # (6 + 10 · 0.6) / (10 + 10) at the first stage, / (8 + 10) at the third
        answer = await ledger.ask(REPORT, periods.month(2026, 11, HANOI, now), now)
        assert figures(answer)["deals"] == worth
        row = (await rows(database, ledger, now)).records[0]
        assert (row[4], row[8]) == ("new" if worth == 540 else "quoted", Money(worth, "VND"))
    answer = await ledger.ask(REPORT, OCTOBER, by_now[1][0])  # asked later of the end of October
    assert figures(answer)["deals"] == 540


async def rows(database: Database, ledger: Ledger, now: datetime) -> Rows:
    scope = Scope(ledger.team, periods.month(2026, 11, HANOI, now), now)
    async with database.read() as session:
        return await REPORT.rows(session, scope.cut(scope.period), ledger.team)


async def test_an_estimate_is_said_short_and_its_months_with_their_year(database: Database) -> None:
    uneven = monthly({m: 1_000_123 * m for m in range(2, 11)})
    ledger = await write(database, History(sales=uneven), HANOI)
    for now, months in ((NOW, ["Jan 2027"]), (datetime(2026, 11, 26, 2, tzinfo=UTC), ["26 Jan 2027"])):
        answer = await ledger.ask(REPORT, periods.month(2026, 11, HANOI, now), now)
        said, chart = lines(answer, Say("en", markup=False)), picture_of(answer, Say("en", markup=False))
        assert isinstance(chart, Fan)
        assert "M" in said[0]
        assert "₫" not in "".join([*said, chart.heading.figure])
        assert [tick.label for tick in chart.x_ticks][-1:] == months
        assert chart.x_ticks[0].label.endswith("2026")


async def test_a_deal_opened_and_won_on_the_way_belongs_to_the_run_rate(database: Database) -> None:
    quick = tuple(
        Deal(60 + m, 1, at(f"2026-{m:02}-10 09:00"), 100, won=at(f"2026-{m:02}-25 09:00"), sold=100)
        for m in range(2, 11)
    )  # fmt: skip
    ledger = await write(database, History(sales=NINE, deals=quick), HANOI)
    parts = figures(await ledger.ask(REPORT, NOVEMBER, NOW))
    assert (parts["deals"], parts["run_rate"]) == (0, 1200)  # 300 + 100 a month, none of it open at its beginning


async def test_a_rep_sees_the_own_forecast_by_the_rates_of_the_team(database: Database) -> None:
    other = replace(OPEN, customer=51, rep=2, amount=1800)
    both = (*NINE, *monthly(dict.fromkeys(range(2, 11), 1000), rep=2))
    ledger = await write(database, History(sales=both, deals=(*CLOSED, OPEN, other)), HANOI)
    own = figures(await ledger.ask(REPORT, NOVEMBER, NOW, filters=Filters(rep=ledger.reps[2])))
    assert (own["deals"], own["run_rate"], own["win_rate"]) == (1200, 3000, 0.6)
    for wrong in ({"by": "rep"}, {"filters": Filters(channel="web")}, {"versus": OCTOBER}):
        with pytest.raises(Refused):
            await ledger.ask(REPORT, NOVEMBER, NOW, **wrong)


async def test_it_is_drawn_and_explained(database: Database) -> None:
    uneven = monthly({m: 1_000_000 * m for m in range(2, 11)})
    ledger = await write(database, History(sales=uneven, deals=(*CLOSED, OPEN)), HANOI)
    answer = await ledger.ask(REPORT, NOVEMBER, NOW)
    for language in ("en", "vi"):
        say = Say(language, markup=False)
        chart = picture_of(answer, say)
        assert isinstance(chart, Fan)
        assert (len(chart.past), len(chart.ahead)) == (9, 3)
        widths = [(one.high or 0) - (one.low or 0) for one in chart.ahead]
        assert widths == sorted(widths)
        assert not [text for text in canvas_of(chart).figure.texts if "…" in text.get_text()]
        assert chart.heading.figure in lines(answer, say)[0]
    assert "split conformal" in explain(answer, Say("en"))
    assert "order statistics" not in explain(answer, Say("en"))


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
    ],
)
def test_months_are_counted_by_the_calendar(on: date, months: int, expected: date) -> None:
    assert months_on(on, months) == expected


def test_the_methods_worked_by_hand() -> None:
    known = [[100.0, 200.0, 300.0]] * 3
    assert ahead_of(known, "mean_of_three", 3) == (200, 200, 200)
    assert ahead_of(known, "last_month", 3) == (300, 300, 300)
    assert ahead_of(known, "smoothing", 3) == pytest.approx((181, 181, 181))
    assert ahead_of(known, "year_before", 3) is None
    year = [[float(month) for month in range(12)]] * 3
    assert ahead_of(year, "year_before", 12) == (0, 1, 2)
    assert whole_months(date(2026, 11, 1), date(2026, 2, 8)) == 9
    assert whole_months(date(2026, 11, 1), date(2026, 2, 9)) == 8
    season = [[float(month % 12) for month in range(30)]] * 3
    assert choose(season).method == "year_before"
    assert [reach([-1.0, 2, -3, 4, 5][:n]) for n in range(6)] == [None, None, None, None, 4, 5]
    assert reach([float(n) for n in range(1, 10)]) == 8


moments = st.builds(
    lambda day, hour: datetime(2025, 1, 2, tzinfo=UTC) + timedelta(days=day, hours=hour),
    st.integers(0, 660), st.sampled_from([0, 9, 22, 23]),
)  # fmt: skip
sales = st.builds(Sale, st.integers(1, 9), st.integers(1, 2), moments, st.integers(1, 40).map(lambda n: n * 25))


@st.composite
def deals(draw: Any, customer: int) -> Deal:
    opened = draw(moments)
    closed = opened + timedelta(days=draw(st.integers(0, 90)), hours=1)
    how = draw(st.sampled_from(["open", "won", "sold", "lost"]))
    expected = draw(st.sampled_from([None, opened.date() + timedelta(days=20)]))
    amount = draw(st.sampled_from([None, 400, 1000]))
    stage = draw(st.sampled_from([None, *STAGES]))
    return Deal(
        customer, 1, opened, amount, closed if how == "lost" else None, closed if how in {"won", "sold"} else None,
        stage, expected, 700 if how == "sold" else None,
    )  # fmt: skip


@st.composite
def histories(draw: Any) -> History:
    """Sales from January 2025 on, some given back, and deals of customers of their own."""
    base = Sale(1, 1, datetime(2025, 1, 2, 9, tzinfo=UTC), 100)
    sold = [base, *draw(st.lists(sales, min_size=20, max_size=60))]
    back = tuple(Refund(n, one.at + timedelta(days=20), one.amount // 2) for n, one in enumerate(sold) if n % 7 == 3)
    made = tuple(draw(deals(100 + n)) for n in range(draw(st.integers(0, 12))))
    return History(sales=tuple(sold), refunds=back, deals=made)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(), now=st.sampled_from(
    [datetime(2025, 9, 18, 8, tzinfo=UTC), datetime(2026, 10, 31, 9, tzinfo=UTC), datetime(2026, 8, 31, 22, tzinfo=UTC)]
))  # fmt: skip
async def test_any_history_equals_the_plain_reading(database: Database, history: History, now: datetime) -> None:
    ledger: Ledger = await write(database, history, LONDON)
    plain = Foreseen(history, LONDON, now)
    months = sum(plain.edge(-n) >= date(2024, 12, 26) for n in range(1, 36))
    answer = await ledger.ask(REPORT, periods.current("month", LONDON, now), now)
    value, method, wide = plain.forecast(months)
    assert answer.figure.parts["method"] == method
    assert answer.value == pytest.approx(value, abs=3)
    if wide is None:
        assert answer.figure.interval is None
    else:
        assert answer.figure.interval is not None
        assert answer.figure.interval[1] == pytest.approx(value + wide, abs=3)
