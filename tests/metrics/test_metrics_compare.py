"""Before and after a date: whole weeks on both sides, worked by hand and against a plain recount."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, compare, periods
from metrics.answers.asking import ask, rows
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Answer, Scope
from metrics.pictures import picture_of
from metrics.refusals import Unanswerable
from metrics.wording import Say
from store import Database
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, History, Plain, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
METRIC = {metric.key: metric for metric in METRICS}


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


DAILY = History(
    sales=tuple(
        Sale(1 + number % 5, 1, at("2026-10-01 09:00") + timedelta(days=number), 100 + number * number % 37)
        for number in range(51)
    ),
    calls=(Call(1, 1, at("2026-10-01 08:00")),),
)


async def about(ledger: Ledger, on: date, metric: str = "revenue") -> Answer:
    scope = Scope(ledger.team, periods.day(on, HANOI, NOW), NOW, of=(METRIC[metric],))
    async with ledger.database.read() as session:
        return await ask(compare.REPORT, session, scope)


@pytest.mark.parametrize(
    ("on", "after", "before", "weeks"),
    [
        # 18 days have passed: two whole weeks; the running day is in neither window
        (date(2026, 11, 2), (date(2026, 11, 2), date(2026, 11, 15)), (date(2026, 10, 19), date(2026, 11, 1)), 2),
        (date(2026, 11, 13), (date(2026, 11, 13), date(2026, 11, 19)), (date(2026, 11, 6), date(2026, 11, 12)), 1),
        # the team's first record is of 1 October: one whole week before the 8th
        (date(2026, 10, 8), (date(2026, 10, 8), date(2026, 10, 14)), (date(2026, 10, 1), date(2026, 10, 7)), 1),
    ],
)
async def test_windows_are_whole_weeks_around_the_date(
    database: Database, on: date, after: tuple[date, date], before: tuple[date, date], weeks: int
) -> None:
    ledger = await write(database, DAILY, HANOI)
    answer = await about(ledger, on)
    period, other = answer.scope.period, answer.previous_period
    assert ((period.first_day, period.last_day), (other.first_day, other.last_day)) == (after, before)
    assert period.first_day.weekday() == other.first_day.weekday()
    written = to_json(answer)
    assert (written["metric"], written["parts"]["weeks"], written["parts"]["date"]) == (
        "compare", weeks, on.isoformat(),
    )  # fmt: skip
    plain = Plain(DAILY, HANOI, NOW)
    assert written["parts"]["after"]["value"] == written["value"] == plain.net(period.start, period.end)
    assert written["parts"]["before"]["value"] == plain.net(other.start, other.end)
    assert written["previous"]["value"] == plain.net(other.start, other.end)
    # a verdict is drawn from 14 days a side
    assert (answer.change.clear is None) is (weeks < 2)


async def test_no_more_than_eight_weeks_are_compared(database: Database) -> None:
    long = History(sales=tuple(Sale(1, 1, NOW - timedelta(days=7 * week + 1), 10) for week in range(60)))
    ledger = await write(database, long, HANOI)
    answer = await about(ledger, date(2026, 5, 1))
    assert answer.scope.period.days == answer.previous_period.days == 56
    for window, drawn in ((answer.scope.period, answer.trend()), (answer.previous_period, answer.trend_before())):
        starts = [row.period.first_day for row in drawn if row.period is not None]
        assert starts == [
            window.first_day + timedelta(days=7 * week) for week in range(8)
        ]  # a Friday: no calendar week
        assert [row.value for row in drawn] == [10] * 8


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 14), "21 Nov 2026"),  # six days have passed
        (date(2026, 11, 20), "27 Nov 2026"),
        (date(2026, 10, 7), "8 Oct 2026"),
        (date(2026, 1, 1), "8 Oct 2026"),
    ],
)
async def test_windows_too_short_are_refused_with_the_date_that_works(database: Database, on: date, said: str) -> None:
    ledger = await write(database, DAILY, HANOI)
    with pytest.raises(Unanswerable) as refused:
        await about(ledger, on)
    sentence = Say("en", markup=False)(refused.value.said)
    assert said in sentence
    assert "/compare revenue " in sentence


async def test_an_empty_team_is_told_so(database: Database) -> None:
    answer = await about(await write(database, History(), HANOI), date(2026, 11, 2))
    assert answer.value is None
    assert answer.reason is not None
    assert to_json(answer)["metric"] == "compare"


async def test_the_rows_are_those_of_both_windows(database: Database) -> None:
    ledger = await write(database, DAILY, HANOI)
    scope = Scope(ledger.team, periods.day(date(2026, 11, 13), HANOI, NOW), NOW)
    async with ledger.database.read() as session:
        found = await rows(compare.REPORT, session, scope)
    sides = [Say("en").plain(record[0]) for record in found.records]  # type: ignore[arg-type]
    assert sides == ["before"] * 7 + ["after"] * 7
    assert len(found.columns) == len(found.records[0])


async def test_every_metric_has_a_before_and_after(database: Database) -> None:
    ledger = await write(database, DAILY, HANOI)
    for metric in METRICS:
        answer = await about(ledger, date(2026, 11, 2), metric.key)
        for language in ("en", "vi"):
            assert len(caption(answer, Say(language)).split("\n")) <= 5, metric.key
            assert picture_of(answer, Say(language, markup=False)) is not None, metric.key
        assert to_json(answer)["parts"]["metric"] == metric.key
