"""What a comparison says when only a part of the previous period was logged at all."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, periods
from metrics.answers.rendering import lines
from metrics.wording import Say
from store import Database
from tests.oracles.ledger import write
from tests.oracles.plain import History, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
REVENUE = next(metric for metric in METRICS if metric.key == "revenue")


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("2026-09-20 09:00", "100; logged only since 20 Sep 2026"),
        ("2026-09-01 09:00", "100; 31 days against 30"),
        ("2026-08-31 23:59", "September: 0"),
    ],
)
async def test_a_period_logged_in_part_is_said_to_be_so(database: Database, first: str, said: str) -> None:
    days = [first, "2026-10-05 09:00", "2026-10-06 09:00", "2026-10-07 09:00"]
    sales = tuple(Sale(1, 1, datetime.fromisoformat(day).replace(tzinfo=HANOI), 100) for day in days)
    ledger = await write(database, History(sales=sales), HANOI)
    answer = await ledger.ask(REVENUE, OCTOBER, NOW)
    line = lines(answer, Say("en", markup=False))[1]
    assert said in line


@pytest.mark.parametrize(
    ("language", "said"), [("en", "unchanged from September (100"), ("vi", "không đổi so với tháng 9 (100")]
)
async def test_what_has_not_moved_is_no_chance(database: Database, language: str, said: str) -> None:
    sales = tuple(Sale(1, 1, datetime(2026, month, 15, tzinfo=HANOI), 100) for month in (8, 9, 10))
    ledger = await write(database, History(sales=sales), HANOI)
    line = lines(await ledger.ask(REVENUE, OCTOBER, NOW), Say(language, markup=False))[1]
    assert line.startswith(said)
    assert line.endswith(")")
