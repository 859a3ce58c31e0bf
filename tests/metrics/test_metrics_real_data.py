"""Real invoices give the published cohorts, and a retention counted from the file without the product."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from metrics import METRICS, periods
from metrics.answers.asking import ask
from metrics.base import Answer, Part, Scope, TeamScope
from store import Database
from store.migrations import migrate
from store.people.team import create_team, team_of
from store.records.bulk import NewCustomer, add_customers, land
from store.records.entries import Clock, Origin, SaleEntry

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "online_retail_invoices.csv"
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2011, 12, 10, tzinfo=UTC)
BY_KEY = {metric.key: metric for metric in METRICS}
COHORTS = {
    "2010-12": [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235],
    "2011-01": [417, 92, 111, 96, 134, 120, 103, 101, 125, 136, 152, 49],
    "2011-02": [380, 71, 71, 108, 103, 94, 96, 106, 94, 116, 26],
}

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the invoices are not at hand")


def invoices() -> list[dict[str, str]]:
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Database, TeamScope]]:
    """A shop with all the invoices, on SQLite."""
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('retail') / 'retail.db'}"
    migrate(url)
    database = Database(url)
    rows = invoices()
    async with database.begin() as session:
        team_id = await create_team(
            session, name="Shop", zone=LONDON.key, currency="GBP", locale="en", window_days=90, now=NOW
        )
        clock = Clock.of(await team_of(session, team_id))
        numbers = sorted({row["CustomerID"] for row in rows})
        ids = dict(zip(numbers, await add_customers(session, team_id, list(map(NewCustomer, numbers))), strict=True))
        entries = [
            (SaleEntry(ids[row["CustomerID"]], None, when(row), round(float(row["value"]) * 100), "GBP"),
             Origin(None, NOW))
            for row in rows
        ]  # fmt: skip
        await land(session, clock, entries)
    yield database, TeamScope(team_id, LONDON, "GBP", 90)
    await database.close()


def when(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=LONDON).astimezone(UTC)


async def asked(shop: tuple[Database, TeamScope], key: str, month: tuple[int, int], now: datetime = NOW) -> Answer:
    database, team = shop
    async with database.read() as session:
        return await ask(BY_KEY[key], session, Scope(team, periods.month(*month, LONDON, now), now))


@pytest.mark.asyncio(loop_scope="module")
async def test_retention_of_october_2011(shop: tuple[Database, TeamScope]) -> None:
    answer = await asked(shop, "retention", (2011, 10))
    assert (answer.figure.numerator, answer.figure.denominator) == (1877, 2151)
    again = answer.figure.parts["bought_again"]
    assert isinstance(again, Part)
    assert again.value == 780 / 2151


@pytest.mark.asyncio(loop_scope="module")
async def test_the_cohorts_are_the_published_ones_and_december_is_partial(shop: tuple[Database, TeamScope]) -> None:
    answer = await asked(shop, "retention", (2011, 10))
    table = answer.figure.parts["cohorts"]
    assert isinstance(table, list)
    assert len(table) == 13
    for row in table:
        later = [cell["count"] for cell in row["later"]]
        assert [row["customers"], *later] == COHORTS.get(row["month"], [row["customers"], *later])
        assert [cell["month"] for cell in row["later"] if cell["partial"]] == ["2011-12"] * (row["month"] != "2011-12")


@pytest.mark.asyncio(loop_scope="module")
async def test_cohorts_in_the_past_know_nothing_later(shop: tuple[Database, TeamScope]) -> None:
    now = datetime(2011, 3, 1, tzinfo=UTC)
    table = (await asked(shop, "retention", (2011, 2), now)).figure.parts["cohorts"]
    assert isinstance(table, list)
    known = {row["month"]: [row["customers"], *(cell["count"] for cell in row["later"])] for row in table}
    assert known == {"2010-12": [885, 324, 286, 0], "2011-01": [417, 92, 0], "2011-02": [380, 0], "2011-03": [0]}


@pytest.mark.asyncio(loop_scope="module")
async def test_every_month_adds_up_to_the_file(shop: tuple[Database, TeamScope]) -> None:
    months = {(2010, 12)} | {(2011, month) for month in range(1, 13)}
    total = sum([int((await asked(shop, "revenue", month)).value or 0) for month in sorted(months)])
    assert total == 891_140_790


@pytest.mark.asyncio(loop_scope="module")
async def test_any_other_month_equals_a_count_over_the_file(shop: tuple[Database, TeamScope]) -> None:
    rows = [(row["CustomerID"], when(row)) for row in invoices()]

    def active(at: datetime) -> set[str]:
        since = (at.astimezone(LONDON).replace(tzinfo=None) - timedelta(days=90)).replace(tzinfo=LONDON)
        return {customer for customer, moment in rows if since.timestamp() <= moment.timestamp() < at.timestamp()}

    for month in (3, 6, 11):
        period = periods.month(2011, month, LONDON, NOW)
        before, after = active(period.start), active(period.end)
        answer = await asked(shop, "retention", (2011, month))
        assert (answer.figure.numerator, answer.figure.denominator) == (len(before & after), len(before))
