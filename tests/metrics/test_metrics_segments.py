"""Segments: the thirds worked by hand, and the whole grid against a plain recount that shares no code."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import periods, segments
from metrics.answers.asking import ask, rows
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Scope
from metrics.charts import canvas_of
from metrics.charts.specs import Grid, GridCell, Heading
from metrics.pictures import picture_of
from metrics.segments import thirds
from metrics.wording import Say
from store import Database
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import History, Plain, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11, HANOI, NOW)
OCTOBER = periods.month(2026, 10, HANOI, NOW)


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], []),
        ([5], [3]),
        ([5, 3, 2, 1, 1, 1], [3, 3, 2, 2, 2, 2]),
        ([1, 2, 3, 4, 5, 6], [1, 1, 2, 2, 3, 3]),
        ([7, 7, 7, 7], [3, 3, 3, 3]),
        ([9, 1, 1, 1, 1, 1], [3, 3, 3, 3, 3, 3]),  # five equal ones begin within the best third
        ([3, 2, 1, 0], [3, 3, 2, 1]),
    ],
)
def test_equal_values_stand_with_the_best_of_them(values: list[float], found: list[int]) -> None:
    assert thirds(values) == found


def _history(customers: int) -> History:
    dice, begun = random.Random(customers), datetime(2026, 3, 2, 9, tzinfo=HANOI)
    sales = [
        Sale(
            number, 1 + number % 3, begun + timedelta(days=dice.randrange(250), minutes=number), dice.randrange(1, 900)
        )
        for number in range(1, customers + 1)
        for _ in range(dice.choice((1, 1, 2, 3, 5)))
    ]
    back = [
        Refund(place, sale.at + timedelta(days=3), sale.amount if place % 2 else sale.amount // 2)
        for place, sale in enumerate(sales)
        if place % 9 == 0
    ]
    return History(sales=tuple(sales), refunds=tuple(back))


def plainly(history: History, end: datetime) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Each cell's customers and what they brought, counted one by one from the definition."""
    plain = Plain(history, HANOI, NOW)
    held = {place: sale for place, sale in plain.bought.items() if sale.at < end}
    days: dict[int, set[str]] = defaultdict(set)
    brought: dict[int, int] = defaultdict(int)
    for place, sale in held.items():
        days[sale.customer].add(f"{sale.at.astimezone(HANOI):%Y-%m-%d}")
        brought[sale.customer] += sale.amount - plain.back[place]

    def third(who: int, worth: dict[int, object]) -> int:
        better = len([1 for other in worth.values() if other > worth[who]])  # type: ignore[operator]
        return 3 if better < len(worth) / 3 else 2 if better < 2 * len(worth) / 3 else 1

    last: dict[int, object] = {who: max(on) for who, on in days.items()}
    times: dict[int, object] = {who: len(on) for who, on in days.items()}
    cells: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for who in days:
        cells[third(who, last), third(who, times)].append((who, brought[who]))
    return cells


purchases = st.tuples(st.integers(0, 240), st.sampled_from([1, 30, 30, 900]), st.sampled_from([0, 0, 0, 1, 2]))
"""A purchase: its day, its amount, and whether half or all of it was given back."""


@st.composite
def histories(draw: st.DrawFn) -> History:
    """From twenty-nine customers to forty-five; many are equal in something."""
    begun, sales, back = datetime(2026, 3, 28, 16, 30, tzinfo=UTC), list[Sale](), list[Refund]()
    each = st.lists(purchases, min_size=1, max_size=4)
    for who, bought in enumerate(draw(st.lists(each, min_size=29, max_size=45)), 1):
        for place, (day, amount, given_back) in enumerate(bought):
            at = begun + timedelta(days=day, hours=place)  # half an hour before a midnight of Hanoi, or after it
            if given_back:
                back.append(Refund(len(sales), at + timedelta(days=day % 40), max(1, amount * given_back // 2)))
            sales.append(Sale(who, 1 + who % 3, at, amount))
    return History(sales=tuple(sales), refunds=tuple(back))


@pytest.mark.parametrize("period", [NOVEMBER, OCTOBER], ids=["now", "last month"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories())
async def test_any_grid_is_that_of_a_plain_recount(
    database: Database, period: periods.Period, history: History
) -> None:
    await check_grid(await write(database, history, HANOI, landed=True), history, period)


@pytest.mark.parametrize(
    ("customers", "period"), [(60, NOVEMBER), (60, OCTOBER), (37, OCTOBER)], ids=["now", "last month", "fewer"]
)
async def test_the_grid_is_that_of_a_plain_recount(database: Database, customers: int, period: periods.Period) -> None:
    history = _history(customers)
    await check_grid(await write(database, history, HANOI), history, period)


async def check_grid(ledger: Ledger, history: History, period: periods.Period) -> None:
    """Compare every cell, and whom the file lists, with the recount."""
    written = to_json(await ledger.ask(segments.REPORT, period, NOW))
    found = {(row["recency"], row["frequency"]): row for row in written["parts"]["segments"]}
    cells = plainly(history, min(period.end, NOW))
    everyone = sum(len(cell) for cell in cells.values())
    assert (written["value"], len(found)) == (everyone or None, 9 if everyone >= 30 else 0)
    for cell, row in found.items():
        assert row["customers"]["value"] == len(cells[cell]), cell
        assert row["value"]["value"] == sum(worth for _, worth in cells[cell])
        best = sorted((worth for _, worth in cells[cell]), reverse=True)[:3]
        assert len(row["who"]) == len(best)
    brought = [worth for cell in cells.values() for _, worth in cell]
    for cell, row in found.items():  # of the best third by value: fewer than a third of all brought more
        better = [sum(other > worth for other in brought) for _, worth in cells[cell]]
        assert row["best_by_value"]["value"] == sum(count < len(brought) / 3 for count in better), cell
    assert written["n"] == everyone
    scope = Scope(ledger.team, period, NOW)
    async with ledger.database.read() as session:
        listed = await rows(segments.REPORT, session, scope)
    assert len(listed.records) == everyone


@pytest.mark.parametrize("customers", [0, 1, 29])
async def test_under_thirty_customers_there_is_no_grid(database: Database, customers: int) -> None:
    sales = tuple(Sale(number, 1, datetime(2026, 10, 5, 9, tzinfo=HANOI), 100) for number in range(1, customers + 1))
    ledger = await write(database, History(sales=sales), HANOI)
    answer = await ledger.ask(segments.REPORT, NOVEMBER, NOW)
    written = to_json(answer)
    assert written["parts"]["segments"] == []
    assert written["value"] == (customers or None)
    for language in ("en", "vi"):
        said = caption(answer, Say(language))
        assert ("30" in said) is (customers > 0)
        chart = picture_of(answer, Say(language, markup=False))
        assert isinstance(chart, Grid)
        assert (chart.cells, bool(chart.heading.empty)) == ((), True)
        canvas_of(chart)


async def test_one_hundred_alike_customers_are_told_so(database: Database) -> None:
    sales = tuple(Sale(number, 1, datetime(2026, 10, 5, 9, tzinfo=HANOI), 100) for number in range(1, 101))
    ledger = await write(database, History(sales=sales), HANOI)
    answer = await ledger.ask(segments.REPORT, NOVEMBER, NOW)
    sizes = [row["customers"]["value"] for row in to_json(answer)["parts"]["segments"]]
    assert sizes == [100, 0, 0, 0, 0, 0, 0, 0, 0]
    assert "equally many days" in caption(answer, Say("en"))
    async with ledger.database.read() as session:
        assert (await ask(segments.REPORT, session, Scope(ledger.team, NOVEMBER, NOW))).value == 100


WIDE = "Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu Ễ Ợ Ữ Ẵ " * 3


@pytest.mark.parametrize("words", ["khách ruột", WIDE])
def test_cells_keep_their_words_on_the_sheet_and_apart(words: str) -> None:
    cell = GridCell(words, words, (words, words), 1.0)
    chart = Grid(Heading(words, words, words, note=words), (words,) * 3, (words,) * 3, ((cell,) * 3,) * 3, words, words)
    canvas = canvas_of(chart)
    canvas.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in canvas.figure.texts]
    assert all(box.x0 >= 0 and box.x1 <= 1080 and box.y0 >= 0 and box.y1 <= 1350 for box in boxes)
    assert not [1 for i, one in enumerate(boxes) for other in boxes[i + 1 :] if one.overlaps(other)]
