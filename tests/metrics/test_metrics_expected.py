"""What is usual for a day: a range that a few odd days do not move; too few days give none."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from metrics import periods, response
from metrics.answers.expecting import expect
from metrics.base import Scope
from metrics.statistics.expected import LEAST, WIDTH, usual
from store import Database
from tests.oracles.ledger import write
from tests.oracles.plain import Call, History

ODD = [8, 9, 10, 10, 11, 12, 40]


def test_the_worked_example() -> None:
    money, count = usual(ODD), usual(ODD, counts=True)
    assert money is not None
    assert count is not None
    assert (round(money.low, 1), round(money.high, 1), money.middle, money.n) == (5.6, 14.4, 10, 7)
    assert (count.low, count.high) == (1, 19)
    assert [money.side(value) for value in (5, 5.6, 14, 15)] == ["low", "", "", "high"]


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_scipys_deviation(seed: int) -> None:
    dice = random.Random(seed)
    values = [dice.lognormvariate(15, 0.4) for _ in range(dice.randint(LEAST, 12))]
    found = usual(values)
    assert found is not None
    spread = max(stats.median_abs_deviation(values, scale="normal"), np.median(values) / 20)
    assert found.high == pytest.approx(np.median(values) + WIDTH * spread, rel=1e-3)
    assert found.low == pytest.approx(max(0, np.median(values) - WIDTH * spread), rel=1e-3)


@pytest.mark.parametrize("values", [[], [5.0] * (LEAST - 1), [0.0] * 12])
def test_too_few_days_or_days_of_nothing_say_nothing(values: list[float]) -> None:
    assert usual(values) is None


def test_days_that_are_all_alike_leave_a_little_room() -> None:
    found = usual([100.0] * 8)
    assert found is not None
    assert (found.low, found.high) == (85, 115)
    mostly = usual([0, 0, 0, 0, 0, 0, 6], counts=True)
    assert mostly is not None
    assert (mostly.low, mostly.high) == (0, 3), "1.2533 times the mean deviation"


async def test_of_a_share_no_more_than_all_is_usual(database: Database) -> None:
    """Half of the calls reach somebody on most Wednesdays, all of them on some: three spreads up are more than all."""
    zone, now = ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2026, 11, 20, 8, tzinfo=UTC)
    calls = [
        Call(10 * week + number, 1, datetime(2026, 11, 18, 9 + number, tzinfo=zone) - timedelta(days=7 * week),
             outcome="connected" if number < reached else "no_answer")
        for week, reached in enumerate((4, 1, 4, 2, 3, 2, 4, 1))
        for number in range(4)
    ]  # fmt: skip
    ledger = await write(database, History(calls=tuple(calls)), zone)
    scope = Scope(ledger.team, periods.day(date(2026, 11, 18), zone, now), now)
    async with database.read() as session:
        _, found = await expect(response.METRIC, session, scope, lambda _: False)
    assert found.value == 1
    assert found.usual is not None
    assert found.usual.high == 1
