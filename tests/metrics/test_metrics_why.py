"""What changed and why: worked by hand, adding up exactly, and turning its signs when the periods are swapped."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import periods
from metrics.answers.rendering import lines
from metrics.answers.written import to_json
from metrics.base import Scope
from metrics.charts.specs import Bars, Waterfall
from metrics.pictures import picture_of
from metrics.statistics.splitting import Effects, Level, split
from metrics.why import DIMENSIONS, REPORT, Why, why
from metrics.wording import Say
from store import Database
from store.facts import Filters
from tests.metrics.test_metrics_against_plain import histories
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import History, Plain, Refund, Sale

HANOI, LONDON = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER, SEPTEMBER = (periods.month(2026, month, HANOI, NOW) for month in (10, 9))


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        (Level(2, 4, 400), Level(4, 4, 400), (277, -277, 0)),  # 400 ln 2 = 277.26
        (Level(2, 4, 400), Level(2, 4, 400), (0, 0, 0)),
        (Level(0, 0, 0), Level(3, 4, 900), (900, 0, 0)),
        (Level(3, 4, 900), Level(0, 0, 0), (-900, 0, 0)),
        (Level(0, 0, 0), Level(0, 0, 0), (0, 0, 0)),
        (Level(1, 1, 100), Level(2, 2, 200), (100, 0, 0)),
        (Level(1, 1, 100), Level(1, 2, 200), (0, 100, 0)),
        (Level(1, 1, 100), Level(1, 1, 200), (0, 0, 100)),
        # 700 / ln 8 = 336.63 a doubling of ln 2: thirds of 233.33, and the one left over goes to the first of them
        (Level(1, 1, 100), Level(2, 4, 800), (234, 233, 233)),
    ],
)
def test_the_split_worked_by_hand(before: Level, after: Level, parts: tuple[int, int, int]) -> None:
    assert split(before, after) == Effects(*parts)


levels = st.builds(
    lambda customers, more, value: Level(customers, customers + more, value),
    st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 10**15),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(levels, levels)
def test_the_split_adds_up_and_is_symmetric(before: Level, after: Level) -> None:
    parts, back = split(before, after), split(after, before)
    assert parts.customers + parts.frequency + parts.average == after.value - before.value
    assert (back.customers, back.frequency, back.average) == (-parts.customers, -parts.frequency, -parts.average)
    if before.value != after.value:  # the formula written out
        mean = (after.value - before.value) / (math.log(after.value) - math.log(before.value) or math.inf)
        wanted = mean * math.log(after.customers / before.customers)
        if abs(after.value - before.value) > before.value / 1000:
            assert parts.customers == pytest.approx(wanted, rel=1e-6, abs=3)


SHOP = History(
    sales=(
        Sale(1, 1, at("2026-09-05 09:00"), 100, "web", "A1"), Sale(1, 1, at("2026-09-06 09:00"), 100, "web", "A1"),
        Sale(2, 2, at("2026-09-07 09:00"), 100), Sale(2, 2, at("2026-09-08 09:00"), 100),
        Sale(1, 1, at("2026-10-05 09:00"), 100, "web", "A1"), Sale(2, 2, at("2026-10-06 09:00"), 100),
        Sale(3, 2, at("2026-10-07 09:00"), 100, "zalo"), Sale(4, 2, at("2026-10-08 09:00"), 200, "zalo"),
    ),
    refunds=(Refund(7, at("2026-11-02 09:00"), 100),),
)  # fmt: skip


async def test_a_change_worked_by_hand(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    answer = await ledger.ask(REPORT, OCTOBER, NOW)
    written = to_json(answer)
    parts = {name: part["value"] for name, part in written["parts"].items() if not isinstance(part, list)}
    # 100 of October's last sale came back in November: sales value 400 of 4 customers, net revenue 500
    assert parts == {"change": 100, "customers": 277, "orders_per_customer": -277, "average_order": 0,
                     "refund_timing": 100}  # fmt: skip
    assert (written["value"], written["previous"]["value"], written["change"]["kind"]) == (500, 400, "relative")
    moved = {by: {row["key"]: row["change"]["value"] for row in written["parts"][f"by_{by}"]} for by in DIMENSIONS}
    assert moved == {
        "rep": {"Rep 2": 200, "Rep 1": -100},
        "product": {"(none)": 200, "A1": -100},
        "channel": {"zalo": 300, "web": -100, "(none)": -100},
    }
    said = lines(answer, Say("en", markup=False))
    assert said[2] == "customers +277, orders per customer −277, average order 0, refund timing +100"
    assert said[3] == "most of it: Rep 2 +200, zalo +300"


async def test_the_waterfall_leads_from_one_figure_to_the_other(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    for language in ("en", "vi"):
        chart = picture_of(await ledger.ask(REPORT, OCTOBER, NOW), Say(language, markup=False))
        assert isinstance(chart, Waterfall)
        assert [(step.low, step.high, step.kind) for step in chart.steps] == [
            (0, 400, "total"), (400, 677, "up"), (400, 677, "down"), (400, 400, "down"), (400, 500, "up"),
            (0, 500, "total"),
        ]  # fmt: skip
    by_rep = picture_of(await ledger.ask(REPORT, OCTOBER, NOW, "rep"), Say("en", markup=False))
    assert isinstance(by_rep, Bars)
    assert [(bar.label, bar.value) for bar in by_rep.rows] == [("Rep 2", 200), ("Rep 1", -100)]


async def test_what_cannot_be_compared_is_said(database: Database) -> None:
    ledger = await write(database, SHOP, HANOI)
    answer = await ledger.ask(REPORT, SEPTEMBER, NOW)
    assert answer.value == 400
    assert all(part["value"] is None for part in to_json(answer)["parts"].values())
    assert "nothing to compare with: the first record is of 5 Sep 2026" in lines(answer, Say("en", markup=False))
    filtered = await ledger.ask(REPORT, OCTOBER, NOW, filters=Filters(channel="web"))
    assert [filtered.figure.parts[name].value for name in ("change", "customers")] == [-100, 0]  # type: ignore[attr-defined]


async def between(ledger: Ledger, before: periods.Period, after: periods.Period, now: datetime) -> Why:
    scope = Scope(ledger.team, after, now)
    async with ledger.database.read() as session:
        return await why(session, scope, scope.cut(before), scope.cut(after))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), data=st.data())
async def test_any_history_adds_up_and_swaps(database: Database, history: History, data: Any) -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    first = datetime(2026, 8, 1, tzinfo=LONDON).date() + timedelta(days=data.draw(st.integers(0, 60)))
    before = periods.custom(first, first + timedelta(days=data.draw(st.integers(0, 40))), LONDON, now)
    after = periods.month(2026, 10, LONDON, now)
    ledger, plain = await write(database, history, LONDON), Plain(history, LONDON, now)
    found, back = await between(ledger, before, after, now), await between(ledger, after, before, now)
    nets = [plain.net(period.start, period.end) for period in (before, after)]
    assert [found.before, found.after] == nets
    effects, swapped = found.effects, back.effects
    whole = effects.customers + effects.frequency + effects.average + found.refund_timing
    assert whole == nets[1] - nets[0]
    assert (swapped.customers, swapped.frequency, swapped.average, back.refund_timing) == (
        -effects.customers, -effects.frequency, -effects.average, -found.refund_timing
    )  # fmt: skip
    for by in DIMENSIONS:
        assert sum(one.change for one in found.by[by]) == found.change
    for level, period in zip(found.levels, (before, after), strict=True):
        values = plain.values(period.start, period.end)
        assert level == Level(len(plain.buyers(period.start, period.end)), len(values), sum(values))
